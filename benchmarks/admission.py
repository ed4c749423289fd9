"""However a model's bytes are damaged, the check ends in an answer; the API answers as quickly as
ever meanwhile.

    python -m benchmarks.admission [fuzz|api] [--cases 10000] [--submissions 200]

`fuzz` judges mutants in a child with the limits of the sandbox and without bubblewrap, which would
take a second each. `api` hands mutants in over HTTP, judged by the real check in its sandbox, and
asks for /healthz and /api/v1/algorithms until all are judged.
"""

import multiprocessing
import os
import socket
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import Any

import httpx
import yaml

from algorithms.admission import bubblewrap
from algorithms.manifest import AlgorithmManifest
from benchmarks.harness import Bar, arguments, percentile, write
from tests.algorithms.admission.mutants import End, ends, mutants
from tests.models import always_sees, manifest

LONGEST_S = 1800.0
POLL_S = 0.05
PATHS = ("/healthz", "/api/v1/algorithms")
P99_MS = 250
ANSWERS = ("admitted", "refused")


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("part", nargs="?", choices=("fuzz", "api"), help="default: both")
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--submissions", type=int, default=200)
    parser.add_argument("--model", type=Path, help="to damage; default: a small one made here")
    parser.add_argument("--manifest", type=Path, help="of that model")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="longan-bench-") as folder:
        made = always_sees(Path(folder) / "m.onnx", [(32, 32, 8, 8)] * 20, [[0.5, 0.1]] * 20)
        model = (asked.model or made).read_bytes()
    wanted = (
        AlgorithmManifest.from_file(asked.manifest) if asked.manifest else manifest("person", "car")
    )
    if asked.part != "api":
        fuzz(model, wanted, 100 if asked.quick else asked.cases, quick=asked.quick)
    if asked.part != "fuzz":
        api(model, wanted, 5 if asked.quick else asked.submissions, quick=asked.quick)


def fuzz(model: bytes, wanted: AlgorithmManifest, cases: int, *, quick: bool) -> None:
    """How the checks of damaged models end."""
    began_s, parts = time.monotonic(), os.cpu_count() or 1
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(parts, mp_context=spawn) as pool:
        asked = [pool.submit(_fuzz_part, model, wanted, cases, n, parts) for n in range(parts)]
        all_ends = dict(chain.from_iterable(part.result() for part in asked))
    found = Counter(end.how for end in all_ends.values())
    answered = sum(found[how] for how in ANSWERS)
    figures = {
        "cases": found.total(),
        "model_bytes": len(model),
        "ends": dict(found.most_common()),
        "slowest_s": round(max(end.seconds for end in all_ends.values()), 2),
        "seconds": round(time.monotonic() - began_s, 1),
        "no_answer": {
            case: f"{end.how} {end.why}".strip()
            for case, end in sorted(all_ends.items())
            if end.how not in ANSWERS
        },
    }
    bar = Bar(
        f"{found.total():,} damaged models: the check ends in an answer",
        "all",
        f"{answered:,} answers, {found.total() - answered - found['stuck']:,} contained, "
        f"{found['stuck']:,} stuck",
        answered == found.total(),
    )
    write("admission_fuzz", figures, [bar], quick=quick)


def _fuzz_part(
    model: bytes, wanted: AlgorithmManifest, cases: int, part: int, parts: int
) -> list[tuple[int, End]]:
    """The numbers of the cases in this part, and how each ended."""
    mine = islice(mutants(model, cases), part, None, parts)
    return list(zip(range(part, cases, parts), ends(mine, wanted), strict=True))


def api(model: bytes, wanted: AlgorithmManifest, submissions: int, *, quick: bool) -> None:
    """How long the API takes to answer, idle and while submissions are judged."""
    with tempfile.TemporaryDirectory(prefix="longan-bench-") as folder, _serving(Path(folder)) as c:
        idle = _latencies(c, lambda: False, 1.0 if quick else 20.0)
        done = threading.Event()
        began_s = time.monotonic()
        threading.Thread(
            target=_hand_in, args=(c, model, wanted, submissions, done), daemon=True
        ).start()
        busy = _latencies(c, lambda: done.is_set() and not _states(c)["checking"], LONGEST_S)
        states = _states(c)
        figures = {
            "submissions": submissions,
            "states": dict(states),
            "seconds": round(time.monotonic() - began_s, 1),
            "sandbox": bubblewrap.why_not() or "bubblewrap",
            "idle": idle,
            "while_judging": busy,
        }
    judged = states["accepted"] + states["rejected"]
    p99_ms = max(path["p99_ms"] for path in busy.values())
    idle_ms = max(path["p99_ms"] for path in idle.values())
    failed = sum(path["failed"] for path in busy.values())
    bars = [
        Bar(
            f"{submissions} damaged models handed in over HTTP: judged in the sandbox, API up",
            "all, no request fails",
            f"{judged} judged, {failed} requests failed",
            judged == submissions and not failed,
        ),
        Bar(
            "p99 of the API while they are judged",
            f"≤ {P99_MS} ms",
            f"{p99_ms:.0f} ms (idle {idle_ms:.0f} ms)",
            p99_ms <= P99_MS,
        ),
    ]
    write("admission_api", figures, bars, quick=quick)


@contextmanager
def _serving(folder: Path) -> Generator[httpx.Client]:
    """The API with the real check, in a process of its own as `longan up` has it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    secrets = multiprocessing.get_context("spawn").SimpleQueue()
    process = multiprocessing.get_context("spawn").Process(
        target=_serve, args=(folder, port, secrets), daemon=False
    )
    process.start()
    try:
        client = httpx.Client(
            base_url=f"http://127.0.0.1:{port}",
            headers={"Authorization": f"Bearer {secrets.get()}"},
            timeout=60,
        )
        while True:
            try:
                client.get("/healthz").raise_for_status()
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield client
    finally:
        process.kill()
        process.join()


def _serve(folder: Path, port: int, secrets: Any) -> None:
    # Only here: `fuzz` forks for every case, and a small process forks faster.
    import uvicorn

    from algorithms.admission import check
    from serving.api import create_api
    from serving.settings import Settings
    from serving.store import Store, sealing, tokens
    from serving.store.secret_keys import keys_of

    settings = Settings(data_dir=folder / "data")
    sealing.hold(keys_of(settings))
    store = Store(settings.store_url)
    store.migrate()
    with store.write() as session:
        secrets.put(tokens.create(session, "benchmark"))
    uvicorn.run(create_api(store, settings, None, check), port=port, log_level="warning")


def _hand_in(
    client: httpx.Client,
    model: bytes,
    wanted: AlgorithmManifest,
    count: int,
    done: threading.Event,
) -> None:
    said = wanted.model_dump(mode="json")
    for number, mutant in enumerate(mutants(model, count)):
        named = yaml.safe_dump({**said, "version": f"1.0.{number}"}, allow_unicode=True)
        files = {"model": ("m.onnx", mutant), "manifest": ("algorithm.yaml", named)}
        client.post("/api/v1/submissions", files=files).raise_for_status()
    done.set()


def _states(client: httpx.Client) -> Counter[str]:
    """How many submissions are in which state."""
    found: Counter[str] = Counter()
    cursor: str | None = None
    while True:
        asked = {"limit": 100} | ({"cursor": cursor} if cursor else {})
        page = client.get("/api/v1/submissions", params=asked).json()
        found.update(item["state"] for item in page["items"])
        cursor = page["next_cursor"]
        if cursor is None:
            return found


def _latencies(
    client: httpx.Client, over: Callable[[], bool], longest_s: float
) -> dict[str, dict[str, float]]:
    took: dict[str, list[float]] = {path: [] for path in PATHS}
    failed: Counter[str] = Counter()
    until_s, looked_s = time.monotonic() + longest_s, time.monotonic()
    while time.monotonic() < until_s:
        for path in PATHS:
            asked_s = time.monotonic()
            try:
                client.get(path).raise_for_status()
            except httpx.HTTPError:
                failed[path] += 1
            took[path].append((time.monotonic() - asked_s) * 1000)
        time.sleep(POLL_S)
        if time.monotonic() - looked_s > 2:
            looked_s = time.monotonic()
            if over():
                break
    return {
        path: {
            "requests": len(ms),
            "failed": failed[path],
            "p50_ms": round(percentile(ms, 50) or 0, 1),
            "p99_ms": round(percentile(ms, 99) or 0, 1),
            "max_ms": round(max(ms), 1),
        }
        for path, ms in took.items()
    }


if __name__ == "__main__":
    main()
