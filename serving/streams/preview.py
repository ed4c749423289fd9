"""The newest picture of each camera, encoded only while somebody looks."""

import threading
import time
from collections.abc import Sequence

import cv2
import numpy as np
import supervision as sv

from algorithms.frame import Frame
from serving.events.evidence import encode_jpeg
from serving.inference.preview import PreviewBox, PreviewFrame, PreviewWant

PREVIEW_QUALITY = 75


class Previews:
    """Newest-only: a slow viewer misses pictures, never delays them."""

    def __init__(self) -> None:
        self._newest: dict[str, tuple[int, Frame, sv.Detections]] = {}
        self._encoded: dict[tuple[str, int], PreviewFrame] = {}
        self._changed = threading.Condition()
        self._seq = time.time_ns() // 1_000_000  # rises over restarts too

    def show(self, frame: Frame, detections: sv.Detections) -> None:
        with self._changed:
            self._seq += 1
            self._newest[frame.camera_id] = (self._seq, frame, detections)
            self._changed.notify_all()

    def forget(self, camera_id: str) -> None:
        with self._changed:
            self._newest.pop(camera_id, None)
            self._encoded = {k: v for k, v in self._encoded.items() if k[0] != camera_id}

    def newest(self, wants: Sequence[PreviewWant], timeout_s: float) -> list[PreviewFrame]:
        """Wait until one of the cameras has something newer; empty at the time-out."""
        with self._changed:
            self._changed.wait_for(lambda: any(map(self._has_newer, wants)), timeout_s)
            ready = [(w, *self._newest[w.camera_id]) for w in wants if self._has_newer(w)]
        return [self._encode(w, seq, frame, found) for w, seq, frame, found in ready]

    def _has_newer(self, want: PreviewWant) -> bool:
        newest = self._newest.get(want.camera_id)
        return newest is not None and newest[0] > want.after_seq

    def _encode(
        self, want: PreviewWant, seq: int, frame: Frame, found: sv.Detections
    ) -> PreviewFrame:
        key = (want.camera_id, want.width_px)
        kept = self._encoded.get(key)
        if kept is not None and kept.seq == seq:
            return kept
        image = frame.image
        width = min(want.width_px, frame.width_px)
        if width < frame.width_px:
            size = (width, round(frame.height_px * width / frame.width_px))
            image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
        preview = PreviewFrame(
            camera_id=want.camera_id,
            seq=seq,
            captured_at=frame.captured_at,
            width_px=want.width_px,
            jpeg=encode_jpeg(image, PREVIEW_QUALITY),
            boxes=_boxes(found, frame.width_px, frame.height_px),
        )
        self._encoded[key] = preview
        return preview


def _boxes(found: sv.Detections, width: int, height: int) -> tuple[PreviewBox, ...]:
    if not len(found) or found.tracker_id is None or found.confidence is None:
        return ()
    names = found.data["class_name"]
    return tuple(
        PreviewBox(
            x=float(x1) / width,
            y=float(y1) / height,
            w=float(x2 - x1) / width,
            h=float(y2 - y1) / height,
            class_name=str(names[i]),
            confidence=float(found.confidence[i]),
            track_id=int(found.tracker_id[i]),
        )
        for i, (x1, y1, x2, y2) in enumerate(found.xyxy)
    )
