"""Refused sign-ins: who has to wait, and what of them is written down."""

from collections import deque
from collections.abc import Callable
from threading import Lock
from time import monotonic
from typing import Any

from serving.api.rate_limit import KEPT, source

WITHIN_S = 600.0

OF_NAME = 10
"""So many wrong passwords for a name from one address; then nobody there may try it again before
the first of them is `WITHIN_S` old."""

TOLD = 200
"""So many refusals in `WITHIN_S` are written down one by one, from wherever they come; of the rest
a summary is. The audit is kept for ever, and a stranger shall not fill it."""


class Attempts:
    """Refused sign-ins of late.

    Args:
        of_address: So many from one address, whatever the name; then it has to wait.
        clock: Seconds that only rise.
    """

    def __init__(self, of_address: int, clock: Callable[[], float] = monotonic) -> None:
        self._of_address = of_address
        self._clock = clock
        self._lock = Lock()
        self._names: dict[tuple[str, str], deque[float]] = {}
        self._addresses: dict[str, deque[float]] = {}
        self._since_s = clock()
        self._told = 0
        self._untold = 0
        self._untold_from: set[str] = set()

    def wait_s(self, name: str | None, address: str) -> float:
        """How long nobody may try this name from there; 0: he may. None: a token is tried."""
        with self._lock:
            at, here = self._clock(), source(address)
            waits = [
                _wait_s(self._addresses.get(here), self._of_address, at),
                _wait_s(self._names.get((name or "", here)), OF_NAME, at) if name else 0.0,
            ]
            if max(waits) > 0:
                self._leave_untold(here)
            return max(waits)

    def refused(self, name: str | None, address: str) -> bool:
        """Note a refusal; whether it is to be written down by itself."""
        with self._lock:
            at, here = self._clock(), source(address)
            _note(self._addresses, here, self._of_address, at)
            if name is not None:
                _note(self._names, (name, here), OF_NAME, at)
            if self._told < TOLD:
                self._told += 1
                return True
            self._leave_untold(here)
            return False

    def summary(self) -> dict[str, Any] | None:
        """What was not written down, once `WITHIN_S` have passed since the last summary."""
        with self._lock:
            at = self._clock()
            if at - self._since_s < WITHIN_S:
                return None
            untold, addresses = self._untold, len(self._untold_from)
            self._since_s, self._told, self._untold, self._untold_from = at, 0, 0, set()
            return {"refused": untold, "addresses": addresses} if untold else None

    def _leave_untold(self, here: str) -> None:
        self._untold += 1
        if len(self._untold_from) < KEPT:
            self._untold_from.add(here)


def _wait_s(failed: deque[float] | None, most: int, at: float) -> float:
    if failed is None or len(failed) < most:
        return 0.0
    return max(0.0, failed[0] + WITHIN_S - at)


def _note(known: dict[Any, deque[float]], key: Any, most: int, at: float) -> None:
    failed = known.pop(key, None) or deque[float](maxlen=most)
    failed.append(at)
    known[key] = failed  # the newest last
    oldest = next(iter(known))
    while known[oldest][-1] < at - WITHIN_S or len(known) > KEPT:
        del known[oldest]
        oldest = next(iter(known))
