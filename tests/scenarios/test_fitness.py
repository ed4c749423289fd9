import json
import math
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.fitness import ENOUGH, HALF_LIFE, Finding, SizeHistogram, View, findings, verdict_of
from scenarios.rules import RuleConfig
from scenarios.scenario import load_catalog
from tests.scenarios.scenes import Thing, scene

HELMETS = load_catalog()["rider-helmet"]
HEADS = ("without_helmet", "with_helmet")
"""The scenario needs them 16 px high, and 5 pictures a second."""


def _sizes(*heights: float, class_name: str = "with_helmet") -> SizeHistogram:
    sizes = SizeHistogram()
    for height in heights:
        sizes.add(class_name, height)
    return sizes


def _find(rule: RuleConfig = HELMETS.rule, **known: Any) -> dict[str, Finding]:
    """What is said of a good camera, apart from what is known; by what it is about."""
    good: dict[str, Any] = {
        "sizes": _sizes(*[40] * 20),
        "asked_fps": 5.0,
        "width_px": 1920,
        "height_px": 1080,
        "source_fps": 25.0,
    }
    found = findings(HELMETS, rule, View(**{**good, **known}))
    return {finding.about: finding for finding in found}


def _thing(track: int, height: float, top: float = 100) -> Thing:
    return (track, "with_helmet", (0, top, 10, top + height), 0.9)


def test_a_good_camera_is_fit_and_only_its_view_is_left_to_a_person() -> None:
    found = _find()

    verdicts = {about: finding.verdict for about, finding in found.items()}
    assert verdicts == {"picture": "fit", "size": "fit", "rate": "fit", "view": "check"}
    assert verdict_of(list(found.values())) == "fit"
    assert "from the front" in found["view"].en


@pytest.mark.parametrize(
    ("sub_stream", "zh", "en"),
    [(True, "改用主码流", "use the main stream or move"), (False, "拉近镜头", "zoom in")],
)
def test_targets_that_are_too_small_are_unfit_with_advice(
    sub_stream: bool, zh: str, en: str
) -> None:
    size = _find(sizes=_sizes(*[10] * 20), on_sub_stream=sub_stream)["size"]

    assert size.verdict == "unfit"
    assert "10 px high here; the scenario needs 16" in size.en
    assert en in size.en
    assert zh in size.zh


def test_some_small_targets_are_doubtful() -> None:
    size = _find(sizes=_sizes(*[40] * 14, *[10] * 6))["size"]

    assert size.verdict == "doubtful"
    assert "30% of the targets" in size.en


def test_from_few_sightings_nothing_is_told() -> None:
    few = _find(sizes=_sizes(*[10] * int(ENOUGH - 1)))["size"]
    others = _find(sizes=_sizes(*[10] * 50, class_name="bus"))["size"]

    assert (few.verdict, others.verdict) == ("unknown", "unknown")


def test_classes_that_the_owner_chose_are_the_targets() -> None:
    zone = load_catalog()["danger-zone"]
    rule = zone.with_rule({"classes": ["bicycle"]})
    sizes = _sizes(*[100] * 20, class_name="bicycle")

    found = findings(zone, rule, View(sizes, 5.0), {"bicycle": ("自行车", "Bicycle")})

    size = next(finding for finding in found if finding.about == "size")
    assert size.verdict == "fit"
    assert "(bicycle)" in size.en
    assert "（自行车）" in size.zh


@pytest.mark.parametrize(
    ("known", "verdict", "told"),
    [
        ({"source_fps": 2.0}, "unfit", "delivers 2 pictures a second; the scenario needs 5"),
        ({"asked_fps": 2.0}, "doubtful", "2 pictures a second are analysed; the rule wants 5"),
        ({"analysed_fps": 2.0}, "doubtful", "2 of 5 pictures a second are reached"),
        ({"analysed_fps": 0.2, "wanted_fps": 0.2}, "fit", "enough"),
        ({"source_fps": None}, "fit", "enough"),
    ],
)
def test_a_rate_that_is_too_low_is_told(known: dict[str, Any], verdict: str, told: str) -> None:
    rate = _find(**known)["rate"]

    assert rate.verdict == verdict
    assert told in rate.en


def test_a_stream_in_trouble_is_unfit() -> None:
    found = _find(reason="moved", message="the view has changed")
    strange = _find(reason="auth_failed", message="wrong password")

    assert found["picture"].verdict == "unfit"
    assert "draw the zones anew" in found["picture"].en
    assert "wrong password" in strange["picture"].en
    assert verdict_of(list(found.values())) == "unfit"


def test_what_is_parked_counts_once_and_what_comes_nearer_at_each_size() -> None:
    sizes = SizeHistogram()

    for second in range(50):
        sizes.observe(scene(second / 10, _thing(1, 40), _thing(2, 20 + 5 * second)))

    assert sizes.share_below(HEADS, 30) == pytest.approx(3 / sizes.seen(HEADS))
    assert 10 < sizes.seen(HEADS) < 18


def test_what_the_edge_cuts_off_or_was_seen_once_does_not_count() -> None:
    sizes = SizeHistogram()

    sizes.observe(scene(0, _thing(1, 40, top=0), _thing(2, 40, top=960), _thing(-1, 40)))

    assert sizes.seen(HEADS) == 0


def test_sightings_fade() -> None:
    sizes = _sizes(*[10] * 16)
    sizes.observe(scene(0))

    sizes.observe(scene(2 * HALF_LIFE.total_seconds()))
    assert sizes.seen(HEADS) == pytest.approx(4)

    sizes.observe(scene(timedelta(days=30).total_seconds()))
    assert sizes.as_json()["counts"] == {}


@given(st.lists(st.floats(1, 2000), min_size=1, max_size=50), st.floats(0.01, 1))
def test_a_percentile_is_near_that_of_the_heights(heights: list[float], share: float) -> None:
    found = _sizes(*heights).percentile(HEADS, share)

    enough = sorted(heights)[math.ceil(share * len(heights)) - 1]
    assert found == pytest.approx(enough, rel=0.1)


@given(st.lists(st.floats(1, 2000), max_size=50))
def test_a_histogram_survives_the_store(heights: list[float]) -> None:
    sizes = _sizes(*heights)

    again = SizeHistogram.from_json(json.loads(json.dumps(sizes.as_json())))

    assert again.as_json() == sizes.as_json()
    assert again.percentile(HEADS, 0.5) == sizes.percentile(HEADS, 0.5)
