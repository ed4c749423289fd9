"""Events as Frigate publishes them, for who listens to Frigate, such as Home Assistant.

Only the topic `<prefix>/events` is spoken, as in
https://docs.frigate.video/integrations/mqtt/#frigateevents. What Longan does not know is what
Frigate has before it knows: no speed, no motionless frames, the whole picture as region.
"""

import json
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import StringConstraints

from serving.events.sinks.mqtt import MqttBroker, Publisher

_TYPES = {
    f"longan.event.{kind}.v1": theirs
    for kind, theirs in (
        ("opened", "new"),
        ("updated", "update"),
        ("evidence_ready", "update"),
        ("ended", "end"),
    )
}

_Box = tuple[float, float, float, float]


class FrigateSpec(MqttBroker):
    """Events are published to an MQTT broker in the shape of Frigate's."""

    kind: Literal["frigate"] = "frigate"

    topic_prefix: Annotated[
        str, StringConstraints(max_length=200, pattern=r"^[^$/+#\x00-\x1f\x7f][^+#\x00-\x1f\x7f]*$")
    ] = "frigate"
    """As `mqtt.topic_prefix` of Frigate; it must not be that of a Frigate on the same broker."""


class FrigateSink:
    """Publishes events; passes over all other messages, which Frigate has no word for.

    Args:
        spec: Where to.
        password: Of its user; empty: none.
    """

    def __init__(self, spec: FrigateSpec, password: str) -> None:
        self._topic = f"{spec.topic_prefix}/events"
        self._publisher = Publisher(spec, password)

    def send(self, message: dict[str, Any]) -> None:
        """See `Sink`."""
        told = frigate_event(message)
        if told is not None:
            body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
            self._publisher.publish(self._topic, body, "application/json")

    def close(self) -> None:
        self._publisher.close()


def frigate_event(message: dict[str, Any]) -> dict[str, Any] | None:
    """The payload of `frigate/events`; None: Frigate would say nothing.

    `before` is what can be told from the message alone: Frigate's first `new` comes from a false
    positive, and before the end there was no end.
    """
    kind, event = _TYPES.get(message["type"]), message["data"]
    if kind is None or (kind == "update" and event["ended_at"] is not None):
        return None  # an end is the last that is told: listeners close the matter with it
    after = _state(event)
    before = {**after, "end_time": None, "false_positive": kind == "new"}
    return {"type": kind, "before": before, "after": after}


def _state(event: dict[str, Any]) -> dict[str, Any]:
    width, height = event["frame"]["width_px"], event["frame"]["height_px"]
    picture = [0, 0, width, height]

    def pixels(box: _Box) -> list[int]:
        x1, y1, x2, y2 = box
        return [round(x1 * width), round(y1 * height), round(x2 * width), round(y2 * height)]

    things, path = event["objects"], event["path"]
    opened = pixels(things[0]["box"]) if things else picture
    box = pixels(path[-1][1:]) if path else opened
    score = things[0]["confidence"] if things else event["confidence"]
    kinds = {link["kind"] for link in event["evidence"] if link["removed_at"] is None}
    snapshot = {
        "frame_time": _seconds(event["opened_at"]),
        "box": opened,
        "area": _area(opened),
        "region": picture,
        "score": score,
        "attributes": [],
    }
    zones = [event["zone"]] if event["zone"] else []
    return {
        "id": event["id"],
        "camera": event["camera"]["name"],
        "frame_time": _seconds(event["last_seen_at"]),
        "snapshot": snapshot if "snapshot" in kinds else None,
        "label": things[0]["class_name"] if things else event["scenario"],
        "sub_label": event["scenario"],
        "top_score": score,
        "false_positive": False,
        "start_time": _seconds(event["first_seen_at"]),
        "end_time": event["ended_at"] and _seconds(event["ended_at"]),
        "score": score,
        "box": box,
        "area": _area(box),
        "ratio": round((box[2] - box[0]) / max(1, box[3] - box[1]), 2),
        "region": picture,
        "active": True,
        "stationary": False,
        "motionless_count": 0,
        "position_changes": 0,
        "current_zones": zones if event["ended_at"] is None else [],
        "entered_zones": zones,
        "has_clip": "clip" in kinds,
        "has_snapshot": "snapshot" in kinds,
        "attributes": {},
        "current_attributes": [],
        "pending_loitering": False,
        "max_severity": "detection" if event["severity"] == "notice" else "alert",
        "current_estimated_speed": 0,
        "average_estimated_speed": 0,
        "velocity_angle": 0,
        "path_data": [[[(x1 + x2) / 2, y2], _seconds(at)] for at, x1, _, x2, y2 in path],
    }


def _area(box: list[int]) -> int:
    return (box[2] - box[0]) * (box[3] - box[1])


def _seconds(at: str) -> float:
    return datetime.fromisoformat(at).timestamp()
