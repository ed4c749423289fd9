"""Choosing: the fastest engine that gives the right answer, and a report that says why."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from algorithms.detector import Detector
from algorithms.engines import Engine, choose, openvino
from algorithms.engines.choose import Cost, difference, drawn_picture, load_engine
from algorithms.engines.openvino import OpenVinoEngine
from algorithms.errors import ModelError
from tests.models import always_sees, manifest, sees_light

pytest.importorskip("openvino")


def costing(**lane_ms: float) -> Callable[[Engine, NDArray[np.float32], int, float], Cost]:
    """A stop-watch that reads what it is told, by library."""
    return lambda engine, picture, lanes, seconds: Cost(lane_ms[engine.description.split()[0]], 1.0)


@pytest.mark.parametrize("fastest", ["onnxruntime", "openvino"])
def test_auto_keeps_the_fastest_that_agrees(fastest: str, tmp_path: Path) -> None:
    costs = {"onnxruntime": 20.0, "openvino": 20.0, fastest: 10.0}

    engine, report = load_engine(sees_light(tmp_path / "m.onnx"), measure=costing(**costs), lanes=2)

    assert engine.description.startswith(fastest)
    assert (report.engine, report.ms_per_picture, report.lanes) == (engine.description, 10.0, 2)
    tried = {c.engine.split()[0]: c for c in report.candidates}
    assert {name: c.ms_per_picture for name, c in tried.items()} == costs
    assert all(c.refused is None and c.largest_error is not None for c in tried.values())


def test_a_fast_engine_with_wrong_answers_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = OpenVinoEngine.run

    def wrong(engine: OpenVinoEngine, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        return right(engine, batch) + np.float32(0.5)

    monkeypatch.setattr(OpenVinoEngine, "run", wrong)

    engine, report = load_engine(
        always_sees(tmp_path / "m.onnx", [(32, 32, 16, 16)] * 40, [[0.5]] * 40),
        measure=costing(onnxruntime=20, openvino=1),
    )

    assert engine.description.startswith("onnxruntime")
    refused = report.candidates[-1]
    assert refused.refused is not None
    assert "expected what ONNX Runtime gives" in refused.refused
    assert (refused.largest_error, refused.ms_per_picture) == (0.5, None)


def test_an_engine_that_gives_no_numbers_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(_engine: OpenVinoEngine, _batch: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.full((1, 5, 1), np.nan, np.float32)

    monkeypatch.setattr(OpenVinoEngine, "run", nothing)

    with pytest.raises(ModelError, match=r"no engine can be used: openvino .* 5 not finite"):
        load_engine(sees_light(tmp_path / "m.onnx"), "openvino", measure_s=0)


def test_an_engine_that_fails_does_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_engine: OpenVinoEngine, _batch: NDArray[np.float32]) -> NDArray[np.float32]:
        raise ModelError("an operator is missing")

    monkeypatch.setattr(OpenVinoEngine, "run", fails)

    engine, report = load_engine(sees_light(tmp_path / "m.onnx"), measure_s=0)

    assert engine.description.startswith("onnxruntime")
    failed = ["an operator is missing"] * len(openvino.precisions())
    assert [c.refused for c in report.candidates] == [None, *failed]


def test_auto_goes_without_openvino_where_it_is_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openvino, "installed", lambda: False)

    _, report = load_engine(sees_light(tmp_path / "m.onnx"), measure_s=0)

    assert [c.engine.split()[0] for c in report.candidates] == ["onnxruntime"]
    assert report.ms_per_picture > 0


def test_bf16_is_tried_where_the_cpu_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def load(model: Path, *, lanes: int, precision: str) -> Engine:
        asked.append(precision)
        return OpenVinoEngine(model, lanes=lanes)

    monkeypatch.setattr(openvino, "precisions", lambda: ("f32", "bf16"))
    monkeypatch.setattr(choose, "OpenVinoEngine", load)

    load_engine(sees_light(tmp_path / "m.onnx"), "openvino", measure_s=0)

    assert asked == ["f32", "bf16"]


def test_a_detector_carries_its_report(tmp_path: Path) -> None:
    model = sees_light(tmp_path / "m.onnx")

    measured = Detector.load_fastest(manifest("light"), model, lanes=2, measure_s=0)

    assert measured.report is not None
    report = json.loads(json.dumps(measured.report.as_json()))
    assert report["engine"] == measured.engine.description
    assert report["lanes"] == 2
    assert report["ms_per_picture"] == min(c["ms_per_picture"] for c in report["candidates"])
    assert Detector.load(manifest("light"), model).report is None


def test_a_difference_counts_in_parts_of_the_channels_range() -> None:
    right = np.zeros((1, 2, 100), np.float32)
    right[0, 0] = np.linspace(0, 500, 100)  # a coordinate
    got = right.copy()
    got[0, 0, 7] += 50
    got[0, 1, 3] += 0.2  # a score

    mean, largest = difference(got, right)
    turned = difference(got.transpose(0, 2, 1), right.transpose(0, 2, 1))

    assert (mean, largest) == (pytest.approx(0.002), pytest.approx(0.2))
    assert turned == (pytest.approx(mean), pytest.approx(largest))


def test_the_drawn_picture_is_the_same_every_time_and_in_range() -> None:
    picture = drawn_picture((None, 3, 96, 128), brightest=255)

    assert picture.shape == (1, 3, 96, 128)
    assert picture.flags["C_CONTIGUOUS"]
    assert 0 <= picture.min() < 50 < 200 < picture.max() <= 255
    np.testing.assert_array_equal(picture, drawn_picture((None, 3, 96, 128), brightest=255))
