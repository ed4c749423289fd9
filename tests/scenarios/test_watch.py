from collections.abc import Iterator
from dataclasses import replace
from itertools import count

from scenarios.events import Event
from scenarios.rules.presence import PresenceConfig
from scenarios.scene import Scene
from scenarios.watch import Watch
from scenarios.zones import Zone
from tests.scenarios.scenes import Thing, after, scene

RULE = PresenceConfig(classes=("person",), stay_s=0.4, sightings=3)


def person(track: int, x: float) -> Thing:
    return (track, "person", (x, 400, x + 50, 550), 0.8)


def watch(*known: Event) -> Watch:
    numbers = count(len(known))
    return Watch(RULE, (), lambda: f"event-{next(numbers)}", known)


def run(watch: Watch, scenes: Iterator[Scene]) -> list[Event]:
    return [event for s in scenes for event in watch.update(s)]


def walk(track: int, start_s: float, end_s: float, speed: float = 40) -> Iterator[Scene]:
    """Someone walks to the right at `speed` pixels a second, seen five times a second."""
    steps = round((end_s - start_s) * 5)
    for i in range(steps):
        at = start_s + i / 5
        yield scene(at, person(track, 100 + speed * at))


def test_an_event_opens_and_ends_when_its_subject_has_been_gone_for_a_while() -> None:
    watched = watch()

    opened = run(watched, walk(1, 0, 4))
    silence = run(watched, (scene(4 + i / 5) for i in range(30)))

    assert [(e.revision, e.ended_at) for e in opened] == [(1, None)]
    assert [(e.revision, e.ended_at) for e in silence] == [(2, after(3.8))]
    assert silence[0].id == opened[0].id


def test_a_broken_track_goes_on_as_the_same_event() -> None:
    watched = watch()

    first = run(watched, walk(1, 0, 3))
    second = run(watched, walk(2, 4, 7))

    assert [e.id for e in first + second] == ["event-0", "event-0"]
    assert second[0].occurrences == 2


def test_someone_else_elsewhere_is_another_event() -> None:
    watched = watch()

    run(watched, walk(1, 0, 3))
    other = run(watched, (scene(3 + i / 5, person(2, 700)) for i in range(10)))

    assert [e.id for e in other if e.revision == 1] == ["event-1"]


def test_two_side_by_side_are_two_events() -> None:
    watched = watch()

    events = run(watched, (scene(i / 5, person(1, 100), person(2, 160)) for i in range(10)))

    assert [e.id for e in events] == ["event-0", "event-1"]


def test_a_restart_that_sees_the_same_seconds_again_opens_nothing_twice() -> None:
    before = watch()
    run(before, walk(1, 0, 6))
    (known,) = before.open_events

    again = watch(known)
    events = run(again, walk(7, 3, 9))

    assert [(e.id, e.occurrences) for e in events] == [("event-0", 2)]


def test_a_restart_that_knows_nothing_opens_it_anew() -> None:
    assert [e.id for e in run(watch(), walk(7, 3, 9))] == ["event-0"]


def test_an_event_of_another_zone_is_not_taken_up() -> None:
    before = watch()
    run(before, walk(1, 0, 4))
    (known,) = before.open_events

    again = watch(replace(known, zone="elsewhere"))

    assert [e.id for e in run(again, walk(7, 4, 6))] == ["event-1"]


def test_each_zone_has_its_own_events() -> None:
    left = Zone(name="left", points=((0, 0), (0.5, 0), (0.5, 1), (0, 1)))
    right = Zone(name="right", points=((0.5, 0), (1, 0), (1, 1), (0.5, 1)))
    numbers = count()
    watched = Watch(RULE, (left, right), lambda: f"event-{next(numbers)}")

    events = run(watched, (scene(i / 5, person(1, 100), person(2, 700)) for i in range(5)))

    assert [(e.zone, e.objects[0].track_id) for e in events] == [("left", 1), ("right", 2)]


def test_closing_ends_what_is_open() -> None:
    watched = watch()
    run(watched, walk(1, 0, 3))

    assert [e.ended_at for e in watched.close()] == [after(2.8)]
    assert watched.open_events == []


def test_who_stands_still_while_a_node_is_lost_stays_the_same_event() -> None:
    (known,) = run(watch(), walk(1, 0, 4, speed=0))

    on_another_node = watch(
        replace(known, last_seen_at=after(3.8), path=((after(3.8), known.box),))
    )
    again = run(on_another_node, walk(7, 14, 16, speed=0))

    assert {event.id for event in again} == {known.id}
    assert again[-1].ended_at is None


def test_someone_who_comes_long_after_a_restart_is_another_event() -> None:
    (known,) = run(watch(), walk(1, 0, 4, speed=0))

    restarted = watch(replace(known, last_seen_at=after(3.8), path=((after(3.8), known.box),)))
    events = run(restarted, walk(7, 60, 62, speed=0))

    assert known.id not in {event.id for event in events if event.ended_at is None}


def test_who_comes_a_while_after_a_restart_to_the_same_place_is_another_event() -> None:
    (known,) = run(watch(), walk(1, 0, 4, speed=0))

    path = ((after(3.8), known.box),)
    restarted = watch(replace(known, last_seen_at=after(3.8), path=path))
    run(restarted, (scene(5 + i / 5) for i in range(20)))
    events = run(restarted, walk(7, 9, 11, speed=0))

    assert known.id not in {event.id for event in events}
