import pytest
from fastapi.testclient import TestClient

ORIGIN = {"Origin": "http://testserver"}


@pytest.mark.parametrize(
    "path",
    ["/api/v1/cameras", "/api/v1/events/stream", "/api/v1/nothing", "/metrics", "/openapi.json"],
)
def test_without_a_token_nothing_answers(visitor: TestClient, path: str) -> None:
    answer = visitor.get(path)

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "admin-token" in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_answers_without_a_token(visitor: TestClient, path: str) -> None:
    assert visitor.get(path).json() == {"status": "ok"}


def test_a_wrong_token_is_refused_before_the_body_is_read(visitor: TestClient) -> None:
    answer = visitor.post(
        "/api/v1/cameras", content=b"{ no json", headers={"Authorization": "Bearer guess"}
    )

    assert answer.status_code == 401


def test_a_browser_signs_in_with_a_token_and_out_again(visitor: TestClient, token: str) -> None:
    signed_in = visitor.post("/api/v1/session", json={"token": token})

    cookie = signed_in.headers["set-cookie"]
    assert signed_in.status_code == 204
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert token not in cookie
    assert visitor.get("/api/v1/session").json()["name"] == "tests"

    assert visitor.delete("/api/v1/session", headers=ORIGIN).status_code == 204
    assert visitor.get("/api/v1/session").status_code == 401


def test_an_old_cookie_is_worthless_after_signing_out(visitor: TestClient, token: str) -> None:
    visitor.post("/api/v1/session", json={"token": token})
    cookie = visitor.cookies["longan_session"]
    visitor.delete("/api/v1/session", headers=ORIGIN)

    visitor.cookies.set("longan_session", cookie)

    assert visitor.get("/api/v1/session").status_code == 401


def test_signing_in_with_an_unknown_token_says_where_the_token_is(visitor: TestClient) -> None:
    answer = visitor.post("/api/v1/session", json={"token": "guess"})

    assert answer.status_code == 401
    assert "admin-token" in answer.json()["detail"]


@pytest.mark.parametrize("origin", [{}, {"Origin": "http://evil.example"}, {"Origin": "http://["}])
def test_another_site_cannot_use_the_cookie(
    visitor: TestClient, token: str, origin: dict[str, str]
) -> None:
    visitor.post("/api/v1/session", json={"token": token})
    body = {"name": "gate", "url": "rtsp://10.0.0.7/1"}

    from_elsewhere = visitor.post("/api/v1/cameras", json=body, headers=origin)
    from_us = visitor.post("/api/v1/cameras", json=body, headers=ORIGIN)

    assert from_elsewhere.status_code == 403
    assert from_us.status_code == 201


def test_another_site_cannot_sign_a_browser_in(visitor: TestClient, token: str) -> None:
    answer = visitor.post(
        "/api/v1/session", json={"token": token}, headers={"Origin": "http://evil.example"}
    )

    assert answer.status_code == 403
