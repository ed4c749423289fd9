"""What the decoders do with numbers that no library's test would give them."""

from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from algorithms.decoders import DECODERS
from algorithms.detector import Detector
from algorithms.errors import ManifestError, ModelError
from algorithms.manifest import AlgorithmManifest, Family
from tests.models import manifest

PICTURE = np.zeros((128, 128, 3), np.uint8)


def fixed(path: Path, outputs: dict[str, Any], shape: tuple[int, ...] = (1, 3, 64, 64)) -> Path:
    """A network that gives the same tensors for every picture."""
    values = {name: np.asarray(value) for name, value in outputs.items()}
    nodes = [helper.make_node("ReduceMax", ["images"], ["most"], keepdims=0)]
    for name, value in values.items():
        kind = helper.np_dtype_to_tensor_dtype(value.dtype)
        nodes += [
            helper.make_node("Mul", ["most", "zero"], [f"{name} 0"]),
            helper.make_node("Cast", [f"{name} 0"], [f"{name} 1"], to=kind),
            helper.make_node("Add", [f"{name} value", f"{name} 1"], [name]),
        ]
    graph = helper.make_graph(
        nodes,
        "fixed",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, shape)],
        [
            helper.make_tensor_value_info(
                name, helper.np_dtype_to_tensor_dtype(value.dtype), value.shape
            )
            for name, value in values.items()
        ],
        [
            numpy_helper.from_array(np.array(0, np.float32), "zero"),
            *(numpy_helper.from_array(value, f"{name} value") for name, value in values.items()),
        ],
    )
    opsets = [helper.make_opsetid("", 17)]
    path.write_bytes(
        helper.make_model(graph, opset_imports=opsets, ir_version=8).SerializeToString()
    )
    return path


def given(family: str, *classes: str, **output: Any) -> AlgorithmManifest:
    document = manifest(*classes, size=64).model_dump(mode="json")
    document["output"] = {"family": family, **output}
    document["task"] = "classify" if family == "classifier" else "detect"
    return AlgorithmManifest.model_validate(document)


def f32(*rows: Any) -> Any:
    return np.array(rows, np.float32)


def test_every_family_of_the_manifest_has_its_decoder() -> None:
    assert set(DECODERS) == set(get_args(Family))


def test_end_to_end_boxes_of_one_class_may_overlap(tmp_path: Path) -> None:
    rows = f32([[8, 8, 24, 24, 0.9, 1], [9, 8, 24, 24, 0.8, 1], [0, 0, 0, 0, 0, 0]])
    detector = Detector.load(given("yolo26", "a", "b"), fixed(tmp_path / "m", {"o": rows}))

    (found,) = detector.detect([PICTURE])

    assert found.xyxy.tolist() == [[16, 16, 48, 48], [18, 16, 48, 48]]


def test_end_to_end_states_of_one_thing_still_exclude_each_other(tmp_path: Path) -> None:
    rows = f32([[8, 8, 24, 24, 0.9, 1], [9, 8, 24, 24, 0.8, 0]])
    document = given("yolo26", "with_helmet", "without_helmet").model_dump(mode="json")
    for spec in document["classes"]:
        spec["group"] = "head"
    wanted = AlgorithmManifest.model_validate(document)

    (found,) = Detector.load(wanted, fixed(tmp_path / "m", {"o": rows})).detect([PICTURE])

    assert list(found.data["class_name"]) == ["without_helmet"]


@pytest.mark.parametrize("label", [-1.0, 2.0, 1e9])
def test_a_class_that_the_manifest_does_not_have_is_dropped(tmp_path: Path, label: float) -> None:
    rows = f32([[8, 8, 24, 24, 0.9, label]])
    detector = Detector.load(given("yolo26", "a", "b"), fixed(tmp_path / "m", {"o": rows}))

    assert len(detector.detect([PICTURE])[0]) == 0


def test_a_box_that_is_not_a_number_is_dropped(tmp_path: Path) -> None:
    rows = f32([[np.nan, 8, 24, 24, 0.9, 1], [8, 8, 24, 24, 0.8, 1], [8, 8, 24, 24, np.nan, 1]])
    detector = Detector.load(given("yolo26", "a", "b"), fixed(tmp_path / "m", {"o": rows}))

    (found,) = detector.detect([PICTURE])

    assert found.xyxy.tolist() == [[16, 16, 48, 48]]


def test_several_outputs_are_read_by_name_for_every_picture(tmp_path: Path) -> None:
    outputs = {
        "labels": np.array([1, 2]),
        "scores": np.array([0.9, 0.1], np.float32),
        "boxes": f32([8, 8, 24, 24], [0, 0, 8, 8]),
    }
    wanted = given("nms", "a", "b", tensors=["boxes", "scores", "labels"], first_label=1)
    detector = Detector.load(wanted, fixed(tmp_path / "m", outputs))

    found = detector.detect([PICTURE, PICTURE[:64, :64]])

    assert [f.xyxy.tolist() for f in found] == [[[16, 16, 48, 48]], [[8, 8, 24, 24]]]
    assert [list(f.data["class_name"]) for f in found] == [["a"], ["a"]]


def test_boxes_with_a_batch_axis_in_parts_of_the_picture(tmp_path: Path) -> None:
    """As the SSDs of the ONNX model zoo have them."""
    outputs = {
        "bboxes": f32([[0.25, 0.25, 0.5, 0.5]]),
        "labels": np.array([[2]]),
        "scores": f32([0.9]),
    }
    wanted = given(
        "nms", "a", "b", tensors=["bboxes", "scores", "labels"], first_label=1, unit="fractions"
    )

    (found,) = Detector.load(wanted, fixed(tmp_path / "m", outputs)).detect([PICTURE])

    assert found.xyxy.tolist() == [[32, 32, 64, 64]]
    assert list(found.data["class_name"]) == ["b"]


def test_a_query_may_be_two_things(tmp_path: Path) -> None:
    outputs = {"logits": f32([[3.0, 2.0, 9.0]]), "boxes": f32([[0.5, 0.5, 0.5, 0.5]])}
    wanted = given("detr", "a", "b", tensors=["boxes", "logits"], extra_channels=1)

    (found,) = Detector.load(wanted, fixed(tmp_path / "m", outputs)).detect([PICTURE])

    assert list(found.data["class_name"]) == ["a", "b"]
    assert found.xyxy.tolist() == [[32, 32, 96, 96]] * 2


def test_a_classifier_that_is_not_sure_says_nothing(tmp_path: Path) -> None:
    wanted = given("classifier", "clean", "dirty", activation="softmax")
    unsure = Detector.load(wanted, fixed(tmp_path / "a", {"o": f32([0.1, 0.1])}))
    sure = Detector.load(wanted, fixed(tmp_path / "b", {"o": f32([0.0, 3.0])}))

    assert len(unsure.detect([PICTURE], confidence=0.6)[0]) == 0
    (found,) = sure.detect([PICTURE[:, :100]], confidence=0.6)
    assert list(found.data["class_name"]) == ["dirty"]
    assert found.xyxy.tolist() == [[0, 0, 100, 128]]


def test_a_network_of_tensorflow_s_layout(tmp_path: Path) -> None:
    rows = f32([[8, 8, 24, 24, 0.9, 0]])
    document = given("yolo26", "a").model_dump(mode="json")
    document["input"]["layout"] = "nhwc"
    wanted = AlgorithmManifest.model_validate(document)
    model = fixed(tmp_path / "m", {"o": rows}, (1, 64, 64, 3))

    (found,) = Detector.load_fastest(wanted, model, measure_s=0).detect([PICTURE])

    assert found.xyxy.tolist() == [[16, 16, 48, 48]]


def test_an_output_that_is_not_there_is_named(tmp_path: Path) -> None:
    model = fixed(tmp_path / "m", {"logits": f32([[1.0]]), "boxes": f32([[0, 0, 1, 1]])})
    detector = Detector.load(given("detr", "a", tensors=["boxes", "scores"]), model)

    with pytest.raises(ModelError, match="among logits, boxes, got scores"):
        detector.detect([PICTURE])


def test_a_family_of_two_outputs_without_their_names_is_refused(tmp_path: Path) -> None:
    model = fixed(tmp_path / "m", {"logits": f32([[1.0]]), "boxes": f32([[0, 0, 1, 1]])})

    with pytest.raises(ManifestError, match=r"output\.tensors: expected 2 names .* got 0"):
        Detector.load(given("detr", "a"), model)


def test_the_model_is_run_on_the_engines_there_are(tmp_path: Path) -> None:
    outputs = {"logits": f32([[3.0]]), "boxes": f32([[0.5, 0.5, 0.5, 0.5]])}
    wanted = given("detr", "a", tensors=["boxes", "logits"])
    model = fixed(tmp_path / "m", outputs)

    for engine in ("auto", "openvino"):
        detector = Detector.load_fastest(wanted, model, engine=engine, measure_s=0)
        assert detector.detect([PICTURE])[0].xyxy.tolist() == [[32, 32, 96, 96]]
