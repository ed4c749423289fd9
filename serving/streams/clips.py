"""Cuts the clip of an event once what came after it is there too."""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from scenarios.events import Event
from serving.events.clip import Cut
from serving.events.evidence import Sight
from serving.streams.footage import Footage
from serving.streams.sources.packets import Moment

log = structlog.get_logger(__name__)

LOOKS_EVERY_S = 0.2

MOST_WAITING = 200
"""Clips of a node; in a storm of events, or while the disk hangs, the others have pictures only."""

Record = Callable[[str, datetime, Cut, Sequence[Sight]], None]


@dataclass(frozen=True, slots=True)
class _Waiting:
    due_s: float
    event: Event
    footage: Footage
    moment: Moment


class Clips:
    """In a thread of its own, so that a slow disk holds up no camera.

    Args:
        record: Keeps a clip: see `Recorder.record_clip`.
        after_s: Seconds after an event that belong to its clip.
    """

    def __init__(self, record: Record, after_s: float) -> None:
        self._record = record
        self._after_s = after_s
        self._waiting: deque[_Waiting] = deque()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="clips", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float = 5.0) -> None:
        """Cut what is waiting from what is there, and end."""
        self._stopping.set()
        self._thread.join(timeout_s)

    def ask(self, event: Event, footage: Footage, moment: Moment) -> None:
        """Ask for the clip of an event that has just opened.

        Args:
            event: Whose clip.
            footage: Of its camera; may come to its end meanwhile.
            moment: The picture it opened with.
        """
        if len(self._waiting) >= MOST_WAITING:
            log.warning("too many clips are waiting, event goes without", event_id=event.id)
            return
        self._waiting.append(_Waiting(time.monotonic() + self._after_s, event, footage, moment))

    def _run(self) -> None:
        while not self._stopping.wait(LOOKS_EVERY_S):
            self._cut(lambda waiting: waiting.due_s <= time.monotonic())
        self._cut(lambda _: True)

    def _cut(self, is_due: Callable[[_Waiting], bool]) -> None:
        while self._waiting and is_due(self._waiting[0]):
            waiting = self._waiting.popleft()
            event = waiting.event
            try:
                found = waiting.footage.clip(waiting.moment, event.opened_at)
                if found is None:
                    log.warning("clip's packets are gone, event goes without", event_id=event.id)
                else:
                    self._record(event.id, event.opened_at, *found)
            except Exception:
                log.exception("clip not kept, going on", event_id=event.id)
