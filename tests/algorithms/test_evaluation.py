from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
import supervision as sv
from numpy.typing import NDArray

from algorithms.dataset import read_dataset
from algorithms.errors import DatasetError
from algorithms.evaluation import EvaluationReport, evaluate

Boxes = list[tuple[str, float, tuple[int, int, int, int]]]

RIDER = (10, 10, 30, 30)
OTHER = (60, 60, 80, 80)
NOWHERE = (40, 5, 50, 15)


def test_average_precision_follows_the_whole_curve(tmp_path: Path) -> None:
    # Hit, miss, hit: precision 1 up to half the recall (51 of COCO's 101 points), then 2/3.
    folder = labelled(tmp_path, ["head"], {100: [(0, RIDER)], 120: [(0, OTHER)]})
    found: dict[int, Boxes] = {
        100: [("head", 0.9, RIDER), ("head", 0.8, NOWHERE)],
        120: [("head", 0.7, OTHER)],
    }

    score = measured(folder, ["head"], found).classes["head"]

    assert score.ap50 == pytest.approx((51 + 50 * 2 / 3) / 101, abs=1e-4)
    assert score.instances == 2


def test_precision_and_recall_are_taken_at_the_operating_point(tmp_path: Path) -> None:
    folder = labelled(tmp_path, ["head"], {100: [(0, RIDER), (0, OTHER)]})
    found: dict[int, Boxes] = {
        100: [("head", 0.9, RIDER), ("head", 0.6, NOWHERE), ("head", 0.1, OTHER)]
    }

    score = measured(folder, ["head"], found, operating_point=0.5).classes["head"]

    assert (score.precision, score.recall) == (0.5, 0.5)
    assert score.ap50 == pytest.approx((51 + 50 * 2 / 3) / 101, abs=1e-4)


def test_a_box_that_half_overlaps_counts_at_50_but_not_at_95(tmp_path: Path) -> None:
    folder = labelled(tmp_path, ["head"], {100: [(0, (10, 10, 30, 30))]})
    found: dict[int, Boxes] = {100: [("head", 0.9, (10, 10, 30, 26))]}  # IoU 0.8

    score = measured(folder, ["head"], found).classes["head"]

    assert score.ap50 == pytest.approx(1.0)
    assert score.ap50_95 == pytest.approx(0.7, abs=0.1)


def test_classes_are_matched_by_name_whatever_their_number_or_spelling(tmp_path: Path) -> None:
    folder = labelled(tmp_path, ["Motorbike", "sheep", "Person"], {100: [(0, RIDER), (2, OTHER)]})
    found: dict[int, Boxes] = {100: [("motorcycle", 0.9, RIDER), ("person", 0.9, OTHER)]}

    report = measured(folder, ["person", "motorcycle"], found)

    assert {name: score.ap50 for name, score in report.classes.items()} == {
        "person": pytest.approx(1.0),
        "motorcycle": pytest.approx(1.0),
    }


def test_what_only_one_side_knows_does_not_count(tmp_path: Path) -> None:
    folder = labelled(tmp_path, ["person", "sheep"], {100: [(0, RIDER), (1, OTHER)]})
    found: dict[int, Boxes] = {100: [("person", 0.9, RIDER), ("dog", 0.9, NOWHERE)]}

    report = measured(folder, ["dog", "person"], found)

    assert list(report.classes) == ["person"]
    assert report.classes["person"].precision == 1.0
    assert report.map50 == pytest.approx(1.0)


def test_a_class_without_instances_has_no_average_precision(tmp_path: Path) -> None:
    folder = labelled(tmp_path, ["person", "dog"], {100: [(0, RIDER)]})
    found: dict[int, Boxes] = {100: [("person", 0.9, RIDER), ("dog", 0.9, OTHER)]}

    report = measured(folder, ["person", "dog"], found)

    assert report.classes["dog"].ap50 is None
    assert report.classes["dog"].precision == 0.0
    assert report.map50 == pytest.approx(1.0)


def test_a_model_that_finds_nothing_scores_nothing(tmp_path: Path) -> None:
    folder = labelled(tmp_path, ["head"], {100: [(0, RIDER)], 120: []})

    report = measured(folder, ["head"], {})

    assert report.to_json()["classes"] == {
        "head": {
            "ap50": 0.0,
            "ap50_95": 0.0,
            "precision": None,
            "recall": 0.0,
            "instances": 1,
        }
    }


def test_the_report_has_the_promised_shape(tmp_path: Path) -> None:
    folder = labelled(tmp_path, ["head"], {100: [(0, RIDER)]})

    found = measured(folder, ["head"], {100: [("head", 0.9, RIDER)]}).to_json()

    assert list(found) == [
        "algorithm",
        "version",
        "classes",
        "map50",
        "map50_95",
        "images",
        "ms_per_image",
    ]
    assert found["images"] == 1


def test_data_without_a_common_class_says_what_both_sides_know(tmp_path: Path) -> None:
    folder = labelled(tmp_path, ["sheep"], {100: [(0, RIDER)]})

    with pytest.raises(DatasetError, match=r"knows head; the data labels sheep"):
        measured(folder, ["head"], {})


def labelled(
    folder: Path, classes: list[str], pictures: dict[int, list[tuple[int, tuple[int, ...]]]]
) -> Path:
    """A YOLO folder; each picture is 100 px high and known by its width."""
    for part in ("images/val", "labels/val"):
        (folder / part).mkdir(parents=True)
    (folder / "classes.txt").write_text("\n".join(classes) + "\n")
    for width, boxes in pictures.items():
        cv2.imwrite(str(folder / f"images/val/{width}.png"), np.zeros((100, width, 3), np.uint8))
        lines = [
            f"{i} {(x1 + x2) / 2 / width} {(y1 + y2) / 200} {(x2 - x1) / width} {(y2 - y1) / 100}"
            for i, (x1, y1, x2, y2) in boxes
        ]
        (folder / f"labels/val/{width}.txt").write_text("\n".join(lines))
    return folder


def measured(
    folder: Path, class_names: list[str], found: dict[int, Boxes], operating_point: float = 0.25
) -> EvaluationReport:
    def detect(images: Sequence[NDArray[np.uint8]]) -> list[sv.Detections]:
        return [detections(found.get(image.shape[1], [])) for image in images]

    return evaluate(
        detect, class_names, read_dataset(folder, "val"), operating_point=operating_point
    )


def detections(boxes: Boxes) -> sv.Detections:
    return sv.Detections(
        xyxy=np.array([box for _, _, box in boxes], np.float32).reshape(-1, 4),
        confidence=np.array([score for _, score, _ in boxes], np.float32),
        class_id=np.zeros(len(boxes), np.int64),
        data={"class_name": np.array([name for name, _, _ in boxes])},
    )
