import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any, get_args

import cv2
import numpy as np
import pytest
from fastapi.testclient import TestClient

from serving.api.work_orders import ReturnReason, State
from serving.settings import Settings
from serving.store import Store, events, work_orders
from serving.store.models import Event, now

MakeEvent = Callable[..., Event]

ORDERS = "/api/v1/work-orders"

LIST = """scenario,division,unit,deadline_h,escalate_to,escalate_after_h
traffic,Longcheng,police,4,HQ,2
*,Longcheng,streets,24,,
"""


def _picture(kind: str = ".jpg") -> bytes:
    _, data = cv2.imencode(kind, np.full((8, 8, 3), 128, np.uint8))
    return data.tobytes()


@pytest.fixture
def in_force(client: TestClient) -> None:
    path = "/api/v1/responsibility-lists"
    made = client.post(path, content=LIST, headers={"Content-Type": "text/csv"}).json()
    client.put(f"{path}/current", json={"id": made["id"]}, headers={"If-Match": "*"})


@pytest.fixture
def order(client: TestClient, store: Store, make_event: MakeEvent, in_force: None) -> str:
    """An order that the list gave to the police."""
    event = make_event()
    with store.write() as session:
        events.record(session, event)
    return client.post(ORDERS, json={"event_id": event.id}).json()["id"]


def _move(client: TestClient, order: str, to: str, **more: Any) -> Any:
    return client.post(f"{ORDERS}/{order}/transitions", json={"to": to, **more})


def _resolve(client: TestClient, order: str, photo: bytes, **form: str) -> Any:
    return client.post(f"{ORDERS}/{order}/resolutions", files={"photo": photo}, data=form)


def test_an_order_is_done_step_by_step_and_shown_by_its_photo(
    client: TestClient, order: str, settings: Settings
) -> None:
    photo = _picture()

    _move(client, order, "accepted")
    _move(client, order, "in_progress")
    resolved = _resolve(client, order, photo, note="helmets handed out")
    _move(client, order, "verified", note="seen")
    closed = _move(client, order, "closed")

    assert resolved.status_code == 201
    shown = resolved.json()["steps"][-1]
    assert (shown["step"], shown["note"], shown["actor"]) == (
        "resolved",
        "helmets handed out",
        "tests",
    )
    assert shown["photo"]["sha256"] == hashlib.sha256(photo).hexdigest()
    picture = client.get(shown["photo"]["url"])
    assert (picture.content, picture.headers["content-type"]) == (photo, "image/jpeg")
    assert (closed.json()["state"], closed.json()["next"]) == ("closed", [])
    assert [step["step"] for step in client.get(f"{ORDERS}/{order}").json()["steps"]] == [
        "dispatched",
        "accepted",
        "in_progress",
        "resolved",
        "verified",
        "closed",
    ]
    assert len(list((settings.evidence_dir / "work-orders").rglob("*.jpg"))) == 1


def test_a_step_that_is_not_allowed_says_which_are(client: TestClient, order: str) -> None:
    early = _move(client, order, "closed")
    unresolvable = _resolve(client, order, _picture())

    assert (early.status_code, unresolvable.status_code) == (409, 409)
    assert "from there it goes to accepted or returned, not to closed" in early.json()["detail"]


def test_a_photo_that_is_refused_leaves_nothing_behind(
    client: TestClient, order: str, settings: Settings
) -> None:
    _move(client, order, "accepted")
    not_started = _resolve(client, order, _picture())
    _move(client, order, "in_progress")
    text, broken = _resolve(client, order, b"a photo"), _resolve(client, order, _picture()[:-60])

    assert (not_started.status_code, text.status_code, broken.status_code) == (409, 422, 422)
    assert "JPEG or PNG" in text.json()["detail"]
    assert client.get(f"{ORDERS}/{order}").json()["state"] == "in_progress"
    assert list((settings.data_dir).rglob("*.jpg")) == []


def test_a_png_is_kept_as_one(client: TestClient, order: str) -> None:
    _move(client, order, "accepted")
    _move(client, order, "in_progress")

    photo = _resolve(client, order, _picture(".png")).json()["steps"][-1]["photo"]

    assert photo["media_type"] == "image/png"
    assert client.get(photo["url"]).headers["content-type"] == "image/png"


def test_a_resolution_sent_twice_with_one_key_is_one(
    client: TestClient, order: str, settings: Settings
) -> None:
    _move(client, order, "accepted")
    _move(client, order, "in_progress")
    photo, path = {"photo": _picture()}, f"{ORDERS}/{order}/resolutions"

    answers = [client.post(path, files=photo, headers={"Idempotency-Key": "k"}) for _ in range(2)]

    assert answers[0].json() == answers[1].json()
    assert len(list(settings.evidence_dir.rglob("*.jpg"))) == 1


def test_a_step_without_a_photo_has_none(client: TestClient, order: str) -> None:
    step = client.get(f"{ORDERS}/{order}").json()["steps"][0]

    assert step["photo"] is None
    assert client.get(f"{ORDERS}/{order}/photos/{step['id']}").status_code == 404
    assert client.get(f"{ORDERS}/{order}/photos/01JNONE").status_code == 404


def test_a_returned_order_goes_where_the_unit_says_or_waits(client: TestClient, order: str) -> None:
    without_reason = _move(client, order, "returned")
    unknown_row = _move(client, order, "returned", reason="wrong_unit", rule_line=99)
    given_on = _move(client, order, "returned", reason="wrong_unit", rule_line=3)
    waiting = _move(client, order, "returned", reason="other", note="we are three people")
    unknown_unit = _move(client, order, "dispatched", unit="nobody", deadline_h=4)
    by_hand = _move(client, order, "dispatched", unit="police", deadline_h=4)

    assert (without_reason.status_code, unknown_row.status_code) == (422, 404)
    assert (given_on.json()["state"], given_on.json()["unit"]) == ("dispatched", "streets")
    assert (waiting.json()["state"], waiting.json()["next"]) == (
        "returned",
        ["dispatched", "closed"],
    )
    assert (unknown_unit.status_code, by_hand.json()["unit"]) == (409, "police")
    assert by_hand.json()["rule_line"] is None


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"event_id": "01JA", "report_id": "01JB"},
        {"event_id": "01JA", "unit": "police"},
        {"event_id": "01JA", "unit": "police", "deadline_h": 0},
    ],
)
def test_an_order_that_says_too_little_or_too_much_is_refused(
    client: TestClient, wrong: dict[str, Any]
) -> None:
    assert client.post(ORDERS, json=wrong).status_code == 422


def test_an_event_is_dispatched_when_it_is_confirmed_and_only_once(
    client: TestClient, store: Store, make_event: MakeEvent, in_force: None
) -> None:
    event = make_event()
    with store.write() as session:
        events.record(session, event)

    client.post(f"/api/v1/events/{event.id}/reviews", json={"verdict": "confirmed"})
    [found] = client.get(ORDERS, params={"event_id": event.id}).json()["items"]
    again = client.post(ORDERS, json={"event_id": event.id})

    assert (found["unit"], found["list_version"], found["rule_line"]) == ("police", 1, 2)
    assert found["steps"][0]["note"] == "confirmed by tests"
    assert again.status_code == 409


def test_orders_are_found_by_what_they_are(client: TestClient, order: str, store: Store) -> None:
    with store.write() as session:
        work_orders.escalate(session, now() + timedelta(hours=3))

    def found(**query: Any) -> list[str]:
        return [each["id"] for each in client.get(ORDERS, params=query).json()["items"]]

    assert found() == found(unit="police") == found(state="dispatched") == [order]
    assert found(scenario="rider-helmet") == found(escalated=True) == [order]
    assert found(unit="streets") == found(state="closed") == found(escalated=False) == []
    assert client.get(ORDERS, params={"state": "lost"}).status_code == 422


REPORT = {
    "channel": "hotline",
    "external_id": "12345-7",
    "scenario": "traffic",
    "division": "Longcheng",
    "text": "三轮车占道",
    "occurred_at": "2026-11-24T08:00:00+08:00",
}


def test_a_report_is_dispatched_and_bringing_it_again_changes_nothing(
    client: TestClient, in_force: None
) -> None:
    first = client.post("/api/v1/reports", json=REPORT)
    again = client.post("/api/v1/reports", json=REPORT)
    other = client.post("/api/v1/reports", json={**REPORT, "text": "something else"})

    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert first.json() == again.json()
    assert first.json()["occurred_at"] == "2026-11-24T00:00:00Z"
    order = client.get(f"{ORDERS}/{first.json()['work_order_id']}").json()
    assert (order["report_id"], order["event_id"], order["unit"]) == (
        first.json()["id"],
        None,
        "police",
    )
    listed = client.get("/api/v1/reports", params={"channel": "hotline"}).json()["items"]
    assert listed == [first.json()]
    assert client.get(f"/api/v1/reports/{first.json()['id']}").json() == first.json()


def test_a_report_without_a_list_waits_for_a_person(client: TestClient) -> None:
    report = client.post("/api/v1/reports", json=REPORT).json()
    by_hand = client.post(
        ORDERS, json={"report_id": report["id"], "unit": "anybody", "deadline_h": 8}
    )

    assert report["work_order_id"] is None
    assert (by_hand.status_code, by_hand.json()["unit"]) == (201, "anybody")


@pytest.mark.parametrize(
    "wrong",
    [
        {"scenario": "flying-pigs"},
        {"division": None},
        {"division": None, "lon": 114.2},
        {"occurred_at": "2026-11-24T08:00:00"},
        {"occurred_at": 1764000000},
        {"channel": "Hot Line"},
    ],
)
def test_a_report_that_cannot_be_dispatched_is_refused(
    client: TestClient, wrong: dict[str, Any]
) -> None:
    assert client.post("/api/v1/reports", json={**REPORT, **wrong}).status_code == 422


def test_a_report_from_a_place_belongs_to_the_division_of_the_camera_there(
    client: TestClient, in_force: None
) -> None:
    camera = {"name": "c", "url": "rtsp://10.0.0.7/1", "division": "Longcheng"}
    client.post("/api/v1/cameras", json={**camera, "lon": 114.25, "lat": 22.72})
    place = {**REPORT, "division": None, "lon": 114.251, "lat": 22.721}

    report = client.post("/api/v1/reports", json=place).json()

    assert report["division"] == "Longcheng"


def test_the_api_names_every_state_and_reason_there_is() -> None:
    assert set(get_args(State)) == set(work_orders.NEXT)
    assert get_args(ReturnReason) == tuple(work_orders.RETURN_REASONS)
