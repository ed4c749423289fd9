from scenarios.rules.association import Association, AssociationConfig
from tests.scenarios.scenes import head, motorcycle, scene

CONFIG = AssociationConfig(
    lacking="without_helmet", having=("with_helmet",), wholes=("motorcycle",), votes=3
)


def test_a_bareheaded_rider_on_a_motorcycle_fires_once() -> None:
    rule = Association(CONFIG)

    fired = [
        len(rule.update(scene(i / 5, head(1, 100, helmet=False), motorcycle(2, 100)), None))
        for i in range(20)
    ]

    assert fired == [0, 0, 1] + [0] * 17


def test_a_rider_seen_only_twice_makes_no_event() -> None:
    rule = Association(CONFIG)

    assert [
        rule.update(scene(i / 5, head(1, 100, helmet=False), motorcycle(2, 100)), None)
        for i in range(2)
    ] == [[], []]


def test_a_helmet_missed_now_and_then_makes_no_event() -> None:
    rule = Association(CONFIG)

    for i in range(20):
        seen = head(1, 100, helmet=i % 3 != 0)
        assert rule.update(scene(i / 5, seen, motorcycle(2, 100)), None) == []


def test_a_head_without_a_two_wheeler_needs_twice_the_votes() -> None:
    rule = Association(CONFIG)

    fired = [len(rule.update(scene(i / 5, head(1, 100, helmet=False)), None)) for i in range(10)]

    assert fired.index(1) == 5


def test_a_head_without_a_two_wheeler_never_counts_where_one_is_required() -> None:
    rule = Association(CONFIG.model_copy(update={"whole": "required"}))

    fired = [rule.update(scene(i / 5, head(1, 100, helmet=False)), None) for i in range(20)]

    assert fired == [[]] * 20


def test_a_head_beside_a_motorcycle_does_not_sit_on_it() -> None:
    rule = Association(CONFIG.model_copy(update={"whole": "required"}))

    for i in range(10):
        assert rule.update(scene(i / 5, head(1, 100, helmet=False), motorcycle(2, 600)), None) == []


def test_a_bus_taken_for_a_head_is_too_large_to_be_one() -> None:
    rule = Association(CONFIG)

    for i in range(20):
        bus = (1, "without_helmet", (100.0, 100.0, 700.0, 700.0), 0.9)
        assert rule.update(scene(i / 5, bus), None) == []


def test_the_firing_names_the_head_and_its_motorcycle() -> None:
    rule = Association(CONFIG)
    firing = None

    for i in range(3):
        things = (motorcycle(2, 100), head(1, 100, helmet=False))
        for firing in rule.update(scene(i / 5, *things), None):
            assert firing.objects == (1, 0)
    assert firing is not None
