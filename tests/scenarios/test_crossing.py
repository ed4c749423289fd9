import pytest

from scenarios.firing import Firing
from scenarios.rules.crossing import Crossing, CrossingConfig
from scenarios.zones import Line
from tests.scenarios.scenes import Thing, scene

UP = Line(name="up", points=((0.5, 1), (0.5, 0)))
CONFIG = CrossingConfig(classes=("car",))


def car(x: float, y: float = 500, name: str = "car", track: int = 1) -> Thing:
    """Its feet are at x, y."""
    return (track, name, (x - 50, y - 80, x + 50, y), 0.8)


def crossings(config: CrossingConfig, *things: Thing, line: Line = UP) -> int:
    """How often it fires while the thing is here, then there, five times a second."""
    rule = Crossing(config, line)
    fired: list[Firing] = []
    for i, thing in enumerate(things):
        fired += rule.update(scene(i / 5, thing))
    return len(fired)


@pytest.mark.parametrize(
    ("direction", "rightwards", "leftwards"),
    [("left_to_right", 1, 0), ("right_to_left", 0, 1), ("both", 1, 1)],
)
def test_only_the_direction_meant_counts(direction: str, rightwards: int, leftwards: int) -> None:
    config = CrossingConfig.model_validate({"classes": ["car"], "direction": direction})
    there = [car(x) for x in range(100, 950, 50)]

    assert crossings(config, *there) == rightwards
    assert crossings(config, *reversed(there)) == leftwards


def test_one_that_goes_there_and_back_and_there_again_is_counted_each_time() -> None:
    there = [car(x) for x in range(300, 750, 50)]

    assert crossings(CONFIG, *there, *reversed(there), *there) == 3


def test_a_box_that_trembles_on_the_line_crosses_nothing() -> None:
    assert (
        crossings(CONFIG, *[car(300 + 40 * i) for i in range(5)], *[car(490), car(510)] * 20) == 0
    )


def test_one_that_passes_beside_the_end_of_the_line_does_not_cross_it() -> None:
    short = Line(name="short", points=((0.5, 0.4), (0.5, 0.2)))

    assert crossings(CONFIG, *[car(x, 900) for x in range(100, 950, 50)], line=short) == 0


def test_a_line_may_bend() -> None:
    corner = Line(name="corner", points=((0.5, 1), (0.5, 0.5), (1, 0.5)))

    out_by_the_side = [car(x, 800) for x in range(900, 100, -50)]
    out_at_the_top = [car(800, y) for y in range(900, 150, -50)]
    past_the_corner = [car(200 + 50 * i, 700 - 50 * i) for i in range(11)]

    assert crossings(CONFIG, *out_by_the_side, line=corner) == 1
    assert crossings(CONFIG, *out_at_the_top, line=corner) == 1
    assert crossings(CONFIG, *past_the_corner, line=corner) == 0


def test_a_thing_that_is_mostly_fine_is_not_meant() -> None:
    config = CrossingConfig(classes=("open",), unlike=("covered",))
    there = range(100, 950, 50)

    assert crossings(config, *[car(x, name="open") for x in there]) == 1
    half = [car(x, name="open" if i % 2 else "covered") for i, x in enumerate(there)]
    assert crossings(config, *half) == 0


def test_a_signal_holds_for_a_second_after_it_was_last_seen() -> None:
    config = CrossingConfig(classes=("car",), during=("red",))
    red: Thing = (9, "red", (10, 10, 30, 60), 0.8)

    def fired(red_until: int) -> int:
        rule = Crossing(config, UP)
        crossed = 0
        for i in range(20):  # crosses at 440 + 60, in the eighth picture
            things = [car(20 + 60 * i), *([red] if i < red_until else [])]
            crossed += len(rule.update(scene(i / 5, *things)))
        return crossed

    assert (fired(20), fired(6), fired(1), fired(0)) == (1, 1, 0, 0)
