import time
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from serving.api import create_api
from serving.settings import Settings
from serving.store import Store, training_runs

from .conftest import Admitting, FakeTraining

RUNS = "/api/v1/training-runs"
CURVE = """epoch,map50,map50_95,learning_rate,box_loss,val_box_loss
1,0.25,0.1,0.001,2.5,3.5
2,0.5,,0.0009,2.25,3.25
"""


def ask(client: TestClient, **order: Any) -> dict[str, Any]:
    answer = client.post(RUNS, json={"recipe": "rider-helmet", **order})
    assert answer.status_code == 202, answer.text
    return answer.json()


def reaches(client: TestClient, run: dict[str, Any], *states: str) -> dict[str, Any]:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        found = client.get(f"{RUNS}/{run['id']}").json()
        if found["state"] in states:
            return found
        time.sleep(0.05)
    raise AssertionError(f"the run did not become {states}")


def test_a_run_is_asked_for_done_and_listed(
    client: TestClient, training_runner: FakeTraining
) -> None:
    training_runner.metrics = {"rider-helmet/val": {"map50": 0.8}}

    asked = ask(client, spec={"epochs": 3, "search": {"learning_rate": [0.01, 0.001]}})
    done = reaches(client, asked, "done")

    assert (asked["state"], asked["why"]) == ("queued", "person: tests asked for it")
    assert done["spec"]["search"]["learning_rate"] == [0.01, 0.001]
    assert (done["progress"], done["metrics"]) == (1.0, training_runner.metrics)
    assert client.get(RUNS).json()["items"] == [done]


def test_a_run_that_fails_says_why(client: TestClient, training_runner: FakeTraining) -> None:
    training_runner.why = "no weights"

    failed = reaches(client, ask(client, reason="night rain"), "failed")

    assert (failed["message"], failed["why"]) == ("no weights", "person: night rain")


def test_a_request_sent_twice_is_one_run(client: TestClient) -> None:
    key = {"Idempotency-Key": "once"}
    first = client.post(RUNS, json={"recipe": "rider-helmet"}, headers=key)
    again = client.post(RUNS, json={"recipe": "rider-helmet"}, headers=key)

    assert first.headers["Location"] == f"{RUNS}/{first.json()['id']}"
    assert again.json() == first.json()
    assert len(client.get(RUNS).json()["items"]) == 1


def test_lists_come_in_pages(client: TestClient) -> None:
    ids = [ask(client)["id"] for _ in range(3)]

    page = client.get(RUNS, params={"limit": 2}).json()
    rest = client.get(RUNS, params={"limit": 2, "cursor": page["next_cursor"]}).json()

    assert [run["id"] for run in [*page["items"], *rest["items"]]] == ids[::-1]
    assert rest["next_cursor"] is None


def test_a_run_is_cancelled_once_and_what_is_over_is_not(
    client: TestClient, training_runner: FakeTraining
) -> None:
    running, waiting = ask(client), ask(client)
    reaches(client, running, "running")
    for run in (running, waiting):
        answer = client.patch(f"{RUNS}/{run['id']}", json={"state": "cancelled"})
        assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
        assert client.patch(f"{RUNS}/{run['id']}", json={"state": "cancelled"}).status_code == 200
    training_runner.stop()

    training_runner.why = "no data"
    failed = reaches(client, ask(client), "failed")

    answer = client.patch(f"{RUNS}/{failed['id']}", json={"state": "cancelled"})
    assert answer.status_code == 409
    assert client.get(f"{RUNS}/{waiting['id']}").json()["state"] == "cancelled"


def test_curves_and_log_are_read_while_it_runs_and_the_model_once_it_is_done(
    client: TestClient, store: Store, settings: Settings, training_runner: FakeTraining
) -> None:
    run = ask(client)
    path = f"{RUNS}/{run['id']}"
    assert client.get(f"{path}/curves").json() == {"curves": []}
    assert client.get(f"{path}/log").status_code == 404
    with store.read() as session:
        folder = settings.runs_dir / training_runs.get(session, run["id"]).folder
    (folder / "trials" / "03").mkdir(parents=True)
    for part in (folder, folder / "trials" / "03"):
        (part / "curve.csv").write_text(CURVE)
        (part / "log.txt").write_text(f"{part.name}\n2/3\n3/3\n")
    (folder / "model.onnx").write_bytes(b"network")

    own, trial = client.get(f"{path}/curves").json()["curves"]

    assert (own["trial"], trial["trial"], trial["points"]) == (None, 3, own["points"])
    assert own["points"][1] == {
        "epoch": 2,
        "map50": 0.5,
        "learning_rate": 0.0009,
        "losses": {"box_loss": 2.25, "val_box_loss": 3.25},
    }
    log = client.get(f"{path}/log", params={"lines": 2})
    assert (log.text, log.headers["content-type"]) == ("2/3\n3/3\n", "text/plain; charset=utf-8")
    assert client.get(f"{path}/log", params={"trial": 3}).text.startswith("03\n")
    assert client.get(f"{path}/model").status_code == 404

    client.patch(path, json={"state": "cancelled"})
    training_runner.stop()
    training_runner.metrics = {}
    done = reaches(client, ask(client), "done")
    with store.read() as session:
        other = settings.runs_dir / training_runs.get(session, done["id"]).folder
    folder.rename(other)
    assert client.get(f"{RUNS}/{done['id']}/model").content == b"network"


@pytest.mark.parametrize(
    "order",
    [
        {},
        {"recipe": "../x"},
        {"recipe": "rider-helmet", "spec": {"weights": "../../etc/passwd.pt"}},
        {"recipe": "rider-helmet", "spec": {"epochs": "3"}},
        {"recipe": "rider-helmet", "spec": {"search": {"trials": 3}}},
        {"recipe": "rider-helmet", "spec": {"command": "rm"}},
    ],
)
def test_a_wrong_order_is_a_problem(client: TestClient, order: dict[str, Any]) -> None:
    answer = client.post(RUNS, json=order)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_without_the_extra_one_is_told_what_to_install(
    store: Store, settings: Settings, admit: Admitting, token: str
) -> None:
    app: FastAPI = create_api(store, settings, None, admit)
    with TestClient(app, headers={"Authorization": f"Bearer {token}"}) as client:
        answer = client.post(RUNS, json={"recipe": "rider-helmet"})
        listed = client.get(RUNS)

    assert answer.status_code == 501
    assert "longan[training]" in answer.json()["detail"]
    assert listed.json()["items"] == []
