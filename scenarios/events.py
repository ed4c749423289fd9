"""What a rule says when it fires, before anybody stored it."""

from dataclasses import dataclass
from datetime import datetime

Box = tuple[float, float, float, float]
"""`x1 y1 x2 y2` as fractions 0–1 of the picture."""


@dataclass(frozen=True, slots=True)
class EventObject:
    """One tracked thing that took part, at the moment the rule fired."""

    track_id: int
    class_name: str
    confidence: float
    box: Box


@dataclass(frozen=True, slots=True)
class Event:
    """A rule fired. Made when it opens, replaced as it goes on, the `id` staying the same.

    It is about one thing, or about a place as a whole: a crowd, a blocked lane, nobody at a gate.

    Args:
        id: ULID, made once when the event opens.
        revision: 1 when it opens, rising each time it is taken up again or ends.
        rule: Kind of the rule that fired, such as `association`.
        zone: Name of the zone or line it fired at; None for the whole picture.
        objects: What took part, the subject first, at the moment the rule fired. Of a place it may
            be many, or none where something is missing.
        path: Where the subject was, oldest first; thinned to a point every half second. Of a
            place, once: the box around it.
        confidence: Of the rule, 0–1.
        first_seen_at: When the subject was first seen; of a place, since when the condition held.
        opened_at: When the rule fired.
        last_seen_at: When the subject was last seen; of a place, when the condition last held.
        ended_at: Set once, when the subject had been gone for a while.
        occurrences: How often the same thing was seen anew after it had been lost.
    """

    id: str
    revision: int
    rule: str
    zone: str | None
    objects: tuple[EventObject, ...]
    path: tuple[tuple[datetime, Box], ...]
    confidence: float
    first_seen_at: datetime
    opened_at: datetime
    last_seen_at: datetime
    ended_at: datetime | None = None
    occurrences: int = 1

    @property
    def box(self) -> Box:
        """Around all that took part when it opened; around the place where nothing did."""
        boxes = [thing.box for thing in self.objects] or [self.path[0][1]]
        x1, y1, x2, y2 = zip(*boxes, strict=True)
        return (min(x1), min(y1), max(x2), max(y2))
