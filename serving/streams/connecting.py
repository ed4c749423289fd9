"""How many cameras of this process may be connecting at the same time."""

import threading
from collections.abc import Generator
from contextlib import contextmanager

from serving.streams.state import StreamState

FRESH = 48
REPEATED = 16
"""Attempts at once of cameras that were well lately, and of those that keep failing.

Apart, because a host that hangs holds its place until its time-out: a hundred of them must not keep
a healthy camera waiting whose switch came back.
"""

KEEPS_FAILING = 3
"""From so many failures in a row on, or from the first that was a time-out."""

_fresh = threading.BoundedSemaphore(FRESH)
_repeated = threading.BoundedSemaphore(REPEATED)


@contextmanager
def connecting(state: StreamState, stopping: threading.Event) -> Generator[bool]:
    """Waits for a place and holds it; False where `stopping` came first."""
    failing = state.retries >= KEEPS_FAILING or (state.retries and state.reason == "timeout")
    places = _repeated if failing else _fresh
    while not stopping.is_set():
        if places.acquire(timeout=0.2):
            try:
                yield True
            finally:
                places.release()
            return
    yield False
