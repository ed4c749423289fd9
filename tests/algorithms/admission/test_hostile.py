"""Files made to do harm: each is refused or contained with its own reason, and we go on."""

import os
import tarfile
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from algorithms.admission import check
from algorithms.manifest import AlgorithmManifest

MakeNetwork = Callable[..., onnx.ModelProto]
Make = Callable[[onnx.ModelProto, Path], object]


def external_data(network: onnx.ModelProto, path: Path) -> None:
    _send_outside(network.graph.initializer[0], "../../../../etc/passwd")
    path.write_bytes(network.SerializeToString())


def hard_linked_data(network: onnx.ModelProto, path: Path) -> None:
    secret = path.with_name("secret")
    secret.write_bytes(b"what belongs to others")
    os.link(secret, path.with_name("weights.bin"))
    _send_outside(network.graph.initializer[0], "weights.bin")
    path.write_bytes(network.SerializeToString())


def hard_linked_model(network: onnx.ModelProto, path: Path) -> None:
    elsewhere = path.with_name("elsewhere.onnx")
    elsewhere.write_bytes(network.SerializeToString())
    os.link(elsewhere, path)


def symbolic_link(_network: onnx.ModelProto, path: Path) -> None:
    path.symlink_to("/etc/passwd")


def zip_bomb(_network: onnx.ModelProto, path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("model.onnx", bytes(200 * 2**20))


def tar_archive(_network: onnx.ModelProto, path: Path) -> None:
    with tarfile.open(path, "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("../../model.onnx"))


def endless_loop(network: onnx.ModelProto, path: Path) -> None:
    on = helper.make_tensor_value_info("on", TensorProto.BOOL, [])
    again = helper.make_tensor_value_info("again", TensorProto.BOOL, [])
    number = helper.make_tensor_value_info("number", TensorProto.INT64, [])
    body = helper.make_graph(
        [helper.make_node("Identity", ["on"], ["again"])], "for ever", [number, on], [again]
    )
    true = numpy_helper.from_array(np.array(True))
    network.graph.node.insert(0, helper.make_node("Loop", ["", "true"], [], body=body))
    network.graph.node.insert(0, helper.make_node("Constant", [], ["true"], value=true))
    path.write_bytes(network.SerializeToString())


def giant_initialiser(network: onnx.ModelProto, path: Path) -> None:
    network.graph.initializer[0].dims[:] = [2**31, 2**31]
    path.write_bytes(network.SerializeToString())


def giant_constant(network: onnx.ModelProto, path: Path) -> None:
    """A tensor of 400 GB that is nowhere in the file."""
    sides = numpy_helper.from_array(np.array([10**11]))
    network.graph.node.append(helper.make_node("Constant", [], ["sides"], value=sides))
    network.graph.node.append(helper.make_node("ConstantOfShape", ["sides"], ["giant"]))
    path.write_bytes(network.SerializeToString())


def function_chain(network: onnx.ModelProto, path: Path) -> None:
    """100 MB of functions that call each other: expanded, they would never end."""
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("chain", 1)]
    padding = "x" * 50_000
    for n in range(2000):
        calls = [
            helper.make_node(f"f{n + 1}", [a], [b], domain="chain", doc_string=padding[:25_000])
            for a, b in (("x", "y"), ("y", "z"))
        ]
        network.functions.append(
            helper.make_function("chain", f"f{n}", ["x"], ["z"], calls, opsets)
        )
    network.opset_import.append(helper.make_opsetid("chain", 1))
    path.write_bytes(network.SerializeToString())
    assert path.stat().st_size > 100_000_000


def nested_graphs(network: onnx.ModelProto, path: Path) -> None:
    """Branches within branches, deeper than a careful reader's stack."""
    graph = helper.make_graph([helper.make_node("Identity", ["raw"], ["y"])], "deepest", [], [])
    for n in range(12):
        choice = helper.make_node("If", ["on"], [f"y{n}"], then_branch=graph, else_branch=graph)
        graph = helper.make_graph([choice], f"level {n}", [], [])
    network.graph.node.extend(graph.node)
    path.write_bytes(network.SerializeToString())


def wrong_shapes(network: onnx.ModelProto, path: Path) -> None:
    """The weights' shape promises more numbers than there are."""
    network.graph.initializer[0].dims[:] = [588, 3, 7, 7]
    path.write_bytes(network.SerializeToString())


def truncated(network: onnx.ModelProto, path: Path) -> None:
    path.write_bytes(network.SerializeToString()[:-200])


def noise(_network: onnx.ModelProto, path: Path) -> None:
    path.write_bytes(np.random.default_rng(0).bytes(2**20))


def custom_operator(network: onnx.ModelProto, path: Path) -> None:
    network.graph.node.append(helper.make_node("Run", ["raw"], ["z"], domain="com.microsoft"))
    path.write_bytes(network.SerializeToString())


CASES: list[tuple[Make, str]] = [
    (external_data, "external data ('weight')"),
    (hard_linked_data, "external data ('weight')"),
    (hard_linked_model, "got one of several names (hard links)"),
    (symbolic_link, "got a symbolic link"),
    (zip_bomb, "got a zip archive"),
    (tar_archive, "got a gzip archive"),
    (endless_loop, "got Loop"),
    (giant_initialiser, "numbers in 'weight' by its shape"),
    (giant_constant, "MiB of memory"),
    (function_chain, "2000 model-local functions ('f0')"),
    (nested_graphs, "operators: expected"),
    (wrong_shapes, "expected a file that ONNX Runtime loads"),
    (truncated, "do not parse"),
    (noise, "do not parse"),
    (custom_operator, "com.microsoft::Run"),
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "expected"), CASES, ids=lambda part: getattr(part, "__name__", "")
)
def test_a_file_made_to_do_harm_is_refused_with_its_own_reason(
    make: Make,
    expected: str,
    make_network: MakeNetwork,
    manifest: AlgorithmManifest,
    tmp_path: Path,
) -> None:
    model = tmp_path / "model.onnx"
    make(make_network(), model)

    reasons = check(model, manifest, unprotected=True).reasons

    assert expected in reasons[0], reasons


@pytest.mark.slow
def test_while_a_hostile_file_is_checked_others_are_served(
    make_network: MakeNetwork, manifest: AlgorithmManifest, tmp_path: Path
) -> None:
    model = tmp_path / "model.onnx"
    giant_constant(make_network(), model)
    verdicts: list[list[str]] = []
    checking = threading.Thread(
        target=lambda: verdicts.append(check(model, manifest, unprotected=True).reasons)
    )

    checking.start()
    turns = 0
    while checking.is_alive():
        time.sleep(0.01)
        turns += 1
    checking.join()

    assert turns > 5  # this process, and its lock, was free
    assert verdicts[0]


def _send_outside(tensor: TensorProto, where: str) -> None:
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value=where)
