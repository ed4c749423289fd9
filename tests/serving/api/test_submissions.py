import hashlib
from pathlib import Path
from typing import Any, cast

import onnx
import pytest
import yaml
from fastapi import FastAPI
from fastapi.testclient import TestClient

from algorithms import embedded
from algorithms.admission import TrialReport, Verdict
from algorithms.admission.report import BatchCost
from algorithms.manifest import AlgorithmManifest
from serving.api.checking import Checking
from serving.settings import Settings
from serving.store import Store, submissions
from tests.models import always_sees

MODEL = b"an onnx file"
SHA256 = hashlib.sha256(MODEL).hexdigest()


@pytest.fixture
def manifest(make_manifest: Any) -> AlgorithmManifest:
    return make_manifest("yolox-nano", "1.0.0")


def _submit(
    client: TestClient,
    manifest: AlgorithmManifest | bytes | None,
    model: bytes = MODEL,
    headers: dict[str, str] | None = None,
) -> Any:
    text = (
        yaml.safe_dump(manifest.model_dump(mode="json")).encode()
        if isinstance(manifest, AlgorithmManifest)
        else manifest
    )
    files = {"model": ("m.onnx", model)}
    if text is not None:
        files["manifest"] = ("algorithm.yaml", text)
    return client.post("/api/v1/submissions", files=files, headers=headers)


def _checking(client: TestClient) -> Checking:
    return cast("FastAPI", client.app).state.checking


def _wait(client: TestClient, submission_id: str) -> dict[str, Any]:
    """Checks run one after the other, and a second one of the same submission does nothing."""
    _checking(client).check(submission_id).result(10)
    return client.get(f"/api/v1/submissions/{submission_id}").json()


def test_an_accepted_model_becomes_a_version(
    client: TestClient, manifest: AlgorithmManifest, settings: Settings, admit: Any
) -> None:
    answer = _submit(client, manifest)

    assert answer.status_code == 202
    assert (answer.json()["state"], answer.json()["sha256"]) == ("checking", SHA256)
    decided = _wait(client, answer.json()["id"])
    assert (decided["state"], decided["reasons"]) == ("accepted", [])
    assert admit.checked == [MODEL]
    assert (settings.models_dir / f"{SHA256}.onnx").read_bytes() == MODEL
    version = client.get("/api/v1/algorithms/yolox-nano/versions/1.0.0").json()
    assert (version["origin"], version["sha256"]) == ("submitted", SHA256)


def test_a_refused_model_says_why_and_leaves_no_file(
    client: TestClient, manifest: AlgorithmManifest, settings: Settings, admit: Any
) -> None:
    admit.reasons = ["has a Loop", "wants 3 inputs"]

    decided = _wait(client, _submit(client, manifest).json()["id"])

    assert (decided["state"], decided["reasons"]) == ("rejected", ["has a Loop", "wants 3 inputs"])
    assert not list(settings.models_dir.rglob("*.onnx"))
    assert client.get("/api/v1/algorithms").json() == []


@pytest.mark.parametrize(
    "text",
    [
        b"name: [",
        b"name: Yolox",
        b"\xff\xfe",
        b"[" * 20_000,
        b"name: 2001-99-99",
        b"!!timestamp x",
        b"!!bool x",
        b"",
        b"x" * 600_000,
    ],
)
def test_a_manifest_that_cannot_be_used_is_refused(client: TestClient, text: bytes) -> None:
    answer = _submit(client, text)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == "body.manifest"


def test_what_the_trial_measured_is_shown(
    client: TestClient, manifest: AlgorithmManifest, admit: Any
) -> None:
    admit.report = TrialReport(
        opset=17,
        operators=3,
        parameters=10,
        load_ms=1.5,
        batches=(BatchCost(pictures=1, ms=30.5, memory_mib=140.0),),
        dynamic_batch=False,
        deterministic=True,
        boxes_on_blank=0,
        boxes_on_noise=2,
        on_nan="nan",
        runtime="onnxruntime",
    )

    decided = _wait(client, _submit(client, manifest).json()["id"])

    assert decided["report"]["batches"] == [{"pictures": 1, "ms": 30.5, "memory_mib": 140.0}]
    assert decided["report"]["boxes_on_noise"] == 2


def test_a_model_may_carry_its_manifest_itself(
    client: TestClient, manifest: AlgorithmManifest, tmp_path: Path
) -> None:
    file = always_sees(tmp_path / "m.onnx", [(32, 32, 8, 8)], [[0.5, 0.5]])
    network = onnx.ModelProto.FromString(file.read_bytes())
    embedded.put(network, yaml.safe_dump(manifest.model_dump(mode="json")))

    answer = _submit(client, None, network.SerializeToString())

    assert (answer.status_code, answer.json()["name"]) == (202, "yolox-nano")
    assert _wait(client, answer.json()["id"])["state"] == "accepted"


def test_what_the_source_network_gave_reaches_the_check_and_is_not_kept(
    client: TestClient, manifest: AlgorithmManifest, settings: Settings, admit: Any
) -> None:
    text = manifest.model_dump_json().encode()
    files = {"model": MODEL, "manifest": text, "reference": b"an npz file"}

    answer = client.post("/api/v1/submissions", files=files)

    assert _wait(client, answer.json()["id"])["state"] == "accepted"
    assert admit.references == [b"an npz file"]
    assert not list(settings.models_dir.rglob("*.npz"))


def test_a_submission_that_is_refused_leaves_no_reference(
    client: TestClient, manifest: AlgorithmManifest, settings: Settings
) -> None:
    _wait(client, _submit(client, manifest).json()["id"])
    text = manifest.model_dump_json().encode()
    files = {"model": MODEL, "manifest": text, "reference": b"an npz file"}

    answer = client.post("/api/v1/submissions", files=files)

    assert answer.status_code == 409
    assert not list(settings.models_dir.rglob("*.npz"))


@pytest.mark.parametrize("carried", [None, "name: [", "name: only", "x" * 300_000])
def test_without_a_manifest_anywhere_a_model_is_refused(
    client: TestClient, settings: Settings, tmp_path: Path, carried: str | None
) -> None:
    file = always_sees(tmp_path / "m.onnx", [(32, 32, 8, 8)], [[0.5]])
    network = onnx.ModelProto.FromString(file.read_bytes())
    if carried is not None:
        embedded.put(network, carried)

    answer = _submit(client, None, network.SerializeToString())

    assert answer.status_code == 422
    assert "longan.algorithm" in answer.json()["detail"]
    assert not list(settings.models_dir.rglob("*.onnx"))


def test_a_version_that_is_there_is_refused_at_once(
    client: TestClient, manifest: AlgorithmManifest
) -> None:
    _wait(client, _submit(client, manifest).json()["id"])

    answer = _submit(client, manifest, b"another file")

    assert answer.status_code == 409
    assert "raise `version`" in answer.json()["detail"]


def test_a_model_above_the_limit_is_refused(
    client: TestClient, manifest: AlgorithmManifest
) -> None:
    answer = _submit(client, manifest, b"x" * (2 * 1024 * 1024 + 1))

    assert answer.status_code == 413
    assert "2 MiB" in answer.json()["detail"]


def test_the_same_submission_sent_again_is_checked_once(
    client: TestClient, manifest: AlgorithmManifest, admit: Any
) -> None:
    key = {"Idempotency-Key": "k-1"}
    first = _submit(client, manifest, headers=key).json()

    again = _submit(client, manifest, headers=key).json()

    _wait(client, first["id"])
    assert again["id"] == first["id"]
    assert len(admit.checked) == 1
    assert len(client.get("/api/v1/submissions").json()["items"]) == 1


def test_a_check_that_breaks_is_a_verdict_too(
    client: TestClient, manifest: AlgorithmManifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> Verdict:
        raise MemoryError

    monkeypatch.setattr(_checking(client), "_admit", broken)

    decided = _wait(client, _submit(client, manifest).json()["id"])

    assert decided["state"] == "rejected"
    assert "the check itself broke" in decided["reasons"][0]


def test_a_check_that_a_restart_interrupted_is_run_again(
    app: Any,
    token: str,
    store: Store,
    settings: Settings,
    manifest: AlgorithmManifest,
    make_manifest: Any,
) -> None:
    with store.write() as session:
        interrupted = submissions.create(session, manifest, SHA256)
        moved = submissions.create(session, make_manifest("moved"), "b" * 64)
        lost = submissions.create(session, manifest, "c" * 64)
    waiting = settings.models_dir / "checking" / f"{interrupted.id}.onnx"
    waiting.parent.mkdir(parents=True)
    waiting.write_bytes(MODEL)
    (settings.models_dir / f"{'b' * 64}.onnx").write_bytes(MODEL)

    with TestClient(app, headers={"Authorization": f"Bearer {token}"}) as client:
        decided = _wait(client, interrupted.id)
        after_the_move = _wait(client, moved.id)
        gone = _wait(client, lost.id)

    assert decided["state"] == "accepted"
    assert after_the_move["state"] == "accepted"
    assert "submit it again" in gone["reasons"][0]
