import pytest
from fastapi.testclient import TestClient


def test_the_catalogue_says_what_is_missing(client: TestClient) -> None:
    scenario = client.get("/api/v1/scenarios/rider-helmet").json()

    assert scenario["domain"] == {"id": "traffic", "title_zh": "交通", "title_en": "Traffic"}
    assert scenario["rule"]["rule"] == "association"
    assert (scenario["status"], scenario["missing"]) == ("open_challenge", ["rider-helmet"])
    assert "Open challenge: nobody has brought the algorithm rider-helmet" in scenario["why"]


@pytest.mark.usefixtures("helmet_detector")
def test_a_scenario_is_ready_once_its_algorithm_is_there(client: TestClient) -> None:
    listed = client.get("/api/v1/scenarios").json()

    status = {scenario["id"]: scenario["status"] for scenario in listed}
    assert status["rider-helmet"] == "ready"
    assert status["danger-zone"] == "open_challenge"


def test_an_unknown_scenario_is_not_found(client: TestClient) -> None:
    assert client.get("/api/v1/scenarios/nothing").status_code == 404


@pytest.mark.usefixtures("helmet_detector")
def test_each_algorithm_is_told_with_the_version_that_runs(client: TestClient) -> None:
    scenario = client.get("/api/v1/scenarios/rider-helmet").json()

    assert scenario["wanted"] == [
        {"name": "rider-helmet", "required": True, "version": "0.1.0"},
        {"name": "street-objects", "required": False, "version": None},
    ]


def test_the_rule_schema_has_the_scenarios_own_values(client: TestClient) -> None:
    schema = client.get("/api/v1/scenarios/illegal-parking/rule-schema").json()

    assert schema["properties"]["stay_s"]["default"] == 180
    assert schema["properties"]["stay_s"]["minimum"] == 0
    assert "Seconds at rest" in schema["properties"]["stay_s"]["description"]
    assert client.get("/api/v1/scenarios/nothing/rule-schema").status_code == 404
