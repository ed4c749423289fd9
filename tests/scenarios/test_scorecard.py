from collections.abc import Sequence

import numpy as np
import pytest
import supervision as sv
from hypothesis import given, settings
from hypothesis import strategies as st

from algorithms.dataset import Origin
from algorithms.evaluation import Observations
from algorithms.matching import match
from scenarios.scorecard import (
    METRICS,
    Budget,
    OperatingPoint,
    average_precision,
    make_scorecard,
    suggest,
)

Box = tuple[int, float, tuple[int, int, int, int]]

A, B, AWAY = (10, 10, 30, 30), (60, 60, 160, 160), (300, 300, 320, 320)


def boxes(*those: Box, truth: bool = False) -> sv.Detections:
    return sv.Detections(
        xyxy=np.array([box for _, _, box in those], np.float32).reshape(-1, 4),
        class_id=np.array([class_id for class_id, _, _ in those], np.int64),
        confidence=None if truth else np.array([score for _, score, _ in those], np.float32),
    )


def seen(
    pictures: Sequence[tuple[list[Box], list[Box]]],
    classes: tuple[str, ...] = ("head",),
    brightness: Sequence[float] | None = None,
) -> Observations:
    """Pictures as (what was found, what is there)."""
    return Observations(
        classes=classes,
        pictures=tuple(f"{i}.png" for i in range(len(pictures))),
        brightness=tuple(brightness or [128.0] * len(pictures)),
        matches=match(
            [boxes(*found) for found, _ in pictures],
            [boxes(*there, truth=True) for _, there in pictures],
            len(classes),
        ),
        ms_per_picture=1.0,
    )


def test_precision_and_recall_have_their_bounds() -> None:
    card = make_scorecard(seen([([(0, 0.9, A), (0, 0.8, AWAY)], [(0, 1, A), (0, 1, B)])]), 0.5)

    head = card.classes["head"]
    assert (head.precision.hits, head.precision.n, head.precision.value) == (1, 2, 0.5)
    assert (head.recall.hits, head.recall.n) == (1, 2)
    assert head.precision.low == pytest.approx(0.0945, abs=1e-4)


def test_a_set_from_one_camera_has_no_bounds_for_average_precision() -> None:
    pictures: list[tuple[list[Box], list[Box]]] = [
        ([(0, 0.9, A)], [(0, 1, A)]),
        ([], [(0, 1, A)]),
    ]
    one = {f"{i}.png": Origin("gate") for i in range(2)}

    card = make_scorecard(seen(pictures), 0.5, origins=one)

    assert card.sources == 1
    assert card.map50.low is None


def test_pictures_of_one_camera_are_drawn_together() -> None:
    good, bad = ([(0, 0.9, A)], [(0, 1.0, A)]), ([(0, 0.9, AWAY)], [(0, 1.0, A)])
    pictures = [good] * 10 + [bad] * 10
    two = {f"{i}.png": Origin("gate" if i < 10 else "bridge") for i in range(20)}

    alone = make_scorecard(seen(pictures), 0.5)
    together = make_scorecard(seen(pictures), 0.5, origins=two)

    assert (together.map50.low, together.map50.high) == (0.0, 1.0)
    assert alone.map50.low is not None
    assert alone.map50.high is not None
    assert 0 < alone.map50.low < alone.map50.high < 1


def test_slices_by_size_light_camera_and_division() -> None:
    card = make_scorecard(
        seen(
            [([(0, 0.9, A)], [(0, 1, A)]), ([], [(0, 1, B)])],
            brightness=[20.0, 200.0],
        ),
        0.5,
        origins={"0.png": Origin("gate", "Longcheng"), "1.png": Origin("bridge")},
    )

    recalls = {(s.by, s.name): (s.recall.hits, s.recall.n) for s in card.slices}
    assert recalls == {
        ("size", "small"): (1, 1),
        ("size", "large"): (0, 1),
        ("light", "dark"): (1, 1),
        ("light", "bright"): (0, 1),
        ("camera", "bridge"): (0, 1),
        ("camera", "gate"): (1, 1),
        ("division", "Longcheng"): (1, 1),
    }


def test_the_threshold_suggested_is_the_lowest_that_reviewers_have_time_for() -> None:
    pictures: list[tuple[list[Box], list[Box]]] = [
        ([(0, 0.92, A), (0, 0.52, AWAY), (0, 0.12, B)], [(0, 1, A), (0, 1, B)])
    ]

    card = make_scorecard(
        seen(pictures), 0.5, budget=Budget(alarms_per_day=25, pictures_per_day=10)
    )

    assert card.suggested is not None
    assert (card.suggested.threshold, card.suggested.because) == (0.15, "budget")
    assert card.suggested.alarms_per_day == 20


def test_a_budget_that_no_threshold_keeps_is_said_to_be_too_small() -> None:
    curve = [
        OperatingPoint(threshold=t, precision=1, recall=1, alarms_per_picture=2) for t in (0.1, 0.9)
    ]

    found = suggest(curve, Budget(alarms_per_day=1, pictures_per_day=10))

    assert (found.threshold, found.because, found.alarms_per_day) == (0.9, "over_budget", 20)


def test_only_classes_that_raise_alarms_count_for_the_budget() -> None:
    pictures: list[tuple[list[Box], list[Box]]] = [([(0, 0.9, A), (1, 0.9, B)], [(0, 1, A)])]
    two = seen(pictures, ("with", "without"))

    card = make_scorecard(
        two, 0.5, budget=Budget(alarms_per_day=1, pictures_per_day=1, classes=("without",))
    )

    assert card.curve[0].alarms_per_picture == 1
    with pytest.raises(ValueError, match="no class nobody"):
        make_scorecard(
            two, 0.5, budget=Budget(alarms_per_day=1, pictures_per_day=1, classes=("nobody",))
        )


def test_classes_without_labels_count_in_no_mean() -> None:
    card = make_scorecard(seen([([(0, 0.9, A), (1, 0.9, B)], [(0, 1, A)])], ("head", "ghost")), 0.5)

    assert card.classes["ghost"].ap50.value is None
    assert card.map50.value == pytest.approx(1.0)
    assert METRICS["f1"](card) == 1.0


def test_a_set_that_labels_nothing_has_a_card_without_figures() -> None:
    card = make_scorecard(seen([([(0, 0.9, A)], [])]), 0.5)

    assert (card.map50.value, card.suggested) == (None, None)
    assert card.classes["head"].precision.value == 0.0


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_average_precision_is_that_of_faster_coco_eval(data: st.DataObject) -> None:
    places = [A, B, AWAY, (200, 10, 240, 50)]
    score = st.integers(1, 999).map(lambda n: n / 1000)
    picture = st.tuples(
        st.lists(st.tuples(st.just(0), score, st.sampled_from(places)), max_size=6),
        st.lists(st.tuples(st.just(0), st.just(1.0), st.sampled_from(places)), max_size=4),
    )
    m = seen(data.draw(st.lists(picture, min_size=1, max_size=4))).matches

    ours = average_precision(m.found_score, m.found_right, len(m.true_class))

    assert np.isnan(ours) == np.isnan(m.ap50[0])
    if not np.isnan(ours):
        assert ours == pytest.approx(m.ap50[0], abs=1e-6)
