"""Which engine is the fastest on this machine and still gives the right answer.

The right answer is ONNX Runtime's on the CPU in f32. On a drawn picture nothing scores high, and
the boxes of such anchors move by pixels as soon as the arithmetic is rounded differently. So two
bounds are set on the difference, both in parts of the range that a channel spans (a channel
narrower than 1, as scores are, counts as 1): its mean in any one channel, and its largest. Seen
with a YOLOv8n on six such pictures, mean / largest: bf16 0.0022 / 0.08, f16 0.0002 / 0.01, weights
rounded to 8 bits 0.008 / 0.21 and more. bf16 is within 0.13 px where something is found (FACTS.md).
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from algorithms.engines import Engine, openvino
from algorithms.engines.onnxruntime import NO_GPU_OPTIONS, GpuOptions, OnnxRuntimeEngine, devices
from algorithms.engines.openvino import OpenVinoEngine
from algorithms.errors import ModelError

Choice = Literal["auto", "onnxruntime", "openvino"]

MEAN_ERROR = 0.004
LARGEST_ERROR = 0.15

ROUNDS = 4
"""Engines are measured in turns, so that whatever else the machine does hits all of them."""

ALONE_S = 0.5
"""Seconds of measuring where there is nothing to choose from: only the cost is of interest."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a picture costs.

    Args:
        lane_ms: Time of one lane: wall time × lanes ÷ pictures.
        cpu_ms: CPU time of the whole process ÷ pictures; what the process did beside is in it.
    """

    lane_ms: float
    cpu_ms: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """One engine that was tried.

    Args:
        engine: Its description, or its name where it did not load.
        ms_per_picture: Lane time; None where it was not measured.
        cpu_ms_per_picture: CPU time; None where it was not measured.
        mean_error: Of the worst channel, in parts of its range; None where it did not run.
        largest_error: Of any value, in parts of its channel's range; None where it did not run.
        refused: Why it cannot be chosen; None where it can.
    """

    engine: str
    ms_per_picture: float | None = None
    cpu_ms_per_picture: float | None = None
    mean_error: float | None = None
    largest_error: float | None = None
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class EngineReport:
    """The engine chosen, and from what.

    Args:
        engine: Description of the chosen one.
        device: Where it runs.
        lanes: How many threads called at once while it was measured.
        ms_per_picture: Lane time of one picture: wall time × lanes ÷ pictures.
        cpu_ms_per_picture: CPU time of one picture.
        candidates: Everything tried, the chosen one included.
    """

    engine: str
    device: str
    lanes: int
    ms_per_picture: float
    cpu_ms_per_picture: float
    candidates: tuple[Candidate, ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


Measure = Callable[[Engine, NDArray[np.float32], int, float], Cost]
"""`(engine, picture, lanes, seconds)` → what a picture costs."""


def load_engine(
    model: Path,
    choice: Choice = "auto",
    *,
    lanes: int = 1,
    brightest: float = 1.0,
    gpu: GpuOptions = NO_GPU_OPTIONS,
    measure_s: float = 2.0,
    measure: Measure | None = None,
) -> tuple[Engine, EngineReport]:
    """Load every engine of the choice, measure each, keep the fastest that gives the right answer.

    Args:
        model: The `.onnx` file.
        choice: A library, or `auto` for all there are.
        lanes: How many threads will call at once.
        brightest: Value of a white pixel in the model's input.
        gpu: Limits on a GPU.
        measure_s: Seconds for each engine; 0 is one picture a lane.
        measure: Replaces the stop-watch.

    Raises:
        ModelError: The file cannot be loaded, or no engine of the choice can be used.
    """
    reference = OnnxRuntimeEngine(model)
    picture = drawn_picture(reference.input_shape, brightest)
    right = reference.run(picture)
    engines: list[Engine] = []
    tried: list[Candidate] = []
    for name, load in _loaders(model, choice, lanes, gpu, reference):
        try:
            engine = load()
            candidate = _compared(engine, engine.run(picture), right)
        except ModelError as error:
            tried.append(Candidate(name, refused=str(error)))
            continue
        tried.append(candidate)
        if candidate.refused is None:
            engines.append(engine)
    if not engines:
        raise ModelError(
            f"{model.name}: no engine can be used: "
            + "; ".join(f"{c.engine}: {c.refused}" for c in tried)
        )
    seconds = measure_s if len(engines) > 1 else min(measure_s, ALONE_S)
    costs = _costs(engines, picture, lanes, seconds, measure or stop_watch)
    best = min(engines, key=lambda engine: costs[engine.description].lane_ms)
    cost = costs[best.description]
    return best, EngineReport(
        engine=best.description,
        device=best.device,
        lanes=lanes,
        ms_per_picture=cost.lane_ms,
        cpu_ms_per_picture=cost.cpu_ms,
        candidates=tuple(
            replace(
                c,
                ms_per_picture=costs[c.engine].lane_ms,
                cpu_ms_per_picture=costs[c.engine].cpu_ms,
            )
            if c.engine in costs
            else c
            for c in tried
        ),
    )


def _loaders(
    model: Path, choice: Choice, lanes: int, gpu: GpuOptions, reference: Engine
) -> Iterator[tuple[str, Callable[[], Engine]]]:
    """Name and way to load of each engine there is."""
    if choice != "openvino":
        for device in devices(gpu):
            if device == "cpu":
                yield "onnxruntime cpu", lambda: reference
            else:
                yield (
                    f"onnxruntime {device}",
                    lambda device=device: OnnxRuntimeEngine(model, device=device, gpu=gpu),
                )
    if choice == "openvino" or (choice == "auto" and openvino.installed()):
        for precision in openvino.precisions():
            yield (
                f"openvino {precision}",
                lambda precision=precision: OpenVinoEngine(model, lanes=lanes, precision=precision),
            )


def _compared(engine: Engine, got: NDArray[np.float32], right: NDArray[np.float32]) -> Candidate:
    if got.shape != right.shape or not np.isfinite(got).all():
        return Candidate(
            engine.description,
            refused=f"expected finite numbers of shape {right.shape}, got shape {got.shape}"
            f" with {np.count_nonzero(~np.isfinite(got))} not finite",
        )
    mean, largest = difference(got, right)
    refused = None
    if mean > MEAN_ERROR or largest > LARGEST_ERROR:
        refused = (
            f"expected what ONNX Runtime gives in f32 within {MEAN_ERROR} in the mean and "
            f"{LARGEST_ERROR} at most, got {mean:.4f} and {largest:.4f} of the range"
        )
    return Candidate(
        engine.description,
        mean_error=round(mean, 6),
        largest_error=round(largest, 6),
        refused=refused,
    )


def difference(got: NDArray[np.float32], right: NDArray[np.float32]) -> tuple[float, float]:
    """Mean difference of the worst channel and the largest of all, in parts of channels' ranges.

    Args:
        got: `(N, channels, anchors)` or `(N, anchors, channels)`: the longer axis is the anchors.
        right: The same shape.
    """
    if not right.size:
        return 0.0, 0.0
    anchors = 1 + int(np.argmax(right.shape[1:])) if right.ndim > 1 else 0
    span = np.maximum(np.ptp(right, axis=anchors, keepdims=True), 1)
    parts = np.abs(got - right) / span
    return float(parts.mean(axis=anchors).max()), float(parts.max())


def drawn_picture(shape: tuple[int | None, ...], brightest: float) -> NDArray[np.float32]:
    """Soft-edged rectangles under noise, the same every time: nearer to a photograph than noise.

    Args:
        shape: `(N, 3, H, W)` or `(N, H, W, 3)`; a free batch becomes 1, a free side 640.
        brightest: Value of a white pixel.
    """
    if shape[1] != 3 and shape[3] == 3:
        planes = drawn_picture((shape[0], 3, shape[1], shape[2]), brightest)
        return np.ascontiguousarray(planes.transpose(0, 2, 3, 1))
    batch, _, height, width = (
        side or free for side, free in zip(shape, (1, 3, 640, 640), strict=True)
    )
    random = np.random.default_rng(0)
    picture = np.full((height, width, 3), random.random(3), np.float32)
    for _ in range(60):
        x, y = random.integers(0, width), random.integers(0, height)
        right, low = x + random.integers(8, 200), y + random.integers(8, 150)
        picture[y:low, x:right] = random.random(3)
    picture = cv2.GaussianBlur(picture, (5, 5), 0) + random.normal(0, 0.02, picture.shape)
    planes = (picture.clip(0, 1) * brightest).astype(np.float32).transpose(2, 0, 1)
    return np.repeat(planes[None], batch, axis=0)


def _costs(
    engines: list[Engine],
    picture: NDArray[np.float32],
    lanes: int,
    seconds: float,
    measure: Measure,
) -> dict[str, Cost]:
    """Median cost of each engine by its description."""
    rounds: dict[str, list[Cost]] = {engine.description: [] for engine in engines}
    for _ in range(ROUNDS):
        for engine in engines:
            cost = measure(engine, picture, lanes, seconds / ROUNDS)
            rounds[engine.description].append(cost)
    return {
        name: Cost(
            lane_ms=round(float(np.median([c.lane_ms for c in costs])), 2),
            cpu_ms=round(float(np.median([c.cpu_ms for c in costs])), 2),
        )
        for name, costs in rounds.items()
    }


def stop_watch(engine: Engine, picture: NDArray[np.float32], lanes: int, seconds: float) -> Cost:
    """Let all lanes call the engine for some seconds, at least once each.

    Raises:
        ModelError: The network failed.
    """

    def call(end: float) -> int:
        engine.run(picture)
        calls = 1
        while time.perf_counter() < end:
            engine.run(picture)
            calls += 1
        return calls

    with ThreadPoolExecutor(lanes) as threads:
        wall, cpu = time.perf_counter(), time.process_time()
        running = [threads.submit(call, wall + seconds) for _ in range(lanes)]
        pictures = sum(lane.result() for lane in running) * len(picture)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return Cost(lane_ms=1000 * wall * lanes / pictures, cpu_ms=1000 * cpu / pictures)
