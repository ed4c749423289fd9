from collections.abc import Callable
from itertools import pairwise

import numpy as np
import onnx
import pytest
import yaml
from onnx import TensorProto, helper, numpy_helper

from algorithms import embedded
from algorithms.admission import graph, inside
from algorithms.manifest import AlgorithmManifest, OutputSpec

MakeNetwork = Callable[..., onnx.ModelProto]


def only_reason(network: onnx.ModelProto, manifest: AlgorithmManifest) -> str:
    reasons = graph.check(network.SerializeToString(), manifest)
    assert len(reasons) == 1, reasons
    return reasons[0]


def body(name: str) -> onnx.GraphProto:
    """A loop's body that never says stop."""
    return helper.make_graph(
        [
            helper.make_node("Identity", ["on"], ["still_on"]),
            helper.make_node("Identity", ["x"], ["y"]),
        ],
        name,
        [
            helper.make_tensor_value_info("i", TensorProto.INT64, []),
            helper.make_tensor_value_info("on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("x", TensorProto.FLOAT, None),
        ],
        [
            helper.make_tensor_value_info("still_on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("y", TensorProto.FLOAT, None),
        ],
    )


def branch(name: str) -> onnx.GraphProto:
    node = helper.make_node("Identity", ["raw"], [f"{name}_out"])
    out = helper.make_tensor_value_info(f"{name}_out", TensorProto.FLOAT, None)
    return helper.make_graph([node], name, [], [out])


def truth() -> onnx.NodeProto:
    value = numpy_helper.from_array(np.array(True), "true")
    return helper.make_node("Constant", [], ["true"], value=value)


def send_outside(tensor: TensorProto) -> None:
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../../etc/passwd")


def test_a_yolov8_shaped_network_breaks_no_rule(
    make_network: MakeNetwork, manifest: AlgorithmManifest
) -> None:
    assert graph.check(make_network().SerializeToString(), manifest) == []


def test_a_yolox_shaped_network_breaks_no_rule(
    make_network: MakeNetwork, yolox_manifest: AlgorithmManifest
) -> None:
    assert graph.check(make_network("yolox").SerializeToString(), yolox_manifest) == []


def test_a_free_batch_breaks_no_rule(
    make_network: MakeNetwork, manifest: AlgorithmManifest
) -> None:
    assert graph.check(make_network(batch="N").SerializeToString(), manifest) == []


def test_external_weights_are_refused(
    make_network: MakeNetwork, manifest: AlgorithmManifest
) -> None:
    network = make_network()
    send_outside(network.graph.initializer[0])

    assert "external data ('weight')" in only_reason(network, manifest)


def test_external_weights_hidden_in_a_branch_are_found(
    make_network: MakeNetwork, manifest: AlgorithmManifest
) -> None:
    hidden = branch("then")
    value = numpy_helper.from_array(np.zeros(4, np.float32), "hidden")
    send_outside(value)
    hidden.node.append(helper.make_node("Constant", [], ["unused"], value=value))
    choice = helper.make_node(
        "If", ["true"], ["output"], then_branch=hidden, else_branch=branch("else")
    )

    reasons = graph.check(make_network(extra=[truth(), choice]).SerializeToString(), manifest)

    assert "external data ('hidden')" in reasons[0]
    assert "got If" in reasons[1]


def test_an_endless_loop_is_refused(make_network: MakeNetwork, manifest: AlgorithmManifest) -> None:
    loop = helper.make_node("Loop", ["", "true", "raw"], ["output"], body=body("forever"))

    assert "got Loop" in only_reason(make_network(extra=[truth(), loop]), manifest)


def test_any_operator_with_a_graph_inside_is_refused(
    make_network: MakeNetwork, manifest: AlgorithmManifest
) -> None:
    odd = helper.make_node("SequenceMap", ["raw"], ["output"], body=branch("each"))

    assert "got SequenceMap" in only_reason(make_network(extra=[odd]), manifest)


def test_functions_of_its_own_are_refused(
    make_network: MakeNetwork, manifest: AlgorithmManifest
) -> None:
    network = make_network()
    node = helper.make_node("Identity", ["a"], ["b"])
    opsets = [helper.make_opsetid("", 17)]
    network.functions.append(helper.make_function("", "mine", ["a"], ["b"], [node], opsets))

    assert "1 model-local functions ('mine')" in only_reason(network, manifest)


def test_an_operator_of_another_domain_is_refused(
    make_network: MakeNetwork, manifest: AlgorithmManifest
) -> None:
    network = make_network(extra=[helper.make_node("Run", ["raw"], ["output"], domain="evil.co")])

    assert "evil.co::Run" in only_reason(network, manifest)


@pytest.mark.parametrize("opset", [7, 99])
def test_an_opset_out_of_range_is_refused(
    make_network: MakeNetwork, manifest: AlgorithmManifest, opset: int
) -> None:
    reason = only_reason(make_network(opset=opset), manifest)

    assert f"between 11 and 28, got {opset}" in reason


def test_another_input_size_shows_both_sides(
    make_network: MakeNetwork, manifest: AlgorithmManifest
) -> None:
    reason = only_reason(make_network(size=96), manifest)

    assert "(1, 3, 64, 64)" in reason
    assert "(1, 3, 96, 96)" in reason


def test_a_fixed_batch_of_eight_is_refused(
    make_network: MakeNetwork, manifest: AlgorithmManifest
) -> None:
    reasons = graph.check(make_network(batch=8).SerializeToString(), manifest)

    assert "got (8, 3, 64, 64)" in reasons[0]


def test_two_inputs_are_refused(make_network: MakeNetwork, manifest: AlgorithmManifest) -> None:
    network = make_network()
    network.graph.input.append(helper.make_tensor_value_info("more", TensorProto.FLOAT, [1]))

    assert "got 2 (images, more)" in only_reason(network, manifest)


def test_weights_listed_among_the_inputs_do_not_count(
    make_network: MakeNetwork, manifest: AlgorithmManifest
) -> None:
    network = make_network()
    network.graph.input.append(helper.make_tensor_value_info("shape", TensorProto.INT64, [3]))

    assert graph.check(network.SerializeToString(), manifest) == []


def test_a_half_precision_input_is_refused(
    make_network: MakeNetwork, manifest: AlgorithmManifest
) -> None:
    network = make_network()
    network.graph.input[0].type.tensor_type.elem_type = TensorProto.FLOAT16

    assert "got float16" in only_reason(network, manifest)


def test_outputs_beside_the_first_are_not_read(
    make_network: MakeNetwork, manifest: AlgorithmManifest
) -> None:
    network = make_network()
    network.graph.output.append(helper.make_tensor_value_info("mean", TensorProto.FLOAT, None))

    assert graph.check(network.SerializeToString(), manifest) == []


def test_a_family_of_several_outputs_wants_them_named(
    make_network: MakeNetwork, manifest: AlgorithmManifest
) -> None:
    detr = manifest.model_copy(update={"output": OutputSpec(family="detr")})

    reason = only_reason(make_network(), detr)

    assert "expected 2 as family detr reads them, (1, any, 4) (1, any, 2)" in reason
    assert "1 (output) in the graph" in reason


def test_an_output_that_is_not_there_shows_both_sides(
    make_network: MakeNetwork, manifest: AlgorithmManifest
) -> None:
    spec = OutputSpec(family="yolov8", tensors=("boxes",))

    reason = only_reason(make_network(), manifest.model_copy(update={"output": spec}))

    assert "got boxes in output.tensors and 1 (output) in the graph" in reason


def test_a_manifest_inside_that_says_otherwise_shows_both_sides(
    make_network: MakeNetwork, manifest: AlgorithmManifest
) -> None:
    network = make_network()
    other = manifest.model_copy(update={"licence": "MIT", "version": "2.0.0"})
    embedded.put(network, yaml.safe_dump(other.model_dump(mode="json")))

    reasons = graph.check(network.SerializeToString(), manifest)

    assert [reason.partition(":")[0] for reason in reasons] == ["licence", "version"]
    assert "'MIT', got 'Apache-2.0'" in reasons[0]


def test_a_manifest_inside_that_agrees_is_no_reason(
    make_network: MakeNetwork, manifest: AlgorithmManifest
) -> None:
    network = make_network()
    embedded.put(network, yaml.safe_dump(manifest.model_dump(mode="json")))

    assert graph.check(network.SerializeToString(), manifest) == []


def test_weights_larger_than_the_file_could_be_are_refused_by_their_shape(
    make_network: MakeNetwork, manifest: AlgorithmManifest
) -> None:
    network = make_network()
    network.graph.initializer[0].dims[:] = [1 << 40, 3, 1, 1]

    assert "3298534883328 numbers in 'weight'" in only_reason(network, manifest)


def test_too_many_operators_are_refused(
    make_network: MakeNetwork, manifest: AlgorithmManifest
) -> None:
    names = ["raw", *(f"i{n}" for n in range(graph.MOST_NODES)), "output"]
    chain = [helper.make_node("Identity", [a], [b]) for a, b in pairwise(names)]

    assert "at most 20000, got 20005" in only_reason(make_network(extra=chain), manifest)


def test_another_number_of_classes_shows_both_sides(
    make_network: MakeNetwork, manifest: AlgorithmManifest
) -> None:
    one_class = manifest.model_copy(update={"classes": manifest.classes[:1]})

    reason = only_reason(make_network(), one_class)

    assert "(1, 5, any)" in reason
    assert "(1, 6, 84)" in reason


def test_another_family_shows_both_sides(
    make_network: MakeNetwork, yolox_manifest: AlgorithmManifest
) -> None:
    reason = only_reason(make_network("yolov8"), yolox_manifest)

    assert "(1, 84, 7)" in reason
    assert "(1, 6, 84)" in reason


def test_classes_in_another_order_than_the_file_says_are_refused(
    make_network: MakeNetwork, manifest: AlgorithmManifest
) -> None:
    network = make_network()
    network.metadata_props.add(key="names", value="{0: 'without helmet', 1: 'With-Helmet'}")

    assert "withouthelmet, withhelmet" in only_reason(network, manifest)


@pytest.mark.parametrize("names", ["{0: 'head', 1: 'hat'}", "['a'", "{0: 'with_helmet'}", "1+"])
def test_renamed_classes_and_odd_notes_are_no_reason(
    make_network: MakeNetwork, manifest: AlgorithmManifest, names: str
) -> None:
    network = make_network()
    network.metadata_props.add(key="names", value=names)

    assert graph.check(network.SerializeToString(), manifest) == []


@pytest.mark.parametrize("name", ["batch", "images", "output", "Sigmoid", "weight", "notes"])
def test_a_name_that_is_no_text_is_refused(
    make_network: MakeNetwork, manifest: AlgorithmManifest, name: str
) -> None:
    network = make_network(batch="batch")
    network.metadata_props.add(key="notes", value="none")
    damaged = network.SerializeToString().replace(name.encode(), name[:-1].encode() + b"\xe9")

    (reason,) = graph.check(damaged, manifest)

    assert reason.startswith(f"names: expected text in UTF-8, got other bytes ('{name[:-1]}?')")


def test_a_name_that_is_no_text_in_what_is_too_large_is_shown(
    make_network: MakeNetwork, manifest: AlgorithmManifest
) -> None:
    network = make_network()
    network.functions.add(name="chain")
    damaged = network.SerializeToString().replace(b"chain", b"chai\xe9")

    (reason,) = graph.check(damaged, manifest)

    assert "1 model-local functions ('chai?')" in reason


def test_a_manifest_inside_that_is_no_text_is_given_out_as_far_as_it_can_be_read(
    make_network: MakeNetwork,
) -> None:
    network = make_network()
    embedded.put(network, "name: rider")
    damaged = network.SerializeToString().replace(b"rider", b"ride\xe9")

    assert inside.carried(damaged) == {"text": "name: ride\ufffd"}


def test_what_the_file_calls_itself_cannot_break_the_line(
    make_network: MakeNetwork, manifest: AlgorithmManifest
) -> None:
    network = make_network(size=96)
    network.graph.input[0].name = "a\n\x1b[31m" + "x" * 999

    reason = only_reason(network, manifest)

    assert reason.isprintable()
    assert len(reason) < 400
