"""What no honest rule may depend on, for every kind of rule.

Each film is generous: things are long in sight and clearly do, or do not, what the rule is about.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.rules import RuleConfig, build_rule, places_of
from scenarios.rules.absence import AbsenceConfig
from scenarios.rules.association import AssociationConfig
from scenarios.rules.count import CountConfig
from scenarios.rules.crossing import CrossingConfig
from scenarios.rules.dwell import DwellConfig
from scenarios.rules.motion import MotionConfig
from scenarios.rules.occupancy import OccupancyConfig
from scenarios.rules.presence import PresenceConfig
from scenarios.rules.state import StateConfig
from scenarios.scene import Scene
from scenarios.zones import Line, Shape, Zone
from tests.scenarios.scenes import scene
from tests.scenarios.stories import Actor, film, moving, row, still

FPS = 5.0
LOWER = Zone(name="lower", points=((0, 0.4), (1, 0.4), (1, 1), (0, 1)))
MEASURED = LOWER.model_copy(update={"size_m": (20.0, 20.0)})
LINE = Line(name="line", points=((0.5, 1), (0.5, 0.2)))
BOX = (400.0, 500.0, 500.0, 600.0)
FAR = (700.0, 700.0, 800.0, 800.0)
OUTSIDE = (400.0, 100.0, 500.0, 200.0)


@dataclass(frozen=True)
class Film:
    """A rule and what it looks at for some seconds.

    Args:
        says: Tracks that it fires for; None: the place; empty: nothing.
    """

    name: str
    rule: RuleConfig
    shapes: Sequence[Shape]
    actors: Sequence[Actor]
    says: frozenset[int | None]
    seconds: float = 20


PRESENCE = PresenceConfig(classes=("person",))
DWELL = DwellConfig(classes=("car",), stay_s=8)
BESIDE = DwellConfig(classes=("cart",), beside=("person",), stay_s=8)
ABSENCE = AbsenceConfig(classes=("guard",), stay_s=8)
CROSSING = CrossingConfig(classes=("car",), direction="left_to_right")
COUNT = CountConfig(classes=("person",), at_least=5, stay_s=5)
DENSITY = CountConfig(classes=("person",), per_100_m2=1, stay_s=5)
OCCUPANCY = OccupancyConfig(classes=("car",), covered=0.3, slower_than=0.5, stay_s=5)
STATE = StateConfig(classes=("full",), unlike=("empty",), stay_s=4)
SPEED = MotionConfig(classes=("car",), over_kmh=9)
FALL = MotionConfig(classes=("thing",), falling=0.1)
LEFT = MotionConfig(classes=("bag",), left_s=6)
HELMET = AssociationConfig(lacking="without", having=("with",))
VEST = AssociationConfig(lacking="person", worn=("vest",), max_height=1)
LOAD = AssociationConfig(lacking="motorcycle", carried=("person",), max_height=1)

CROWD = [replace(a, box=tuple(v + 400 if i % 2 else v for i, v in enumerate(a.box)))
         for a in row("person", 7)]  # fmt: skip
RIDERS = [still("person", (410 + 15 * i, 450, 450 + 15 * i, 560)) for i in range(3)]
QUEUE = [still("car", (x, 450, x + 180, 900)) for x in (0, 200, 400, 600, 800)]

FILMS = [
    Film("presence", PRESENCE, [LOWER], [still("person", BOX), still("person", OUTSIDE)],
         frozenset({1})),
    Film("growing", PresenceConfig(classes=("smoke",), grown=1.5), [],
         [Actor(("smoke",), BOX, growth=0.1), still("smoke", FAR)], frozenset({1})),
    Film("dwell", DWELL, [LOWER], [still("car", BOX), moving("car", FAR, (-40, 0))],
         frozenset({1})),
    Film("beside", BESIDE, [], [still("cart", BOX), still("person", (520, 500, 560, 620)),
                                still("cart", OUTSIDE)], frozenset({1})),
    Film("absence", ABSENCE, [LOWER], [still("guard", OUTSIDE)], frozenset({None})),
    Film("no absence", ABSENCE, [LOWER], [still("guard", BOX)], frozenset()),
    Film("crossing", CROSSING, [LINE], [moving("car", (100, 500, 200, 600), (50, 0)),
                                        moving("car", (800, 700, 900, 800), (-50, 0)),
                                        moving("car", (100, 50, 200, 100), (50, 0))],
         frozenset({1})),
    Film("count", COUNT, [LOWER], CROWD, frozenset({None})),
    Film("no count", COUNT, [LOWER], CROWD[:4], frozenset()),
    Film("density", DENSITY, [MEASURED], CROWD, frozenset({None})),
    Film("occupancy", OCCUPANCY, [LOWER], QUEUE, frozenset({None})),
    Film("no occupancy", OCCUPANCY, [LOWER], QUEUE[:1], frozenset()),
    Film("state", STATE, [], [Actor(("full", "full", "full", "full", "empty"), BOX)],
         frozenset({None})),
    Film("no state", STATE, [], [Actor(("full", "empty", "empty"), BOX)], frozenset()),
    Film("speed", SPEED, [MEASURED], [moving("car", (0, 500, 100, 600), (200, 0)),
                                      moving("car", (0, 700, 100, 800), (40, 0))],
         frozenset({1})),
    Film("fall", FALL, [], [moving("thing", (100, 0, 130, 30), (0, 200)),
                            moving("thing", (300, 900, 330, 930), (0, -100))], frozenset({1})),
    Film("left", LEFT, [], [still("bag", BOX), still("bag", (100, 100, 150, 150)),
                            still("person", (160, 100, 200, 200))], frozenset({1})),
    Film("association", HELMET, [], [still("without", BOX), still("with", FAR)], frozenset({1})),
    Film("worn", VEST, [], [still("person", BOX), still("person", FAR),
                            still("vest", (720, 720, 780, 760))], frozenset({1})),
    Film("load", LOAD, [], [still("motorcycle", (400, 500, 500, 620)), *RIDERS,
                            still("motorcycle", (700, 500, 800, 620))], frozenset({1})),
]  # fmt: skip

films = pytest.mark.parametrize("shown", FILMS, ids=lambda shown: shown.name)


def said(shown: Film, scenes: Sequence[Scene]) -> frozenset[int | None]:
    """What the rule fires for, at any time."""
    (place,) = places_of(shown.rule, shown.shapes)
    rule = build_rule(shown.rule, place)
    return frozenset(
        None if firing.of_place else int(seen.track_ids[firing.objects[0]])
        for seen in scenes
        for firing in rule.update(seen)
    )


def scenes_of(shown: Film, fps: float = FPS) -> list[Scene]:
    return list(film(shown.actors, shown.seconds, fps))


def chosen(seen: Scene, order: Sequence[int]) -> Scene:
    """The same moment, with only these things, in this order."""
    return replace(
        seen,
        boxes=seen.boxes[list(order)],
        class_names=seen.class_names[list(order)],
        confidences=seen.confidences[list(order)],
        track_ids=seen.track_ids[list(order)],
    )


def between(a: Scene, b: Scene) -> Scene:
    """A picture taken halfway between two, of what is in both."""
    other = {int(track): i for i, track in enumerate(b.track_ids)}
    both = [i for i, track in enumerate(a.track_ids) if int(track) in other]
    middle = chosen(a, both)
    theirs = b.boxes[[other[int(track)] for track in middle.track_ids]]
    return replace(middle, boxes=(middle.boxes + theirs) / 2, at=a.at + (b.at - a.at) / 2)


def test_every_kind_of_rule_is_here() -> None:
    kinds = get_args(get_args(RuleConfig)[0])

    assert {type(shown.rule) for shown in FILMS} == set(kinds)


@films
def test_it_says_what_it_should(shown: Film) -> None:
    assert said(shown, scenes_of(shown)) == shown.says


@films
@settings(max_examples=3, deadline=None)
@given(shift_s=st.integers(-(10**8), 10**8))
def test_the_time_of_day_does_not_matter(shown: Film, shift_s: int) -> None:
    later = [replace(s, at=s.at + timedelta(seconds=shift_s)) for s in scenes_of(shown)]

    assert said(shown, later) == shown.says


@films
@settings(max_examples=3, deadline=None)
@given(random=st.randoms(use_true_random=False))
def test_the_order_of_detections_does_not_matter(shown: Film, random: Random) -> None:
    mixed: list[Scene] = []
    for seen in scenes_of(shown):
        order = list(range(len(seen)))
        random.shuffle(order)
        mixed.append(chosen(seen, order))

    assert said(shown, mixed) == shown.says


@films
@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_a_fifth_of_the_pictures_may_be_lost(shown: Film, seed: int) -> None:
    kept = np.random.default_rng(seed).random(1000) >= 0.2

    left = [s for s, keep in zip(scenes_of(shown), kept, strict=False) if keep]

    assert said(shown, left) == shown.says


@films
@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_more_pictures_of_the_same_change_nothing(shown: Film, seed: int) -> None:
    split = np.random.default_rng(seed).random(1000) < 0.5
    scenes = scenes_of(shown)
    more: list[Scene] = []
    for before, after, extra in zip(scenes, scenes[1:], split, strict=False):
        more += [before, between(before, after)] if extra else [before]

    assert said(shown, [*more, scenes[-1]]) == shown.says


@films
@pytest.mark.parametrize("fps", [4, 12])
def test_the_rate_of_pictures_does_not_matter(shown: Film, fps: float) -> None:
    assert said(shown, scenes_of(shown, fps)) == shown.says


@films
def test_where_nothing_is_only_an_absence_is_seen(shown: Film) -> None:
    empty = [scene(i / FPS) for i in range(500)]

    expected = {None} if isinstance(shown.rule, AbsenceConfig) else set[None]()
    assert said(shown, empty) == expected


@films
def test_what_is_too_small_is_not_judged(shown: Film) -> None:
    demanding = replace(shown, rule=shown.rule.model_copy(update={"min_height_px": 1001}))

    expected = {None} if isinstance(shown.rule, AbsenceConfig) else set[None]()
    assert said(demanding, scenes_of(shown)) == expected


@films
def test_what_is_faint_is_not_believed(shown: Film) -> None:
    if isinstance(shown.rule, AssociationConfig):
        pytest.skip("many faint votes are enough: see `weight`")
    faint = replace(shown, actors=[replace(actor, confidence=0.2) for actor in shown.actors])

    expected = {None} if isinstance(shown.rule, AbsenceConfig) else set[None]()
    assert said(faint, scenes_of(faint)) == expected
