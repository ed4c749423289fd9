from collections.abc import Sequence

import onnx
import pytest
import yaml
from onnx import TensorProto, helper

from algorithms import embedded
from algorithms.draft import draft
from algorithms.errors import ManifestError
from algorithms.manifest import AlgorithmManifest

Shape = Sequence[int | str]


def network(
    outputs: dict[str, Shape], picture: Shape = (1, 3, 64, 64), **notes: str
) -> onnx.ModelProto:
    """Only what a draft looks at: names, shapes, notes."""
    graph = helper.make_graph(
        [],
        "shapes",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, picture)],
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in outputs.items()],
    )
    proto = helper.make_model(graph)
    for key, value in notes.items():
        proto.metadata_props.add(key=key, value=value)
    return proto


def filled_in(text: str) -> AlgorithmManifest:
    """The draft once its team has said what the graph does not."""
    return AlgorithmManifest.from_yaml(text.replace("FILL IN", "said"))


NAMES = "{0: 'person', 1: 'e-bike rider'}"


@pytest.mark.parametrize(
    ("outputs", "notes", "family", "classes"),
    [
        ({"o": (1, 6, 84)}, {}, "yolov8", 2),
        ({"o": (1, 38, 84), "p": (1, 32, 16, 16)}, {"names": NAMES}, "yolov8", 2),
        ({"o": (1, 252, 7)}, {}, "yolov5", 2),
        ({"o": (1, 84, 7)}, {}, "yolox", 2),
        ({"o": (1, 300, 6)}, {"names": NAMES}, "yolo26", 2),
        ({"o": (1, 300, 38)}, {"names": NAMES, "end2end": "True"}, "yolo26", 2),
        ({"o": (1, 300, 6)}, {"names": NAMES, "head": "RTDETRDecoder"}, "rtdetr", 2),
        ({"logits": (1, 100, 2), "pred_boxes": (1, 100, 4)}, {}, "detr", 2),
        ({"boxes": ("n", 4), "labels": ("n",), "scores": ("n",)}, {"names": NAMES}, "nms", 2),
        ({"o": (1, 2)}, {"task": "classify", "names": NAMES}, "classifier", 2),
    ],
)
def test_a_draft_is_a_manifest_that_fits_the_graph(
    outputs: dict[str, Shape], notes: dict[str, str], family: str, classes: int
) -> None:
    text = draft(network(outputs, **notes), "My_Model v2")

    found = filled_in(text)
    assert found.name == "my-model-v2"
    assert (found.output.family, len(found.classes)) == (family, classes)
    assert (found.input.width, found.input.height) == (64, 64)


def test_what_the_graph_names_is_taken_over() -> None:
    outputs: dict[str, Shape] = {"labels": ("n",), "scores": ("n",), "boxes": ("n", 4)}

    found = filled_in(draft(network(outputs, names=NAMES), "m"))

    assert found.output.tensors == ("boxes", "scores", "labels")
    assert [spec.key for spec in found.classes] == ["person", "e_bike_rider"]


def test_a_picture_with_its_channels_last_is_seen() -> None:
    text = draft(network({"o": (1, 6, 84)}, picture=(1, 48, 64, 3)), "m")

    found = filled_in(text).input
    assert (found.layout, found.width, found.height) == ("nhwc", 64, 48)


def test_a_manifest_inside_is_handed_out_as_it_is() -> None:
    proto = network({"o": (1, 6, 84)})
    embedded.put(proto, "name: old")
    embedded.put(proto, "name: mine")

    assert draft(proto, "m") == "name: mine"


def test_a_network_that_takes_no_picture_is_refused() -> None:
    with pytest.raises(ManifestError, match="expected one picture"):
        draft(network({"o": (1, 6, 84)}, picture=(1, 10)), "m")


def test_outputs_of_no_family_are_refused() -> None:
    with pytest.raises(ManifestError, match="one of the families"):
        draft(network({"o": (1, 2, 3, 4)}), "m")


def test_open_fields_are_marked() -> None:
    document = yaml.safe_load(draft(network({"o": (1, 6, 84)}), "m"))

    assert document["team"] == document["training_data"] == "FILL IN"


def test_a_draft_that_nobody_filled_in_is_no_manifest() -> None:
    text = draft(network({"o": (1, 6, 84)}, license="MIT"), "m").replace("team: FILL IN", "team: T")

    with pytest.raises(ManifestError, match="title_zh, title_en, training_data, contact: expected"):
        AlgorithmManifest.from_yaml(text)
