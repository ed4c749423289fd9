"""Whole checks, through the sandbox."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from algorithms.admission import check
from algorithms.admission.limits import Limits
from algorithms.admission.sandbox import run
from algorithms.manifest import AlgorithmManifest

MakeNetwork = Callable[..., onnx.ModelProto]
Save = Callable[[onnx.ModelProto], Path]

REPOSITORY = Path(__file__).parents[3]
YOLOX_NANO = REPOSITORY.parent / "shared" / "weights" / "yolox_nano.onnx"


def only_reason(path: Path, manifest: AlgorithmManifest, limits: Limits | None = None) -> str:
    with path.open("rb") as file:
        reasons = run(file, manifest, limits, unprotected=True).reasons
    assert len(reasons) == 1, reasons
    return reasons[0]


def constant(name: str, value: object) -> onnx.NodeProto:
    return helper.make_node("Constant", [], [name], value=numpy_helper.from_array(np.array(value)))


def big_square(side: int) -> list[onnx.NodeProto]:
    """A `(side, side)` tensor `big` that depends on the pictures, so nothing is done ahead."""
    return [
        constant("sides", [side, side]),
        helper.make_node("ReduceMax", ["raw"], ["most"], keepdims=0),
        helper.make_node("Expand", ["most", "sides"], ["big"]),
    ]


def test_a_good_model_is_admitted(
    make_network: MakeNetwork, save: Save, manifest: AlgorithmManifest
) -> None:
    verdict = check(save(make_network()), manifest, unprotected=True)

    assert verdict.reasons == []
    assert verdict.report is not None
    assert [cost.pictures for cost in verdict.report.batches] == [1]
    assert verdict.report.deterministic
    assert not verdict.report.dynamic_batch
    assert verdict.report.on_nan == "nan"


def test_a_good_model_with_a_free_batch_is_admitted(
    make_network: MakeNetwork, save: Save, yolox_manifest: AlgorithmManifest
) -> None:
    verdict = check(save(make_network("yolox", batch="N")), yolox_manifest, unprotected=True)

    assert verdict.reasons == []
    assert verdict.report is not None
    assert [cost.pictures for cost in verdict.report.batches] == [1, 4, 8]
    assert all(cost.ms is not None for cost in verdict.report.batches)


def test_a_file_that_is_refused_unopened_says_why(
    tmp_path: Path, manifest: AlgorithmManifest
) -> None:
    assert "got a folder" in check(tmp_path, manifest).reasons[0]


def test_a_truncated_file_is_refused(
    make_network: MakeNetwork, save: Save, manifest: AlgorithmManifest
) -> None:
    path = save(make_network())
    path.write_bytes(path.read_bytes()[:-100])

    assert "do not parse" in only_reason(path, manifest)


def test_a_graph_rule_is_enforced_inside(
    make_network: MakeNetwork, save: Save, manifest: AlgorithmManifest
) -> None:
    assert "got (1, 3, 96, 96)" in only_reason(save(make_network(size=96)), manifest)


def test_a_graph_that_the_runtime_does_not_load_is_refused_in_its_words(
    make_network: MakeNetwork, save: Save, manifest: AlgorithmManifest
) -> None:
    network = make_network(extra=[helper.make_node("NoSuchOperator", ["raw"], ["output"])])

    assert "NoSuchOperator" in only_reason(save(network), manifest)


def test_an_output_that_is_not_what_the_graph_declares_is_refused(
    make_network: MakeNetwork, save: Save, manifest: AlgorithmManifest
) -> None:
    network = make_network(
        extra=[
            helper.make_node("ReduceMax", ["raw"], ["most"], keepdims=0),
            helper.make_node("Greater", ["raw", "most"], ["never"]),
            helper.make_node("NonZero", ["never"], ["found"]),
            helper.make_node("Cast", ["found"], ["output"], to=TensorProto.FLOAT),
        ]
    )
    network.graph.output[0].type.tensor_type.ClearField("shape")

    reason = only_reason(save(network), manifest)

    assert "(1, 6, any)" in reason
    assert "(3, 0)" in reason


def test_a_model_that_rolls_dice_is_admitted_and_told_of(
    make_network: MakeNetwork, save: Save, manifest: AlgorithmManifest
) -> None:
    dice = [
        helper.make_node("RandomUniformLike", ["raw"], ["dice"]),
        helper.make_node("Min", ["raw", "dice"], ["output"]),
    ]

    verdict = check(save(make_network(extra=dice)), manifest, unprotected=True)

    assert verdict.reasons == []
    assert verdict.report is not None
    assert not verdict.report.deterministic


def test_a_free_batch_that_takes_only_one_picture_is_refused(
    make_network: MakeNetwork, save: Save, manifest: AlgorithmManifest
) -> None:
    one = [constant("one", [1, 6, 84]), helper.make_node("Reshape", ["raw", "one"], ["output"])]

    reason = only_reason(save(make_network(batch="N", extra=one)), manifest)

    assert "on 2 picture(s)" in reason


def test_not_a_number_is_refused(
    make_network: MakeNetwork, save: Save, manifest: AlgorithmManifest
) -> None:
    minus = [
        helper.make_node("Neg", ["raw"], ["neg"]),
        helper.make_node("Log", ["neg"], ["output"]),
    ]

    assert "504 of 504 NaN" in only_reason(save(make_network(extra=minus)), manifest)


def test_scores_before_the_sigmoid_are_refused(
    make_network: MakeNetwork, save: Save, manifest: AlgorithmManifest
) -> None:
    logits = [constant("five", np.float32(5)), helper.make_node("Mul", ["raw", "five"], ["output"])]

    assert "scores: expected 0 to 1" in only_reason(save(make_network(extra=logits)), manifest)


def test_yolox_boxes_that_are_decoded_already_are_refused(
    make_network: MakeNetwork, save: Save, yolox_manifest: AlgorithmManifest
) -> None:
    factors = np.array([64, 64, 64, 64, 1, 1, 1], np.float32)
    pixels = [constant("px", factors), helper.make_node("Mul", ["raw", "px"], ["output"])]

    reason = only_reason(save(make_network("yolox", extra=pixels)), yolox_manifest)

    assert "decode_in_inference=False" in reason


def test_a_memory_hog_is_refused_and_says_so(
    make_network: MakeNetwork, save: Save, manifest: AlgorithmManifest
) -> None:
    hog = [*big_square(100_000), helper.make_node("Add", ["big", "big"], ["output"])]

    assert "3072 MiB of memory" in only_reason(save(make_network(extra=hog)), manifest)


@pytest.mark.slow
def test_a_model_that_takes_too_much_cpu_is_refused(
    make_network: MakeNetwork, save: Save, manifest: AlgorithmManifest
) -> None:
    names = ["big", *(f"p{i}" for i in range(200)), "output"]
    busy = [helper.make_node("MatMul", [a, "big"], [b]) for a, b in pairwise(names)]
    network = make_network(extra=[*big_square(3000), *busy])

    assert "2 s of CPU time" in only_reason(save(network), manifest, Limits(cpu_s=2))


def test_a_check_that_outstays_its_time_is_stopped(
    make_network: MakeNetwork, save: Save, manifest: AlgorithmManifest
) -> None:
    path = save(make_network())

    assert "0.01 s on the clock" in only_reason(path, manifest, Limits(wall_s=0.01))


@pytest.mark.skipif(not YOLOX_NANO.exists(), reason="the shared weights are not here")
def test_yolox_nano_is_admitted_with_its_example_manifest() -> None:
    manifest = AlgorithmManifest.from_file(REPOSITORY / "examples/yolox-nano/algorithm.yaml")

    assert check(YOLOX_NANO, manifest, unprotected=True).reasons == []
