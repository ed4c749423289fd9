"""How often somebody may ask: a bucket of tokens for each, in this process.

A second API process counts for itself. That is enough against a program that runs wild and against
guessing; a flood that fills the line is for what stands before the platform.
"""

from collections.abc import Callable
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address
from math import ceil
from threading import Lock
from time import monotonic

from starlette.responses import Response

from serving.api.problems import problem

BURST_S = 10.0
"""So many seconds' worth may come at once."""

KEPT = 100_000
"""Of so many at most it is known how often they asked; beyond, the longest silent is forgotten."""


class RateLimit:
    """A bucket for each key: `per_s` flow in, one request takes one out.

    Args:
        per_s: Requests a second in the long run.
        burst: Requests at once; None: those of `BURST_S`.
        clock: Seconds that only rise.
    """

    def __init__(
        self, per_s: float, burst: float | None = None, clock: Callable[[], float] = monotonic
    ) -> None:
        self.per_s = per_s
        self._burst = max(1.0, per_s * BURST_S if burst is None else burst)
        self._clock = clock
        self._lock = Lock()
        self._left: dict[str, tuple[float, float]] = {}
        """Key → what was left, and when; the longest silent first."""

    def wait_s(self, key: str) -> float:
        """Take one; 0: it may ask now, else how long until it may."""
        with self._lock:
            now = self._clock()
            left, at = self._left.pop(key, (self._burst, now))
            left = min(self._burst, left + (now - at) * self.per_s)
            wait_s = 0.0 if left >= 1 else (1 - left) / self.per_s
            self._left[key] = (left if wait_s else left - 1, now)
            if len(self._left) > KEPT:
                del self._left[next(iter(self._left))]
            return wait_s


def source(address: str) -> str:
    """Who an address stands for: in IPv6 a whole /64, for one host has as many as it likes."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(ip, IPv6Address):
        return address
    return str(ip.ipv4_mapped or f"{IPv6Address(int(ip) >> 64 << 64)}/64")


def too_many(who: str, setting: str, wait_s: float) -> Response:
    """The answer to one request too many."""
    return problem(
        HTTPStatus.TOO_MANY_REQUESTS,
        f"More requests of {who} than {setting} allows; ask less often, and again in "
        f"{ceil(wait_s)} s.",
        headers={"Retry-After": str(ceil(wait_s))},
    )
