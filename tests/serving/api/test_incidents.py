from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from scenarios.storm import Limits
from serving.store import Store, events, work_orders
from serving.store.models import Event, now
from serving.store.work_orders import Assignment
from tests.serving.conftest import NOON

MakeEvent = Callable[..., Event]


TEN_DAYS_S = 864_000.0
"""Long enough ago for everything to be quiet."""


def record(store: Store, *recorded: Event) -> str:
    """Stores events; returns the incident of the last."""
    for event in recorded:
        with store.write() as session:
            events.record(session, event, Limits(camera=3))
    return recorded[-1].incident_id or ""


@pytest.fixture
def make_rubbish(make_event: MakeEvent) -> MakeEvent:
    def make(opened_s: float = 0, **fields: Any) -> Event:
        usual = {"scenario": "exposed-rubbish", "rule": "dwell", "life_cycle": "ended"}
        return make_event(opened_s - TEN_DAYS_S, **{**usual, **fields})

    return make


def test_an_incident_comes_with_its_events_and_work_orders(
    client: TestClient, store: Store, make_rubbish: MakeEvent
) -> None:
    first, second = make_rubbish(), make_rubbish(60, camera_id="01JBESIDE")
    incident_id = record(store, first, second)
    with store.write() as session:
        order = work_orders.open_for(
            session,
            events.get(session, first.id),
            actor="Anna",
            at=now(),
            assignment=Assignment("cleaners", 4),
        )

    incident = client.get(f"/api/v1/incidents/{incident_id}").json()

    assert (incident["kind"], incident["events"], incident["state"]) == ("matter", 2, "quiet")
    assert incident["scenario_title_zh"] == "暴露垃圾"
    assert incident["camera_ids"] == ["01JCAMERA", "01JBESIDE"]
    assert [e["id"] for e in incident["newest_events"]] == [second.id, first.id]
    assert [o["id"] for o in incident["work_orders"]] == [order.id]
    assert incident["work_orders"][0]["incident_id"] == incident_id


def test_incidents_are_filtered_and_paged_newest_first(
    client: TestClient, store: Store, make_rubbish: MakeEvent, make_event: MakeEvent
) -> None:
    rubbish = record(store, make_rubbish(opened_at=now(), last_seen_at=now()))
    seen_twice = record(store, make_rubbish(), make_rubbish(60, camera_id="01JBESIDE"))
    riders = record(store, make_event(120 - TEN_DAYS_S, life_cycle="ended"))

    def ids(**which: str) -> list[str]:
        found: list[str] = []
        asked = {"limit": "2", **which}
        while True:
            page = client.get("/api/v1/incidents", params=asked).json()
            found += [item["id"] for item in page["items"]]
            if page["next_cursor"] is None:
                return found
            asked["cursor"] = page["next_cursor"]

    assert ids() == [rubbish, riders, seen_twice]
    assert ids(state="open") == [rubbish]
    assert ids(state="quiet") == [riders, seen_twice]
    assert ids(kind="summary") == ids(scenario="rider-helmet") == [riders]
    assert ids(camera_id="01JBESIDE") == [seen_twice]
    since = NOON - timedelta(days=10)
    until = since + timedelta(minutes=1)
    assert ids(since=since.isoformat(), until=until.isoformat()) == [seen_twice]


def test_events_name_their_incident_and_can_be_asked_for_by_it(
    client: TestClient, store: Store, make_rubbish: MakeEvent, make_event: MakeEvent
) -> None:
    incident_id = record(store, make_rubbish(), make_rubbish(60))
    record(store, make_event())

    items = client.get("/api/v1/events", params={"incident_id": incident_id}).json()["items"]

    assert [item["incident_id"] for item in items] == [incident_id] * 2
    assert [item["suppressed_by"] for item in items] == [None] * 2


def test_the_summary_of_a_storm_is_an_event_and_leads_to_what_it_speaks_for(
    client: TestClient, store: Store, make_event: MakeEvent
) -> None:
    burst = [make_event(second) for second in range(5)]
    record(store, *burst)

    items = client.get("/api/v1/events").json()["items"]
    (summary,) = [item for item in items if item["rule"] == "storm"]
    held = client.get("/api/v1/events", params={"suppressed_by": summary["id"]}).json()["items"]

    assert len(items) == 6
    assert {item["id"] for item in held} == {event.id for event in burst[3:]}


def test_an_incident_that_is_not_there_is_a_problem(client: TestClient) -> None:
    answer = client.get("/api/v1/incidents/01JNONE")

    assert (answer.status_code, answer.headers["content-type"]) == (
        404,
        "application/problem+json",
    )
