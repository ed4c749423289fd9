"""A network's own detections as labels for what people left unlabelled."""

from collections.abc import Callable, Mapping, Sequence

import cv2
import numpy as np
import supervision as sv
from numpy.typing import NDArray
from supervision.detection.utils.iou_and_nms import box_iou_batch

from algorithms.errors import DatasetError

SAME_THING_IOU = 0.5
"""A detection that overlaps a hand label more is the same thing, and the hand label wins."""


def completed(
    dataset: sv.DetectionDataset,
    hand_labels: Mapping[str, str],
    detect: Callable[[Sequence[NDArray[np.uint8]]], list[sv.Detections]],
) -> sv.DetectionDataset:
    """The data set with a teacher's detections filled in.

    Args:
        dataset: Pictures and what people labelled in them.
        hand_labels: Name in the data → our class key; other labels are dropped.
        detect: The teacher: RGB pictures in, detections with `data["class_name"]` out.
    """
    classes = sorted({*hand_labels.values()})
    annotations: dict[str, sv.Detections] = {}
    for path in dataset.image_paths:
        picture = cv2.imread(path)
        if picture is None:
            raise DatasetError(f"{path}: not a picture OpenCV can read")
        (taught,) = detect([np.ascontiguousarray(picture[:, :, ::-1], np.uint8)])
        boxes, names = _merged(dataset.annotations[path], hand_labels, taught)
        classes = sorted({*classes, *names})
        annotations[path] = sv.Detections(xyxy=boxes, data={"class_name": np.array(names)})
    for labels in annotations.values():
        ids = [classes.index(str(name)) for name in labels.data["class_name"]]
        labels.class_id = np.array(ids, np.int64)
    return sv.DetectionDataset(classes, dataset.image_paths, annotations)


def _merged(
    by_hand: sv.Detections, hand_labels: Mapping[str, str], taught: sv.Detections
) -> tuple[NDArray[np.float32], list[str]]:
    hand = [
        (box, hand_labels[str(name)])
        for box, name in zip(by_hand.xyxy, by_hand.data.get("class_name", []), strict=True)
        if str(name) in hand_labels
    ]
    boxes = np.array([box for box, _ in hand], np.float32).reshape(-1, 4)
    new = np.ones(len(taught), bool)
    if len(boxes) and len(taught):
        new = box_iou_batch(boxes, taught.xyxy).max(axis=0) <= SAME_THING_IOU
    names = [key for _, key in hand]
    names += [str(name) for name in np.asarray(taught.data["class_name"])[new]]
    return np.concatenate([boxes, np.asarray(taught.xyxy, np.float32)[new]]), names
