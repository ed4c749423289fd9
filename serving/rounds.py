"""What is done again and again beside the API."""

import threading
from abc import ABC, abstractmethod

import structlog

log = structlog.get_logger()


class Rounds(ABC):
    """A thread that makes its rounds from start to stop, and may be started again.

    Args:
        every_s: Seconds from the end of one round to the next.
    """

    def __init__(self, every_s: float) -> None:
        self._every_s = every_s
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @abstractmethod
    def _round(self) -> None:
        """One round. What it raises is logged: the store may be away, and the next finds more."""

    def start(self) -> None:
        self._stopping.clear()
        name = type(self).__name__.lower()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End after the round that is under way."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        while not self._stopping.wait(self._every_s):
            try:
                self._round()
            except Exception:
                log.exception("round failed, going on", rounds=type(self).__name__)
