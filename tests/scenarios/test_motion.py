import pytest
from pydantic import ValidationError

from scenarios.firing import Firing
from scenarios.rules.motion import Motion, MotionConfig
from scenarios.zones import Area, Zone
from tests.scenarios.scenes import scene
from tests.scenarios.stories import Actor, film, moving, still

ROAD = Zone(name="road", points=((0.3, 0.4), (0.7, 0.4), (1, 1), (0, 1)), size_m=(10, 50))
"""Seen along: ten metres wide, fifty long, the far end less than half as wide in the picture."""


def fired(config: MotionConfig, *actors: Actor, zone: Zone | None = None) -> list[Firing]:
    rule = Motion(config, Area.of(zone))
    return [firing for seen in film(actors, 20, 5) for firing in rule.update(seen)]


def test_a_movement_must_be_named() -> None:
    with pytest.raises(ValidationError, match="over_kmh, falling and left_s"):
        MotionConfig(classes=("car",))


def test_speed_is_measured_on_the_ground_and_not_in_the_picture() -> None:
    config = MotionConfig(classes=("car",), over_kmh=15)
    near = moving("car", (450, 850, 550, 980), (0, -60)).until(3)
    far = moving("car", (480, 600, 520, 640), (0, -60))

    assert fired(config, near, zone=ROAD) == []
    assert len(fired(config, far, zone=ROAD)) == 1


def test_a_slow_fall_and_a_rise_are_no_fall() -> None:
    config = MotionConfig(classes=("thing",), falling=0.3)

    assert len(fired(config, moving("thing", (100, 0, 130, 30), (0, 400)))) == 1
    assert fired(config, moving("thing", (100, 0, 130, 30), (0, 200))) == []
    assert fired(config, moving("thing", (100, 950, 130, 980), (0, -400))) == []


def test_a_car_that_comes_near_does_not_fall() -> None:
    config = MotionConfig(classes=("thing",), falling=0.3)
    thing = moving("thing", (100, 0, 130, 30), (0, 400))
    car = moving("car", (90, -10, 160, 60), (0, 400))

    assert fired(config, thing, car) == []


def test_what_only_comes_into_the_picture_or_grows_downwards_does_not_fall() -> None:
    rule = Motion(MotionConfig(classes=("thing",), falling=0.3), Area.of(None))

    for i in range(11):
        bonnet = (100.0, 0.0, 300.0, 1 + 50.0 * i)  # its roof is still out of the picture
        assert rule.update(scene(i / 10, (1, "thing", bonnet, 0.8))) == []


def test_a_part_of_something_larger_does_not_fall_by_itself() -> None:
    config = MotionConfig(classes=("thing",), falling=0.3)
    windscreen = moving("thing", (100, 0, 130, 30), (0, 400)).until(2.4)
    car = still("thing", (50, 0, 180, 1000))

    assert fired(config, windscreen, car) == []


@pytest.mark.parametrize(("end_s", "expected"), [(2, 1), (12, 0)])
def test_a_bag_is_left_once_its_owner_has_been_gone_for_long_enough(
    end_s: float, expected: int
) -> None:
    config = MotionConfig(classes=("bag",), left_s=10)
    owner = still("person", (200, 350, 240, 480)).until(end_s)

    assert len(fired(config, still("bag", (100, 400, 150, 450)), owner)) == expected


def test_who_passes_by_is_not_the_owner_and_who_stays_may_be() -> None:
    config = MotionConfig(classes=("bag",), left_s=10)
    bag = still("bag", (100, 400, 150, 450))
    passer = moving("person", (-300, 350, -260, 480), (100, 0))  # near from 3 s to 7 s
    visitor = still("person", (200, 350, 240, 480)).until(12)

    assert len(fired(config, bag, passer)) == 1
    assert fired(config, bag, visitor) == []


def test_what_is_carried_away_was_not_left() -> None:
    config = MotionConfig(classes=("bag",), left_s=10)

    assert fired(config, moving("bag", (100, 400, 150, 450), (40, 0))) == []


def test_a_box_that_jumps_once_is_not_fast() -> None:
    road = Zone(name="road", points=((0, 0), (1, 0), (1, 1), (0, 1)), size_m=(50, 50))
    rule = Motion(MotionConfig(classes=("car",), over_kmh=20), Area.of(road))
    parked, elsewhere = (400, 400, 500, 480), (600, 400, 700, 480)

    for i in range(40):
        box = elsewhere if i == 20 else parked
        assert rule.update(scene(i / 5, (1, "car", box, 0.8))) == []
