from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
import supervision as sv
from numpy.typing import NDArray

from training.datasets.teacher import completed
from training.datasets.yolo_folder import write_yolo_folder

BIKE = [10, 10, 30, 30]
NEARLY_THE_BIKE = [10, 10, 30, 28]
WALKER = [60, 60, 80, 90]

HAND_LABELS = {"motorbike": "motorcycle"}


@pytest.fixture
def picture(tmp_path: Path) -> str:
    path = str(tmp_path / "street.png")
    cv2.imwrite(path, np.zeros((100, 200, 3), np.uint8))
    return path


def test_a_hand_label_wins_and_the_teacher_fills_in_the_rest(picture: str) -> None:
    by_hand = labelled(picture, ["shop", "motorbike"], [(1, BIKE)])

    found = completed(by_hand, HAND_LABELS, teacher([("car", NEARLY_THE_BIKE), ("person", WALKER)]))

    labels = found.annotations[picture]
    assert list(map(str, labels.data["class_name"])) == ["motorcycle", "person"]
    assert labels.xyxy.tolist() == [BIKE, WALKER]


def test_a_hand_label_that_is_no_class_of_ours_is_dropped(picture: str) -> None:
    by_hand = labelled(picture, ["shop", "motorbike"], [(0, BIKE)])

    found = completed(by_hand, HAND_LABELS, teacher([("motorcycle", NEARLY_THE_BIKE)]))

    assert found.annotations[picture].xyxy.tolist() == [NEARLY_THE_BIKE]


def test_a_picture_without_anything_stays_as_background(picture: str, tmp_path: Path) -> None:
    found = completed(labelled(picture, ["motorbike"], []), HAND_LABELS, teacher([]))

    write_yolo_folder({"train": [found]}, ["motorcycle"], tmp_path / "out")

    assert (tmp_path / "out/labels/train/0-street.txt").read_text() == ""


def test_a_yolo_folder_numbers_the_classes_in_the_models_order(
    picture: str, tmp_path: Path
) -> None:
    found = completed(
        labelled(picture, ["motorbike"], [(0, BIKE)]), HAND_LABELS, teacher([("person", WALKER)])
    )

    write_yolo_folder({"train": [found, found]}, ["person", "motorcycle"], tmp_path / "out")

    lines = (tmp_path / "out/labels/train/1-street.txt").read_text().splitlines()
    assert lines == [
        "1 0.100000 0.200000 0.100000 0.200000",
        "0 0.350000 0.750000 0.100000 0.300000",
    ]
    assert (tmp_path / "out/images/train/0-street.png").is_symlink()


def labelled(
    picture: str, classes: list[str], boxes: list[tuple[int, list[int]]]
) -> sv.DetectionDataset:
    labels = sv.Detections(
        xyxy=np.array([box for _, box in boxes], np.float32).reshape(-1, 4),
        class_id=np.array([i for i, _ in boxes], np.int64),
    )
    return sv.DetectionDataset(classes, [picture], {picture: labels})


def teacher(boxes: list[tuple[str, list[int]]]):
    def detect(images: Sequence[NDArray[np.uint8]]) -> list[sv.Detections]:
        found = sv.Detections(
            xyxy=np.array([box for _, box in boxes], np.float32).reshape(-1, 4),
            class_id=np.zeros(len(boxes), np.int64),
            data={"class_name": np.array([name for name, _ in boxes])},
        )
        return [found] * len(images)

    return detect
