import pytest
from fastapi.testclient import TestClient


def test_the_catalogue_says_what_is_missing(client: TestClient) -> None:
    scenario = client.get("/api/v1/scenarios/rider-helmet").json()

    assert scenario["domain"] == {"id": "traffic", "title_zh": "交通", "title_en": "Traffic"}
    assert scenario["rule"]["rule"] == "association"
    assert (scenario["ready"], scenario["missing"]) == (False, ["rider-helmet"])


@pytest.mark.usefixtures("helmet_detector")
def test_a_scenario_is_ready_once_its_algorithm_is_there(client: TestClient) -> None:
    listed = client.get("/api/v1/scenarios").json()

    ready = {scenario["id"]: scenario["ready"] for scenario in listed}
    assert ready["rider-helmet"]
    assert not ready["danger-zone"]


def test_an_unknown_scenario_is_not_found(client: TestClient) -> None:
    assert client.get("/api/v1/scenarios/nothing").status_code == 404
