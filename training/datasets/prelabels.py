"""What a network suggests for pictures that people are to label."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from supervision.detection.utils.iou_and_nms import box_iou_batch

from algorithms.detector import Detector
from algorithms.errors import DatasetError
from training.datasets.labelled import Box, Labelled, Picture
from training.datasets.teacher import SAME_THING_IOU


@dataclass(frozen=True)
class Suggestion:
    """A box that no person has seen yet."""

    box: Box
    score: float


@dataclass(frozen=True)
class ToLabel:
    """Pictures for a labelling tool.

    Args:
        data: The pictures, and what people have labelled on them before.
        classes: Labels in the order the tool is to show them.
        suggestions: For each picture.
        made_by: Name and version of the algorithm that made them.
    """

    data: Labelled
    classes: tuple[str, ...]
    suggestions: tuple[tuple[Suggestion, ...], ...] = ()
    made_by: str | None = None

    def __post_init__(self) -> None:
        used = {*self.data.classes, *(s.box.class_name for of in self.suggestions for s in of)}
        missing = sorted(used - {*self.classes})
        if missing or not self.classes:
            raise DatasetError(
                f"labels: expected all classes of the data, in the order wanted; missing: "
                f"{', '.join(missing) or 'all: give --labels or --pre-label'}"
            )

    def suggested(self, index: int) -> tuple[Suggestion, ...]:
        """Of the picture at this place; none where nothing was suggested."""
        return self.suggestions[index] if self.suggestions else ()


def suggest(
    data: Labelled, detector: Detector, progress: Callable[[int, int], None]
) -> tuple[tuple[Suggestion, ...], ...]:
    """The network's detections in every picture, but for what people have labelled there already.

    Raises:
        DatasetError: A picture cannot be decoded.
        ModelError: The network failed.
    """
    found: list[tuple[Suggestion, ...]] = []
    for done, picture in enumerate(data.pictures, 1):
        found.append(_suggest(picture, detector))
        progress(done, len(data.pictures))
    return tuple(found)


def _suggest(picture: Picture, detector: Detector) -> tuple[Suggestion, ...]:
    pixels = cv2.imread(str(picture.file))
    if pixels is None:
        raise DatasetError(f"{picture.file}: not a picture OpenCV can read")
    (there,) = detector.detect([np.ascontiguousarray(pixels[:, :, ::-1], np.uint8)])
    scores = there.confidence if there.confidence is not None else np.ones(len(there))
    return tuple(
        Suggestion(Box(str(name), x1, y1, x2 - x1, y2 - y1), float(score))
        for (x1, y1, x2, y2), name, score in zip(
            there.xyxy.astype(float).tolist(), there.data["class_name"], scores, strict=True
        )
        if not _labelled((x1, y1, x2, y2), picture.boxes)
    )


def _labelled(box: Sequence[float], boxes: Sequence[Box]) -> bool:
    """Whether a person has drawn this thing already."""
    if not boxes:
        return False
    drawn = np.array([[b.x, b.y, b.x + b.width, b.y + b.height] for b in boxes], np.float32)
    return bool(box_iou_batch(drawn, np.array([box], np.float32)).max() > SAME_THING_IOU)
