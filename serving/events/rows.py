"""An event as the rules made it ⇄ its row in the store."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from scenarios.events import Box, Event, EventObject
from serving.store import models
from serving.store.rollout_models import ShadowEvent


@dataclass(frozen=True, slots=True)
class Context:
    """Where an event happened and what saw it: what the rules do not know."""

    camera_id: str
    camera_name: str
    division: str | None
    lon: float | None
    lat: float | None
    deployment_id: str
    deployment_revision: int
    scenario: str
    severity: str
    algorithms: tuple[dict[str, str], ...]
    """`{"name", "version", "sha256"}` each."""
    generation: int | None = None
    """Of the camera's placement; None where cameras are not placed. Not a column: the recorder
    asks by it whether the camera had moved on."""
    outlines: Mapping[str, Sequence[tuple[float, float]]] = field(default_factory=dict[str, Any])
    """Name of each zone → its corners; an event keeps those of its own."""


def to_row(event: Event, context: Context, frame_size: tuple[int, int]) -> dict[str, Any]:
    """The columns of `models.Event`.

    Args:
        event: As it stands.
        context: Where it happened.
        frame_size: Width and height of the picture, in pixels.
    """
    columns = asdict(context)
    del columns["generation"], columns["outlines"]
    outline = context.outlines.get(event.zone or "")
    return {
        **columns,
        "algorithms": list(context.algorithms),
        "id": event.id,
        "revision": event.revision,
        "rule": event.rule,
        "zone": event.zone,
        "zone_outline": outline and [list(point) for point in outline],
        "objects": [{**asdict(o), "box": list(o.box)} for o in event.objects],
        "path": path_json(event),
        "frame_width_px": frame_size[0],
        "frame_height_px": frame_size[1],
        "confidence": event.confidence,
        "life_cycle": "open" if event.ended_at is None else "ended",
        "first_seen_at": event.first_seen_at,
        "opened_at": event.opened_at,
        "last_seen_at": event.last_seen_at,
        "ended_at": event.ended_at,
        "occurrences": event.occurrences,
        "dedup_key": f"{context.deployment_id}:{context.camera_id}:{event.id}",
    }


def from_row(row: models.Event | ShadowEvent) -> Event:
    """The event as a watch knew it, so that a restart takes it up again."""
    return Event(
        id=row.id,
        revision=row.revision,
        rule=row.rule,
        zone=row.zone,
        objects=tuple(
            EventObject(o["track_id"], o["class_name"], o["confidence"], _box(o["box"]))
            for o in row.objects
        ),
        path=tuple((datetime.fromisoformat(at), _box(box)) for at, *box in row.path),
        confidence=row.confidence,
        first_seen_at=row.first_seen_at,
        opened_at=row.opened_at,
        last_seen_at=row.last_seen_at,
        ended_at=row.ended_at,
        occurrences=row.occurrences,
    )


def path_json(event: Event) -> list[Any]:
    """`[[RFC 3339 time, x1, y1, x2, y2], …]`."""
    return [[at.isoformat(), *box] for at, box in event.path]


def _box(values: Sequence[float]) -> Box:
    x1, y1, x2, y2 = values
    return (x1, y1, x2, y2)
