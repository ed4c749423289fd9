from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algorithms.errors import DatasetError
from training.datasets.labelled import Box, Labelled
from training.datasets.store import sha256_of
from training.quality.drafting import FIXABLE, draft
from training.quality.patch import UNSAID, Correction, Patch, full_name, patched
from training.quality.report import assess

BARE = ("bare head", 10, 10, 20, 20)


def correction(data: Labelled, index: int = 0, **change: Any) -> Patch:
    picture = data.pictures[index]
    one = {
        "picture": full_name(picture),
        "sha256": sha256_of(picture.file)[:16],
        "why": "looked at",
    }
    return Patch.model_validate({"corrections": [one | change]})


def quiet(done: int, total: int) -> None: ...


def test_a_dropped_picture_is_gone_and_the_others_stay(clean: Labelled) -> None:
    done = patched(clean, [correction(clean, drop=True)])

    assert done.data.pictures == clean.pictures[1:]
    assert done.unused == ()


def test_boxes_are_replaced_dropped_and_added(clean: Labelled) -> None:
    boxes = (Box("helmet", 10.2, 10, 20, 20), Box("helmet", 50, 30, 9, 9))
    data = replace(clean, pictures=(replace(clean.pictures[0], boxes=boxes),))
    changes = [
        {"was": ("helmet", 10, 10, 20, 20), "now": BARE},
        {"was": ("helmet", 50, 30, 9, 9)},
        {"now": ("helmet", 1, 2, 3, 4)},
    ]

    (picture,) = patched(data, [correction(data, boxes=changes)]).data.pictures

    assert picture.boxes == (Box(*BARE), Box("helmet", 1, 2, 3, 4))


def test_a_picture_moves_to_another_split(clean: Labelled) -> None:
    (first, *_) = patched(clean, [correction(clean, split="spare")]).data.pictures

    assert first.split == "spare"


def test_another_picture_under_the_same_name_is_left_alone(clean: Labelled) -> None:
    patch = correction(clean, drop=True, sha256="0" * 16)

    done = patched(clean, [patch])

    assert done.data == clean
    assert done.unused == patch.corrections


def test_a_box_that_is_not_there_any_more_stops(clean: Labelled) -> None:
    patch = correction(clean, boxes=[{"was": ("helmet", 70, 50, 3, 3)}])

    with pytest.raises(DatasetError, match="that is not there"):
        patched(clean, [patch])


def test_licences_are_filled_in_by_name_where_the_data_state_none(clean: Labelled) -> None:
    data = clean.with_pictures(lambda p: replace(p, licence="unknown"))
    data = replace(data, pictures=(clean.pictures[0], *data.pictures[1:]))
    name = data.pictures[1].name

    licences = [p.licence for p in patched(data, [Patch(licences={name: "MIT"})]).data.pictures]

    assert licences[:3] == [clean.pictures[0].licence, "MIT", "unknown"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("corrections: [{picture: a, sha256: 0123, why: x, drop: true}]", "corrections.0.sha256"),
        (
            "corrections: [{picture: a, sha256: 0123456789abcdef, why: x}]",
            "expected either `drop: true`",
        ),
        ("accept: [{kind: ugly, at_most: 1, why: x}]", "expected one of blurred"),
        ("accept: [{kind: leak, at_most: 1, why: ''}]", "accept.0.why"),
        ("correct: []", "Extra inputs"),
        ("- 1", "valid dictionary"),
    ],
)
def test_a_file_that_is_no_patch_says_why(text: str, says: str, tmp_path: Path) -> None:
    file = tmp_path / "x.patch.yaml"
    file.write_text(text)

    with pytest.raises(DatasetError, match=says):
        Patch.from_file(file)


_word = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)
_side = st.floats(0, 4000).map(lambda side: round(side, 2))
_box = st.tuples(_word, _side, _side, _side, _side)


@settings(deadline=None, max_examples=30)
@given(
    st.lists(st.tuples(_box, _box), min_size=1, max_size=3),
    _word,
    st.dictionaries(_word, _word, max_size=3),
)
def test_a_patch_survives_its_file(
    tmp_path_factory: pytest.TempPathFactory,
    boxes: list[tuple[Any, Any]],
    name: str,
    licences: dict[str, str],
) -> None:
    changes = [{"was": was, "now": now} for was, now in boxes]
    one = {"picture": name, "sha256": "0123456789012345", "why": "x", "boxes": changes}
    patch = Patch(corrections=(Correction.model_validate(one),), licences=licences)
    file = tmp_path_factory.mktemp("patch") / "x.yaml"

    file.write_text(patch.to_yaml(), encoding="utf-8")

    assert Patch.from_file(file) == patch


def test_what_is_drafted_from_a_report_repairs_the_data(clean: Labelled) -> None:
    boxes = (
        Box("helmet", 10, 10, 20, 20),
        Box("helmet", 10, 10, 20, 20),
        Box("helmet", 80, 10, 30, 20),
        Box("helmet", 10, 10, 20, 0),
        Box("helmet", 0, 0, 96, 64),
        Box("helmet", 200, 10, 30, 20),
    )
    first, second, *rest = clean.pictures
    twin = replace(first, name="twin.png", split="spare")
    data = replace(clean, pictures=(replace(first, boxes=boxes), second, *rest, twin))
    report = assess(data, None, quiet)
    assert {"duplicate-box", "outside", "degenerate", "whole-image", "leak"} <= {*report.counts}

    patch = draft(report.to_json()["to_fix"], FIXABLE, [])
    left = assess(patched(data, [patch]).data, None, quiet)

    assert {*left.counts} <= {"rare-class", "missing-class", "unlabelled"}


def test_a_draft_counts_what_to_accept_and_is_refused_until_somebody_says_why(
    clean: Labelled, tmp_path: Path
) -> None:
    data = clean.with_pictures(lambda picture: replace(picture, boxes=()))

    patch = draft(assess(data, None, quiet).to_json()["to_fix"], [], ["unlabelled"])

    (accepted,) = patch.accept
    assert (accepted.at_most, accepted.why) == (len(data.pictures), UNSAID)
    drafted = tmp_path / "draft.yaml"
    drafted.write_text(patch.to_yaml(), encoding="utf-8")
    with pytest.raises(DatasetError, match="unlabelled: write why it may stay in place of TODO"):
        Patch.from_file(drafted)


def test_what_nothing_is_usually_done_about_cannot_be_fixed() -> None:
    with pytest.raises(DatasetError, match="rare-class: expected to fix some of"):
        draft([], ["rare-class"], [])
