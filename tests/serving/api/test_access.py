"""Users, tokens, sessions and the audit of what they do."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text

from serving.api.attempts import OF_NAME
from serving.store import Store, audit, users
from serving.store.access_models import AuditRecord
from serving.store.models import Token
from tests.serving.api.conftest import SignedIn

PASSWORD = "correct horse battery"
ANNA: dict[str, Any] = {
    "name": "anna",
    "display_name": "安娜",
    "password": PASSWORD,
    "grants": [{"role": "reviewer", "division": "龙岗区/龙城街道"}],
}
SIGN_IN = {"name": "anna", "password": PASSWORD}


@pytest.fixture
def anna(client: TestClient) -> dict[str, Any]:
    made = client.post("/api/v1/users", json=ANNA)
    assert made.status_code == 201, made.text
    return made.json()


def actions(client: TestClient, **which: str) -> list[str]:
    return [r["action"] for r in client.get("/api/v1/audit-records", params=which).json()["items"]]


def test_a_user_signs_in_and_may_what_his_role_says(
    client: TestClient, visitor: TestClient, anna: dict[str, Any]
) -> None:
    signed = visitor.post("/api/v1/session", json=SIGN_IN)
    who = visitor.get("/api/v1/session").json()
    reviewed = visitor.get("/api/v1/review-queue")
    administered = visitor.get("/api/v1/users")

    assert signed.status_code == 204, signed.text
    assert (who["name"], who["kind"], who["grants"]) == ("anna", "user", ANNA["grants"])
    assert "reviews.write" in who["actions"]
    assert "access.read" not in who["actions"]
    assert (reviewed.status_code, administered.status_code) == (200, 403)
    assert "password" not in anna
    assert client.get(f"/api/v1/users/{anna['id']}").json()["last_sign_in_at"] is not None


@pytest.mark.usefixtures("anna")
def test_a_wrong_password_and_an_unknown_name_are_told_the_same(visitor: TestClient) -> None:
    wrong = visitor.post("/api/v1/session", json={**SIGN_IN, "password": "guess"})
    unknown = visitor.post("/api/v1/session", json={**SIGN_IN, "name": "nobody"})

    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert wrong.json() == unknown.json()


@pytest.mark.usefixtures("anna")
def test_guessing_ends_after_some_wrong_passwords(client: TestClient, visitor: TestClient) -> None:
    guess = {**SIGN_IN, "password": "guess"}
    guesses = [visitor.post("/api/v1/session", json=guess).status_code for _ in range(OF_NAME)]
    even_right = visitor.post("/api/v1/session", json=SIGN_IN)

    assert guesses == [401] * OF_NAME
    assert even_right.status_code == 429
    assert int(even_right.headers["Retry-After"]) > 0
    assert actions(client, action="session").count("session.refused") == OF_NAME


def test_a_disabled_user_is_out_at_once(
    client: TestClient, visitor: TestClient, anna: dict[str, Any]
) -> None:
    visitor.post("/api/v1/session", json=SIGN_IN)
    where = f"/api/v1/users/{anna['id']}"
    changed = client.patch(where, json={"disabled": True}, headers={"If-Match": '"1"'})
    stale = client.patch(where, json={"disabled": False}, headers={"If-Match": '"1"'})

    assert (changed.status_code, changed.json()["disabled"]) == (200, True)
    assert stale.status_code == 412
    assert visitor.get("/api/v1/session").status_code == 401
    assert visitor.post("/api/v1/session", json=SIGN_IN).status_code == 401


@pytest.mark.usefixtures("anna")
def test_a_user_chooses_a_new_password(visitor: TestClient) -> None:
    visitor.headers["Origin"] = "http://testserver"
    visitor.post("/api/v1/session", json=SIGN_IN)
    new = {"old": PASSWORD, "new": "another horse battery"}
    short = visitor.put("/api/v1/session/password", json={**new, "new": "short"})
    wrong = visitor.put("/api/v1/session/password", json={**new, "old": "guess"})
    changed = visitor.put("/api/v1/session/password", json=new)

    assert (short.status_code, wrong.status_code, changed.status_code) == (422, 403, 204)
    assert PASSWORD not in short.text
    assert visitor.get("/api/v1/session").status_code == 401  # every session has ended
    again = {**SIGN_IN, "password": new["new"]}
    assert visitor.post("/api/v1/session", json=again).status_code == 204


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"name": "two words"}, "body.name"),
        ({"password": "short"}, "10 to 200"),
        ({"grants": []}, "body.grants"),
        ({"grants": [{"role": "king", "division": None}]}, "administrator"),
        ({"password": None}, "body.password"),
    ],
)
def test_a_user_that_cannot_be_is_refused(
    client: TestClient, change: dict[str, Any], told: str
) -> None:
    answer = client.post("/api/v1/users", json={**ANNA, **change})

    assert answer.status_code == 422
    assert told in answer.text
    assert PASSWORD not in answer.text


def test_a_name_is_taken_once(client: TestClient, anna: dict[str, Any]) -> None:
    assert client.post("/api/v1/users", json=ANNA).status_code == 409
    assert client.delete(f"/api/v1/users/{anna['id']}").status_code == 204
    assert client.get("/api/v1/users").json()["items"] == []


def test_passwords_are_kept_as_argon2id_only(store: Store, anna: dict[str, Any]) -> None:
    with store.read() as session:
        kept = users.get(session, anna["id"]).password

    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept


def test_a_token_is_shown_once_bound_and_ends(
    app: FastAPI, client: TestClient, store: Store
) -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    order = {
        "name": "ticket system",
        "grants": [{"role": "unit_staff", "division": "440307"}],
        "expires_at": soon.isoformat(),
    }
    made = client.post("/api/v1/tokens", json=order).json()
    signed = {"Authorization": f"Bearer {made['secret']}"}
    program = TestClient(app, headers=signed)

    first = program.get("/api/v1/work-orders")
    listed = client.get("/api/v1/tokens").json()["items"][-1]
    with store.write() as session:
        for token in session.query(Token).filter_by(name="ticket system"):
            token.expires_at = datetime.now(UTC)
    ran_out = program.get("/api/v1/work-orders")

    assert first.status_code == 200
    assert listed["last_used_at"] is not None
    assert "secret" not in listed
    assert listed["grants"] == order["grants"]
    assert ran_out.status_code == 401
    assert client.delete(f"/api/v1/tokens/{made['id']}").status_code == 204
    past = client.post("/api/v1/tokens", json={**order, "expires_at": "2020-01-01T00:00:00Z"})
    assert past.status_code == 422


def test_somebody_always_remains_who_gives_rights(client: TestClient) -> None:
    (own,) = client.get("/api/v1/tokens").json()["items"]
    alone = client.delete(f"/api/v1/tokens/{own['id']}")
    whole = {"role": "administrator", "division": None}
    client.post("/api/v1/users", json={**ANNA, "grants": [whole]})

    assert alone.status_code == 409
    assert "make another one first" in alone.json()["detail"]
    assert client.delete(f"/api/v1/tokens/{own['id']}").status_code == 204


def test_what_is_done_is_written_down_with_whom_and_from_where(
    client: TestClient, anna: dict[str, Any]
) -> None:
    camera = {"name": "gate", "url": "rtsp://user:hunter2@192.0.2.7/1"}
    made = client.post("/api/v1/cameras", json=camera).json()
    where = f"/api/v1/cameras/{made['id']}"
    client.patch(where, json={"name": "north gate"}, headers={"If-Match": "*"})
    client.patch(where, json={"division": ["nonsense"]}, headers={"If-Match": "*"})
    client.delete(where)
    whole = client.get("/api/v1/audit-records").text
    deleted, changed, created, user = client.get("/api/v1/audit-records").json()["items"]

    assert (user["action"], user["thing"]) == ("access.write", "POST /api/v1/users")
    assert user["detail"]["changes"] == [{"what": "created", "kind": "user", "id": anna["id"]}]
    assert created["detail"]["changes"][0]["id"] == made["id"]
    assert "name" in changed["detail"]["changes"][0]["columns"]
    assert deleted["detail"]["changes"][-1]["what"] == "deleted"
    assert {r["actor"] for r in (deleted, changed, created)} == {"tests"}
    assert deleted["address"] == "testclient"
    assert "hunter2" not in whole
    assert "argon2" not in whole
    assert actions(client, action="cameras") == ["cameras.write"] * 3
    assert actions(client, actor="nobody else") == []


def test_pages_of_the_audit_follow_each_other(client: TestClient) -> None:
    for name in "abcde":
        client.post("/api/v1/cameras", json={"name": name, "url": "rtsp://192.0.2.7/1"})
    first = client.get("/api/v1/audit-records", params={"limit": 3}).json()
    rest = client.get(
        "/api/v1/audit-records", params={"limit": 3, "cursor": first["next_cursor"]}
    ).json()

    numbers = [r["id"] for r in (*first["items"], *rest["items"])]
    assert numbers == sorted(numbers, reverse=True)
    assert (len(numbers), rest["next_cursor"]) == (5, None)


def test_a_record_cannot_be_changed_and_shows_if_it_was(
    client: TestClient, store: Store, signed_in: SignedIn
) -> None:
    for name in "abc":
        client.post("/api/v1/cameras", json={"name": name, "url": "rtsp://192.0.2.7/1"})
    auditor = signed_in("auditor")
    verification = "/api/v1/audit-records/verification"
    whole = auditor.get(verification).json()
    for statement in ("UPDATE audit_record SET actor = 'x'", "DELETE FROM audit_record"):
        with pytest.raises(Exception, match="append-only"), store.write() as session:
            session.execute(text(statement))
    with store.write() as session:  # as somebody who owns the database file could
        session.execute(text("DROP TRIGGER audit_record_no_update"))
        session.execute(text("UPDATE audit_record SET actor = 'x' WHERE seq = 2"))

    assert whole == {"intact": True, "records": 3, "broken_at": None}
    assert auditor.get(verification).json() == {"intact": False, "records": 2, "broken_at": 2}


def test_what_the_platform_does_by_itself_is_no_record(store: Store, make_event: Any) -> None:
    with store.write() as session:
        session.add(make_event())

    with store.read() as session:
        assert audit.page(session, before=None, limit=10) == []
        assert session.query(AuditRecord).count() == 0
