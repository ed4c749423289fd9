# pyright: basic
"""A clip with what was seen drawn into it, to be watched by people."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, Self

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from algorithms.errors import LonganError
from algorithms.frame import Frame
from serving.streams.analysis import Analysed

Colour = tuple[int, int, int]
RED, GREEN, BLUE = (255, 70, 60), (60, 200, 90), (80, 160, 255)
EVENT_SHOWN_S = 2.0


class Annotator:
    """Writes the analysed frames as H.264 in an MP4."""

    def __init__(self, path: Path, fps: float) -> None:
        if path.suffix != ".mp4":
            raise LonganError(f"--annotate writes .mp4 files, got {path.name}")
        self._path = path
        self._fps = Fraction(fps).limit_denominator(1000)
        self._stream = None
        self._banner = ("", 0.0)

    def __enter__(self) -> Self:
        self._out = av.open(str(self._path), "w")
        return self

    def __exit__(self, *_: object) -> None:
        if self._stream is not None:
            for packet in self._stream.encode():
                self._out.mux(packet)
        self._out.close()

    def write(self, frame: Frame, analysed: Analysed) -> None:
        image = self._draw(frame, analysed)
        height, width = (side - side % 2 for side in image.shape[:2])
        if self._stream is None:
            self._stream = self._out.add_stream("libx264", rate=self._fps)
            self._stream.width, self._stream.height = width, height
            self._stream.pix_fmt = "yuv420p"
        picture = av.VideoFrame.from_ndarray(
            np.ascontiguousarray(image[:height, :width]), format="rgb24"
        )
        for packet in self._stream.encode(picture):
            self._out.mux(packet)

    def _draw(self, frame: Frame, analysed: Analysed) -> NDArray[np.uint8]:
        found = analysed.detections
        image = frame.image.copy()
        size = max(0.4, frame.height_px / 1400)
        for (x1, y1, x2, y2), name, score, track in zip(
            found.xyxy.astype(int).tolist(),
            found.data["class_name"],
            _filled(found.confidence),
            _filled(found.tracker_id),
            strict=True,
        ):
            colour = _colour(str(name))
            cv2.rectangle(image, (x1, y1), (x2, y2), colour, 2)
            _write(image, f"{name} {score:.2f} #{track}", (x1, y1 - 4), size, colour)
        at = frame.captured_at.timestamp()
        for watch, event in analysed.changed:
            if event.revision == 1:
                subject = next((f": {o.class_name} #{o.track_id}" for o in event.objects), "")
                text = f"EVENT {watch.scenario}{subject}"
                self._banner = (text, at + EVENT_SHOWN_S)
        if at < self._banner[1]:
            _write(image, self._banner[0], (10, frame.height_px - 12), 2 * size, RED)
        return image


def _colour(class_name: str) -> Colour:
    if class_name.startswith("without"):
        return RED
    return GREEN if class_name.startswith("with_") else BLUE


def _filled(values: Any) -> Sequence[Any]:
    return [] if values is None else list(values)


def _write(
    image: NDArray[np.uint8], text: str, at: tuple[int, int], size: float, colour: Colour
) -> None:
    """Black casing under the colour, to be read on any picture."""
    for thickness, ink in ((3 + round(size), (0, 0, 0)), (max(1, round(size)), colour)):
        cv2.putText(image, text, at, cv2.FONT_HERSHEY_SIMPLEX, size, ink, thickness)
