from pathlib import Path

import cv2
import numpy as np
import pytest
import supervision as sv

from algorithms.errors import DatasetError
from training.datasets.crops import square_crops
from training.datasets.importers import read
from training.datasets.parts import parts, shared_out, with_boxes

LABELS = {"Fire": "fire", "smoke": "smoke"}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Frames of two clips, mixed over two splits."""
    folder = tmp_path / "burning"
    for split, name, label in (
        ("train", "a1", "0 0.5 0.5 0.5 0.5\n2 0.5 0.5 1 1\n"),
        ("train", "b1", "1 0.25 0.5 0.5 1\n1 0.25 0.5 0.5 1\n1 0.5 0.5 0.5 1\n"),
        ("val", "a2", ""),
        ("val", "c1", "0 0.5 0.5 0.5 0.5\n"),
    ):
        for kind in ("images", "labels"):
            (folder / kind / split).mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(folder / f"images/{split}/{name}.png"), np.zeros((40, 80, 3), np.uint8))
        (folder / f"labels/{split}/{name}.txt").write_text(label)
    (folder / "classes.txt").write_text("Fire\nsmoke\ndefault\n")
    return folder


def test_pictures_of_all_splits_go_where_the_rule_says(data: Path) -> None:
    def part_of(name: str) -> str | None:
        return {"a": "train", "b": "unseen"}.get(name[0])

    found = shared_out(read(data), part_of)

    assert {picture.name: picture.split for picture in found.pictures} == {
        "a1.png": "train",
        "a2.png": "train",
        "b1.png": "unseen",
    }


def test_labels_are_renamed_and_the_others_dropped(data: Path) -> None:
    (train,) = parts(data, LABELS)["train"]

    labelled = train.annotations[str(data / "images/train/a1.png")]
    assert list(map(str, labelled.data["class_name"])) == ["fire"]
    assert labelled.xyxy.tolist() == [[20, 10, 60, 30]]
    assert [Path(path).stem for path in train.image_paths] == ["a1", "b1"]


def test_a_box_written_twice_is_one(data: Path) -> None:
    (train,) = parts(data, LABELS)["train"]

    boxes = train.annotations[str(data / "images/train/b1.png")]
    assert boxes.xyxy.tolist() == [[0, 0, 40, 40], [20, 0, 60, 40]]


def test_without_labels_every_picture_is_background(data: Path) -> None:
    (nothing,) = parts(data, {})["train"]

    assert [len(boxes) for boxes in nothing.annotations.values()] == [0, 0]


def test_pictures_without_a_box_can_be_left_out(data: Path) -> None:
    (val,) = parts(data, LABELS)["val"]

    assert [Path(path).stem for path in with_boxes(val).image_paths] == ["c1"]


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="expected a folder for each split"):
        parts(tmp_path, LABELS)


def test_a_square_holds_what_was_labelled(tmp_path: Path) -> None:
    path = str(tmp_path / "wide.png")
    cv2.imwrite(path, np.zeros((50, 200, 3), np.uint8))
    boxes = np.array([[150, 10, 170, 30], [180, 0, 190, 50], [0, 0, 20, 20]], np.float32)
    labels = sv.Detections(
        boxes, class_id=np.zeros(3, int), data={"class_name": np.array(["hat"] * 3)}
    )

    crops = square_crops(sv.DetectionDataset(["hat"], [path], {path: labels}), tmp_path / "crops")

    (cut,) = crops.annotations.values()
    assert cut.xyxy.tolist() == [[0, 10, 20, 30], [30, 0, 40, 50]]
    assert cv2.imread(crops.image_paths[0]).shape == (50, 50, 3)  # pyright: ignore[reportOptionalMemberAccess]
