"""Whether memory grows while cameras are cut off again and again.

    python benchmarks/memory.py --minutes 60

A whole platform with four RTSP cameras of GStreamer's server, which is killed every ten seconds
and started again. PSS of the process tree every ten seconds; the slope is a least-squares line
through what comes after the warm-up, given with its standard error.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.harness import Bar, arguments, pss_mb, tree, write
from benchmarks.rtsp import RtspCameras
from benchmarks.video import street
from tests.platform import Platform, running_platform, until

CAMERAS = 4
EVERY_S = 10.0
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
    finally:
        server.stop()
    warm_min = min(WARM_UP_MIN, WARM_UP_SHARE * minutes)
    slope, error = line([s for s in samples if s[0] >= warm_min])
    figures = {
        "minutes": minutes,
        "cuts": cuts,
        "cameras": CAMERAS,
        "warm_up_min": warm_min,
        "slope_mb_per_hour": round(slope, 2),
        "slope_standard_error": round(error, 2),
        "pss_mb_first_and_last": [round(samples[0][1], 1), round(samples[-1][1], 1)],
        "states_at_end": [status["state"] for status in retried],
        "samples_min_mb": [[round(m, 2), round(mb, 1)] for m, mb in samples],
    }
    bar = Bar(
        f"Memory slope over {minutes:g} min with a reconnect every 10 s, after warm-up",
        "≤ 1 MB/h",
        f"{slope:.2f} ± {error:.2f} MB/h",
        slope <= 1.0 if minutes >= 60 else None,
    )
    write("memory", figures, [bar], quick=asked.quick)


def watch(
    platform: Platform, server: RtspCameras, minutes: float
) -> tuple[list[tuple[float, float]], int]:
    """`(minute, MB)` every ten seconds, and how often the cameras were cut off."""
    started_s = time.monotonic()
    samples: list[tuple[float, float]] = []
    cuts = 0
    elapsed: Callable[[], float] = lambda: time.monotonic() - started_s  # noqa: E731
    while elapsed() < 60 * minutes:
        time.sleep(max(0.0, (cuts + 1) * EVERY_S - elapsed()))
        samples.append((elapsed() / 60, pss_mb(tree(platform.process.pid))))
        server.stop()
        server.start()
        cuts += 1
    return samples, cuts


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
