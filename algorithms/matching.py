# pyright: basic
"""Detections against labels, as COCO pairs them; the only importer of faster-coco-eval."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import supervision as sv
from faster_coco_eval import COCO, COCOeval_faster
from numpy.typing import NDArray

SIZES: dict[str, tuple[float, float]] = {
    "small": (0, 32**2),
    "medium": (32**2, 96**2),
    "large": (96**2, 1e10),
}
"""COCO's: area of the labelled box in pixels of the source picture, from and below."""


@dataclass(frozen=True, slots=True)
class Matches:
    """What of D detections is right, and what of T labelled things was found.

    A detection is right if it is the best that is left for a thing of its class and overlaps it by
    half; the surest choose first, so that leaving out the unsure changes nothing for the others.
    """

    found_picture: NDArray[np.int64]
    """`(D,)` number of the picture."""

    found_class: NDArray[np.int64]
    found_score: NDArray[np.float64]
    found_right: NDArray[np.bool_]

    true_picture: NDArray[np.int64]
    """`(T,)` number of the picture."""

    true_class: NDArray[np.int64]
    true_area: NDArray[np.float64]
    """Pixels."""

    true_score: NDArray[np.float64]
    """How sure the detection that found it was; -1 where none did."""

    ap50: NDArray[np.float64]
    """`(K,)` average precision of each class; NaN where it has no instances."""

    ap50_95: NDArray[np.float64]


def match(found: Sequence[sv.Detections], truth: Sequence[sv.Detections], classes: int) -> Matches:
    """Pair what was found with what is there.

    Args:
        found: One for each picture, with `class_id` 0 … `classes` - 1 and `confidence`.
        truth: Likewise, without confidence.
        classes: How many there are.
    """
    labels = [
        {"image_id": picture, "category_id": class_id, "bbox": box, "area": box[2] * box[3]}
        for picture, there in enumerate(truth)
        for class_id, box, _ in _boxes(there)
    ]
    answers = [
        {"image_id": picture, "category_id": class_id, "bbox": box, "score": score}
        for picture, seen in enumerate(found)
        for class_id, box, score in _boxes(seen)
    ]
    precision, pairs = np.full((10, 101, classes), -1.0), {}
    if labels and answers:
        precision, pairs = _evaluate(labels, answers, len(truth), classes)
    elif labels:
        for label in labels:
            precision[:, :, label["category_id"]] = 0.0
    right = {d for d, _ in pairs}
    score_of = {t: answers[d]["score"] for d, t in pairs}
    curves = np.where(precision > -1, precision, np.nan).mean(axis=1)
    return Matches(
        found_picture=_column(answers, "image_id", np.int64),
        found_class=_column(answers, "category_id", np.int64),
        found_score=_column(answers, "score", np.float64),
        found_right=np.array([d in right for d in range(len(answers))], bool),
        true_picture=_column(labels, "image_id", np.int64),
        true_class=_column(labels, "category_id", np.int64),
        true_area=_column(labels, "area", np.float64),
        true_score=np.array([score_of.get(t, -1.0) for t in range(len(labels))], np.float64),
        ap50=curves[0],
        ap50_95=curves.mean(axis=0),
    )


def _evaluate(labels, answers, pictures, classes):
    """Precision over `(10 overlaps, 101 recalls, K)`, and the pairs at an overlap of a half."""
    there = COCO()
    there.dataset = {
        "images": [{"id": i} for i in range(pictures)],
        "categories": [{"id": i, "name": str(i)} for i in range(classes)],
        # COCO's ids begin with 1: it takes 0 for "nothing".
        "annotations": [{**label, "id": i, "iscrowd": 0} for i, label in enumerate(labels, 1)],
    }
    there.createIndex()
    seen = there.loadRes([dict(answer) for answer in answers])
    curves = COCOeval_faster(there, seen, "bbox", print_function=_say_nothing)
    curves.evaluate()
    curves.accumulate()
    halves = COCOeval_faster(there, seen, "bbox", print_function=_say_nothing, extra_calc=True)
    halves.params.iouThrs = np.array([0.5])
    halves.evaluate()
    halves.accumulate()
    pairs = [tuple(int(i) - 1 for i in pair.split("_")) for pair in halves.eval["matched"]]
    return np.asarray(curves.eval["precision"])[:, :, :, 0, -1], pairs


def _say_nothing(*_: object) -> None:
    pass


def _boxes(detections: sv.Detections):
    """Class, `x y width height` and score of each."""
    if detections.class_id is None:
        return
    scores = detections.confidence
    for i, (class_id, (x1, y1, x2, y2)) in enumerate(
        zip(detections.class_id.tolist(), detections.xyxy.tolist(), strict=True)
    ):
        yield class_id, [x1, y1, x2 - x1, y2 - y1], 1.0 if scores is None else float(scores[i])


def _column(rows, name, kind):
    return np.array([row[name] for row in rows], kind)
