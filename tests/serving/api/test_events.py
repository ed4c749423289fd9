import hashlib
from collections.abc import Callable
from typing import Any

from fastapi.testclient import TestClient

from serving.settings import Settings
from serving.store import Store, events
from serving.store.models import Event, Evidence

MakeEvent = Callable[..., Event]

JPEG = b"\xff\xd8 evidence \xff\xd9"


def _record(store: Store, *happened: Event) -> None:
    with store.write() as session:
        for event in happened:
            events.record(session, event)


def _attach(store: Store, settings: Settings, event_id: str, path: str = "a/1.jpg") -> None:
    file = settings.evidence_dir / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(JPEG)
    with store.write() as session:
        events.add_evidence(
            session,
            Evidence(
                event_id=event_id,
                kind="snapshot",
                path=path,
                media_type="image/jpeg",
                sha256=hashlib.sha256(JPEG).hexdigest(),
                size_bytes=len(JPEG),
                masked=True,
                masked_by="privacy@1.0.0",
            ),
        )


def test_an_event_is_shown_whole(
    client: TestClient, store: Store, settings: Settings, make_event: MakeEvent
) -> None:
    event = make_event(path=[["2026-11-24T12:00:00Z", 0.1, 0.2, 0.3, 0.4]])
    _record(store, event)
    _attach(store, settings, event.id)

    shown = client.get(f"/api/v1/events/{event.id}").json()

    assert shown["scenario_title_zh"] == "未戴头盔"
    assert shown["camera"]["name"] == "Longxiang Avenue, north"
    assert shown["frame"] == {"width_px": 1280, "height_px": 720}
    assert shown["objects"][0]["box"] == [0.1, 0.2, 0.3, 0.4]
    assert shown["opened_at"] == "2026-11-24T12:00:00Z"
    assert shown["evidence"] == [
        {
            "kind": "snapshot",
            "url": f"/api/v1/events/{event.id}/evidence/snapshot",
            "media_type": "image/jpeg",
            "sha256": hashlib.sha256(JPEG).hexdigest(),
            "size_bytes": len(JPEG),
            "masked": True,
            "masked_by": "privacy@1.0.0",
            "original_sha256": None,
            "opened_s": None,
            "removed_at": None,
        }
    ]
    assert shown["evidence_state"] == "kept"


def test_events_come_newest_first_in_pages(
    client: TestClient, store: Store, make_event: MakeEvent
) -> None:
    _record(store, *(make_event(n // 2) for n in range(7)))

    seen: list[Any] = []
    query: dict[str, Any] = {"limit": 3}
    while True:
        page = client.get("/api/v1/events", params=query).json()
        seen += page["items"]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]

    assert len({event["id"] for event in seen}) == 7
    assert [e["opened_at"] for e in seen] == sorted((e["opened_at"] for e in seen), reverse=True)


def test_events_that_arrive_while_paging_shift_nothing(
    client: TestClient, store: Store, make_event: MakeEvent
) -> None:
    _record(store, make_event(1), make_event(2), make_event(3))
    first = client.get("/api/v1/events", params={"limit": 2}).json()

    _record(store, make_event(4))
    rest = client.get("/api/v1/events", params={"cursor": first["next_cursor"]}).json()

    assert len(rest["items"]) == 1


def test_filters_narrow_the_list(client: TestClient, store: Store, make_event: MakeEvent) -> None:
    old = make_event(0, life_cycle="ended")
    new = make_event(3600, camera_id="01JOTHER")
    _record(store, old, new)

    def found(**query: str) -> list[str]:
        answer = client.get("/api/v1/events", params=query)
        return [event["id"] for event in answer.json()["items"]]

    assert found() == [new.id, old.id]
    assert found(camera_id="01JOTHER") == [new.id]
    assert found(life_cycle="ended") == [old.id]
    assert found(scenario="rider-helmet", until="2026-11-24T20:30:00+08:00") == [old.id]
    assert found(since="2026-11-24T20:30:00+08:00") == [new.id]


def test_times_without_an_offset_or_outside_of_the_calendar_are_refused(
    client: TestClient,
) -> None:
    for since in ("2026-11-24T12:00:00", "0001-01-01T00:00:00+14:00", "yesterday"):
        assert client.get("/api/v1/events", params={"since": since}).status_code == 422


def test_an_event_shows_what_was_said_and_what_is_done_about_it(
    client: TestClient, store: Store, make_event: MakeEvent
) -> None:
    event, other = make_event(), make_event(5)
    _record(store, event, other)
    path = f"/api/v1/events/{event.id}"
    fresh = client.get(path).json()
    client.post(f"{path}/reviews", json={"verdict": "confirmed"})
    order = {"event_id": event.id, "unit": "police", "deadline_h": 4}
    ordered = client.post("/api/v1/work-orders", json=order).json()

    shown = client.get(path).json()

    assert (fresh["verdict"], fresh["disposal"], fresh["work_order"]) == (
        "unreviewed",
        "none",
        None,
    )
    assert (shown["verdict"], shown["disposal"]) == ("confirmed", "dispatched")
    assert shown["work_order"] == {
        "id": ordered["id"],
        "state": "dispatched",
        "unit": "police",
        "due_at": ordered["due_at"],
    }
    assert shown["incident_id"]
    listed = client.get("/api/v1/events").json()["items"]
    assert [one["verdict"] for one in listed] == ["unreviewed", "confirmed"]
    assert listed[1] == shown
