import numpy as np
import pytest
from pydantic import ValidationError

from scenarios.errors import ScenarioError
from scenarios.rules import check_shapes, places_of
from scenarios.rules.count import CountConfig
from scenarios.rules.crossing import CrossingConfig
from scenarios.rules.presence import PresenceConfig
from scenarios.scene import Scene
from scenarios.zones import SHAPE, Area, Line, Zone
from tests.scenarios.scenes import scene
from tests.scenarios.stories import events_of, film, still

LEFT = Zone(name="left", points=((0, 0), (0.5, 0), (0.5, 1), (0, 1)))
RIGHT = Zone(name="right", points=((0.5, 0), (1, 0), (1, 1), (0.5, 1)))
MIDDLE = Zone(name="middle", points=((0.4, 0), (0.6, 0), (0.6, 1), (0.4, 1)), kind="exclude")
LINE = Line(name="line", points=((0, 0.5), (1, 0.5)))
PERSON = PresenceConfig(classes=("person",))


def standing(seen: Scene, area: Area) -> list[bool]:
    return seen.inside(area).tolist()


def test_what_is_excluded_is_cut_out_of_every_zone_and_of_the_whole_picture() -> None:
    people = scene(0, *[(i, "person", (x, 100, x + 20, 200), 0.9) for i, x in enumerate((90, 440))])

    both = places_of(PERSON, [LEFT, MIDDLE])
    (everywhere,) = places_of(PERSON, [MIDDLE])

    assert isinstance(both[0], Area)
    assert isinstance(everywhere, Area)
    assert len(both) == 1
    assert standing(people, both[0]) == [True, False]
    assert standing(people, everywhere) == [True, False]
    assert everywhere.name is None
    assert both[0].polygon.area == pytest.approx(0.4)


def test_each_included_zone_is_watched_on_its_own() -> None:
    actors = [still("person", (100, 100, 150, 200)), still("person", (700, 100, 750, 200))]

    events = events_of(PERSON, [LEFT, RIGHT, MIDDLE, LINE], film(actors, 5, 5))

    assert [event.zone for event in events] == ["left", "right"]


def test_feet_that_the_picture_cuts_off_are_inside_a_zone_that_reaches_its_edge() -> None:
    cut_off = scene(0, (1, "person", (900, 500, 1000, 1000), 0.9))

    assert standing(cut_off, Area.of(RIGHT)) == [True]


def test_two_that_cover_the_same_count_once() -> None:
    boxes = np.array([[0.0, 0, 0.25, 1], [0.1, 0, 0.25, 1], [0.5, 0, 1, 1]])

    assert Area.of(LEFT).covered(boxes) == pytest.approx(0.5)


def test_a_measured_zone_knows_metres() -> None:
    zone = Zone(name="road", points=((0.4, 0.5), (0.6, 0.5), (1, 1), (0, 1)), size_m=(8, 30))
    area = Area.of(zone)

    corners = area.metres(np.array(zone.points))

    np.testing.assert_allclose(corners, [(0, 0), (8, 0), (8, 30), (0, 30)], atol=1e-9)
    assert area.square_metres == pytest.approx(240)
    halfway = area.metres(np.array([[0.5, 0.75]]))[0]
    assert halfway[0] == pytest.approx(4)
    assert halfway[1] > 20  # the far half of the road is the smaller part of the picture


@pytest.mark.parametrize(
    ("drawn", "told"),
    [
        ({"name": "a", "points": [[0, 0], [1, 1], [1, 0], [0, 1]]}, "crosses itself"),
        ({"name": "a", "points": [[0, 0], [1, 0], [1, 1]], "size_m": [3, 4]}, "four corners"),
        ({"name": "a", "points": [[0, 0], [1, 0]]}, "at least 3"),
        ({"name": "a", "kind": "line", "points": [[0, 0]]}, "at least 2"),
        ({"name": "a", "kind": "line", "points": [[0, 0], [0, 0]]}, "the same"),
        ({"name": "a", "points": [[0, 0], [1, 0], [1, 2]]}, "less than or equal to 1"),
    ],
)
def test_a_shape_that_cannot_be_is_refused(drawn: dict[str, object], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        SHAPE.validate_python(drawn)


def test_a_stored_zone_of_before_is_an_included_zone() -> None:
    old = SHAPE.validate_python({"name": "pit", "points": [[0, 0], [1, 0], [1, 1]]})

    assert isinstance(old, Zone)
    assert old.kind == "include"


def test_what_a_rule_lacks_to_be_drawn_is_said() -> None:
    everything = Zone(name="all", points=((0, 0), (1, 0), (1, 1), (0, 1)), kind="exclude")

    with pytest.raises(ScenarioError, match=r"expected a line .* got left"):
        check_shapes(CrossingConfig(classes=("car",)), [LEFT])
    with pytest.raises(ScenarioError, match=r"size_m, got left"):
        check_shapes(CountConfig(classes=("person",), per_100_m2=5), [LEFT])
    with pytest.raises(ScenarioError, match=r"nothing is left of left"):
        check_shapes(PERSON, [LEFT, everything])
    check_shapes(CrossingConfig(classes=("car",)), [LEFT, LINE])
    check_shapes(PERSON, [])
