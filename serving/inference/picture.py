"""A picture as a client sends it: measured before it is decoded, then looked at."""

import struct
from time import perf_counter
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from algorithms.detector import Detector
from serving.inference.wire import BadInputError, PredictedBox, Prediction

MAX_PIXELS = 25_000_000
"""Three times 4K; a file of a few kilobytes can unpack to gigabytes."""

_PNG = b"\x89PNG\r\n\x1a\n"
_BARE_MARKERS = {0x01, *range(0xD0, 0xD9)}
_FRAME_MARKERS = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def predict(detector: Detector, picture: bytes, confidence: float | None) -> Prediction:
    """Find things in a JPEG or PNG.

    Raises:
        BadInputError: It is none, or too large.
        ModelError: The network failed.
    """
    began = perf_counter()
    image = decode(picture)
    found = detector.detect([image], confidence)[0]
    names = cast("list[str]", np.asarray(found.data["class_name"]).tolist())
    scores = cast("list[float]", np.round(np.asarray(found.confidence, float), 4).tolist())
    corners = cast("list[list[float]]", np.round(found.xyxy.astype(float), 2).tolist())
    boxes = [
        PredictedBox(name, score, *box)
        for name, score, box in zip(names, scores, corners, strict=True)
    ]
    height_px, width_px = image.shape[:2]
    return Prediction(width_px, height_px, boxes, round((perf_counter() - began) * 1000, 1))


def decode(picture: bytes) -> NDArray[np.uint8]:
    """The picture as `(H, W, 3)` RGB, turned upright as its EXIF says.

    Raises:
        BadInputError: It is no JPEG or PNG, is broken, or has more than `MAX_PIXELS`.
    """
    size = _size(picture)
    if size is None:
        raise BadInputError("Expected a JPEG or PNG picture as the body; this is neither.")
    width_px, height_px = size
    if not 0 < width_px * height_px <= MAX_PIXELS:
        raise BadInputError(
            f"Expected a picture of at most {MAX_PIXELS // 1_000_000} megapixels, got "
            f"{width_px}×{height_px}; send it smaller."
        )
    try:
        image = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR_RGB)
    except cv2.error:
        image = None
    if image is None:
        raise BadInputError("The picture is broken: its beginning is right, its data is not.")
    return np.asarray(image, np.uint8)


def _size(picture: bytes) -> tuple[int, int] | None:
    """Width and height as the file's header says; None: no JPEG or PNG."""
    try:
        if picture.startswith(_PNG) and picture[12:16] == b"IHDR":
            return struct.unpack(">II", picture[16:24])
        return _jpeg_size(picture) if picture.startswith(b"\xff\xd8") else None
    except (IndexError, struct.error):  # it ends too early
        return None


def _jpeg_size(picture: bytes) -> tuple[int, int] | None:
    at = 2
    while picture[at] == 0xFF:
        marker = picture[at + 1]
        if marker in _FRAME_MARKERS:
            height_px, width_px = struct.unpack(">HH", picture[at + 5 : at + 9])
            return width_px, height_px
        if marker == 0xFF:  # padding
            at += 1
        elif marker in _BARE_MARKERS:
            at += 2
        else:
            at += 2 + struct.unpack(">H", picture[at + 2 : at + 4])[0]
    return None
