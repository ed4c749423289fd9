"""Each of the 31 scenarios, driven through its YAML: it must fire in one film, not in another."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from scenarios.scenario import load_catalog
from scenarios.zones import Line, Shape, Zone
from tests.scenarios.stories import Actor, Corners, events_of, film, moving, row, still

LOW = (400.0, 400.0, 500.0, 500.0)
TALL = (400.0, 300.0, 450.0, 450.0)
AWAY = (400.0, 50.0, 450.0, 180.0)
LANE = Zone(name="zone", points=((0, 0.2), (1, 0.2), (1, 1), (0, 1)))
ALLOWED = Zone(name="allowed", points=((0, 0), (1, 0), (1, 0.2), (0, 0.2)), kind="exclude")
UP = Line(name="line", points=((0.5, 1), (0.5, 0)))
"""Its left is the picture's left."""


@dataclass(frozen=True)
class Case:
    """What happens once, and what happens that is fine.

    Args:
        shapes: What the owner drew.
        seconds: Length of both films, as a multiple of the rule's `stay_s` if it has one; 5 s are
            added.
    """

    scenario: str
    fires: Sequence[Actor]
    silent: Sequence[Actor]
    shapes: Sequence[Shape] = ()
    seconds: float = 1.5


def leaving(name: str, box: Corners, stay_s: float) -> list[Actor]:
    return [still(name, box).until(0.5 * stay_s)]


def convoy(speed: float) -> list[Actor]:
    """Cars bumper to bumper, enough of them for the whole film."""
    return [moving("car", (x, 350, x + 200, 490), (speed, 0)) for x in range(-15_400, 1000, 220)]


def rider(people: int) -> list[Actor]:
    saddle = [
        moving("person", (320 + 15 * i, 300, 360 + 15 * i, 420), (40, 0)) for i in range(people)
    ]
    return [moving("motorcycle", (300, 350, 420, 470), (40, 0)), *saddle]


def walker(velocity: tuple[float, float], name: str = "person") -> Actor:
    return moving(name, (300, 300, 350, 450), velocity)


def head(names: tuple[str, ...]) -> Actor:
    return Actor(names, (300, 300, 330, 340), velocity=(30, 0))


VEST = still("safety_clothes", (410, 340, 440, 400))

CASES = [
    Case("street-occupation", [still("goods", LOW)], leaving("goods", LOW, 300)),
    Case(
        "street-vendors",
        [still("cart", LOW), still("person", (510, 380, 550, 500))],
        [still("cart", LOW), still("person", (900, 380, 940, 500))],
    ),
    Case("piled-materials", [still("pile", (0, 500, 600, 900))], [still("pile", LOW)]),
    Case("exposed-rubbish", [still("litter", LOW)], leaving("litter", LOW, 600)),
    Case(
        "full-bins",
        [Actor(("bin_overflow", "bin_overflow", "bin_overflow", "bin_ok"), LOW)],
        [Actor(("bin_ok", "bin_overflow"), LOW)],
    ),
    Case("hung-laundry", [still("laundry", LOW)], leaving("laundry", LOW, 120)),
    Case(
        "illegal-banners",
        [still("banner", LOW)],
        [still("banner", AWAY)],
        shapes=[ALLOWED],
    ),
    Case("cycle-clutter", row("bicycle", 9), row("bicycle", 5)),
    Case("rider-helmet", [head(("without_helmet",))], [head(("with_helmet", "without_helmet"))]),
    Case("illegal-parking", [still("car", LOW)], leaving("car", LOW, 180), shapes=[LANE]),
    Case(
        "wrong-way",
        [moving("car", (100, 400, 200, 500), (120, 0))],
        [moving("car", (800, 400, 900, 500), (-120, 0))],
        shapes=[UP],
    ),
    Case("cycles-in-car-lane", [still("bicycle", LOW)], [still("bicycle", AWAY)], shapes=[LANE]),
    Case(
        "jaywalking",
        [walker((60, 0)), still("red_light", AWAY)],
        [walker((60, 0)), still("green_light", AWAY)],
        shapes=[UP],
    ),
    Case(
        "congestion",
        convoy(0),
        convoy(160),
        shapes=[Zone(name="road", points=((0, 0.3), (1, 0.3), (1, 0.5), (0, 0.5)))],
    ),
    Case("overloaded-cycle", rider(3), rider(2), seconds=0),
    Case("no-hard-hat", [head(("head",))], [head(("helmet", "helmet", "head"))]),
    Case("no-hi-vis", [still("person", TALL)], [still("person", TALL), VEST]),
    Case(
        "uncovered-muck-truck",
        [Actor(("truck_open",), (100, 400, 300, 600), velocity=(120, 0))],
        [Actor(("truck_covered", "truck_open"), (100, 400, 300, 600), velocity=(120, 0))],
        shapes=[UP],
    ),
    Case("bare-soil", [still("soil", (0, 500, 600, 900))], [still("soil", LOW)]),
    Case("danger-zone", [still("person", TALL)], [still("person", AWAY)], shapes=[LANE]),
    Case("fire-smoke", [Actor(("smoke",), LOW, growth=0.1)], [still("smoke", LOW)]),
    Case(
        "fire-lane",
        [still("car", (300, 500, 800, 900))],
        [still("car", (300, 500, 800, 900)).until(60)],
        shapes=[LANE],
    ),
    Case("ebike-in-lift", [still("ebike", LOW)], [still("bicycle", LOW)]),
    Case(
        "illegal-charging",
        [still("ebike", LOW), still("cable", (480, 100, 490, 450))],
        [still("ebike", LOW)],
    ),
    Case("waterlogging", [still("water", (0, 600, 700, 900))], [still("water", LOW)]),
    Case("floating-debris", [still("debris", (0, 600, 300, 700))], [still("debris", LOW)]),
    Case("fishing-swimming", [still("person", TALL)], [walker((0, -60))], shapes=[LANE]),
    Case("road-damage", [still("pothole", LOW)], [still("manhole", LOW)]),
    Case("crowd", row("person", 22), row("person", 12)),
    Case(
        "abandoned-object",
        [still("object", LOW), walker((60, 0)).until(10)],
        [still("object", LOW), still("person", (520, 350, 560, 500))],
        seconds=80,
    ),
    Case("person-down", [still("person_down", LOW)], leaving("person_down", LOW, 10)),
]


def opened(case: Case, actors: Sequence[Actor]) -> int:
    scenario = load_catalog()[case.scenario]
    stay_s = getattr(scenario.rule, "stay_s", 3.0)
    seconds = (case.seconds * stay_s if stay_s else case.seconds) + 5
    return len(events_of(scenario.rule, case.shapes, film(actors, seconds, scenario.fps)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.scenario)
def test_it_fires_once_where_it_must(case: Case) -> None:
    assert opened(case, case.fires) == 1


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.scenario)
def test_it_is_silent_where_all_is_well(case: Case) -> None:
    assert opened(case, case.silent) == 0


def test_every_scenario_of_the_catalogue_is_here() -> None:
    assert sorted(case.scenario for case in CASES) == sorted(load_catalog())
