from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import supervision as sv

from training.datasets.labelled import Box, Labelled, Picture
from training.quality import labels
from training.quality.finding import KINDS
from training.quality.page import page
from training.quality.patch import Acceptance
from training.quality.report import QualityReport, assess


def quiet(done: int, total: int) -> None: ...


def with_first(data: Labelled, **change: object) -> Labelled:
    first, *rest = data.pictures
    return replace(data, pictures=(replace(first, **change), *rest))


def boxed(*boxes: Box) -> Callable[[Labelled, Path], Labelled]:
    return lambda data, folder: with_first(data, boxes=boxes)


def drawn(pixels: np.ndarray) -> Callable[[Labelled, Path], Labelled]:
    def plant(data: Labelled, folder: Path) -> Labelled:
        cv2.imwrite(str(folder / "planted.png"), pixels)
        return with_first(data, file=folder / "planted.png")

    return plant


def pixels_of(picture: Picture) -> np.ndarray:
    pixels = cv2.imread(str(picture.file))
    assert pixels is not None
    return pixels


def cut_in_half(data: Labelled, folder: Path) -> Labelled:
    file = folder / "cut.jpg"
    cv2.imwrite(str(file), pixels_of(data.pictures[0]))
    file.write_bytes(file.read_bytes()[:-200])
    return with_first(data, file=file)


def saved_again(split: str) -> Callable[[Labelled, Path], Labelled]:
    def plant(data: Labelled, folder: Path) -> Labelled:
        cv2.imwrite(str(folder / "again.jpg"), pixels_of(data.pictures[0]))
        twin = replace(data.pictures[0], file=folder / "again.jpg", name="x.jpg", split=split)
        return replace(data, pictures=(*data.pictures, twin))

    return plant


def copied(data: Labelled, folder: Path) -> Labelled:
    return replace(data, pictures=(*data.pictures, replace(data.pictures[0], name="x.png")))


def same_clip(data: Labelled, folder: Path) -> Labelled:
    names = iter(["fire1_mp4-1_jpg.jpg", "b.png", "fire1_mp4-99_jpg.jpg"])
    return data.with_pictures(lambda picture: replace(picture, name=next(names, picture.name)))


def rare(data: Labelled, folder: Path) -> Labelled:
    return replace(data, classes=(*data.classes, "rider"))


def only_in_train(data: Labelled, folder: Path) -> Labelled:
    boxes = tuple(Box("rider", 1, 1 + n, 20, 20) for n in range(0, 42, 2))
    named = replace(data, classes=(*data.classes, "rider"))
    return with_first(named, boxes=boxes)


def unlicensed(data: Labelled, folder: Path) -> Labelled:
    return with_first(data, licence="unknown")


BLUR = cv2.GaussianBlur(np.tile(np.linspace(40, 200, 96, dtype=np.uint8), (64, 1)), (9, 9), 0)
HELMET = Box("helmet", 10, 10, 20, 20)
PLANTED: dict[str, Callable[[Labelled, Path], Labelled]] = {
    "broken": cut_in_half,
    "blurred": drawn(BLUR),
    "dark": drawn(np.full((64, 96), 8, np.uint8)),
    "bright": drawn(np.full((64, 96), 255, np.uint8)),
    "duplicate": copied,
    "near-duplicate": saved_again("val"),
    "leak": saved_again("train"),
    "outside": boxed(Box("helmet", 80, 10, 30, 20)),
    "degenerate": boxed(Box("helmet", 10, 10, 20, 0)),
    "tiny": boxed(Box("helmet", 10, 10, 1, 1)),
    "whole-image": boxed(Box("helmet", 0, 0, 96, 64)),
    "duplicate-box": boxed(HELMET, replace(HELMET, class_name="bare head")),
    "unlabelled": boxed(),
    "rare-class": rare,
    "missing-class": only_in_train,
    "no-licence": unlicensed,
}


def test_a_clean_set_passes_without_a_finding(clean: Labelled) -> None:
    report = assess(clean, None, quiet)

    assert report.counts == {}
    assert (report.score, report.reasons) == (100, [])


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_fault_is_found_and_costs_points(
    kind: str, clean: Labelled, tmp_path: Path
) -> None:
    report = assess(PLANTED[kind](clean, tmp_path), None, quiet)

    assert set(report.counts) == {kind}
    assert report.score < 100
    assert bool(report.reasons) == KINDS[kind].blocks


def test_two_frames_of_a_clip_in_two_splits_leak(clean: Labelled, tmp_path: Path) -> None:
    report = assess(same_clip(clean, tmp_path), None, quiet)

    assert report.counts == {"leak": 1}
    assert "fire1_mp4" in report.findings[0].detail


def test_without_the_training_pictures_that_leak_nothing_leaks(clean: Labelled) -> None:
    clip = [f"fire1_mp4-{number}.jpg" for number in range(len(clean.pictures))]
    splits = ["train", "val", "train", "stress"]
    data = replace(
        clean,
        pictures=tuple(
            replace(picture, name=name, split=split)
            for picture, name, split in zip(clean.pictures, clip, splits, strict=False)
        ),
    )

    leaking = {f.picture for f in assess(data, None, quiet).findings if f.kind == "leak"}
    kept = [p for index, p in enumerate(data.pictures) if index not in leaking]

    assert {0, 2} <= leaking
    left = replace(data, pictures=tuple(kept))
    assert "leak" not in assess(left, None, quiet).counts


def test_accepted_findings_neither_block_nor_cost_points(clean: Labelled) -> None:
    data = with_first(clean, boxes=(HELMET, Box("helmet", 10, 10, 20, 0)))
    enough = Acceptance(kind="degenerate", at_most=1, why="a line, on purpose")

    assert assess(data, None, quiet, (enough,)).reasons == []
    assert assess(data, None, quiet, (enough,)).score == 100
    twice = with_first(clean, boxes=(HELMET, *2 * (Box("helmet", 10, 10, 20, 0),)))
    assert assess(twice, None, quiet, (enough,)).reasons


@pytest.mark.parametrize(
    ("seen", "kinds"),
    [
        ([("with", (10, 10, 30, 30), 0.9)], []),
        ([("without", (10, 10, 30, 30), 0.9)], ["doubtful-label"]),
        ([], ["unseen-label"]),
        (
            [("with", (10, 10, 30, 30), 0.9), ("without", (60, 10, 80, 30), 0.8)],
            ["missing-label"],
        ),
    ],
)
def test_a_model_that_says_otherwise_is_reported(
    seen: list[tuple[str, tuple[int, int, int, int], float]], kinds: list[str]
) -> None:
    picture = Picture(Path("a.png"), "a.png", 96, 64, (HELMET,))
    same = {"helmet": "with", "bare head": "without"}

    found = labels.check(0, picture, detections(seen), same)

    assert [finding.kind for finding in found] == kinds


def test_every_kind_has_a_planted_fault() -> None:
    by_model = {"missing-label", "doubtful-label", "unseen-label"}

    assert {*PLANTED} | by_model == {*KINDS}


def test_the_page_needs_nothing_beside_it_and_trusts_no_name(
    clean: Labelled, tmp_path: Path
) -> None:
    data = with_first(clean, name="<script>alert(1)</script>.png", boxes=())

    text = page("<b>", assess(data, None, quiet))

    assert "<script" not in text
    assert "data:image/jpeg;base64," in text
    assert "http" not in text.replace("http-equiv", "")


def test_the_list_to_fix_names_file_and_box(clean: Labelled) -> None:
    report: QualityReport = assess(
        with_first(clean, boxes=(HELMET, Box("helmet", 10, 10, 20, 0))), None, quiet
    )

    (entry,) = report.to_json()["to_fix"]
    assert entry["kind"] == "degenerate"
    assert entry["box"]["index"] == 1
    assert entry["file"] == str(clean.pictures[0].file)


def detections(seen: list[tuple[str, tuple[int, int, int, int], float]]) -> sv.Detections:
    if not seen:
        return sv.Detections(
            np.zeros((0, 4)), confidence=np.zeros(0), data={"class_name": np.array([])}
        )
    return sv.Detections(
        np.array([box for _, box, _ in seen], np.float32),
        confidence=np.array([confidence for *_, confidence in seen]),
        data={"class_name": np.array([name for name, *_ in seen])},
    )


def test_a_sharp_thing_before_a_smooth_wall_is_not_blurred(clean: Labelled, tmp_path: Path) -> None:
    pixels = np.full((640, 640), 120, np.uint8)
    pixels[300:330, 300:330] = np.random.default_rng(0).integers(80, 160, (30, 30))
    blurred = cv2.GaussianBlur(pixels, (0, 0), 4)

    sharp = assess(drawn(pixels)(clean, tmp_path), None, quiet)
    assert "blurred" not in sharp.counts
    assert assess(drawn(blurred)(clean, tmp_path), None, quiet).counts == {"blurred": 1}
