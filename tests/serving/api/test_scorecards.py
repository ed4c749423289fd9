import time
from pathlib import Path
from typing import Any, cast

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from serving.settings import Settings
from serving.store import Store, evaluations, submissions
from tests.labelled import lights
from tests.models import always_sees, manifest, sees_light
from tests.serving.registered import register_shipped

SET = {"name": "lights", "title": "Lights", "folder": "lights", "licence": "CC0-1.0"}
REPORT: dict[str, Any] = {
    "opset": 17,
    "operators": 4,
    "parameters": 6,
    "load_ms": 1.0,
    "batches": [],
    "dynamic_batch": True,
    "deterministic": True,
    "boxes_on_blank": 0,
    "boxes_on_noise": 0,
    "on_nan": "nan",
    "runtime": "onnxruntime",
}
SEER = "/api/v1/algorithms/seer/versions/1.0.0/scorecard"


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """Two versions are shipped: 1.0.0 sees what is light, 2.0.0 sees it nowhere."""
    sees_light(tmp_path / "seer-1.0.0.onnx")
    always_sees(tmp_path / "seer-2.0.0.onnx", [(8, 8, 4, 4)], [[0.9]])
    return settings.model_copy(update={"weights_dir": tmp_path})


@pytest.fixture
def client(client: TestClient, store: Store, settings: Settings) -> TestClient:
    lights(settings.datasets_dir / "lights", "BBBd", ["gate", "gate", "bridge", "bridge"])
    with store.write() as session:
        for version in ("1.0.0", "2.0.0"):
            seer = manifest("person", name="seer").model_copy(update={"version": version})
            register_shipped(session, settings, seer)
    return client


def register(client: TestClient, **changes: Any) -> Any:
    return client.post("/api/v1/evaluation-sets", json=SET | changes)


def measure(client: TestClient, algorithm: str = "seer@1.0.0", **changes: Any) -> dict[str, Any]:
    order = {"algorithm": algorithm, "set": "lights", **changes}
    answer = client.post("/api/v1/evaluations", json=order)
    assert answer.status_code == 202, answer.text
    return ended(client, answer.json()["id"])


def ended(client: TestClient, evaluation_id: str) -> dict[str, Any]:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        row = client.get(f"/api/v1/evaluations/{evaluation_id}").json()
        if row["state"] in ("done", "failed"):
            return row
        time.sleep(0.02)
    raise AssertionError("the evaluation did not end")


def test_a_set_is_registered_once_and_read_whole(client: TestClient) -> None:
    made = register(client)

    assert made.status_code == 201
    assert (made.json()["pictures"], made.json()["classes"]) == (4, ["person"])
    assert client.get("/api/v1/evaluation-sets/lights").json() == made.json()
    assert client.get("/api/v1/evaluation-sets").json()["items"] == [made.json()]
    assert register(client).status_code == 409


@pytest.mark.parametrize(
    "folder", ["/etc", "../lights", "lights/../../x", "nothing", "lights/classes.txt"]
)
def test_a_folder_that_is_no_set_is_refused(client: TestClient, folder: str) -> None:
    answer = register(client, folder=folder)

    assert answer.status_code == 422
    assert "folder" in answer.json()["errors"][0]["where"]


def test_a_hidden_set_does_not_say_where_it_lies(client: TestClient) -> None:
    assert register(client, hidden=True).json()["folder"] is None


def test_a_scorecard_is_measured_and_kept(client: TestClient) -> None:
    register(client)

    done = measure(client, budget={"alarms_per_day": 10, "pictures_per_day": 8})

    assert (done["state"], done["progress"]) == ("done", 1.0)
    card = client.get(SEER).json()
    assert card["evaluation_id"] == done["id"]
    assert card["scorecard"] == done["scorecard"]
    assert card["set"]["licence"] == "CC0-1.0"
    assert card["scorecard"]["suggested"]["because"] == "budget"
    assert card["scorecard"]["classes"]["person"]["recall"]["value"] == 1.0


def test_without_a_scorecard_one_is_told_how_to_get_one(client: TestClient) -> None:
    register(client)

    answer = client.get(SEER, params={"set": "lights"})

    assert answer.status_code == 404
    assert "POST /api/v1/evaluations" in answer.json()["detail"]


def test_two_versions_beside_each_other(client: TestClient) -> None:
    register(client)
    measure(client)
    measure(client, "seer@2.0.0")

    found = client.get(f"{SEER}/comparison", params={"against": "2.0.0"}).json()

    figures = {row["figure"]: row for row in found["figures"]}
    assert figures["person.recall"]["difference"] == -1.0
    assert figures["map50"]["second"] == 0.0
    assert figures["map50"]["apart"] is True


def test_a_page_for_people(client: TestClient) -> None:
    register(client, title="<Lights> & more")
    measure(client)
    measure(client, "seer@2.0.0")

    alone = client.get(f"{SEER}/page")
    both = client.get(f"{SEER}/page", params={"against": "2.0.0"})

    assert alone.headers["content-type"].startswith("text/html")
    assert "&lt;Lights&gt; &amp; more" in alone.text
    assert "<script" not in alone.text
    assert alone.text.count("<polyline") == 2
    assert both.text.count("<polyline") == 4


def test_parity_with_the_source_network_stands_beside_the_figures(
    client: TestClient, store: Store
) -> None:
    register(client)
    measure(client)
    unknown = client.get(SEER).json()["parity"]
    seen = {
        "pictures": 2,
        "from_pictures": True,
        "largest_difference": 0.00012,
        "mean_difference": 0.00001,
        "boxes": 7,
        "matched": 6,
        "agrees": True,
    }
    with store.write() as session:
        seer = manifest("person", name="seer")
        row = submissions.create(session, seer, "0" * 64)
        row.state = "accepted"
        row.report = {**REPORT, "parity": seen}

    known = client.get(SEER).json()["parity"]
    page = client.get(f"{SEER}/page").text

    assert unknown is None
    assert known == seen
    assert "0.00012 apart" in page
    assert "boxes 6/7" in page


def test_a_hidden_set_is_told_in_aggregates_and_once(client: TestClient) -> None:
    register(client, hidden=True)

    done = measure(client)

    assert {part["by"] for part in done["scorecard"]["slices"]} == {"size", "light"}
    again = client.post("/api/v1/evaluations", json={"algorithm": "seer@1.0.0", "set": "lights"})
    assert again.status_code == 409


def test_an_evaluation_that_fails_says_why_but_not_of_hidden_data(
    client: TestClient, evaluation_runner: Any
) -> None:
    evaluation_runner.why = "no common class: the data labels secrets"
    register(client)
    register(client, name="secret", hidden=True)

    told = measure(client)
    kept = measure(client, set="secret")

    assert told["message"] == "no common class: the data labels secrets"
    assert "secrets" not in kept["message"]
    assert kept["state"] == "failed"


def test_a_budget_for_classes_that_are_not_there_fails(client: TestClient) -> None:
    register(client)

    budget = {"alarms_per_day": 1, "pictures_per_day": 1, "classes": ["nobody"]}
    done = measure(client, budget=budget)

    assert done["state"] == "failed"
    assert "no class nobody" in done["message"]


def test_a_set_that_was_used_cannot_be_deleted(client: TestClient) -> None:
    register(client)
    register(client, name="spare")
    measure(client)

    assert client.delete("/api/v1/evaluation-sets/lights").status_code == 409
    assert client.delete("/api/v1/evaluation-sets/spare").status_code == 204


def test_what_a_restart_interrupted_is_measured_after_it(client: TestClient, store: Store) -> None:
    register(client)
    first = measure(client)
    app = cast("FastAPI", client.app)
    app.state.evaluating.stop()
    with store.write() as session:
        row = evaluations.get(session, first["id"])
        row.state, row.scorecard, row.ended_at = "running", None, None

    app.state.evaluating.start()

    assert ended(client, first["id"])["scorecard"] == first["scorecard"] | {
        "ms_per_picture": ended(client, first["id"])["scorecard"]["ms_per_picture"]
    }
