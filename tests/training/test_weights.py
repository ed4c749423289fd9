import hashlib
import tomllib
from pathlib import Path
from typing import Any

import onnx
import pytest

from algorithms.catalog import shipped
from algorithms.manifest import AlgorithmManifest

WEIGHTS = Path(__file__).parents[2] / "weights"
RECORDS: list[dict[str, Any]] = tomllib.loads((WEIGHTS / "manifest.toml").read_text("utf-8"))[
    "weights"
]

each_record = pytest.mark.parametrize("record", RECORDS, ids=lambda r: r["file"])
each_algorithm = pytest.mark.parametrize("algorithm", shipped(), ids=lambda a: a.name)


@each_record
def test_a_network_is_the_one_its_record_describes(record: dict[str, Any]) -> None:
    content = (WEIGHTS / record["file"]).read_bytes()

    assert hashlib.sha256(content).hexdigest() == record["sha256"]


@each_record
def test_a_record_says_where_a_network_comes_from(record: dict[str, Any]) -> None:
    wanted = ("algorithm", "version", "licence", "data", "command", "provenance", "metrics")

    assert [key for key in wanted if not record.get(key)] == []


def test_every_network_has_a_record() -> None:
    assert {record["file"] for record in RECORDS} == {f.name for f in WEIGHTS.glob("*.onnx")}


@each_algorithm
def test_an_algorithm_of_the_catalogue_has_its_weights_and_card(
    algorithm: AlgorithmManifest,
) -> None:
    record = record_of(algorithm)

    assert record["file"] == f"{algorithm.name}-{algorithm.version}.onnx"
    assert record["licence"] == algorithm.licence
    assert (catalog_folder(algorithm) / "MODEL_CARD.md").is_file()


@each_algorithm
def test_the_graph_takes_and_gives_what_the_manifest_says(algorithm: AlgorithmManifest) -> None:
    graph = onnx.load_model_from_string((WEIGHTS / record_of(algorithm)["file"]).read_bytes()).graph
    given, made = shape(graph.input[0]), shape(graph.output[0])

    assert given == ["batch", 3, algorithm.input.height, algorithm.input.width]
    if algorithm.output.family == "yolov8":
        assert made[:2] == ["batch", 4 + len(algorithm.classes)]
    assert [given, made] == [
        record_of(algorithm)["input_shape"],
        record_of(algorithm)["output_shape"],
    ]


def record_of(algorithm: AlgorithmManifest) -> dict[str, Any]:
    (found,) = [
        record
        for record in RECORDS
        if (record["algorithm"], record["version"]) == (algorithm.name, algorithm.version)
    ]
    return found


def catalog_folder(algorithm: AlgorithmManifest) -> Path:
    return Path(__file__).parents[2] / "algorithms" / "catalog" / algorithm.name


def shape(value: onnx.ValueInfoProto) -> list[str | int]:
    dims = value.type.tensor_type.shape.dim
    return [dim.dim_param or dim.dim_value for dim in dims]
