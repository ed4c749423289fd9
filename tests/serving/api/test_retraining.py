from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from serving.api.checking import Checking
from serving.api.evaluating import Evaluating
from serving.api.retraining import Retraining
from serving.store import Store, evaluation_sets, retraining, submissions, tokens
from serving.store.models import now
from serving.store.retraining_models import Drift
from tests.serving.api.conftest import MakeManifest, SignedIn
from tests.serving.streams.waiting import until
from tests.serving.street import street

pytestmark = pytest.mark.usefixtures("helmet_detector")

PATH = "/api/v1/retraining-policies"
SUNDAYS = {"days": ["sun"], "begin": "02:00", "end": "04:00"}
ORDER: dict[str, Any] = {
    "algorithm": "rider-helmet",
    "recipe": "rider-helmet",
    "scenario": "rider-helmet",
    "evaluation_set": "street",
    "base_release": "a" * 64,
    "schedule": {"time_zone": "Asia/Shanghai", "windows": [SUNDAYS]},
    "drift_band": "major",
}


@pytest.fixture(autouse=True)
def to_measure_on(store: Store) -> None:
    with store.write() as session:
        evaluation_sets.add(session, street())


@pytest.fixture
def admin(app: FastAPI, store: Store) -> Iterator[TestClient]:
    with store.write() as session:
        secret = tokens.create(session, "admin")
    headers = {"Authorization": f"Bearer {secret}"}
    with TestClient(app, headers=headers, raise_server_exceptions=False) as client:
        yield client


def test_a_policy_is_made_read_changed_and_deleted(admin: TestClient) -> None:
    made = admin.post(PATH, json=ORDER)
    assert made.status_code == 201, made.text
    body = made.json()
    assert (body["min_reviewed"], body["cool_down_days"], body["set_by"]) == (200, 7, "admin")
    assert body["schedule"]["windows"][0]["days"] == ["sun"]
    assert body["status"] == {"reviewed": 0, "drift": None, "last": None}
    where = made.headers["Location"]
    assert admin.get(where).json() == body
    assert admin.get(PATH).json()["items"] == [body]

    change = {**ORDER, "min_reviewed": 50}
    changed = admin.put(where, json=change, headers={"If-Match": made.headers["ETag"]})
    assert changed.json()["min_reviewed"] == 50
    stale = admin.put(where, json=change, headers={"If-Match": made.headers["ETag"]})
    assert stale.status_code == 412

    assert admin.delete(where).status_code == 204
    assert admin.get(where).status_code == 404


@pytest.mark.parametrize(
    ("fields", "status", "told"),
    [
        ({"schedule": None, "drift_band": None}, 422, "expected a schedule, or a drift_band"),
        ({"scenario": "no-such"}, 422, "no 'no-such'"),
        ({"algorithm": "no-such"}, 404, "no algorithm 'no-such'"),
        ({"evaluation_set": "no-such"}, 404, "no evaluation set 'no-such'"),
        ({"base_release": "3fa94c"}, 422, "base_release"),
        ({"cool_down_days": 0}, 422, "cool_down_days"),
    ],
)
def test_what_could_not_work_is_refused(
    admin: TestClient, fields: dict[str, Any], status: int, told: str
) -> None:
    answer = admin.post(PATH, json={**ORDER, **fields})

    assert answer.status_code == status, answer.text
    assert told in answer.text


def test_setting_what_opens_originals_takes_the_right_to_them(signed_in: SignedIn) -> None:
    answer = signed_in("algorithm_team").post(PATH, json=ORDER)

    assert answer.status_code == 403
    assert "evidence.originals" in answer.json()["detail"]


def test_a_round_wants_a_run_and_takes_its_model_to_the_evaluation(
    admin: TestClient, app: FastAPI, store: Store, make_manifest: MakeManifest
) -> None:
    always = {**ORDER, "schedule": {"time_zone": "UTC"}, "min_reviewed": 0}
    policy = admin.post(PATH, json=always).json()["id"]
    checking: Checking = app.state.checking
    evaluating: Evaluating = app.state.evaluating
    rounds = Retraining(store, checking, evaluating, every_s=0.01)
    rounds.start()
    try:
        until(lambda: admin.get(f"{PATH}/{policy}/retrainings").json()["items"])
        (row,) = admin.get(f"{PATH}/{policy}/retrainings").json()["items"]
        assert row["state"] == "wanted"
        with store.write() as session:
            retraining.begun(session, row["id"], "b" * 64, "01JRUN")
            manifest = make_manifest(version="0.1.1")
            submission = submissions.create(session, manifest, "c" * 64)
            checking.file_of(submission.id).write_bytes(b"a model")
            retraining.handed_in(session, row["id"], submission.id)

        def state() -> str:
            return admin.get(f"{PATH}/{policy}/retrainings").json()["items"][0]["state"]

        until(lambda: state() not in ("wanted", "training", "checking"))
    finally:
        rounds.stop()

    (row,) = admin.get(f"{PATH}/{policy}/retrainings").json()["items"]
    assert row["evaluation_id"] is not None  # the check accepted it
    assert row["release_id"] == "b" * 64


class Failing:
    """A trainer that cannot go on."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def run(self, job_id: str) -> str | None:
        self.asked.append(job_id)
        return "nothing to learn from"

    def stop(self) -> None:
        """Nothing runs."""


def test_training_is_asked_for_its_own_steps_only_and_what_cannot_go_on_ends(
    admin: TestClient, app: FastAPI, store: Store
) -> None:
    always = {**ORDER, "schedule": {"time_zone": "UTC"}, "min_reviewed": 0}
    policy = admin.post(PATH, json=always).json()["id"]
    trainer = Failing()
    rounds = Retraining(store, app.state.checking, app.state.evaluating, trainer, every_s=0.01)
    rounds.start()
    try:

        def row() -> Any:
            return next(iter(admin.get(f"{PATH}/{policy}/retrainings").json()["items"]), None)

        until(lambda: row() is not None and row()["state"] == "failed")
    finally:
        rounds.stop()

    assert row()["message"] == "nothing to learn from"
    assert trainer.asked == [row()["id"]]


def test_drift_is_shown_by_version_and_camera_and_in_the_metrics(
    admin: TestClient, store: Store
) -> None:
    at = now()
    for measure, psi, band in (("confidence", 0.31, "major"), ("motion", None, None)):
        row = Drift(
            camera_id="01JCAMERA",
            algorithm="rider-helmet@0.1.0",
            measure=measure,
            reference_from=at - timedelta(days=14),
            psi=psi,
            p_value=psi and 0.001,
            band=band,
            since=at,
            measured_at=at,
        )
        with store.write() as session:
            session.add(row)

    shown = admin.get("/api/v1/drift", params={"algorithm": "rider-helmet"}).json()["items"]
    major = admin.get("/api/v1/drift", params={"band": "major"}).json()["items"]

    assert [(i["measure"], i["psi"], i["band"]) for i in shown] == [
        ("confidence", 0.31, "major"),
        ("motion", None, None),
    ]
    assert (shown[0]["algorithm"], shown[0]["version"]) == ("rider-helmet", "0.1.0")
    assert major == shown[:1]
    assert admin.get("/api/v1/drift", params={"algorithm": "smoke"}).json()["items"] == []
    assert (
        'longan_drift_psi{algorithm="rider-helmet",camera_id="01JCAMERA",measure="confidence",'
        'version="0.1.0"} 0.31'
    ) in admin.get("/metrics").text
