"""An event as ONVIF describes scenes: a `tt:MetadataStream`, as in Profile M.

Coordinates are ONVIF's own: from -1 to 1, right and up. The schema is
https://www.onvif.org/ver10/schema/metadatastream.xsd; the tests validate against it.
"""

from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from serving.store.messages import rfc3339

TT = "http://www.onvif.org/ver10/schema"
WSNT = "http://docs.oasis-open.org/wsn/b-2"
TOPICS = "http://www.onvif.org/ver10/topics"
DIALECT = "http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet"
OURS = "urn:longan:topics"

_TYPES = {
    "person": "Human",
    "person_down": "Human",
    "face": "HumanFace",
    "plate": "LicensePlate",
    "dog": "Animal",
    "bicycle": "Bicycle",
    "motorcycle": "Bike",
    "ebike": "Bike",
    "car": "Vehicle",
    "bus": "Vehicle",
    "truck": "Vehicle",
    "fire": "Fire",
    "smoke": "Smoke",
}
"""Our class → ONVIF's `ObjectType`; others go by their own name."""

_OPERATIONS = {"open": "Changed", "ended": "Deleted"}

_Box = list[float]

for _prefix, _uri in (("tt", TT), ("wsnt", WSNT)):
    register_namespace(_prefix, _uri)


def metadata_stream(event: dict[str, Any]) -> bytes:
    """The event as XML: its frames in the order of their time, then what it tells.

    Args:
        event: As `serving.store.event_data.event_data` has it.
    """
    # Prefixes that stand only in text must be declared by hand.
    root = Element(_tt("MetadataStream"), {"xmlns:tns1": TOPICS, "xmlns:longan": OURS})
    analytics = SubElement(root, _tt("VideoAnalytics"))
    for at, things in sorted(_frames(event).items()):
        frame = SubElement(analytics, _tt("Frame"), UtcTime=at, Source=str(event["camera"]["id"]))
        for thing, box in things:
            _object(frame, thing, box, event["camera"])
    _notification(SubElement(root, _tt("Event")), event)
    return tostring(root, encoding="utf-8", xml_declaration=True)


def _frames(event: dict[str, Any]) -> dict[str, list[tuple[dict[str, Any], _Box]]]:
    """By their time: where the subject was, and all that took part when it opened."""
    subject = event["objects"][:1]
    path = {_utc(at): [(thing, box) for thing in subject] for at, *box in event["path"]}
    return {**path, event["opened_at"]: [(thing, thing["box"]) for thing in event["objects"]]}


def _object(frame: Element, thing: dict[str, Any], box: _Box, camera: dict[str, Any]) -> None:
    left, top, right, bottom = _onvif(box)
    appearance = SubElement(
        SubElement(frame, _tt("Object"), ObjectId=str(thing["track_id"])), _tt("Appearance")
    )
    shape = SubElement(appearance, _tt("Shape"))
    SubElement(
        shape,
        _tt("BoundingBox"),
        {"left": f"{left:.6g}", "top": f"{top:.6g}", "right": f"{right:.6g}"},
        bottom=f"{bottom:.6g}",
    )
    SubElement(
        shape,
        _tt("CenterOfGravity"),
        x=f"{(left + right) / 2:.6g}",
        y=f"{(top + bottom) / 2:.6g}",
    )
    kind = SubElement(appearance, _tt("Class"))
    name, likelihood = thing["class_name"], f"{thing['confidence']:.4g}"
    if (known := _TYPES.get(name)) is not None:
        SubElement(kind, _tt("Type"), Likelihood=likelihood).text = known
    SubElement(kind, _tt("Type"), Likelihood=likelihood).text = name
    if camera["lon"] is not None and camera["lat"] is not None:
        SubElement(appearance, _tt("GeoLocation"), lon=str(camera["lon"]), lat=str(camera["lat"]))


def _notification(stream: Element, event: dict[str, Any]) -> None:
    told = SubElement(stream, _wsnt("NotificationMessage"))
    topic = SubElement(told, _wsnt("Topic"), Dialect=DIALECT)
    topic.text = f"tns1:RuleEngine/longan:{event['scenario']}"
    begins = event["revision"] == 1 and event["ended_at"] is None
    message = SubElement(
        SubElement(told, _wsnt("Message")),
        _tt("Message"),
        UtcTime=event["ended_at"] or event["last_seen_at"],
        PropertyOperation="Initialized" if begins else _OPERATIONS[event["life_cycle"]],
    )
    _items(message, "Source", VideoSource=event["camera"]["id"], Rule=event["rule"])
    _items(message, "Key", Event=event["id"])
    _items(
        message,
        "Data",
        State=str(event["ended_at"] is None).lower(),
        Severity=event["severity"],
        Confidence=f"{event['confidence']:.4g}",
        Zone=event["zone"],
        OpenedAt=event["opened_at"],
        Occurrences=str(event["occurrences"]),
    )


def _items(message: Element, name: str, **values: str | None) -> None:
    items = SubElement(message, _tt(name))
    for key, value in values.items():
        if value is not None:
            SubElement(items, _tt("SimpleItem"), Name=key, Value=value)


def _onvif(box: _Box) -> tuple[float, float, float, float]:
    """Left, top, right, bottom."""
    x1, y1, x2, y2 = box
    return 2 * x1 - 1, 1 - 2 * y1, 2 * x2 - 1, 1 - 2 * y2


def _utc(at: str) -> str:
    return rfc3339(datetime.fromisoformat(at))


def _tt(name: str) -> str:
    return f"{{{TT}}}{name}"


def _wsnt(name: str) -> str:
    return f"{{{WSNT}}}{name}"
