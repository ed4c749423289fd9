from scenarios.rules.association import Association, AssociationConfig
from scenarios.zones import Area
from tests.scenarios.scenes import head, motorcycle, scene

CONFIG = AssociationConfig(
    lacking="without_helmet", having=("with_helmet",), wholes=("motorcycle",), bearers=("person",)
)


def seen(rule: Association, *tracks: int, confidence: float = 0.8) -> list[int]:
    """How often the rule fires for a bareheaded rider in each of five pictures a second.

    A thing has the track -1 in its first picture: the tracker names it at the second.
    """
    return [
        len(
            rule.update(
                scene(
                    i / 5,
                    head(track, 100, helmet=False, confidence=confidence),
                    motorcycle(90, 100),
                )
            )
        )
        for i, track in enumerate(tracks)
    ]


def test_a_bareheaded_rider_on_a_motorcycle_fires_once() -> None:
    assert seen(Association(CONFIG, Area()), -1, *[1] * 20) == [0, 0, 1] + [0] * 18


def test_a_rider_seen_only_twice_makes_no_event() -> None:
    assert seen(Association(CONFIG, Area()), -1, 1) == [0, 0]


def test_a_helmet_missed_now_and_then_makes_no_event() -> None:
    rule = Association(CONFIG, Area())

    for i in range(20):
        seen = head(1, 100, helmet=i % 3 != 0)
        assert rule.update(scene(i / 5, seen, motorcycle(2, 100))) == []


def test_a_head_alone_is_enough_where_no_two_wheeler_is_seen() -> None:
    rule = Association(CONFIG, Area())

    fired = [len(rule.update(scene(i / 5, head(1, 100, helmet=False)))) for i in range(5)]

    assert sum(fired) == 1


def test_a_pedestrian_is_no_rider() -> None:
    rule = Association(CONFIG, Area())
    walking = (2, "person", (80.0, 290.0, 160.0, 800.0), 0.9)

    for i in range(20):
        assert rule.update(scene(i / 5, head(1, 100, helmet=False), walking)) == []


def test_a_person_whose_feet_are_out_of_the_picture_may_be_a_rider() -> None:
    rule = Association(CONFIG, Area())
    cut_off = (2, "person", (80.0, 290.0, 160.0, 1000.0), 0.9)

    fired = [len(rule.update(scene(i / 5, head(1, 100, helmet=False), cut_off))) for i in range(5)]

    assert sum(fired) == 1


def test_faint_sightings_need_more_of_them() -> None:
    fired = seen(Association(CONFIG, Area()), -1, *[1] * 10, confidence=0.3)

    assert fired.index(1) == 5


def test_a_head_without_a_two_wheeler_never_counts_where_one_is_required() -> None:
    rule = Association(CONFIG.model_copy(update={"whole_required": True}), Area())

    fired = [rule.update(scene(i / 5, head(1, 100, helmet=False))) for i in range(20)]

    assert fired == [[]] * 20


def test_a_head_beside_a_motorcycle_does_not_sit_on_it() -> None:
    rule = Association(CONFIG.model_copy(update={"whole_required": True}), Area())

    for i in range(10):
        assert rule.update(scene(i / 5, head(1, 100, helmet=False), motorcycle(2, 600))) == []


def test_a_bus_taken_for_a_head_is_too_large_to_be_one() -> None:
    rule = Association(CONFIG, Area())

    for i in range(20):
        bus = (1, "without_helmet", (100.0, 100.0, 700.0, 700.0), 0.9)
        assert rule.update(scene(i / 5, bus)) == []


def test_the_firing_names_the_head_and_its_motorcycle() -> None:
    rule = Association(CONFIG, Area())
    firing = None

    for i in range(3):
        things = (motorcycle(2, 100), head(1, 100, helmet=False))
        for firing in rule.update(scene(i / 5, *things)):
            assert firing.objects == (1, 0)
    assert firing is not None


def test_a_vest_that_is_seen_on_a_person_most_of_the_time_is_worn() -> None:
    config = AssociationConfig(lacking="person", worn=("vest",), max_height=1)

    def fired(share: float) -> int:
        rule = Association(config, Area())
        person = (1, "person", (100.0, 100.0, 200.0, 500.0), 0.8)
        vest = (2, "vest", (120.0, 180.0, 180.0, 300.0), 0.8)
        beside = (3, "vest", (400.0, 180.0, 460.0, 300.0), 0.8)
        return sum(
            len(rule.update(scene(i / 5, person, vest if i % 10 < 10 * share else beside)))
            for i in range(40)
        )

    assert (fired(1.0), fired(0.6), fired(0.0)) == (0, 0, 1)


def test_those_on_a_motorcycle_are_counted_and_those_beside_it_are_not() -> None:
    config = AssociationConfig(lacking="motorcycle", carried=("person",), max_height=1)

    def objects(*xs: float) -> list[tuple[int, ...]]:
        rule = Association(config, Area())
        people = [(i, "person", (x, 280.0, x + 40, 450.0), 0.8) for i, x in enumerate(xs, 2)]
        fired = [rule.update(scene(i / 5, motorcycle(1, 100), *people)) for i in range(10)]
        return [firing.objects for firings in fired for firing in firings]

    assert objects(70, 90, 120) == [(0, 1, 2, 3)]
    assert objects(70, 90) == []
    assert objects(70, 90, 400) == []


def test_one_who_stands_behind_a_motorcycle_is_not_on_it() -> None:
    config = AssociationConfig(lacking="motorcycle", carried=("person",), max_height=1, most=1)
    rule = Association(config, Area())
    rider = (2, "person", (80.0, 280.0, 120.0, 450.0), 0.8)
    behind = (3, "person", (90.0, 250.0, 120.0, 370.0), 0.8)

    for i in range(10):
        assert rule.update(scene(i / 5, motorcycle(1, 100), rider, behind)) == []
