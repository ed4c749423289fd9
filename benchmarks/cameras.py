"""Cameras that one core holds at 5 analysed pictures a second.

    python benchmarks/cameras.py [--seconds 15]

RTSP cameras send scenes of the day-like mix, each begun at another time, as 720p25 or 1080p25,
watched for persons in a zone (street-objects, 640×384). Their number grows until less
than 95 % of what was wished for is analysed; the last number that held counts.
"""

import os
from contextlib import ExitStack
from dataclasses import asdict
from itertools import product
from pathlib import Path
from typing import Any

from benchmarks.day_mix import pieces
from benchmarks.harness import arguments, write
from benchmarks.node import Feed, Measured, running_node
from benchmarks.plans import scenario_watch
from benchmarks.rtsp import rtsp_cameras
from benchmarks.video import resized

HELD = 0.95
SUB_HEIGHT = 360
STEPS = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 64)


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--seconds", type=float, default=15.0, help="looked on for each number")
    asked = parser.parse_args()
    scenes = [scene.mixed for scene in pieces(asked.media, 3)]
    heights = (720,) if asked.quick else (720, 1080)
    results: list[dict[str, Any]] = []
    for height, sub, gate in product(heights, (False, True), (False, True)):
        seconds, steps = (4.0, STEPS[:2]) if asked.quick else (asked.seconds, STEPS)
        tried = grow(scenes, height, seconds, steps, sub=sub, gate=gate)
        held = [step for step in tried if step.share_of_wanted >= HELD]
        row = {
            "stream": f"{height}p25",
            "sub_stream": sub,
            "gate": gate,
            "cameras_per_core": round((held[-1].cameras if held else 0) / _cores(), 2),
            "at_that_number": asdict(held[-1]) if held else None,
            "one_more": asdict(tried[-1]),
        }
        print(row, flush=True)
        results.append(row)
    write("cameras", {"cores": _cores(), "configurations": results}, quick=asked.quick)


def grow(
    scenes: list[Path],
    height: int,
    seconds: float,
    steps: tuple[int, ...],
    *,
    sub: bool,
    gate: bool,
) -> list[Measured]:
    """Every number that was tried, up to the first that did not hold."""
    tried: list[Measured] = []
    most = -(-steps[-1] // len(scenes))
    with ExitStack() as running:
        main = [running.enter_context(rtsp_cameras(resized(s, height), most)) for s in scenes]
        small = [running.enter_context(rtsp_cameras(resized(s, SUB_HEIGHT), most)) for s in scenes]
        feeds = [
            Feed(less, more) if sub else Feed(more)
            for mains, subs in zip(zip(*main, strict=True), zip(*small, strict=True), strict=True)
            for more, less in zip(mains, subs, strict=True)
        ]
        node = running.enter_context(running_node())
        for count in steps:
            node.run(feeds[:count], scenario_watch("danger-zone"), 5.0, gate=gate)
            tried.append(node.measure(8.0, seconds))
            if tried[-1].share_of_wanted < HELD:
                break
    return tried


def _cores() -> int:
    return len(os.sched_getaffinity(0))


if __name__ == "__main__":
    main()
