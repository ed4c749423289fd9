import csv
import io
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from serving.api import create_api
from serving.settings import Settings
from serving.store import Store

from .conftest import Admitting, FakeReports

DATASETS = "/api/v1/datasets"
REPORTS = f"{DATASETS}/fire/quality-reports"
RELEASE = "ab" * 32
ABOUT = {
    "pictures": 2,
    "boxes": {"fire": 3},
    "splits": {"train": 1, "val": 1},
    "licence": "CC-BY-4.0",
    "at": "2026-11-24T12:00:00+00:00",
}
LEAK = {
    "kind": "leak",
    "detail": "look alike",
    "picture": "=1+1.jpg",
    "split": "train",
    "sha256": "0" * 64,
    "width": 64,
    "height": 48,
    "other": {"picture": "b.jpg", "split": "val", "sha256": "1" * 64},
}
BOX = {"index": 0, "class_name": "fire", "x": 1.0, "y": 2.0, "width": 3.0, "height": 0.0}


@pytest.fixture(autouse=True)
def library(settings: Settings) -> None:
    for folder, more in (
        ("imports/fire", {}),
        ("imports/smoke", {}),
        (f"releases/{RELEASE}", {"imports": ["fire"], "parent": None}),
    ):
        file = settings.datasets_dir / folder / "about.json"
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps(ABOUT | more))


def ask(client: TestClient, **order: Any) -> dict[str, Any]:
    answer = client.post(REPORTS, json=order)
    assert answer.status_code == 202, answer.text
    return answer.json()


def reaches(client: TestClient, report: dict[str, Any], state: str) -> dict[str, Any]:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        found = client.get(f"{REPORTS}/{report['id']}").json()
        if found["state"] == state:
            return found
        time.sleep(0.05)
    raise AssertionError(f"the report did not become {state}")


def test_data_sets_and_their_releases_are_listed_in_pages(client: TestClient) -> None:
    first = client.get(DATASETS, params={"limit": 1}).json()
    rest = client.get(DATASETS, params={"cursor": first["next_cursor"]}).json()

    assert [one["name"] for one in first["items"] + rest["items"]] == ["fire", "smoke"]
    assert client.get(f"{DATASETS}/fire").json()["boxes"] == {"fire": 3}
    (release,) = client.get(f"{DATASETS}/fire/releases").json()["items"]
    assert (release["id"], release["licence"]) == (RELEASE, "CC-BY-4.0")
    assert client.get(f"{DATASETS}/smoke/releases").json()["items"] == []


@pytest.mark.parametrize("name", ["nowhere", "..", ".hidden"])
def test_an_unknown_data_set_is_not_found(client: TestClient, name: str) -> None:
    assert client.get(f"{DATASETS}/{name}/releases").status_code == 404
    assert client.post(f"{DATASETS}/{name}/quality-reports", json={}).status_code == 404


def test_a_report_is_made_as_a_job(client: TestClient, quality_runner: FakeReports) -> None:
    quality_runner.findings = [LEAK]

    asked = ask(client, release=RELEASE)
    done = reaches(client, asked, "done")

    assert (asked["state"], asked["passes"]) == ("queued", None)
    assert (done["score"], done["passes"], done["progress"]) == (58.5, False, 1.0)
    assert done["counts"] == {"leak": 1}
    assert client.get(REPORTS).json()["items"] == [done]
    other = f"{DATASETS}/smoke/quality-reports/{done['id']}"
    assert client.get(other).status_code == 404


def test_a_release_of_another_data_set_is_refused(client: TestClient) -> None:
    answer = client.post(f"{DATASETS}/smoke/quality-reports", json={"release": RELEASE})

    assert answer.status_code == 404
    assert "no release" in answer.json()["detail"]


def test_a_report_that_fails_says_why_and_has_no_page(
    client: TestClient, quality_runner: FakeReports
) -> None:
    quality_runner.why = "a picture is missing"

    failed = reaches(client, ask(client), "failed")

    assert failed["message"] == "a picture is missing"
    assert client.get(f"{REPORTS}/{failed['id']}/page").status_code == 404


def test_a_request_sent_twice_is_one_report(client: TestClient) -> None:
    key = {"Idempotency-Key": "once"}

    first, second = (client.post(REPORTS, json={}, headers=key).json() for _ in range(2))

    assert first["id"] == second["id"]


def test_the_page_may_run_no_script_and_be_framed_by_nobody(
    client: TestClient, quality_runner: FakeReports
) -> None:
    quality_runner.page = "<!doctype html><p>58 / 100"

    answer = client.get(f"{REPORTS}/{reaches(client, ask(client), 'done')['id']}/page")

    assert answer.text == quality_runner.page
    assert answer.headers["content-type"].startswith("text/html")
    policy = answer.headers["content-security-policy"]
    assert policy == (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox"
    )
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_list_to_fix_comes_as_json_and_csv(
    client: TestClient, quality_runner: FakeReports
) -> None:
    degenerate = {**LEAK, "kind": "degenerate", "box": BOX, "other": None}
    quality_runner.findings = [LEAK, degenerate]
    at = f"{REPORTS}/{reaches(client, ask(client), 'done')['id']}"

    first = client.get(f"{at}/findings", params={"limit": 1}).json()
    rest = client.get(f"{at}/findings", params={"cursor": first["next_cursor"]}).json()
    table = client.get(f"{at}/findings.csv").text

    assert [one["kind"] for one in first["items"] + rest["items"]] == ["leak", "degenerate"]
    (only,) = client.get(f"{at}/findings", params={"kind": "degenerate"}).json()["items"]
    assert only["box"] == BOX
    rows = list(csv.DictReader(io.StringIO(table.removeprefix("\ufeff"))))
    assert [row["class_name"] for row in rows] == ["", "fire"]
    assert rows[0]["picture"] == "'=1+1.jpg"
    assert (rows[0]["other_split"], rows[0]["other_picture"]) == ("val", "b.jpg")


@pytest.fixture
def without_training(store: Store, settings: Settings, admit: Admitting) -> Iterator[TestClient]:
    with TestClient(create_api(store, settings, None, admit)) as client:
        yield client


def test_without_training_the_answer_says_what_to_install(
    without_training: TestClient, client: TestClient
) -> None:
    answer = without_training.post(REPORTS, json={}, headers=dict(client.headers))

    assert answer.status_code == 501
    assert "pip install 'longan[training]'" in answer.json()["detail"]
