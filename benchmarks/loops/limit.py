# pyright: basic
"""What cannot be saved: the engine alone on a finished batch, and decoding without looking.

MORE: `decode`, or `engine` and which: `auto` or a library.
"""

from typing import cast

import av
import numpy as np

from algorithms.engines.choose import Choice
from benchmarks.loops.clock import Clock
from benchmarks.models import rider_helmet, square
from benchmarks.plans import settled


def main() -> None:
    clock = Clock()
    what, *choice = clock.more
    engine = run_engine(clock, choice[0]) if what == "engine" else decode(clock)
    clock.report(engine=engine)


def run_engine(clock: Clock, choice: str) -> str:
    """The engine that ours uses, in one thread."""
    model = {"rider-helmet": rider_helmet, "yolov8n-640": square}[clock.model]().model
    engine = settled([model], cast("Choice", choice)).load(model).engine
    shape = (1, 3, model.manifest.input.height, model.manifest.input.width)
    batch = np.random.default_rng(0).random(shape, np.float32)
    while not clock.done():
        engine.run(batch)
    return engine.description


def decode(clock: Clock) -> str:
    """All pictures that lie before the ones analysed: those refer to them."""
    with av.open(clock.clip) as container:
        container.streams.video[0].codec_context.thread_count = 1
        for index, _ in enumerate(container.decode(video=0)):
            if index % clock.stride == 0 and clock.done():
                break
    return "libavcodec"


if __name__ == "__main__":
    main()
