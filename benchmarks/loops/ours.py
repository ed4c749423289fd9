"""Longan: the offline analysis, which is the live pipeline without its clock.

MORE: `gate` or `all` (every due picture is analysed).
"""

from pathlib import Path

from benchmarks.loops.clock import Clock
from benchmarks.models import Network, rider_helmet, square
from benchmarks.plans import clip_plan, model_watch
from benchmarks.video import rate
from serving.streams.offline import analyze_clip


def main() -> None:
    clock = Clock()
    network: Network = {"rider-helmet": rider_helmet, "yolov8n-640": square}[clock.model]()
    clip = Path(clock.clip)
    fps = float(rate(clip)) / clock.stride
    plan = clip_plan(clip, [model_watch(network.model)], fps, gate=clock.more == ["gate"])
    for step in analyze_clip(plan):
        if step.frame is not None and clock.done():
            break
    clock.report()


if __name__ == "__main__":
    main()
