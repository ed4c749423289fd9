from collections.abc import Callable

import pytest

from scenarios.rules.dwell import Dwell, DwellConfig
from scenarios.watch import Watch
from scenarios.zones import Area
from tests.scenarios.scenes import Thing, scene

CONFIG = DwellConfig(classes=("car",), stay_s=10)


def car(x: float, track: int = 1) -> Thing:
    return (track, "car", (x, 400, x + 100, 480), 0.8)


def fired_at(config: DwellConfig, seconds: float, things: Callable[[float], list[Thing]]) -> float:
    """When it fires first; -1 if never."""
    rule = Dwell(config, Area())
    for i in range(round(seconds * 5)):
        if rule.update(scene(i / 5, *things(i / 5))):
            return i / 5
    return -1


def test_it_fires_once_the_time_is_over() -> None:
    assert fired_at(CONFIG, 20, lambda _: [car(100)]) == 10


def test_what_moves_on_begins_anew_and_a_box_that_trembles_does_not() -> None:
    assert fired_at(CONFIG, 40, lambda s: [car(100 if s < 6 else 400)]) == 16
    assert fired_at(CONFIG, 40, lambda s: [car(100 + 30 * (int(s * 5) % 2))]) == 10


def test_slow_traffic_is_not_parked_unless_moving_does_not_matter() -> None:
    creeping: Callable[[float], list[Thing]] = lambda s: [car(20 * s)]  # noqa: E731

    assert fired_at(CONFIG, 40, creeping) == -1
    assert fired_at(CONFIG.model_copy(update={"reach": None}), 40, creeping) == 10


def test_a_passing_bus_does_not_start_the_clock_anew_even_if_the_track_breaks() -> None:
    hidden: Callable[[float], list[Thing]] = lambda s: (  # noqa: E731
        [] if 4 < s < 10 else [car(100, track=1 if s < 7 else 2)]
    )

    assert fired_at(CONFIG, 40, hidden) == 10
    assert fired_at(CONFIG.model_copy(update={"forget_s": 2}), 40, hidden) == 20


def test_a_parked_car_hidden_for_a_while_is_one_event() -> None:
    watch = Watch(CONFIG, (), lambda: "event")
    events = [
        event
        for i in range(200)
        if not 80 < i < 110  # a bus stands in front from 16 to 22 s
        for event in watch.update(scene(i / 5, car(100, track=1 if i < 100 else 2)))
    ]

    assert [event.occurrences for event in events] == [1, 2]


@pytest.mark.parametrize(("share", "expected"), [(1.0, 10), (0.6, 10), (0.3, -1)])
def test_the_companion_must_be_near_most_of_the_time(share: float, expected: float) -> None:
    config = DwellConfig(classes=("cart",), beside=("person",), stay_s=10)

    def seen(s: float) -> list[Thing]:
        near = round(s * 5) % 10 < 10 * share
        x = 220 if near else 700
        return [(1, "cart", (100, 400, 200, 480), 0.8), (2, "person", (x, 350, x + 40, 480), 0.8)]

    assert fired_at(config, 30, seen) == expected
