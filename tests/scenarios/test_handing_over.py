"""The same things, found by another model from one frame to the next."""

from itertools import count

from scenarios.events import Event
from scenarios.rules.presence import PresenceConfig
from scenarios.watch import Watch
from tests.scenarios.scenes import Thing, after, scene


def _person(track: int, x: float, name: str = "person") -> Thing:
    return (track, name, (x, 400, x + 50, 550), 0.8)


def _watch(stay_s: float) -> Watch:
    numbers = count()
    rule = PresenceConfig(classes=("person",), stay_s=stay_s, sightings=3)
    return Watch(rule, (), lambda: f"event-{next(numbers)}")


def _run(watch: Watch, begin: int, end: int, *things: Thing) -> list[Event]:
    return [e for i in range(begin, end) for e in watch.update(scene(i / 5, *things))]


def test_what_is_open_goes_on_by_another_track_even_before_the_rule_fires_again() -> None:
    watch = _watch(stay_s=30)  # longer than an ended event is remembered

    opened = _run(watch, 0, 200, _person(1, 100))
    watch.hand_over()
    after_it = _run(watch, 200, 500, _person(16, 105))

    assert [e.id for e in opened] == ["event-0"]
    assert after_it == []  # neither ended, nor opened again when the rule fires for the new track
    [event] = watch.open_events
    assert (event.id, event.last_seen_at, event.revision) == ("event-0", after(99.8), 1)


def test_what_the_other_model_does_not_see_ends() -> None:
    watch = _watch(stay_s=0.4)

    _run(watch, 0, 10, _person(1, 100))
    watch.hand_over()
    ended = _run(watch, 10, 100, _person(16, 100, "car"), _person(17, 800, "car"))

    assert [(e.id, e.ended_at) for e in ended] == [("event-0", after(1.8))]


def test_two_side_by_side_are_not_taken_for_each_other() -> None:
    watch = _watch(stay_s=0.4)

    opened = _run(watch, 0, 10, _person(1, 100), _person(2, 140))
    watch.hand_over()
    after_it = _run(watch, 10, 30, _person(16, 140), _person(17, 100))

    assert after_it == []
    assert len(opened) == len(watch.open_events) == 2
    assert {e.last_seen_at for e in watch.open_events} == {after(5.8)}
