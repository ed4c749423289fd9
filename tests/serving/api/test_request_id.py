import io
import json
from collections.abc import Iterator

import pytest
import structlog
from fastapi import FastAPI
from fastapi.testclient import TestClient

from serving.log import configure_logging


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    configure_logging()
    yield written
    structlog.reset_defaults()


def test_an_answer_has_an_id_of_its_own(client: TestClient) -> None:
    one, two = (client.get("/api/v1/cameras").headers["x-request-id"] for _ in range(2))

    assert one != two


def test_the_proxys_id_is_kept_if_it_is_a_plain_word(client: TestClient) -> None:
    kept = client.get("/healthz", headers={"X-Request-Id": "edge-7f.3"})
    not_kept = client.get("/healthz", headers={"X-Request-Id": 'x"} {"level": "forged'})

    assert kept.headers["x-request-id"] == "edge-7f.3"
    assert "forged" not in not_kept.headers["x-request-id"]


def test_what_a_broken_request_logs_is_found_by_the_id_it_answers(
    app: FastAPI, client: TestClient, log: io.StringIO
) -> None:
    def broken() -> None:
        structlog.get_logger().info("about to break")
        raise RuntimeError("not for strangers")

    app.add_api_route("/broken", broken)
    answer = client.get("/broken")

    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    request_id = answer.headers["x-request-id"]
    assert answer.status_code == 500
    assert request_id in answer.json()["detail"]
    assert [line["event"] for line in lines if line.get("request_id") == request_id] == [
        "about to break",
        "a request broke",
    ]
    assert "not for strangers" in lines[-1]["exception"]
    assert "not for strangers" not in answer.text
