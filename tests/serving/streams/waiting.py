"""For what other threads and processes do in their own time."""

import time
from collections.abc import Callable


def until(condition: Callable[[], object], timeout_s: float = 10.0) -> None:
    """Returns as soon as `condition` holds, fails the test after `timeout_s`."""
    end_s = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end_s, f"did not happen within {timeout_s:g} s"
        time.sleep(0.01)
