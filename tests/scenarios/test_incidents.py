from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.incidents import Incident, Joining, Place, joining, takes_in

AT = datetime(2026, 11, 24, 8, tzinfo=UTC)
GATE = Place("gate", 114.25, 22.72)
TEN_MINUTES = timedelta(minutes=10)
MATTER = Joining("matter", TEN_MINUTES, 6 * TEN_MINUTES)


def east(metres: float, camera_id: str = "other") -> Place:
    """A camera so far east of the gate."""
    return Place(camera_id, 114.25 + metres / 111_195 / 0.92241, 22.72)


def north(metres: float) -> Place:
    return Place("other", 114.25, 22.72 + metres / 111_195)


def minutes(count: float) -> datetime:
    return AT + timedelta(minutes=count)


def seen(place: Place = GATE, until: datetime = AT, running: bool = False) -> Incident:
    return Incident(place, AT, until, running)


@pytest.mark.parametrize("there", [east, north])
def test_cameras_within_fifty_metres_see_the_same_matter(
    there: Callable[[float], Place],
) -> None:
    assert takes_in(seen(), MATTER, there(49), AT) == "joins"
    assert takes_in(seen(), MATTER, there(51), AT) is None


@given(
    metres=st.floats(0, 49),
    lon=st.floats(-179, 179),
    lat=st.floats(-80, 80),
)
def test_nearness_knows_no_borders_of_cells(metres: float, lon: float, lat: float) -> None:
    here = Place("a", lon, lat)
    there = Place("b", lon, lat + metres / 111_195)

    assert here.near(there)
    assert there.near(here)


def test_without_coordinates_the_camera_is_the_place() -> None:
    blind = Place("gate")

    assert blind.near(Place("gate"))
    assert blind.near(GATE)
    assert not blind.near(Place("other"))
    assert not Place("other").near(GATE)


@pytest.mark.parametrize(
    ("after", "answer"),
    [(0, "joins"), (10, "joins"), (10.1, "reopens"), (60, "reopens"), (60.1, None)],
)
def test_it_joins_then_reopens_then_is_another(after: float, answer: str | None) -> None:
    assert takes_in(seen(), MATTER, GATE, minutes(after)) == answer


def test_what_is_still_seen_is_never_over() -> None:
    assert takes_in(seen(running=True), MATTER, GATE, minutes(9999)) == "joins"


def test_an_event_that_comes_late_joins_what_began_after_it() -> None:
    assert takes_in(seen(), MATTER, GATE, minutes(-10)) == "joins"
    assert takes_in(seen(), MATTER, GATE, minutes(-10.1)) is None


def test_those_who_pass_are_listed_by_camera_and_never_reopened() -> None:
    how = joining("rider-helmet", "association")

    assert (how.kind, how.window) == ("summary", timedelta(minutes=5))
    assert takes_in(seen(), how, GATE, minutes(5)) == "joins"
    assert takes_in(seen(), how, GATE, minutes(5.1)) is None
    assert takes_in(seen(), how, east(1), AT) is None


@pytest.mark.parametrize(
    ("scenario", "rule", "kind", "hours"),
    [
        ("exposed-rubbish", "dwell", "matter", 6),
        ("waterlogging", "occupancy", "matter", 6),
        ("full-bins", "state", "matter", 6),
        ("a scenario that is gone", "absence", "matter", 6),
        ("illegal-banners", "presence", "matter", 6),
        ("hung-laundry", "presence", "matter", 6),
        ("cycle-clutter", "count", "matter", 6),
        ("danger-zone", "presence", "matter", 1 / 6),
        ("crowd", "count", "matter", 1 / 6),
        ("wrong-way", "crossing", "summary", 1 / 12),
    ],
)
def test_what_stays_is_waited_for_longer(scenario: str, rule: str, kind: str, hours: float) -> None:
    how = joining(scenario, rule)

    assert (how.kind, how.window) == (kind, timedelta(hours=hours))
