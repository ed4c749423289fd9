"""Cutting wide pictures down to where something is: few pixels to train on, at full scale."""

from pathlib import Path

import cv2
import numpy as np
import supervision as sv
from numpy.typing import NDArray

from algorithms.errors import DatasetError

SEEN = 0.4
"""A box of which less is left after the cut is left out."""


def square_crops(pictures: sv.DetectionDataset, folder: Path) -> sv.DetectionDataset:
    """One square of the full height a picture, where the most boxes are.

    Args:
        pictures: At least as wide as high; those without a box are left out.
        folder: Where the crops are written, as PNG.

    Raises:
        DatasetError: A picture cannot be read, or is higher than wide.
    """
    folder.mkdir(parents=True, exist_ok=True)
    annotations: dict[str, sv.Detections] = {}
    for path, boxes in pictures.annotations.items():
        if not len(boxes):
            continue
        picture = cv2.imread(path)
        if picture is None or picture.shape[0] > picture.shape[1]:
            raise DatasetError(f"{path}: expected a picture at least as wide as high")
        side = picture.shape[0]
        there = np.asarray(boxes.xyxy, np.float32)
        left = _left(there, side, picture.shape[1])
        cut = np.array([left, 0, left, 0], np.float32)
        kept = np.clip(there - cut, 0, side).astype(np.float32)
        enough = _area(kept) >= SEEN * _area(there)
        file = folder / f"{Path(path).stem}.png"
        cv2.imwrite(str(file), picture[:, left : left + side])
        annotations[str(file)] = sv.Detections(
            xyxy=kept[enough],
            class_id=None if boxes.class_id is None else boxes.class_id[enough],
            data={"class_name": np.asarray(boxes.data["class_name"])[enough]},
        )
    return sv.DetectionDataset(pictures.classes, list(annotations), annotations)


def _left(boxes: NDArray[np.float32], side: int, width: int) -> int:
    """Where the square starts that holds the most whole boxes, and those near its middle."""
    centres = (boxes[:, 0] + boxes[:, 2]) / 2
    starts = np.clip(np.round(centres - side / 2), 0, width - side).astype(int)
    whole = [int(((boxes[:, 0] >= s) & (boxes[:, 2] <= s + side)).sum()) for s in starts.tolist()]
    return int(starts[int(np.argmax(whole))])


def _area(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.prod(np.maximum(boxes[:, 2:] - boxes[:, :2], 0), axis=1)
