"""What failing cameras cost: memory, files and threads per failed connect, and their neighbours.

    python -m benchmarks.reconnects [ATTEMPTS [CAMERAS [SECONDS]]]

First every kind of failure ATTEMPTS times (default 300): KB of memory per failed connect after
warm-up, open files and threads before and after. Then CAMERAS readers (default 200) of 10 pictures
a second for SECONDS (default 20): the healthy half alone, then beside a half that fails in every
way; pictures a second of the healthy ones, and CPU. Prints JSON.
"""

import gc
import itertools
import json
import resource
import socketserver
import sys
import time
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import structlog

from serving.streams.errors import SourceError
from serving.streams.reader import Reader
from serving.streams.sources import SourceSpec, open_source, video
from tests.clips import jpegs
from tests.serving.streams.web import Web, mjpeg, tcp_host

PAGE_KB = resource.getpagesize() / 1024


def rss_kb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_KB


def left_open() -> dict[str, int]:
    return {
        "files": len(list(Path("/proc/self/fd").iterdir())),
        "threads": len(list(Path("/proc/self/task").iterdir())),
    }


def leak(url: str, attempts: int) -> dict[str, object]:
    """Memory per failed connect over the second half of the attempts."""

    def fail(times: int) -> None:
        for _ in range(times):
            try:
                open_source(SourceSpec(url, "stream"), "cam").open()
            except SourceError:
                continue
            raise RuntimeError("expected every connect to fail")

    fail(attempts // 2)
    gc.collect()
    before, before_kb = left_open(), rss_kb()
    fail(attempts)
    gc.collect()
    return {
        "kb_per_failure": round((rss_kb() - before_kb) / attempts, 2),
        "before": before,
        "after": left_open(),
    }


def storm(good: list[str], bad: list[str], seconds: float) -> dict[str, float]:
    """Pictures a second of the good cameras while the bad ones fail."""
    readers = [Reader(f"good{i}", SourceSpec(url, "stream")) for i, url in enumerate(good)]
    failing = [Reader(f"bad{i}", SourceSpec(url, "stream")) for i, url in enumerate(bad)]
    for reader in [*failing, *readers]:
        reader.start()
    began_s = time.monotonic()
    while not all(reader.status.state == "online" for reader in readers):
        if time.monotonic() - began_s > 60:
            break
        time.sleep(0.2)
    online_s = time.monotonic() - began_s
    cpu_s = time.process_time()
    time.sleep(seconds)
    cpu_s = time.process_time() - cpu_s
    rates = sorted(reader.status.source_fps or 0.0 for reader in readers)
    for reader in [*failing, *readers]:
        reader.stop(timeout_s=0)
    return {
        "all_online_s": round(online_s, 1),
        "fps_mean": round(sum(rates) / len(rates), 2),
        "fps_least": round(rates[0], 2),
        "cpu_cores": round(cpu_s / seconds, 2),
        "failed_connects": sum(reader.status.retries for reader in failing),
    }


def hosts(ports: Connection) -> None:
    """A web host with one camera, a silent host and one that talks nonsense, in their process."""
    socketserver.TCPServer.request_queue_size = 256
    web = Web()
    web.answers["/live"] = mjpeg(jpegs(5) * 100_000, lambda: time.sleep(0.1))
    with tcp_host(None) as silent, tcp_host(lambda message: b"nonsense\r\n\r\n") as noise:
        ports.send((web.url(""), silent, noise))
        ports.recv()


def main() -> None:
    attempts, count, seconds = [int(word) for word in sys.argv[1:]] + [300, 200, 20][
        len(sys.argv) - 1 :
    ]
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    spawn = get_context("spawn")
    ours, theirs = spawn.Pipe()
    spawn.Process(target=hosts, args=[theirs], daemon=True).start()
    web, silent, noise = ours.recv()
    bad = {
        "refused": "rtsp://127.0.0.1:1/live",
        "not_found": f"{web}/nothing",
        "nonsense": f"rtsp://127.0.0.1:{noise}/live",
        "silent": f"rtsp://127.0.0.1:{silent}/live",
    }
    patience_s = video.TIMEOUT_S
    leaks: dict[str, object] = {}
    for name, url in bad.items():
        video.TIMEOUT_S = 0.05  # nonsense is waited for too
        leaks[name] = leak(url, attempts)
    video.TIMEOUT_S = patience_s
    good = [f"{web}/live"] * (count // 2)
    failing = list(itertools.islice(itertools.cycle(bad.values()), count // 2))
    results = {
        "leak": leaks,
        "healthy_alone": storm(good, [], seconds),
        "beside_failing": storm(good, failing, seconds),
    }
    print(json.dumps(results, indent=2))
    ours.send(None)


if __name__ == "__main__":
    main()
