"""Out to a labelling tool and back."""

import json
import zipfile
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
import pytest
import supervision as sv

from algorithms.detector import Detector
from algorithms.errors import DatasetError
from tests.training.datasets.conftest import textured
from training.datasets import archive
from training.datasets.archive import unpacked
from training.datasets.importers import read
from training.datasets.labelled import Box, Labelled, Picture
from training.datasets.labelling import TOOLS
from training.datasets.labelling.sheet import known_again
from training.datasets.prelabels import Suggestion, ToLabel, suggest

CLASSES = ("rider", "helmet", "bare head")
HAND = Box("helmet", 10, 8, 40, 30)
MADE = Suggestion(Box("bare head", 50.5, 20.25, 30, 20), 0.87)


@pytest.fixture
def data(tmp_path: Path) -> Labelled:
    about: Any = {"split": "val", "camera": "gate 3", "licence": "CC0-1.0", "source": "street"}
    pictures = [
        Picture(textured(tmp_path / f"{n}.png", n), f"cam/{n} ü.png", 96, 64, boxes, **about)
        for n, boxes in enumerate([(HAND,), ()])
    ]
    return Labelled(("helmet",), tuple(pictures))


@pytest.fixture
def work(data: Labelled) -> ToLabel:
    return ToLabel(data, CLASSES, ((), (MADE,)), "rider-helmet 1.0.0")


class _Fixed:
    """A detector that sees the same two things everywhere."""

    def detect(self, images: list[Any]) -> list[sv.Detections]:
        found = sv.Detections(
            np.array([[11, 8, 50, 38], [60, 10, 80, 30]], np.float32),
            confidence=np.array([0.9, 0.6], np.float32),
            class_id=np.array([0, 1]),
            data={"class_name": np.array(["helmet", "rider"])},
        )
        return [found for _ in images]


def test_a_suggestion_is_made_for_what_no_person_has_drawn(data: Labelled) -> None:
    first, second = suggest(data, cast("Detector", _Fixed()), lambda done, total: None)

    assert [one.box.class_name for one in first] == ["rider"]
    assert [(one.box.class_name, round(one.score, 1)) for one in second] == [
        ("helmet", 0.9),
        ("rider", 0.6),
    ]


def test_cvat_gets_the_labels_in_order_and_each_suggestion_with_its_version(
    work: ToLabel, tmp_path: Path
) -> None:
    TOOLS["cvat"](work, tmp_path / "out")

    labels = json.loads((tmp_path / "out" / "labels.json").read_text())
    xml = (tmp_path / "out" / "annotations.xml").read_text()
    assert [label["name"] for label in labels] == list(CLASSES)
    assert '<attribute name="made_by">rider-helmet 1.0.0 0.87</attribute>' in xml
    with zipfile.ZipFile(tmp_path / "out" / "task.zip") as packed:
        assert sorted(packed.namelist()) == [
            "annotations.xml",
            "images/000000-0_ü.png",
            "images/000001-1_ü.png",
        ]


def test_our_own_pre_labels_are_not_read_as_truth(work: ToLabel, tmp_path: Path) -> None:
    TOOLS["cvat"](work, tmp_path / "out")

    with pytest.raises(DatasetError, match="no person has seen"):
        read(tmp_path / "out", "cvat")


def test_cvats_labels_come_back_to_what_was_known_of_the_pictures(
    work: ToLabel, data: Labelled, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    TOOLS["cvat"](work, out)
    text = (out / "annotations.xml").read_text()
    start, end = text.index("<longan>"), text.index("</longan>") + len("</longan>")
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as packed:
        packed.writestr("annotations.xml", text[:start] + text[end:])  # CVAT keeps none of ours

    with unpacked(tmp_path / "export.zip") as folder:
        back = known_again(read(folder, pictures=out / "images"), out)

    assert back.classes == CLASSES
    assert [picture.boxes for picture in back.pictures] == [(HAND,), (MADE.box,)]
    for one, before in zip(back.pictures, data.pictures, strict=True):
        for field in ("name", "split", "camera", "licence", "source"):
            assert getattr(one, field) == getattr(before, field)
        assert one.file.read_bytes() == before.file.read_bytes()


def test_label_studio_gets_hand_labels_as_annotations_and_suggestions_as_predictions(
    work: ToLabel, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    TOOLS["label-studio"](work, out)

    tasks = json.loads((out / "tasks.json").read_text())
    config = (out / "labels.xml").read_text()
    assert [config.index(f'value="{name}"') for name in CLASSES] == sorted(
        config.index(f'value="{name}"') for name in CLASSES
    )
    assert "annotations" in tasks[0]
    assert "annotations" not in tasks[1]
    (prediction,) = tasks[1]["predictions"]
    assert prediction["model_version"] == "rider-helmet 1.0.0"
    assert prediction["result"][0]["score"] == 0.87


def test_label_studios_submitted_suggestion_is_truth_and_an_open_one_is_not(
    work: ToLabel, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    TOOLS["label-studio"](work, out)
    tasks = json.loads((out / "tasks.json").read_text())

    before = known_again(read(out / "tasks.json"), out)
    tasks[1]["annotations"] = [{"id": 1, "result": tasks[1]["predictions"][0]["result"]}]
    (out / "tasks.json").write_text(json.dumps(tasks))
    after = known_again(read(out / "tasks.json"), out)

    assert [picture.name for picture in before.pictures] == ["cam/0 ü.png"]
    (box,) = after.pictures[1].boxes
    assert box.class_name == "bare head"
    assert (box.x, box.y, box.width, box.height) == pytest.approx((50.5, 20.25, 30, 20))


def test_a_label_list_that_forgets_a_class_is_refused(data: Labelled) -> None:
    with pytest.raises(DatasetError, match="missing: helmet"):
        ToLabel(data, ("rider",))


@pytest.mark.parametrize("name", ["../a.png", "/a.png", "C:/a.png"])
def test_an_archive_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr(name, "x")

    with (
        pytest.raises(DatasetError, match="leads out"),
        unpacked(tmp_path / "a.zip"),
    ):
        pass


def test_an_archive_that_is_a_bomb_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MAX_RATIO", 20)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("annotations.xml", "x" * 100_000)

    with pytest.raises(DatasetError, match="refused"), unpacked(tmp_path / "a.zip"):
        pass


def test_what_is_written_can_be_decoded(work: ToLabel, tmp_path: Path) -> None:
    TOOLS["label-studio"](work, tmp_path / "out")

    files = sorted((tmp_path / "out" / "images").iterdir())
    assert [cv2.imread(str(file)).shape[:2] for file in files] == [(64, 96)] * 2  # pyright: ignore[reportOptionalMemberAccess]
