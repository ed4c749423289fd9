import hashlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from fastapi import FastAPI
from fastapi.testclient import TestClient

from algorithms.errors import ModelError
from algorithms.manifest import AlgorithmManifest
from serving.api import create_api
from serving.api.checking import Checking
from serving.inference.pool import Model, ModelPool
from serving.registry import keys
from serving.registry.model_file import model_file
from serving.registry.registering import Registry, signed
from serving.settings import Settings
from serving.store import Store, algorithms, model_failures, nodes, tokens
from serving.streams.planning import plan_cameras
from tests.models import always_sees, manifest

VERSION = "/api/v1/algorithms/fixed/versions/1.0.0"
ANY = {"If-Match": "*"}


def _decide(client: TestClient, submission: dict[str, Any]) -> dict[str, Any]:
    checking = cast("Checking", cast("FastAPI", client.app).state.checking)
    checking.check(submission["id"]).result(10)
    return client.get(f"/api/v1/submissions/{submission['id']}").json()


@pytest.fixture
def fixed(client: TestClient, tmp_path: Path) -> AlgorithmManifest:
    """An accepted version of a helmet detector, champion of its name."""
    made = manifest("with_helmet", "without_helmet")
    file = always_sees(tmp_path / "m.onnx", [(32, 32, 8, 8)], [[0.5, 0.1]])
    text = yaml.safe_dump(made.model_dump(mode="json"))
    files = {"model": ("m.onnx", file.read_bytes()), "manifest": ("algorithm.yaml", text)}
    submission = client.post("/api/v1/submissions", files=files).json()
    assert submission["created_by"] == "tests"
    assert _decide(client, submission)["state"] == "accepted"
    return made


@pytest.fixture
def deployment(client: TestClient, fixed: AlgorithmManifest, camera_id: str) -> dict[str, Any]:
    body = {"scenario": "danger-zone", "algorithm": "fixed", "camera_ids": [camera_id]}
    answer = client.post("/api/v1/deployments", json={**body, "rule": {"classes": ["with_helmet"]}})
    assert answer.status_code == 201, answer.text
    assert answer.json()["problem"] is None
    return answer.json()


def _set(client: TestClient, state: str, reason: str = "it misses children") -> Any:
    return client.put(f"{VERSION}/state", json={"state": state, "reason": reason}, headers=ANY)


def test_an_accepted_version_says_where_it_comes_from(
    client: TestClient, fixed: AlgorithmManifest
) -> None:
    version = client.get(VERSION).json()

    (key,) = client.get("/api/v1/signing-keys").json()
    assert (version["signed_by"], key["own"]) == (key["key_id"], True)
    about = version["provenance"]
    assert (about["origin"], about["submitted_by"]) == ("submitted", "tests")
    assert about["training_data"] == fixed.training_data
    assert client.get(f"/api/v1/submissions/{about['submission_id']}").status_code == 200
    envelope = client.get(f"{VERSION}/statement").json()
    assert envelope["payloadType"] == "application/vnd.in-toto+json"


def test_a_revoked_version_stops_everywhere(
    client: TestClient, store: Store, settings: Settings, deployment: dict[str, Any]
) -> None:
    with store.read() as session:
        (before,) = plan_cameras(session, settings)
    assert client.get("/v2/models/fixed").status_code == 200

    revoked = _set(client, "revoked").json()

    assert (revoked["state"], revoked["changed_by"]) == ("revoked", "tests")
    with store.read() as session:
        (after,) = plan_cameras(session, settings)
    assert (len(before.watches), len(after.watches)) == (1, 0)
    for path in ("/v2/models/fixed", "/v2/models/fixed/versions/1.0.0"):
        assert client.get(path).status_code == 410
        assert "it misses children" in client.get(path).text
    told = client.get(f"/api/v1/deployments/{deployment['id']}").json()["problem"]
    assert "fixed@1.0.0 was revoked" in told
    assert "it misses children" in told
    assert client.get(f"{VERSION}/bundle").status_code == 410


def test_a_revoked_version_never_comes_back(client: TestClient, fixed: AlgorithmManifest) -> None:
    _set(client, "revoked")

    assert _set(client, "approved").status_code == 409
    assert _set(client, "retired").status_code == 409
    alias = client.put(
        "/api/v1/algorithms/fixed/aliases/candidate", json={"version": "1.0.0"}, headers=ANY
    )
    assert alias.status_code == 409


def test_a_retired_version_goes_on_where_it_runs_and_takes_nothing_new(
    client: TestClient, deployment: dict[str, Any], camera_id: str
) -> None:
    _set(client, "retired", "2.0.0 is better")
    body: dict[str, Any] = {
        "scenario": "danger-zone",
        "algorithm": "fixed",
        "camera_ids": [camera_id],
        "rule": {"classes": ["with_helmet"]},
    }

    new = client.post("/api/v1/deployments", json=body)
    path = f"/api/v1/deployments/{deployment['id']}"
    edited = client.patch(path, json={"rule": {"classes": ["without_helmet"]}}, headers=ANY)

    assert new.status_code == 422
    assert "2.0.0 is better" in new.json()["detail"]
    assert edited.status_code == 200, edited.text
    assert edited.json()["problem"] is None
    assert _set(client, "approved", "still needed").status_code == 200
    assert client.post("/api/v1/deployments", json=body).status_code == 201


def test_a_state_is_changed_by_who_has_seen_it(
    client: TestClient, fixed: AlgorithmManifest
) -> None:
    tag = client.get(f"{VERSION}/state").headers["ETag"]
    order = {"state": "retired", "reason": "old"}

    def put(headers: dict[str, str]) -> int:
        return client.put(f"{VERSION}/state", json=order, headers=headers).status_code

    assert put({}) == 428
    assert put({"If-Match": tag}) == 200
    assert put({"If-Match": tag}) == 412


def test_an_alias_remembers_where_it_pointed(
    client: TestClient, store: Store, fixed: AlgorithmManifest
) -> None:
    with store.write() as session:
        second = fixed.model_copy(update={"version": "2.0.0"})
        algorithms.add(session, second, "b" * 64, origin="submitted")
    path = "/api/v1/algorithms/fixed/aliases/candidate"

    def put(version: str, revision: int) -> int:
        headers = {"If-Match": f'"{revision}"'}
        return client.put(path, json={"version": version}, headers=headers).status_code

    assert [put("2.0.0", 0), put("1.0.0", 0), put("1.0.0", 1)] == [200, 412, 200]
    moves = client.get(f"{path}/moves").json()
    assert [(m["version"], m["revision"], m["moved_by"]) for m in moves] == [
        ("1.0.0", 2, "tests"),
        ("2.0.0", 1, "tests"),
    ]
    listed = client.get("/api/v1/algorithms/fixed/aliases").json()
    assert {a["alias"]: a["version"] for a in listed} == {"candidate": "1.0.0", "champion": "1.0.0"}


def test_a_changed_file_does_not_load_and_the_status_says_so(
    client: TestClient,
    store: Store,
    settings: Settings,
    deployment: dict[str, Any],
) -> None:
    with store.read() as session:
        (plan,) = plan_cameras(session, settings)
    (model,) = plan.models.values()
    ModelPool(keys=keys.own(settings)).load(model)
    model.path.write_bytes(model.path.read_bytes() + b"\x00")
    pool = ModelPool(keys=keys.own(settings))

    with pytest.raises(ModelError, match=r"fixed@1\.0\.0: expected model\.onnx with sha256"):
        pool.load(model)

    with store.write() as session:  # as the pipeline's beat does it
        nodes.observe(session, "n1", name="rack", state="alive")
        for each, why_not in pool.new_outcomes():
            model_failures.record(session, "n1", each.manifest.name, "1.0.0", why_not)
    told = client.get(f"/api/v1/deployments/{deployment['id']}").json()["problem"]
    assert told.startswith("on node rack: fixed@1.0.0: expected model.onnx with sha256")
    assert client.get(VERSION).json()["failures"][0]["node"] == "rack"
    assert client.get(f"{VERSION}/bundle").status_code == 409


def test_a_pool_of_the_platform_loads_nothing_unsigned(
    store: Store, settings: Settings, deployment: dict[str, Any]
) -> None:
    with store.write() as session:
        algorithms.get(session, "fixed", "1.0.0").envelope = None
        (plan,) = plan_cameras(session, settings)
    (model,) = plan.models.values()

    with pytest.raises(ModelError, match="without a signature"):
        ModelPool(keys=keys.own(settings)).load(model)


@pytest.fixture
def elsewhere(
    client: TestClient, settings: Settings, migrated: Path, tmp_path: Path, admit: Any
) -> Iterator[Callable[..., TestClient]]:
    """Another platform; say whose keys it trusts."""
    stores: list[Store] = []
    clients: list[TestClient] = []

    def start(*trusted: str) -> TestClient:
        file = shutil.copy(migrated, tmp_path / "elsewhere.db")
        store = Store(f"sqlite:///{file}")
        stores.append(store)
        with store.write() as session:
            token = tokens.create(session, "there")
        there = settings.model_copy(
            update={"data_dir": tmp_path / "there", "trusted_keys": list(trusted)}
        )
        app = create_api(store, there, None, admit)
        client = TestClient(app, headers={"Authorization": f"Bearer {token}"})
        clients.append(client.__enter__())
        return client

    yield start
    for each in clients:
        each.__exit__()
    for store in stores:
        store.dispose()


def test_a_version_goes_to_another_platform_in_one_file(
    client: TestClient,
    fixed: AlgorithmManifest,
    elsewhere: Callable[..., TestClient],
    admit: Any,
) -> None:
    bundle = client.get(f"{VERSION}/bundle").content
    (key,) = client.get("/api/v1/signing-keys").json()
    there = elsewhere(key["public_key"])
    admit.checked.clear()

    submission = there.post("/api/v1/algorithm-imports", files={"bundle": ("x", bundle)})

    assert submission.status_code == 202, submission.text
    assert _decide(there, submission.json())["state"] == "accepted"
    ours, theirs = client.get(VERSION).json(), there.get(VERSION).json()
    assert len(admit.checked) == 1
    assert theirs["sha256"] == hashlib.sha256(admit.checked[0]).hexdigest() == ours["sha256"]
    about = theirs["provenance"]
    assert (about["origin"], about["submitted_by"]) == ("imported", "there")
    assert about["imported_from"] == ours["signed_by"] != theirs["signed_by"]
    assert about["imported_statement"]["submitted_by"] == "tests"
    again = there.post("/api/v1/algorithm-imports", files={"bundle": ("x", bundle)})
    assert again.status_code == 409


def test_a_bundle_of_a_stranger_is_refused(
    client: TestClient, fixed: AlgorithmManifest, elsewhere: Callable[..., TestClient]
) -> None:
    bundle = client.get(f"{VERSION}/bundle").content
    there = elsewhere()

    refused = there.post("/api/v1/algorithm-imports", files={"bundle": ("x", bundle)})

    assert refused.status_code == 422
    assert "LONGAN_TRUSTED_KEYS" in refused.json()["detail"]
    assert there.get("/api/v1/algorithms").json() == []


def test_what_ships_with_the_platform_enters_signed(store: Store, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "own")
    if not list(settings.weights_dir.glob("*.onnx")):
        pytest.skip("the weights are not here")
    for _ in range(2):
        with store.write() as session:
            Registry(settings).register_shipped(session)

    pool = ModelPool(keys=keys.own(settings))
    with store.read() as session:
        (row,) = algorithms.versions(session, "rider-helmet")
        assert row.envelope is not None
        assert (settings.models_dir / f"{row.sha256}.onnx").is_file()
        made = AlgorithmManifest.model_validate(row.manifest)
        pool.load(Model(made, row.sha256, model_file(row, settings), signed(row)))
