"""Whether memory grows while cameras are cut off again and again.

    python benchmarks/memory.py --minutes 60

A whole platform with four RTSP cameras of GStreamer's server, which is killed every ten seconds
and started again. The anonymous memory of every process every ten seconds (files are left out:
their share changes with whoever else on the machine uses them); the slope is a least-squares line
through what comes after the warm-up, given with its standard error, and for each process.
"""

import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np

from benchmarks.harness import Bar, arguments, pss_mb, tree, write
from benchmarks.rtsp import RtspCameras
from benchmarks.video import street
from tests.platform import Platform, running_platform, until

CAMERAS = 4
EVERY_S = 10.0
Sample = tuple[float, dict[int, float]]
"""Minute, and 10⁶ bytes of each process."""

WARM_UP_SHARE, WARM_UP_MIN = 0.25, 10.0
"""A quarter of the time, ten minutes at most."""


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    asked = parser.parse_args()
    minutes = 1.0 if asked.quick else asked.minutes
    server = RtspCameras(street(asked.media, 720), CAMERAS)
    server.start()
    try:
        with (
            tempfile.TemporaryDirectory(prefix="longan-bench-") as folder,
            running_platform(Path(folder) / "data") as platform,
        ):
            ids = [platform.add_camera(url[-4:], url, analysed_fps=1.0) for url in server.urls]
            body = {"scenario": "danger-zone", "camera_ids": ids}
            platform.call("POST", "/deployments", params={"force": True}, json=body)
            online = lambda: any(platform.status(i)["analysed_fps"] for i in ids)  # noqa: E731
            until(online, 120, "a camera is analysed")
            samples, cuts = watch(platform, server, minutes)
            retried = [platform.status(i) for i in ids]
            names = {process: name(process) for process in samples[-1][1]}
    finally:
        server.stop()
    warm_min = min(WARM_UP_MIN, WARM_UP_SHARE * minutes)
    warm = [(minute, by_process) for minute, by_process in samples if minute >= warm_min]
    slope, error = line([(minute, sum(mb.values())) for minute, mb in warm])
    stayed = [process for process in warm[-1][1] if all(process in mb for _, mb in warm)]
    each = {process: line([(minute, mb[process]) for minute, mb in warm]) for process in stayed}
    figures = {
        "minutes": minutes,
        "cuts": cuts,
        "cameras": CAMERAS,
        "warm_up_min": warm_min,
        "slope_mb_per_hour": round(slope, 2),
        "slope_standard_error": round(error, 2),
        "slope_and_error_of_each": {
            f"{process} {names[process]}": [round(one, 2), round(unsure, 2)]
            for process, (one, unsure) in each.items()
            if abs(one) >= 0.1
        },
        "states_at_end": [status["state"] for status in retried],
        "samples_min_mb": [[round(m, 2), round(sum(mb.values()), 1)] for m, mb in samples],
    }
    bar = Bar(
        f"Memory slope over {minutes:g} min with a reconnect every 10 s, after warm-up",
        "≤ 1 MB/h",
        f"{slope:.2f} ± {error:.2f} MB/h",
        slope <= 1.0 if minutes >= 60 else None,
    )
    write("memory", figures, [bar], quick=asked.quick)


def watch(platform: Platform, server: RtspCameras, minutes: float) -> tuple[list[Sample], int]:
    """A sample every ten seconds, and how often the cameras were cut off."""
    started_s = time.monotonic()
    samples: list[Sample] = []
    cuts = 0
    elapsed: Callable[[], float] = lambda: time.monotonic() - started_s  # noqa: E731
    while elapsed() < 60 * minutes:
        time.sleep(max(0.0, (cuts + 1) * EVERY_S - elapsed()))
        samples.append((elapsed() / 60, memory_mb(platform.process.pid)))
        server.stop()
        server.start()
        cuts += 1
    return samples, cuts


def memory_mb(root: int) -> dict[int, float]:
    """Of each process of the tree, by its id: Ray renames its workers with what they do."""
    found: dict[int, float] = {}
    for process in tree(root):
        with suppress(OSError):  # it has ended
            found[process] = pss_mb([process], "Pss_Anon")
    return found


def name(process: int) -> str:
    with suppress(OSError):
        words = Path(f"/proc/{process}/cmdline").read_text().replace("\0", " ").split()
        return " ".join(Path(word).name[:40] for word in words[:3])
    return "ended"


def line(samples: list[tuple[float, float]]) -> tuple[float, float]:
    """Slope and its standard error, per hour."""
    minutes, megabytes = np.array(samples).T
    hours = minutes / 60
    spread = float(((hours - hours.mean()) ** 2).sum())
    slope = float(((hours - hours.mean()) * megabytes).sum()) / spread
    rest = megabytes - megabytes.mean() - slope * (hours - hours.mean())
    return slope, float(np.sqrt((rest**2).sum() / max(1, len(samples) - 2) / spread))


if __name__ == "__main__":
    main()
