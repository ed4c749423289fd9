"""How soon the platform sees, and what it weighs.

    python benchmarks/startup.py [--rounds 3]

`longan up` on a data folder that knows one camera, to its first analysed picture (as the camera's
status says, which is written once a second). Memory is PSS of the whole process tree, Ray and
Serve included: idle, with the camera, and with more cameras of 720p25.
"""

import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benchmarks.harness import Bar, arguments, pss_mb, tree, write
from benchmarks.video import street
from tests.platform import Platform, running_platform, until

MORE = 8
SETTLE_S = 20.0


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    clip = street(asked.media, 720)
    rounds, more, settle_s = (1, 1, 3.0) if asked.quick else (asked.rounds, MORE, SETTLE_S)
    with tempfile.TemporaryDirectory(prefix="longan-bench-") as folder:
        data = Path(folder) / "data"
        with running_platform(data) as platform:
            time.sleep(settle_s)
            idle_mb = weigh(platform)
            deploy(platform, add(platform, clip, 1))
            until(lambda: seen(platform, 1), 120, "the camera is analysed")
            time.sleep(settle_s)
            one_mb = weigh(platform)
            ids = add(platform, clip, more)
            deploy(platform, ids)
            until(lambda: seen(platform, 1 + more), 120, "all cameras are analysed")
            time.sleep(settle_s)
            many_mb = weigh(platform)
            for camera_id in ids:
                platform.call("DELETE", f"/cameras/{camera_id}")
        times_s = [first_picture_s(data) for _ in range(rounds)]
    start_s, each_mb = median(times_s), (many_mb - one_mb) / more
    figures = {
        "up_to_first_analysed_picture_s": [round(s, 1) for s in times_s],
        "idle_pss_mb": round(idle_mb),
        "with_one_camera_pss_mb": round(one_mb),
        "each_further_720p_camera_pss_mb": round(each_mb, 1),
        "further_cameras": more,
    }
    bars = [
        Bar(
            "`longan up` to the first analysed picture", "≤ 30 s", f"{start_s:.1f} s", start_s <= 30
        ),
        Bar(
            "Idle platform, Ray and Serve included (PSS)",
            "≤ 1.2 GB",
            f"{idle_mb / 1000:.2f} GB",
            idle_mb <= 1200,
        ),
        Bar("Each further 720p camera (PSS)", "≤ 40 MB", f"{each_mb:.1f} MB", each_mb <= 40),
    ]
    write("startup", figures, bars, quick=asked.quick)


def first_picture_s(data: Path) -> float:
    started_at, started_s = datetime.now(UTC), time.monotonic()
    with running_platform(data) as platform:
        until(lambda: seen(platform, 1, started_at), 120, "the camera is analysed")
        return time.monotonic() - started_s


def add(platform: Platform, clip: Path, count: int) -> list[str]:
    return [
        platform.add_camera(f"camera {time.monotonic_ns()}", str(clip), kind="file", loop=True)
        for _ in range(count)
    ]


def deploy(platform: Platform, ids: list[str]) -> None:
    body = {"scenario": "danger-zone", "camera_ids": ids}
    platform.call("POST", "/deployments", params={"force": True}, json=body)


def seen(platform: Platform, count: int, since: datetime | None = None) -> bool:
    """Whether so many cameras are analysed, by a status that is newer than `since`."""
    statuses = [camera["status"] for camera in platform.call("GET", "/cameras")["items"]]
    working = [
        status
        for status in statuses
        if status["analysed_fps"]
        and status["last_frame_at"]
        and (since is None or datetime.fromisoformat(status["last_frame_at"]) > since)
    ]
    return len(working) >= count


def weigh(platform: Platform) -> float:
    found = pss_mb(tree(platform.process.pid))
    print(f"{len(tree(platform.process.pid))} processes, {found:.0f} MB", flush=True)
    return found


if __name__ == "__main__":
    main()
