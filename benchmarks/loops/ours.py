"""Longan: the offline analysis, which is the live pipeline without its clock.

MORE: `gate` or `all` (every due picture is analysed), and the engine: `auto` or a library.
"""

from pathlib import Path
from typing import cast

from algorithms.engines.choose import Choice
from benchmarks.loops.clock import Clock
from benchmarks.models import Network, rider_helmet, square
from benchmarks.plans import clip_plan, model_watch, settled
from benchmarks.video import rate
from serving.streams.offline import analyze_clip


def main() -> None:
    clock = Clock()
    network: Network = {"rider-helmet": rider_helmet, "yolov8n-640": square}[clock.model]()
    clip = Path(clock.clip)
    fps = float(rate(clip)) / clock.stride
    gate, engine = clock.more
    plan = clip_plan(clip, [model_watch(network.model)], fps, gate=gate == "gate")
    for step in analyze_clip(plan, settled([network.model], cast("Choice", engine))):
        if step.frame is not None and clock.done():
            break
    clock.report()


if __name__ == "__main__":
    main()
