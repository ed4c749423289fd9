from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from algorithms.manifest import AlgorithmManifest
from serving.store import Store, algorithms, model_status, nodes

pytestmark = pytest.mark.usefixtures("helmet_detector")


def test_algorithms_are_listed_with_their_versions(client: TestClient) -> None:
    assert client.get("/api/v1/algorithms").json() == [
        {
            "name": "rider-helmet",
            "title_zh": "头盔",
            "title_en": "Helmet",
            "champion": "0.1.0",
            "versions": ["0.1.0"],
        }
    ]


def test_a_version_shows_its_manifest(client: TestClient) -> None:
    version = client.get("/api/v1/algorithms/rider-helmet/versions/0.1.0").json()

    assert version["origin"] == "shipped"
    assert version["manifest"]["classes"][1]["key"] == "without_helmet"
    assert version["engines"] == []
    assert client.get("/api/v1/algorithms/rider-helmet/versions").json() == [version]


def test_a_version_shows_what_runs_it_on_each_node(client: TestClient, store: Store) -> None:
    tried = [{"engine": "openvino CPU bf16", "cpu_ms": 21.0}, {"engine": "onnxruntime CPU fp32"}]
    with store.write() as session:
        for node_id, state in (("n1", "alive"), ("n0", "gone")):
            nodes.observe(session, node_id, name=f"rack-{node_id}", state=state)
            model_status.record(
                session, node_id, "a" * 64, "openvino CPU bf16", 21.0, {"candidates": tried}
            )

    (engine,) = client.get("/api/v1/algorithms/rider-helmet/versions/0.1.0").json()["engines"]

    assert engine.pop("measured_at")
    assert engine == {
        "node_id": "n1",
        "node": "rack-n1",
        "engine": "openvino CPU bf16",
        "cpu_ms": 21.0,
        "candidates": tried,
    }


def test_the_champion_moves_to_another_version(
    client: TestClient, store: Store, make_manifest: Callable[..., AlgorithmManifest]
) -> None:
    with store.write() as session:
        algorithms.add(session, make_manifest(version="0.2.0"), "b" * 64, origin="submitted")
    path = "/api/v1/algorithms/rider-helmet/aliases/champion"

    moved = client.put(path, json={"version": "0.2.0"}, headers={"If-Match": '"1"'})

    assert moved.json() == {"alias": "champion", "version": "0.2.0", "revision": 2}
    assert client.get(path).json() == moved.json()
    assert client.get("/api/v1/algorithms/rider-helmet").json()["versions"] == ["0.2.0", "0.1.0"]
    unknown = client.put(path, json={"version": "9.9.9"}, headers={"If-Match": "*"})
    assert unknown.status_code == 404


def test_what_is_not_there_is_not_found(client: TestClient) -> None:
    for path in (
        "nothing",
        "nothing/versions",
        "rider-helmet/versions/9",
        "rider-helmet/aliases/x",
    ):
        assert client.get(f"/api/v1/algorithms/{path}").status_code == 404
