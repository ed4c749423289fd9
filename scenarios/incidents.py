"""When an event is the same matter again: what an incident takes in, and for how long.

A *matter* is one thing at a place, whoever sees it: rubbish, a parked car, a flooded road. Events
of several cameras and hours join it, and it reopens when it is seen again after a while. People
who pass (riders, walkers at a line) are no single matter: theirs is a *summary*, the list of those
who passed one camera one after the other.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import cos, hypot, radians
from typing import Literal

from scenarios.scenario import load_catalog

NEAR_M = 50.0
"""How far two cameras may stand apart and still see the same matter."""

STAYS_S, USUAL_S, PASSING_S = 6 * 3600.0, 600.0, 300.0
"""How long after its last event an incident takes in the next: of what stays where it is, of other
matters, of those who pass."""

REOPENS = 6
"""For so many times as long a quiet matter reopens rather than repeats."""

_STAYING = {"absence", "dwell", "occupancy", "state"}
_PASSING = {"association", "crossing"}
"""Kinds of rules. To move a scenario from one window to another, give it an `incident_s`."""

M_PER_DEGREE = 111_195.0
"""Of latitude."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a camera stands; without coordinates the camera is the place."""

    camera_id: str
    lon: float | None = None
    lat: float | None = None

    def near(self, other: "Place") -> bool:
        """Whether both may see the same matter."""
        if self.lon is None or self.lat is None or other.lon is None or other.lat is None:
            return self.camera_id == other.camera_id
        x = (self.lon - other.lon) * cos(radians((self.lat + other.lat) / 2))
        return hypot(x, self.lat - other.lat) * M_PER_DEGREE <= NEAR_M


@dataclass(frozen=True, slots=True)
class Joining:
    """Which events are one incident.

    Args:
        kind: `matter` or `summary`.
        window: After its last event it takes in the next for so long.
        reopens: After its last event it reopens for so long; a summary never does.
    """

    kind: Literal["matter", "summary"]
    window: timedelta
    reopens: timedelta


@dataclass(frozen=True, slots=True)
class Incident:
    """What an event asks of an incident.

    Args:
        place: Where it began.
        opened_at: When its first event opened.
        last_seen_at: When its last event was last seen.
        running: One of its events is still open.
    """

    place: Place
    opened_at: datetime
    last_seen_at: datetime
    running: bool


def joining(scenario: str, rule: str) -> Joining:
    """How the events of a scenario join.

    Args:
        scenario: Of the catalogue; one that is no longer there goes by its rule.
        rule: Kind of the rule that fired.
    """
    entry = load_catalog().get(scenario)
    wanted_s = None if entry is None else entry.incident_s
    if rule in _PASSING and wanted_s is None:
        window = timedelta(seconds=PASSING_S)
        return Joining("summary", window, window)
    window = timedelta(seconds=wanted_s or (STAYS_S if rule in _STAYING else USUAL_S))
    return Joining("matter", window, REOPENS * window)


def takes_in(
    incident: Incident, how: Joining, place: Place, at: datetime
) -> Literal["joins", "reopens"] | None:
    """Whether an event belongs to an incident of its scenario.

    Args:
        incident: It may be quiet for long.
        how: Of the scenario.
        place: Where the event was seen.
        at: When it opened; earlier than others where it comes late.

    Returns:
        None if it does not.
    """
    if how.kind == "summary" and place.camera_id != incident.place.camera_id:
        return None
    if not place.near(incident.place) or at < incident.opened_at - how.window:
        return None
    if incident.running or at <= incident.last_seen_at + how.window:
        return "joins"
    return "reopens" if at <= incident.last_seen_at + how.reopens else None
