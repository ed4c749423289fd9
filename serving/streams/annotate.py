# pyright: basic
"""A clip with what was seen drawn into it, to be watched by people."""

from fractions import Fraction
from pathlib import Path
from typing import Self

import av
import numpy as np
import supervision as sv

from algorithms.errors import LonganError
from algorithms.frame import Frame
from serving.streams.analysis import Analysed

RED, GREEN, BLUE = sv.Color(255, 70, 60), sv.Color(60, 200, 90), sv.Color(80, 160, 255)
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

    def _draw(self, frame: Frame, analysed: Analysed) -> np.ndarray:
        found = analysed.detections
        image = frame.image.copy()
        scale = max(0.4, frame.height_px / 1400)
        for colour, mine in (
            (RED, [i for i, n in enumerate(_names(found)) if n.startswith("without")]),
            (GREEN, [i for i, n in enumerate(_names(found)) if n.startswith("with_")]),
            (BLUE, [i for i, n in enumerate(_names(found)) if not n.startswith("with")]),
        ):
            part = found[mine]
            labels = [
                f"{name} {score:.2f} #{track}"
                for name, score, track in zip(
                    _names(part), part.confidence, part.tracker_id, strict=True
                )
            ]
            image = sv.BoxAnnotator(color=colour, thickness=2).annotate(image, part)
            image = sv.LabelAnnotator(
                color=colour, text_color=sv.Color.BLACK, text_scale=scale
            ).annotate(image, part, labels)
        at = frame.captured_at.timestamp()
        for watch, event in analysed.changed:
            if event.revision == 1:
                subject = event.objects[0]
                text = f"EVENT {watch.scenario}: {subject.class_name} #{subject.track_id}"
                self._banner = (text, at + EVENT_SHOWN_S)
        if at < self._banner[1]:
            middle = sv.Point(frame.width_px // 2, frame.height_px - 30)
            image = sv.draw_text(
                image, self._banner[0], middle, sv.Color.WHITE, scale * 2, 2, 10, None, RED
            )
        return image


def _names(detections: sv.Detections) -> list[str]:
    return [str(name) for name in detections.data.get("class_name", [])]
