"""What the rule saw, drawn over a picture when somebody asks; the picture itself stays clean."""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

from serving.events.evidence import JPEG_QUALITY

BOX, ZONE = (60, 76, 231), (18, 156, 243)
"""Colours, blue first."""


def with_overlay(
    jpeg: bytes, objects: Sequence[dict[str, Any]], outline: Sequence[Sequence[float]] | None
) -> bytes:
    """The picture as JPEG with the boxes of the event's objects and its zone.

    Args:
        jpeg: The whole picture.
        objects: As in `models.Event`.
        outline: Likewise; None: no zone.

    Raises:
        ValueError: No picture.
    """
    image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        raise ValueError("expected a JPEG picture, got something else")
    height, width = image.shape[:2]
    size = np.array([width, height])
    line = max(2, round(height / 360))
    if outline:
        corners = np.round(np.array(outline) * size).astype(np.int32)
        cv2.polylines(image, [corners], True, ZONE, line, cv2.LINE_AA)
    for thing in objects:
        corners = np.round(np.array(thing["box"]).reshape(2, 2) * size).astype(int)
        (left, top), (right, bottom) = corners.tolist()
        cv2.rectangle(image, (left, top), (right, bottom), BOX, line)
        label = f"{thing['class_name']} {thing['confidence']:.2f}"
        at = (left, max(top - 2 * line, 8 * line))
        cv2.putText(
            image,
            label,
            at,
            cv2.FONT_HERSHEY_SIMPLEX,
            0.25 * line,
            BOX,
            max(1, line // 2),
            cv2.LINE_AA,
        )
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return data.tobytes()
