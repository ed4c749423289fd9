"""Links to evidence that need no token: they open one thing, until they end."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient

from serving.api.signed_links import signed
from serving.settings import Settings
from serving.store import Store, events, sealing
from serving.store.models import Evidence
from serving.store.sealing import KEY_BYTES, Keyring
from tests.serving.api.conftest import JPEG, SignedIn

EVENT = "01J0000000000000000000000A"
WHERE = f"/api/v1/events/{EVENT}/evidence"


@pytest.fixture(autouse=True)
def happened(store: Store, settings: Settings, make_event: Any) -> None:
    """An event in Longcheng with a snapshot and a crop."""
    settings.evidence_dir.mkdir(parents=True)
    (settings.evidence_dir / "a.jpg").write_bytes(JPEG)
    with store.write() as session:
        events.record(session, make_event(id=EVENT))
        for kind in ("snapshot", "crop"):
            fields = {"media_type": "image/jpeg", "sha256": "a" * 64, "path": "a.jpg"}
            events.add_evidence(session, Evidence(event_id=EVENT, kind=kind, **fields))


def made(client: TestClient, **order: Any) -> str:
    answer = client.post(f"{WHERE}/snapshot/links", json=order)
    assert answer.status_code == 201, answer.text
    return answer.json()["url"]


def test_a_link_opens_a_picture_to_who_has_no_token(
    client: TestClient, visitor: TestClient
) -> None:
    shown = visitor.get(made(client))

    assert (shown.status_code, shown.content) == (200, JPEG)
    assert visitor.get(f"{WHERE}/snapshot").status_code == 401
    records = client.get("/api/v1/audit-records", params={"action": "evidence"}).json()["items"]
    assert [(r["action"], r["actor"]) for r in records] == [("evidence.linked", "tests")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/snapshot?", "/crop?"),
        ("/snapshot?", "/snapshot/original?reason=because&"),
        (EVENT, "01J0000000000000000000000B"),
        ("expires=", "expires=9"),
        ("signature=", "signature=0"),
        ("signature=", "signature=%C3%A4"),
        ("expires=", "expires=x"),
        ("/evidence/snapshot", ""),
    ],
)
def test_a_link_opens_nothing_else(
    client: TestClient, visitor: TestClient, old: str, new: str
) -> None:
    link = made(client)
    assert old in link

    assert visitor.get(link.replace(old, new)).status_code in (401, 403)
    assert visitor.get(link).status_code == 200


def test_a_link_changes_nothing(client: TestClient, visitor: TestClient) -> None:
    assert visitor.post(made(client)).status_code == 403
    assert visitor.delete(made(client)).status_code == 403


def test_a_link_ends(visitor: TestClient) -> None:
    over = signed(f"{WHERE}/snapshot", datetime.now(UTC) - timedelta(seconds=1))
    answer = visitor.get(over)

    assert answer.status_code == 403
    assert "ended" in answer.json()["detail"]


@pytest.mark.parametrize("expires_in_s", [59, 7 * 86400 + 1, "x"])
def test_no_link_is_for_ever(client: TestClient, expires_in_s: object) -> None:
    answer = client.post(f"{WHERE}/snapshot/links", json={"expires_in_s": expires_in_s})

    assert answer.status_code == 422


def test_a_link_says_when_it_ends(client: TestClient) -> None:
    answer = client.post(f"{WHERE}/snapshot/links", json={"expires_in_s": 600}).json()
    told = datetime.fromisoformat(answer["expires_at"])
    (ends,) = parse_qs(urlsplit(str(answer["url"])).query)["expires"]

    assert int(ends) == told.timestamp()
    assert timedelta(seconds=590) < told - datetime.now(UTC) <= timedelta(seconds=600)


def test_links_outlive_a_rotation_and_end_with_the_key(
    client: TestClient, visitor: TestClient
) -> None:
    link = made(client)
    old = sealing.held()
    new = b"n" * KEY_BYTES
    both = Keyring([new, b"a key that is only for the tests"])
    sealing.hold(lambda: both)
    during = visitor.get(link).status_code
    alone = Keyring([new])
    sealing.hold(lambda: alone)
    after = visitor.get(link).status_code

    assert old.ids < both.ids
    assert (during, after) == (200, 403)


def test_who_may_not_see_it_makes_no_link(signed_in: SignedIn) -> None:
    elsewhere = signed_in("reviewer", "Longxi").post(f"{WHERE}/snapshot/links", json={})
    auditor = signed_in("auditor").post(f"{WHERE}/snapshot/links", json={})
    here = signed_in("reviewer", "Longcheng").post(f"{WHERE}/snapshot/links", json={})

    assert [a.status_code for a in (elsewhere, auditor, here)] == [404, 403, 201]
