# pyright: basic
"""Where the CPU of an analysed picture goes, step by step.

    python benchmarks/budget.py

Every fifth picture of 720p25, every one worth it to the gate, on the engine a node here would
choose. What is not in a step is decoding and Python between the steps.
"""

import time
from collections import defaultdict
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from typing import Any

import algorithms.detector
from algorithms.detector import Detector
from algorithms.motion import Motion
from algorithms.tracking import Tracker
from benchmarks.harness import arguments, write
from benchmarks.models import Network, rider_helmet, square
from benchmarks.plans import clip_plan, model_watch, settled
from benchmarks.video import street
from scenarios.watch import Watch
from serving.streams.offline import analyze_clip

WARM_UP, PICTURES = 5, 90


def main() -> None:
    asked = arguments(__doc__).parse_args()
    found = {
        network.model.manifest.name: budget(network, asked.media)
        for network in (rider_helmet(), square())
    }
    write("budget", {"cpu_ms_per_picture": found}, quick=asked.quick)


def budget(network: Network, media: Any) -> dict[str, Any]:
    spent: dict[str, float] = defaultdict(float)
    pool = settled([network.model])
    engine = pool.load(network.model).engine
    steps = [
        (Motion, "update", "motion"),
        (algorithms.detector, "fill", "letterbox"),
        (type(engine), "run", "engine"),
        (Detector, "_detections", "decode outputs, suppress"),
        (Tracker, "update", "tracker"),
        (Watch, "update", "rules"),
    ]
    count, started_s = 0, 0.0
    with ExitStack() as stack:
        for owner, name, step in steps:
            stack.enter_context(timed(owner, name, step, spent))
        for _ in analyze_clip(clip_plan(street(media, 720), [model_watch(network.model)]), pool):
            count += 1
            if count == WARM_UP:
                spent.clear()
                started_s = time.process_time()
            if count == PICTURES:
                break
        total_s = time.process_time() - started_s
    spent["decoding and the rest"] = total_s - sum(spent.values())
    pictures = count - WARM_UP
    shares = {step: round(1000 * s / pictures, 2) for step, s in spent.items()}
    return {**shares, "total": round(1000 * total_s / pictures, 2), "engine is": engine.description}


@contextmanager
def timed(owner: Any, name: str, step: str, spent: dict[str, float]) -> Generator[None]:
    function = getattr(owner, name)

    def noted(*given: Any, **named: Any) -> Any:
        started_s = time.process_time()
        try:
            return function(*given, **named)
        finally:
            spent[step] += time.process_time() - started_s

    setattr(owner, name, noted)
    try:
        yield
    finally:
        setattr(owner, name, function)


if __name__ == "__main__":
    main()
