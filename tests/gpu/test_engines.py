"""The GPU engines on a real card: run with `pytest -m gpu` where onnxruntime-gpu is installed."""

import threading
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from algorithms.engines import Device
from algorithms.engines.choose import (
    LARGEST_ERROR,
    MEAN_ERROR,
    difference,
    drawn_picture,
    load_engine,
)
from algorithms.engines.onnxruntime import GpuOptions, OnnxRuntimeEngine, devices

MODEL = Path(__file__).parents[2] / "weights" / "street-objects-1.0.0.onnx"

pytestmark = [pytest.mark.gpu, pytest.mark.slow]


@pytest.fixture(scope="module", params=["cuda", "tensorrt"])
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> OnnxRuntimeEngine:
    device: Device = request.param
    gpu = GpuOptions(memory_mib=2048, plan_folder=tmp_path_factory.mktemp("plans"))
    if device not in devices(gpu):
        pytest.skip(f"this onnxruntime was not built for {device}")
    return OnnxRuntimeEngine(MODEL, device=device, gpu=gpu)


@pytest.fixture(scope="module")
def picture() -> NDArray[np.float32]:
    return drawn_picture((None, 3, 384, 640), 1.0)


@pytest.mark.parametrize("batch", [1, 4, 16])
def test_the_answers_are_those_of_the_cpu(
    engine: OnnxRuntimeEngine, picture: NDArray[np.float32], batch: int
) -> None:
    right = OnnxRuntimeEngine(MODEL).run(picture)

    mean, largest = difference(
        engine.run(np.repeat(picture, batch, axis=0)), np.repeat(right, batch, axis=0)
    )

    assert mean <= MEAN_ERROR
    assert largest <= LARGEST_ERROR


def test_callers_at_once_each_get_their_own_answer(
    engine: OnnxRuntimeEngine, picture: NDArray[np.float32]
) -> None:
    inputs = [picture * np.float32(level) for level in (1.0, 0.7, 0.4, 0.1)]
    alone = [engine.run(batch) for batch in inputs]
    together = threading.Barrier(len(inputs), timeout=60)
    largest = [np.inf] * len(inputs)

    def call(mine: int) -> None:
        together.wait()
        largest[mine] = max(difference(engine.run(inputs[mine]), alone[mine])[1] for _ in range(50))

    threads = [threading.Thread(target=call, args=(mine,)) for mine in range(len(inputs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert max(largest) < 0.01


def test_auto_prefers_the_card() -> None:
    if "cuda" not in devices():
        pytest.skip("this onnxruntime was not built for cuda")

    engine, report = load_engine(MODEL, "auto", lanes=2)

    assert engine.device == "cuda", report.as_json()
