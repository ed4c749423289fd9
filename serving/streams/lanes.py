"""Inference lanes: threads that take whichever camera has waited longest.

Each lane carries one frame from pixels to events. There is no queue: a camera waits with its newest
frame only, so a node that is asked too much makes pictures rarer, never older, and every camera
rarer by the same share.
"""

import threading
import time
from collections.abc import Callable, Collection, Iterable
from typing import Protocol

import structlog

log = structlog.get_logger(__name__)

WAIT_S = 0.5
"""Longest sleep of an idle lane, should a wake-up be missed."""


class Waiting(Protocol):
    """What a lane can work on."""

    served_s: float
    """When it was last served, monotonic seconds."""

    @property
    def has_work(self) -> bool: ...

    @property
    def step_s(self) -> float:
        """How often it wants to be served."""
        ...

    def work(self) -> None: ...


class Lanes:
    """Serves every camera that has work, one camera in one lane at a time.

    Args:
        count: Threads; one per CPU core.
        waiting: Whom to serve now; may change from call to call.
    """

    def __init__(self, count: int, waiting: Callable[[], Iterable[Waiting]]) -> None:
        self.count = count
        self._waiting = waiting
        self._in_lane: set[int] = set()
        self._changed = threading.Condition()
        self._stopping = False
        self._worked_s = 0.0
        self._threads = [
            threading.Thread(target=self._run, name=f"lane-{i}", daemon=True) for i in range(count)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self, timeout_s: float = 10.0) -> None:
        """Ends the lanes after the frame they are at."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(timeout_s)

    def wake(self) -> None:
        """Somebody has work."""
        with self._changed:
            self._changed.notify()

    @property
    def worked_s(self) -> float:
        """Seconds that all lanes together have worked."""
        return self._worked_s

    def _run(self) -> None:
        while (mine := self._take()) is not None:
            began_s = time.monotonic()
            try:
                mine.work()
            except Exception:
                log.exception("frame lost, going on")
            finally:
                mine.served_s = time.monotonic()
                with self._changed:
                    self._in_lane.discard(id(mine))
                    self._worked_s += mine.served_s - began_s

    def _take(self) -> Waiting | None:
        """The camera that has waited longest by its own measure; None at the end."""
        with self._changed:
            while not self._stopping:
                ready = [c for c in self._waiting() if c.has_work and id(c) not in self._in_lane]
                if ready:
                    return self._claim(ready)
                self._changed.wait(WAIT_S)
        return None

    def _claim(self, ready: Collection[Waiting]) -> Waiting:
        now_s = time.monotonic()
        chosen = max(ready, key=lambda camera: (now_s - camera.served_s) / camera.step_s)
        self._in_lane.add(id(chosen))
        return chosen
