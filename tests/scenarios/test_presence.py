from scenarios.rules.presence import Presence, PresenceConfig
from scenarios.zones import Area, Zone
from tests.scenarios.scenes import Thing, scene

CONFIG = PresenceConfig(classes=("person",), stay_s=1.0, sightings=3)


def person(track: int, x: float, y: float) -> Thing:
    return (track, "person", (x, y, x + 50, y + 150), 0.8)


def test_someone_who_stays_fires_once_after_the_time_set() -> None:
    rule = Presence(CONFIG, Area())

    fired = [len(rule.update(scene(i / 5, person(1, 100, 100)))) for i in range(20)]

    assert fired == [0] * 5 + [1] + [0] * 14


def test_feet_outside_the_zone_do_not_count() -> None:
    lower_half = Zone(name="pit", points=((0, 0.5), (1, 0.5), (1, 1), (0, 1)))
    rule = Presence(CONFIG, Area.of(lower_half))

    above = [rule.update(scene(i / 5, person(1, 100, 100))) for i in range(10)]
    below = [rule.update(scene(3 + i / 5, person(2, 100, 600))) for i in range(10)]

    assert sum(map(len, above)) == 0
    assert sum(map(len, below)) == 1


def test_a_short_loss_keeps_the_clock_running_and_a_long_one_starts_it_anew() -> None:
    rule = Presence(
        CONFIG.model_copy(update={"sightings": 2, "stay_s": 2.0, "forget_s": 3.0}), Area()
    )

    rule.update(scene(0, person(1, 100, 100)))
    assert len(rule.update(scene(2.5, person(1, 100, 100)))) == 1

    rule.update(scene(10, person(2, 100, 100)))
    rule.update(scene(14, person(3, 800, 100)))
    assert rule.update(scene(14.2, person(2, 100, 100))) == []
