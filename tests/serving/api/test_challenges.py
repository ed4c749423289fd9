import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi import FastAPI
from fastapi.testclient import TestClient

from serving.settings import Settings
from serving.store import Store, challenges, tokens
from serving.store.models import now
from tests.labelled import lights
from tests.models import always_sees, manifest, sees_light

MIDDLE = (32.0, 32.0, 16.0, 16.0)


@pytest.fixture
def models(tmp_path: Path) -> dict[str, bytes]:
    """`good` finds what is light, `fair` says so of the dark, too, `bad` looks elsewhere."""
    return {
        "good": sees_light(tmp_path / "good.onnx").read_bytes(),
        "fair": always_sees(tmp_path / "fair.onnx", [MIDDLE], [[0.9]]).read_bytes(),
        "bad": always_sees(tmp_path / "bad.onnx", [(8, 8, 4, 4)], [[0.9]]).read_bytes(),
    }


@pytest.fixture
def client(client: TestClient, settings: Settings) -> TestClient:
    lights(settings.datasets_dir / "phase", "dBB")
    lights(settings.datasets_dir / "final", "ddBBBd")
    for name in ("phase", "final"):
        order = {
            "name": name, "title": name, "folder": name, "licence": "own", "hidden": True,
        }  # fmt: skip
        assert client.post("/api/v1/evaluation-sets", json=order).status_code == 201
    return client


@pytest.fixture
def rival(app: FastAPI, store: Store, client: TestClient) -> TestClient:
    """Another team."""
    with store.write() as session:
        secret = tokens.create(session, "rival")
    # Not entered: the app runs already.
    return TestClient(app, headers={"Authorization": f"Bearer {secret}"})


def post(client: TestClient, **changes: Any) -> Any:
    order: dict[str, Any] = {
        "scenario": "danger-zone",
        "title_zh": "禁区闯入",
        "title_en": "Danger zone",
        "prize_zh": "人民币十万元",
        "prize_en": "CNY 100,000",
        "metric": "map50",
        "gate": 0.9,
        "opens_at": (now() - timedelta(hours=1)).isoformat(),
        "closes_at": (now() + timedelta(hours=1)).isoformat(),
        "phase_set": "phase",
        "final_set": "final",
    }
    return client.post("/api/v1/challenges", json=order | changes)


def hand_in(
    client: TestClient, challenge_id: str, model: bytes, name: str, version: str = "1.0.0"
) -> Any:
    document = manifest("person", name=name).model_copy(
        update={"version": version, "team": f"team {name}"}
    )
    text = yaml.safe_dump(document.model_dump(mode="json")).encode()
    return client.post(
        "/api/v1/submissions",
        files={"model": ("m.onnx", model), "manifest": ("algorithm.yaml", text)},
        data={"challenge": challenge_id},
    )


def scored(client: TestClient, challenge_id: str, submission_id: str) -> dict[str, Any]:
    return wait(
        lambda: next(
            (
                entry
                for entry in client.get(f"/api/v1/challenges/{challenge_id}/entries").json()
                if entry["submission_id"] == submission_id
                and entry["state"] in ("scored", "failed", "rejected")
            ),
            None,
        )
    )


def wait(look: Any) -> Any:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if found := look():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not happen")


@pytest.fixture(autouse=True)
def _hurry(app: FastAPI) -> None:
    app.state.evaluating._every_s = 0.05


def enter(client: TestClient, challenge_id: str, model: bytes, name: str, version: str) -> Any:
    answer = hand_in(client, challenge_id, model, name, version)
    assert answer.status_code == 202, answer.text
    return scored(client, challenge_id, answer.json()["id"])


def test_a_challenge_from_its_posting_to_its_winner(
    client: TestClient, rival: TestClient, store: Store, models: dict[str, bytes]
) -> None:
    challenge = post(client).json()
    assert (challenge["state"], challenge["classes"]) == ("open", ["person"])

    assert enter(client, challenge["id"], models["bad"], "ours", "1.0.0")["shown"] == 0.0
    assert enter(client, challenge["id"], models["good"], "ours", "2.0.0")["shown"] == 1.0
    fair = enter(rival, challenge["id"], models["fair"], "theirs", "1.0.0")
    assert 0 < fair["shown"] < 1

    board = client.get(f"/api/v1/challenges/{challenge['id']}/leaderboard").json()
    assert [(p["place"], p["team"], p["submissions"]) for p in board] == [
        (1, "team ours", 2),
        (2, "team theirs", 1),
    ]
    assert all(place["final_score"] is None for place in board)

    with store.write() as session:
        challenges.get(session, challenge["id"]).closes_at = now()
    decided = wait(
        lambda: (
            found
            if (found := client.get(f"/api/v1/challenges/{challenge['id']}").json())["state"]
            == "decided"
            else None
        )
    )

    assert decided["winner"] == {
        "team": "team ours",
        "name": "ours",
        "version": "2.0.0",
        "final_score": 1.0,
    }
    alias = client.get("/api/v1/algorithms/ours/aliases/candidate").json()
    assert alias["version"] == "2.0.0"
    board = client.get(f"/api/v1/challenges/{challenge['id']}/leaderboard").json()
    assert board[0]["final_score"] == 1.0
    assert 0 < board[1]["final_score"] < 1


def test_nobody_wins_who_stays_below_the_gate(
    client: TestClient, store: Store, models: dict[str, bytes]
) -> None:
    challenge_id = post(client).json()["id"]
    enter(client, challenge_id, models["fair"], "ours", "1.0.0")

    with store.write() as session:
        challenges.get(session, challenge_id).closes_at = now()
    decided = wait(
        lambda: (
            found
            if (found := client.get(f"/api/v1/challenges/{challenge_id}").json())["state"]
            == "decided"
            else None
        )
    )

    assert decided["winner"] is None
    assert client.get("/api/v1/algorithms/ours/aliases/candidate").status_code == 404


def test_a_worse_submission_does_not_tell_how_bad_it_is(
    client: TestClient, models: dict[str, bytes]
) -> None:
    challenge_id = post(client).json()["id"]
    enter(client, challenge_id, models["good"], "ours", "1.0.0")

    assert enter(client, challenge_id, models["bad"], "ours", "2.0.0")["shown"] == 1.0


def test_two_submissions_a_day_and_refused_ones_do_not_count(
    client: TestClient, rival: TestClient, models: dict[str, bytes], admit: Any
) -> None:
    challenge_id = post(client).json()["id"]
    admit.reasons = ["has a Loop"]
    assert enter(client, challenge_id, models["good"], "ours", "0.1.0")["state"] == "rejected"
    admit.reasons = []
    for version in ("1.0.0", "2.0.0"):
        enter(client, challenge_id, models["good"], "ours", version)

    third = hand_in(client, challenge_id, models["good"], "ours", "3.0.0")

    assert third.status_code == 409
    assert "2 submissions a day" in third.json()["detail"]
    assert hand_in(rival, challenge_id, models["good"], "theirs").status_code == 202


def test_a_challenge_takes_submissions_only_while_it_is_open(
    client: TestClient, models: dict[str, bytes]
) -> None:
    later = (now() + timedelta(minutes=30)).isoformat()
    challenge = post(client, opens_at=later).json()

    answer = hand_in(client, challenge["id"], models["good"], "ours")

    assert challenge["state"] == "announced"
    assert answer.status_code == 409
    assert "announced" in answer.json()["detail"]
    assert client.get("/api/v1/submissions").json()["items"] == []


def test_nothing_of_a_challenge_is_told_elsewhere(
    client: TestClient, rival: TestClient, store: Store, models: dict[str, bytes]
) -> None:
    challenge_id = post(client).json()["id"]
    entry = enter(client, challenge_id, models["fair"], "ours", "1.0.0")

    assert client.get("/api/v1/evaluations").json()["items"] == []
    assert client.get("/api/v1/algorithms/ours/versions/1.0.0/scorecard").status_code == 404
    with store.read() as session:
        [row] = challenges.entries(session, challenge_id)
        hidden = challenges.evaluations.of_entry(session, row.id, "phase")
    assert hidden is not None
    assert client.get(f"/api/v1/evaluations/{hidden.id}").status_code == 404
    assert rival.get(f"/api/v1/challenges/{challenge_id}/entries").json() == []
    assert row.score != entry["shown"]
    for name in ("phase", "final"):
        peek = client.post("/api/v1/evaluations", json={"algorithm": "ours@1.0.0", "set": name})
        assert peek.status_code == 409
        assert challenge_id in peek.json()["detail"]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"scenario": "nothing"}, "body.scenario"),
        ({"phase_set": "nothing"}, "body.phase_set"),
        ({"final_set": "phase"}, "body.final_set"),
        ({"final_set": "open"}, "body.final_set"),
        ({"closes_at": datetime(2020, 1, 1).astimezone().isoformat()}, "body"),
        ({"metric": "luck"}, "body.metric"),
        ({"step": 0}, "body.step"),
    ],
)
def test_a_challenge_that_cannot_be_fair_is_refused(
    client: TestClient, settings: Settings, change: dict[str, Any], where: str
) -> None:
    open_set = {"name": "open", "title": "open", "folder": "phase", "licence": "own"}
    client.post("/api/v1/evaluation-sets", json=open_set)

    answer = post(client, **change)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == where


def test_the_sets_of_a_challenge_are_its_own(client: TestClient) -> None:
    post(client)

    assert post(client).status_code == 422
