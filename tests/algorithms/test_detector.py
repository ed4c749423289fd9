from pathlib import Path

import numpy as np
import pytest

from algorithms.decoders import yolox
from algorithms.decoders.suppress import MOST_CANDIDATES, best_per_thing
from algorithms.detector import Detector
from algorithms.errors import ManifestError, ModelError
from algorithms.manifest import AlgorithmManifest
from tests.models import always_sees, manifest

PICTURE = np.zeros((128, 128, 3), np.uint8)


def test_boxes_come_back_in_source_pixels_best_first(tmp_path: Path) -> None:
    model = always_sees(
        tmp_path / "m.onnx", [(16, 16, 8, 8), (48, 48, 16, 16)], [[0.5, 0.0], [0.1, 0.9]]
    )
    detector = Detector.load(manifest("car", "person"), model)

    (found,) = detector.detect([PICTURE])

    assert list(found.data["class_name"]) == ["person", "car"]
    np.testing.assert_allclose(found.xyxy, [[80, 80, 112, 112], [24, 24, 40, 40]])
    assert found.confidence is not None
    np.testing.assert_allclose(found.confidence, [0.9, 0.5])


def test_every_picture_of_a_batch_gets_its_own_result(tmp_path: Path) -> None:
    model = always_sees(tmp_path / "m.onnx", [(32, 32, 16, 16)], [[0.8]])
    detector = Detector.load(manifest("car"), model)

    found = detector.detect([PICTURE, np.zeros((64, 64, 3), np.uint8)])

    assert [f.xyxy.tolist() for f in found] == [[[48, 48, 80, 80]], [[24, 24, 40, 40]]]


def test_below_the_operating_point_nothing_is_found_unless_asked_for(tmp_path: Path) -> None:
    model = always_sees(tmp_path / "m.onnx", [(32, 32, 16, 16)], [[0.2]])
    detector = Detector.load(manifest("car"), model)

    assert len(detector.detect([PICTURE])[0]) == 0
    assert len(detector.detect([PICTURE], confidence=0.1)[0]) == 1


def test_one_head_is_in_one_state(tmp_path: Path) -> None:
    boxes = [(32, 32, 16, 16), (33, 32, 16, 16)]
    model = always_sees(tmp_path / "m.onnx", boxes, [[0.6, 0.0], [0.0, 0.5]])

    grouped = Detector.load(manifest("with_helmet", "without_helmet", group="head"), model)
    apart = Detector.load(manifest("with_helmet", "without_helmet"), model)

    assert list(grouped.detect([PICTURE])[0].data["class_name"]) == ["with_helmet"]
    assert len(apart.detect([PICTURE])[0]) == 2


def test_a_yolox_grid_becomes_pixels() -> None:
    given = manifest("person", size=64, family="yolox")
    output = np.zeros((64 + 16 + 4, 6), np.float32)
    output[8 * 3 + 2] = [0.5, 0.5, np.log(2), np.log(4), 0.9, 0.8]  # row 3, column 2 of stride 8

    found = yolox.candidates((output,), given, 0.5)

    np.testing.assert_allclose(found.boxes, [[20 - 8, 28 - 16, 20 + 8, 28 + 16]], rtol=1e-5)
    np.testing.assert_allclose(found.scores, [0.72], rtol=1e-5)


def test_a_model_that_fires_everywhere_is_capped() -> None:
    many = 5000
    boxes = np.arange(many, dtype=np.float32)[:, None] * 20 + np.array([0, 0, 10, 10], np.float32)

    kept = best_per_thing(boxes, np.full(many, 0.9, np.float32), np.zeros(many, np.int64), 0.5)

    assert len(kept) == MOST_CANDIDATES


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"not a model")

    with pytest.raises(ModelError, match=r"broken\.onnx"):
        Detector.load(manifest("car"), broken)


@pytest.mark.parametrize(
    "hostile", ["[" * 5000, "a: !!timestamp x", "\0", "- 1", "a: &a [*a]", "!!int 'x'"]
)
def test_a_hostile_manifest_is_refused_like_any_other(hostile: str) -> None:
    with pytest.raises(ManifestError, match=r"^team\.yaml: "):
        AlgorithmManifest.from_yaml(hostile, where="team.yaml")


def test_a_wrong_manifest_says_which_field_is_wrong() -> None:
    with pytest.raises(ManifestError, match=r"version: .*\n?.*"):
        AlgorithmManifest.from_yaml("name: a\nversion: one")


def test_boxes_beyond_the_edge_do_not_suppress_those_of_another_kind() -> None:
    boxes = np.array([[-100, -100, 0, 0], [0, 0, 100, 100], [1, 1, 100, 100]], np.float32)

    kept = best_per_thing(
        boxes, np.array([0.9, 0.8, 0.7], np.float32), np.array([1, 0, 0], np.int64), 0.5
    )

    assert kept.tolist() == [0, 1]
