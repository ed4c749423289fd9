"""What a rule sees: the tracked things of one moment."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import supervision as sv
from numpy.typing import NDArray

from scenarios.events import Box, EventObject
from scenarios.zones import Area


@dataclass(frozen=True, slots=True)
class Scene:
    """The tracked detections of one picture.

    Args:
        boxes: `(N, 4)` `x1 y1 x2 y2` in pixels of the picture.
        class_names: `(N,)`.
        confidences: `(N,)` 0–1.
        track_ids: `(N,)`; -1 for a thing seen only once.
        width_px: Of the picture.
        height_px: Of the picture.
        at: When the picture was taken.
        looked: Whether the networks looked at this very picture. Where nothing moved, what they
            found before stands: time goes on, and no new evidence comes by it.
    """

    boxes: NDArray[np.float32]
    class_names: NDArray[np.str_]
    confidences: NDArray[np.float32]
    track_ids: NDArray[np.int64]
    width_px: int
    height_px: int
    at: datetime
    looked: bool = True

    @classmethod
    def of(
        cls,
        detections: sv.Detections,
        width_px: int,
        height_px: int,
        at: datetime,
        looked: bool = True,
    ) -> "Scene":
        """From tracked detections with `data["class_name"]`."""
        assert detections.confidence is not None
        assert detections.tracker_id is not None
        return cls(
            boxes=detections.xyxy.astype(np.float32),
            class_names=np.asarray(detections.data["class_name"], np.str_),
            confidences=detections.confidence.astype(np.float32),
            track_ids=detections.tracker_id.astype(np.int64),
            width_px=width_px,
            height_px=height_px,
            at=at,
            looked=looked,
        )

    def __len__(self) -> int:
        return len(self.boxes)

    def seen(
        self, classes: Collection[str], min_height_px: float = 0, confidence: float = 0
    ) -> NDArray[np.bool_]:
        """Which things are of one of the classes, large enough and sure enough: `(N,)`."""
        return (
            np.isin(self.class_names, list(classes))
            & (self.boxes[:, 3] - self.boxes[:, 1] >= min_height_px)
            & (self.confidences >= confidence)
        )

    @property
    def feet(self) -> NDArray[np.float64]:
        """`(N, 2)` middle of each lower edge, as fractions of the picture."""
        x = (self.boxes[:, 0] + self.boxes[:, 2]) / 2 / self.width_px
        return np.column_stack([x, self.boxes[:, 3] / self.height_px]).astype(np.float64)

    def inside(self, area: Area) -> NDArray[np.bool_]:
        """Which things stand in the area: `(N,)`, by the middle of their lower edge."""
        if area.is_whole_picture:
            return np.ones(len(self), np.bool_)  # also those whose feet the picture cuts off
        # Feet cut off by the picture's edge lie on it, and so may a zone's outline: outside.
        return area.contains(np.clip(self.feet, 1e-6, 1 - 1e-6))

    def fractions(self, index: int) -> Box:
        """One box as fractions 0–1 of the picture, rounded to a ten-thousandth."""
        x1, y1, x2, y2 = (float(v) for v in self.boxes[index])
        w, h = self.width_px, self.height_px
        return (round(x1 / w, 4), round(y1 / h, 4), round(x2 / w, 4), round(y2 / h, 4))

    def object(self, index: int) -> EventObject:
        return EventObject(
            track_id=int(self.track_ids[index]),
            class_name=str(self.class_names[index]),
            confidence=round(float(self.confidences[index]), 4),
            box=self.fractions(index),
        )
