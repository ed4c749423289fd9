"""Who asks too often waits, and what strangers do does not fill the audit."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from serving.api import attempts, create_api
from serving.api.attempts import OF_NAME, WITHIN_S, Attempts
from serving.api.rate_limit import RateLimit, source
from serving.settings import Settings
from serving.store import Store, audit, tokens
from tests.serving.api.conftest import Admitting, FakePreview, SignedIn

LIMITED = {
    "requests_per_s": 0.5,  # five at once
    "requests_per_s_of_address": 2.0,  # twenty
    "sign_ins_per_minute": 4.0,
    "refused_sign_ins": 3,
}


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def limited(store: Store, settings: Settings, admit: Admitting, preview: FakePreview) -> FastAPI:
    return create_api(store, settings.model_copy(update=LIMITED), preview, admit)


def test_a_bucket_fills_again() -> None:
    clock = Clock()
    limit = RateLimit(2.0, burst=3, clock=clock)

    at_once = [limit.wait_s("a") for _ in range(4)]
    other = limit.wait_s("b")
    clock.now += 0.5
    later = [limit.wait_s("a"), limit.wait_s("a")]

    assert at_once == [0, 0, 0, 0.5]
    assert other == 0
    assert later == [0, 0.5]


def test_a_host_with_many_addresses_is_one() -> None:
    assert source("2001:db8:1:2:3::4") == source("2001:db8:1:2:ffff::1") == "2001:db8:1:2::/64"
    assert source("2001:db8:1:3::1") != source("2001:db8:1:2::1")
    assert source("::ffff:10.0.0.7") == source("10.0.0.7") == "10.0.0.7"
    assert source("testclient") == "testclient"


def test_a_token_that_asks_too_often_waits_and_others_do_not(
    limited: FastAPI, token: str, signed_in: SignedIn
) -> None:
    with TestClient(limited, headers={"Authorization": f"Bearer {token}"}) as busy:
        answers = [busy.get("/api/v1/session") for _ in range(6)]
        other = TestClient(limited, headers=dict(signed_in("reviewer").headers))
        calm = other.get("/api/v1/session")

    assert [a.status_code for a in answers] == [200] * 5 + [429]
    assert answers[-1].headers["content-type"] == "application/problem+json"
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 2
    assert "LONGAN_REQUESTS_PER_S" in answers[-1].json()["detail"]
    assert calm.status_code == 200


def test_a_stranger_is_limited_by_address(limited: FastAPI) -> None:
    with TestClient(limited, headers={"Authorization": "Bearer guess"}) as stranger:
        codes = [stranger.get("/api/v1/cameras").status_code for _ in range(22)]
        health = stranger.get("/healthz").status_code

    assert codes == [401] * 20 + [429] * 2
    assert health == 200


def test_signing_in_is_limited_more(limited: FastAPI, token: str) -> None:
    with TestClient(limited) as browser:
        codes = [
            browser.post("/api/v1/session", json={"token": token}).status_code for _ in range(5)
        ]

    assert codes == [204] * 4 + [429]


def test_names_do_not_help_who_guesses(limited: FastAPI, store: Store) -> None:
    """Each name has tries of its own; an address has only so many whatever it tries."""
    with TestClient(limited) as guesser:
        answers = [
            guesser.post("/api/v1/session", json={"name": f"n{i}", "password": "guess"})
            for i in range(4)
        ]

    assert [a.status_code for a in answers] == [401] * 3 + [429]
    assert "Too many sign-ins" in answers[-1].json()["detail"]
    with store.read() as session:
        assert len(audit.page(session, before=None, limit=10)) == 3


def test_what_is_written_of_refusals_is_bounded_and_summed_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(attempts, "TOLD", 5)
    clock = Clock()
    kept = Attempts(of_address=3, clock=clock)

    told = [kept.refused("anna", f"10.0.0.{i}") for i in range(8)]
    before = kept.summary()
    clock.now += WITHIN_S
    after, again = kept.summary(), kept.summary()

    assert told == [True] * 5 + [False] * 3
    assert before is None
    assert after == {"refused": 3, "addresses": 3}
    assert again is None
    assert kept.refused("anna", "10.0.0.1")


def test_a_name_is_tried_again_when_its_time_has_passed() -> None:
    clock = Clock()
    kept = Attempts(of_address=100, clock=clock)
    for _ in range(OF_NAME):
        kept.refused("anna", "10.0.0.7")

    assert kept.wait_s("anna", "10.0.0.7") == WITHIN_S
    assert kept.wait_s("ben", "10.0.0.7") == kept.wait_s("anna", "10.0.0.8") == 0
    clock.now += WITHIN_S
    assert kept.wait_s("anna", "10.0.0.7") == 0


def test_many_refusals_end_in_one_record(
    app: FastAPI, client: TestClient, visitor: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    app.state.attempts = Attempts(of_address=2, clock=clock)
    for _ in range(5):
        visitor.post("/api/v1/session", json={"name": "anna", "password": "guess"})
    clock.now += WITHIN_S
    visitor.post("/api/v1/session", json={"token": "guess"})

    records = client.get("/api/v1/audit-records", params={"action": "session"}).json()["items"]

    assert [r["actor"] for r in records] == ["many", "token", "anna", "anna"]
    assert records[0]["detail"] == {"refused": 3, "addresses": 1}


@pytest.mark.parametrize("how", ["deleted", "ran out", "other rights"])
def test_live_pictures_end_with_the_token(
    app: FastAPI, store: Store, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr("serving.api.live.STILL_EVERY_S", 0.05)
    client = signed_in("dashboard")
    secret = client.headers["Authorization"].removeprefix("Bearer ")

    with client.websocket_connect("/api/v1/live") as socket:
        with store.write() as session:
            token = tokens.find(session, secret)
            assert token is not None
            if how == "deleted":
                session.delete(token)
            elif how == "ran out":
                token.expires_at = datetime.now(UTC) - timedelta(seconds=1)
            else:
                token.grants = [{"role": "auditor", "division": None}]
        with pytest.raises(WebSocketDisconnect) as ended:
            socket.receive_bytes()

    assert ended.value.code == 4401
