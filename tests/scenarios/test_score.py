import json
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.errors import ScenarioError
from scenarios.rules import check_shapes
from scenarios.scenario import load_catalog
from scenarios.score import Occurrence, Truth, poisson_upper, score, wilson_lower

TRUTHS = sorted((Path(__file__).parents[2] / "truth").glob("*.json"))


def at(begin_s: float, end_s: float, zone: str | None = None) -> Occurrence:
    return Occurrence("clip", "danger-zone", zone, begin_s, end_s)


def test_one_event_is_right_for_one_truth_only() -> None:
    result = score([at(1, 5), at(2, 4)], [at(0, 6)], hours=0.5)

    assert (len(result.pairs), len(result.false_alarms), result.missed) == (1, 1, ())
    assert (result.precision, result.recall, result.false_alarms_per_hour) == (0.5, 1.0, 2.0)


def test_pairs_are_found_even_where_the_nearest_truth_is_another_event_s_only_one() -> None:
    early, late = at(0, 4), at(5, 9)

    result = score([at(3, 6), at(0, 2)], [early, late], hours=1, tolerance_s=0)

    assert result.pairs == ((0, 1), (1, 0))


@pytest.mark.parametrize(
    "other",
    [
        replace(at(0, 5), camera="other"),
        replace(at(0, 5), scenario="crowd"),
        at(0, 5, zone="pit"),
        at(8.1, 9),
    ],
)
def test_what_is_elsewhere_or_at_another_time_does_not_match(other: Occurrence) -> None:
    result = score([at(0, 6)], [other], hours=1)

    assert (result.pairs, result.false_alarms, result.missed) == ((), (0,), (0,))


def test_where_the_truth_says_where_the_event_must_have_been_there() -> None:
    here, there = (0.0, 0.0, 0.3, 0.3), (0.6, 0.6, 0.9, 0.9)
    event = replace(at(0, 5), boxes=(here,))

    assert score([event], [replace(at(0, 5), boxes=(there,))], hours=1).missed == (0,)
    assert score([event], [replace(at(0, 5), boxes=(there, here))], hours=1).missed == ()


def test_nothing_said_and_nothing_true_is_no_share_at_all() -> None:
    result = score([], [], hours=1)

    assert (result.precision, result.recall) == (None, None)
    assert result.to_json()["false_alarms_per_hour_at_most"] == pytest.approx(3.0, abs=0.01)


spans = st.tuples(st.integers(0, 20), st.integers(0, 6)).map(lambda p: at(p[0], p[0] + p[1]))


@given(st.lists(spans, max_size=4), st.lists(spans, max_size=4))
def test_there_are_as_many_pairs_as_there_can_be(
    events: list[Occurrence], truths: list[Occurrence]
) -> None:
    def fits(e: int, t: int) -> bool:
        return bool(score([events[e]], [truths[t]], hours=1).pairs)

    places = [*range(len(truths)), *[-1] * len(events)]
    most = max(
        sum(t >= 0 and fits(e, t) for e, t in enumerate(order))
        for order in permutations(places, len(events))
    )

    assert len(score(events, truths, hours=1).pairs) == most


def test_bounds_agree_with_the_tables() -> None:
    assert wilson_lower(90, 100) == pytest.approx(0.8388, abs=1e-3)
    assert wilson_lower(0, 10) == 0
    assert poisson_upper(0) == pytest.approx(2.9957, abs=1e-3)
    assert poisson_upper(10) == pytest.approx(16.962, abs=1e-2)


@pytest.mark.parametrize("file", TRUTHS, ids=lambda file: file.stem)
def test_a_truth_file_can_be_played(file: Path) -> None:
    truth = Truth.from_file(file)

    assert Path(truth.clip).stem == file.stem
    for part in truth.scenarios:
        rule = load_catalog()[part.scenario].with_rule(part.rule)
        check_shapes(rule, part.zones)
        drawn = {shape.name for shape in part.zones} or {None}
        assert all(event.zone in drawn for event in part.events)
        assert all(event.end_s <= truth.duration_s for event in part.events)


def test_a_broken_truth_file_says_what_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "broken.json"
    backwards = {"scenario": "crowd", "events": [{"begin_s": 5, "end_s": 3}]}
    file.write_text(json.dumps({"clip": "a.mp4", "duration_s": 9, "scenarios": [backwards]}))

    with pytest.raises(ScenarioError, match=r"broken\.json: .*scenarios\.0\.events\.0.*before"):
        Truth.from_file(file)
