"""Events that are about a place: they open, last, end, and never overlap."""

from collections.abc import Callable, Sequence
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from scenarios.events import Event
from scenarios.rules import RuleConfig
from scenarios.rules.absence import AbsenceConfig
from scenarios.rules.count import CountConfig
from scenarios.rules.state import StateConfig
from scenarios.schedule import Schedule, Window
from scenarios.watch import Watch
from scenarios.zones import Shape, Zone
from tests.scenarios.scenes import Thing, after, scene

CROWD = CountConfig(classes=("person",), at_least=4, stay_s=2, forget_s=3)
LEFT = Zone(name="left", points=((0, 0), (0.5, 0), (0.5, 1), (0, 1)))
GUARD = AbsenceConfig(classes=("guard",), stay_s=2, forget_s=3)


def people(number: int, confidence: float = 0.8, first_track: int = 1) -> list[Thing]:
    return [
        (first_track + i, "person", (20.0 + 60 * i, 400, 60.0 + 60 * i, 500), confidence)
        for i in range(number)
    ]


def crowded_at_times(second: float) -> list[Thing]:
    """For the first ten seconds of every thirty."""
    return people(4) if second % 30 < 10 else []


def watch(rule: RuleConfig, *shapes: Shape, known: Sequence[Event] = ()) -> Watch:
    numbers = count(len(known))
    return Watch(rule, shapes, lambda: f"event-{next(numbers)}", known)


def run(
    watched: Watch, begin_s: float, end_s: float, things: Callable[[float], list[Thing]]
) -> list[Event]:
    steps = range(round(begin_s * 5), round(end_s * 5))
    return [event for i in steps for event in watched.update(scene(i / 5, *things(i / 5)))]


def test_a_crowd_is_one_event_however_its_people_change() -> None:
    watched = watch(CROWD, LEFT)

    events = run(watched, 0, 20, lambda s: people(5, first_track=10 * int(s)))

    (event,) = events
    assert (event.zone, len(event.objects), event.opened_at) == ("left", 5, after(2))
    assert event.first_seen_at == after(0)
    assert event.path == ((after(2), (0, 0, 0.5, 1)),)
    assert watched.open_events[0].last_seen_at == after(19.8)


def test_it_ends_when_the_condition_has_not_held_for_a_while() -> None:
    watched = watch(CROWD)
    run(watched, 0, 5, lambda _: people(4))

    (ended,) = run(watched, 5, 20, lambda _: people(1))

    assert (ended.revision, ended.ended_at) == (2, after(4.8))
    assert watched.open_events == []


def test_a_short_lapse_ends_nothing_and_a_new_crowd_soon_after_is_the_same_event() -> None:
    watched = watch(CROWD)
    (opened,) = run(watched, 0, 5, lambda _: people(4))

    assert run(watched, 5, 7, lambda _: []) == []
    assert run(watched, 7, 10, lambda _: people(4)) == []
    (ended,) = run(watched, 10, 14, lambda _: [])
    (again,) = run(watched, 14, 20, lambda _: people(4))

    assert {opened.id, ended.id, again.id} == {"event-0"}
    assert (again.occurrences, again.ended_at) == (2, None)


def test_an_open_event_outlasts_a_number_a_little_lower() -> None:
    rule = CROWD.model_copy(update={"at_least": 5, "release": 0.8})
    watched = watch(rule)
    run(watched, 0, 5, lambda _: people(5))

    assert run(watched, 5, 20, lambda _: people(4)) == []
    assert len(run(watched, 20, 25, lambda _: people(3))) == 1


def test_a_number_that_is_seldom_reached_is_no_crowd() -> None:
    watched = watch(CROWD)

    assert run(watched, 0, 20, lambda s: people(4 if int(s * 5) % 5 == 0 else 3)) == []


def test_faint_things_do_not_count() -> None:
    assert run(watch(CROWD), 0, 20, lambda _: people(9, confidence=0.2)) == []


def test_a_missing_guard_is_an_event_without_objects() -> None:
    watched = watch(GUARD, LEFT)

    (event,) = run(watched, 0, 10, lambda _: [])

    assert (event.objects, event.confidence, event.box) == ((), 1.0, (0, 0, 0.5, 1))


def test_nobody_is_missed_while_nobody_looks() -> None:
    watched = watch(GUARD)

    watched.update(scene(0))
    watched.update(scene(0.2))
    watched.update(scene(0.4))

    assert watched.update(scene(60)) == []


def test_a_restart_takes_up_the_open_event() -> None:
    before = watch(CROWD)
    run(before, 0, 5, lambda _: people(4))
    (known,) = before.open_events

    again = watch(CROWD, known=[known])
    events = run(again, 5.4, 15, lambda _: people(4))

    assert [(e.id, e.ended_at) for e in again.open_events] == [("event-0", None)]
    assert events == []


def test_after_an_event_has_opened_the_zone_is_quiet_for_a_while() -> None:
    rule = CROWD.model_copy(update={"cooldown_s": 60})
    watched = watch(rule)

    opened = [e.opened_at for e in run(watched, 0, 100, crowded_at_times) if e.revision == 1]

    assert opened == [after(2), after(62)]


def test_a_schedule_that_goes_off_ends_what_is_open_and_opens_nothing() -> None:
    numbers = count()
    morning = Schedule.model_validate(
        {"time_zone": "UTC", "windows": [{"begin": "00:00", "end": "00:00:10"}]}
    )
    watched = Watch(CROWD, (), lambda: f"event-{next(numbers)}", schedule=morning)

    events = run(watched, 0, 30, lambda _: people(4))

    assert [(e.opened_at, e.ended_at) for e in events] == [
        (after(2), None),
        (after(2), after(9.8)),
    ]
    assert Window() in Schedule(time_zone="UTC").windows


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(1, 25)), min_size=1, max_size=30))
def test_a_place_has_one_open_event_at_most(story: list[tuple[int, int]]) -> None:
    watched = watch(CROWD)
    numbers = [number for number, pictures in story for _ in range(pictures)]

    for i, number in enumerate(numbers):
        watched.update(scene(i / 5, *people(number)))

        assert len(watched.open_events) <= 1


def test_what_was_seen_before_a_schedule_went_off_does_not_count_when_it_is_on_again() -> None:
    schedule = Schedule.model_validate(
        {
            "time_zone": "UTC",
            "windows": [{"end": "00:00:01"}, {"begin": "00:00:02", "end": "01:00"}],
        }
    )
    watched = Watch(CROWD, (), lambda: "event", schedule=schedule)

    events = run(watched, 0, 10, lambda _: people(4))

    assert [event.opened_at for event in events] == [after(4)]


def test_a_bin_that_is_emptied_ends_its_event_soon() -> None:
    rule = StateConfig(classes=("full",), unlike=("empty",), stay_s=2, forget_s=3)
    watched = watch(rule)

    def bin_(second: float) -> list[Thing]:
        return [(1, "full" if second < 60 else "empty", (400, 400, 500, 500), 0.8)]

    opened, ended = run(watched, 0, 90, bin_)

    assert opened.opened_at == after(2)
    assert ended.ended_at is not None
    assert after(60) < ended.ended_at < after(65)
