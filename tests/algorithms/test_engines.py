"""Engines on the CPU: the same answers, from one thread or many, with any batch."""

import sys
import threading
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray

from algorithms.detector import Detector
from algorithms.engines import Engine
from algorithms.engines import openvino as openvino_engine
from algorithms.engines.onnxruntime import OnnxRuntimeEngine
from algorithms.engines.openvino import OpenVinoEngine
from algorithms.errors import ModelError
from tests.models import manifest, sees_light

ENGINES = ["onnxruntime", "openvino"]


def load(name: str, model: Path, lanes: int = 1) -> Engine:
    if name == "onnxruntime":
        return OnnxRuntimeEngine(model)
    pytest.importorskip("openvino")
    return OpenVinoEngine(model, lanes=lanes)


def with_batch(model: Path, size: int) -> Path:
    network = onnx.ModelProto.FromString(model.read_bytes())
    network.graph.input[0].type.tensor_type.shape.dim[0].dim_value = size
    network.graph.output[0].type.tensor_type.shape.dim[0].dim_value = size
    model.write_bytes(network.SerializeToString())
    return model


def pictures(*brightness: float) -> NDArray[np.float32]:
    return np.stack([np.full((3, 64, 64), value, np.float32) for value in brightness])


@pytest.mark.parametrize("name", ENGINES)
def test_an_engine_says_what_it_is(name: str, tmp_path: Path) -> None:
    engine = load(name, sees_light(tmp_path / "m.onnx"))

    library, version, device, precision = engine.description.split()

    assert (library, device, precision) == (name, engine.device, "f32")
    assert version[0].isdigit()


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("fixed", [None, 1, 3])
def test_every_picture_of_a_batch_gets_its_own_output(
    name: str, fixed: int | None, tmp_path: Path
) -> None:
    model = sees_light(tmp_path / "m.onnx")
    engine = load(name, with_batch(model, fixed) if fixed else model)

    output = engine.run(pictures(0.1, 0.5, 0.9))

    assert output.shape == (3, 5, 1)
    np.testing.assert_allclose(output[:, 4, 0], [0.1, 0.5, 0.9], rtol=1e-4)


@pytest.mark.parametrize("name", ENGINES)
def test_a_batch_that_the_network_does_not_take_is_refused(name: str, tmp_path: Path) -> None:
    engine = load(name, with_batch(sees_light(tmp_path / "m.onnx"), 2))

    with pytest.raises(ModelError, match="exactly 2 pictures, got 3"):
        engine.run(pictures(0.1, 0.5, 0.9))


@pytest.mark.parametrize("name", ENGINES)
def test_an_output_is_the_callers_own(name: str, tmp_path: Path) -> None:
    engine = load(name, sees_light(tmp_path / "m.onnx"))

    first = engine.run(pictures(0.1))
    engine.run(pictures(0.9))

    assert first[0, 4, 0] == pytest.approx(0.1, rel=1e-4)


@pytest.mark.parametrize("name", ENGINES)
def test_callers_at_once_each_get_their_own_answer(name: str, tmp_path: Path) -> None:
    callers, calls = 4, 200
    engine = load(name, sees_light(tmp_path / "m.onnx"), lanes=2)
    together = threading.Barrier(callers, timeout=30)
    wrong: list[str] = []

    def call(mine: float) -> None:
        batch = np.empty((1, 3, 64, 64), np.float32)
        together.wait()
        for turn in range(calls):
            value = mine + turn / (10 * calls)
            batch[:] = value
            got = float(engine.run(batch)[0, 4, 0])
            if abs(got - value) > 1e-3:
                wrong.append(f"expected {value}, got {got}")

    threads = [threading.Thread(target=call, args=(i / callers,)) for i in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


def test_detecting_at_once_mixes_nothing_up(tmp_path: Path) -> None:
    detector = Detector.load(manifest("light"), sees_light(tmp_path / "m.onnx"))
    together = threading.Barrier(2, timeout=30)
    seen: dict[int, set[int]] = {}

    def call(brightness: int) -> None:
        picture = np.full((64, 64, 3), brightness, np.uint8)
        together.wait()
        found = [detector.detect([picture])[0].confidence for _ in range(200)]
        seen[brightness] = {round(float(c[0]) * 255) for c in found if c is not None and len(c)}

    threads = [threading.Thread(target=call, args=(value,)) for value in (100, 200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert seen == {100: {100}, 200: {200}}


@pytest.mark.parametrize("name", ENGINES)
def test_a_broken_file_is_named(name: str, tmp_path: Path) -> None:
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"not a model")

    with pytest.raises(ModelError, match=r"broken\.onnx"):
        load(name, broken)


def test_openvino_asked_for_and_missing_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    openvino_engine.core.cache_clear()
    monkeypatch.setitem(sys.modules, "openvino", None)

    with pytest.raises(ModelError, match=r"pip install longan\[openvino\]"):
        OpenVinoEngine(sees_light(tmp_path / "m.onnx"))
