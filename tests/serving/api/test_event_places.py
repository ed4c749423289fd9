from collections.abc import Callable

from fastapi.testclient import TestClient

from serving.store import Store, events
from serving.store.models import Event

MakeEvent = Callable[..., Event]


def _record(store: Store, *happened: Event) -> list[str]:
    with store.write() as session:
        for event in happened:
            events.record(session, event)
    return [event.id for event in happened]


def test_an_event_is_placed_where_its_camera_was_and_its_box_in_the_picture(
    client: TestClient, store: Store, make_event: MakeEvent
) -> None:
    _record(store, make_event(opened_s=0), make_event(opened_s=1, lon=None), make_event(lat=None))

    answer = client.get("/api/v1/event-places").json()

    assert answer["more"] is False
    [place] = answer["items"]
    assert (place["lon"], place["lat"]) == (114.25, 22.72)
    assert place["box"] == [0.1, 0.2, 0.3, 0.4]
    assert place["camera_id"] == "01JCAMERA"
    assert place["incident_id"]


def test_an_event_of_the_whole_picture_has_no_box(
    client: TestClient, store: Store, make_event: MakeEvent
) -> None:
    _record(store, make_event(objects=[]))

    assert client.get("/api/v1/event-places").json()["items"][0]["box"] is None


def test_they_are_chosen_by_time_division_and_severity(
    client: TestClient, store: Store, make_event: MakeEvent
) -> None:
    early, late, elsewhere = _record(
        store,
        make_event(opened_s=0, division="Longcheng/Shangjing"),
        make_event(opened_s=60, severity="critical"),
        make_event(opened_s=30, division="Longchengnan"),
    )

    def asked(**query: str) -> list[str]:
        answer = client.get("/api/v1/event-places", params=query)
        return [place["id"] for place in answer.json()["items"]]

    assert asked() == [late, elsewhere, early]
    assert asked(division="Longcheng") == [late, early]
    assert asked(severity="critical") == [late]
    assert asked(since="2026-11-24T12:00:01Z", until="2026-11-24T12:01:00Z") == [elsewhere]


def test_more_than_were_asked_for_is_said(
    client: TestClient, store: Store, make_event: MakeEvent
) -> None:
    _, newest = _record(store, make_event(opened_s=0), make_event(opened_s=1))

    answer = client.get("/api/v1/event-places", params={"limit": 1}).json()

    assert [place["id"] for place in answer["items"]] == [newest]
    assert answer["more"] is True
