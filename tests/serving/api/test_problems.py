from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from serving.store import Store


def _is_problem(answer: Any, status: int) -> bool:
    return (
        answer.status_code == status
        and answer.headers["content-type"] == "application/problem+json"
        and answer.json()["status"] == status
        and bool(answer.json()["detail"])
    )


def test_every_kind_of_error_is_a_problem(client: TestClient) -> None:
    json = {"Content-Type": "application/json"}

    assert _is_problem(client.get("/api/v1/nothing"), 404)
    assert _is_problem(client.get("/api/v1/cameras/01JNOBODY"), 404)
    assert _is_problem(client.put("/api/v1/cameras"), 405)
    assert _is_problem(client.post("/api/v1/cameras", content=b"{", headers=json), 400)
    assert _is_problem(client.post("/api/v1/cameras", json={}), 422)
    assert _is_problem(client.post("/api/v1/cameras", json={"name": "x" * 2_000_000}), 413)


def test_a_refused_method_says_which_are_allowed(client: TestClient) -> None:
    assert "GET" in client.put("/api/v1/cameras").headers["allow"]


def test_a_refused_request_names_every_wrong_field(client: TestClient) -> None:
    answer = client.post("/api/v1/cameras", json={"name": "", "lon": 999, "colour": "red"})

    wrong = {error["where"] for error in answer.json()["errors"]}
    assert wrong == {"body.name", "body.url", "body.lon", "body.colour"}


def test_half_a_surrogate_pair_in_a_request_breaks_nothing(client: TestClient) -> None:
    answer = client.post(
        "/api/v1/cameras",
        content=b'{"\\ud800": 1, "name": "\\udfff", "url": "rtsp://h/1"}',
        headers={"Content-Type": "application/json"},
    )

    assert _is_problem(answer, 422)


def test_a_mistake_of_ours_is_a_problem_without_internals(app: FastAPI, client: TestClient) -> None:
    def broken() -> None:
        raise RuntimeError("rtsp://admin:secret@10.0.0.7")

    app.add_api_route("/broken", broken)

    answer = client.get("/broken")

    assert _is_problem(answer, 500)
    assert "secret" not in answer.text


def test_a_store_that_does_not_answer_is_a_503_that_says_what_to_look_at(
    client: TestClient, store: Store
) -> None:
    with store.write() as session:
        session.connection().exec_driver_sql("DROP TABLE alembic_version")
        session.connection().exec_driver_sql("DROP TABLE token")

    for path in ("/readyz", "/api/v1/cameras"):
        answer = client.get(path)

        assert _is_problem(answer, 503)
        assert "database" in answer.json()["detail"]
        assert answer.headers["retry-after"] == "2"
