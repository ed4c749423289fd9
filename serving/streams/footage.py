"""What a camera showed in the last seconds, coded as it came, and what was seen in it."""

import threading
from collections import deque
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import supervision as sv

from scenarios.events import EventObject
from serving.events.clip import Cut
from serving.events.evidence import Sight
from serving.events.privacy import Outline
from serving.streams.sources import Packets
from serving.streams.sources.packets import Moment

SLACK_S = 3.0
"""Kept beyond a clip's length: an event is known and its clip is cut a little later."""


@dataclass(frozen=True, slots=True)
class Clipping:
    """How long clips are, and what may be kept for them.

    Args:
        before_s: Seconds before an event opened; a clip begins with the keyframe before them.
        after_s: Seconds after it opened.
        memory_bytes: Of one camera's stream kept at most.
    """

    before_s: float = 5.0
    after_s: float = 5.0
    memory_bytes: int = 16 * 2**20


class Footage:
    """Of one camera. Filled by its reader and its lane, read by the clips' thread."""

    def __init__(self, clipping: Clipping) -> None:
        self._clipping = clipping
        self._kept_s = clipping.before_s + clipping.after_s + SLACK_S
        self._seen: deque[tuple[datetime, tuple[int, int], sv.Detections]] = deque()
        self._lock = threading.Lock()
        self.private: tuple[Outline, ...] = ()
        """What nobody may see of it now."""
        self.packets = Packets(self._kept_s, clipping.memory_bytes)

    def saw(self, at: datetime, size: tuple[int, int], detections: sv.Detections) -> None:
        """Note what was detected in a picture of this width and height; times rise."""
        with self._lock:
            self._seen.append((at, size, detections))
            while at - self._seen[0][0] > timedelta(seconds=self._kept_s):
                self._seen.popleft()

    def clip(self, moment: Moment) -> tuple[Cut, list[Sight]] | None:
        """The clip around a picture, and what was seen in it; None where it is gone."""
        cut = self.packets.cut(moment, self._clipping.before_s, self._clipping.after_s)
        if cut is None:
            return None
        with self._lock:
            seen = list(self._seen)
        return replace(cut, private=self.private), [
            Sight(
                cut.opened_s + (at - moment.taken_at).total_seconds(), things_of(detections, *size)
            )
            for at, size, detections in seen
        ]


def things_of(detections: sv.Detections, width: int, height: int) -> tuple[EventObject, ...]:
    """Tracked detections with boxes as fractions of the picture."""
    if not len(detections) or detections.tracker_id is None or detections.confidence is None:
        return ()
    return tuple(
        EventObject(
            int(track),
            str(name),
            float(confidence),
            (float(x1) / width, float(y1) / height, float(x2) / width, float(y2) / height),
        )
        for (x1, y1, x2, y2), track, name, confidence in zip(
            detections.xyxy,
            detections.tracker_id,
            detections.data["class_name"],
            detections.confidence,
            strict=True,
        )
    )
