import sys
from pathlib import Path

import numpy as np
import pytest

from serving.trimming import Trimming
from tests.platform import until

MIB = 2**20


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's own call")
def test_memory_that_was_freed_between_what_is_kept_goes_back() -> None:
    """Blocks too small for a mapping of their own; the last one keeps the heap from shrinking."""
    blocks = [np.ones(100_000, np.uint8) for _ in range(1000)]
    last = blocks[-1]
    del blocks[:-1]
    before = _resident_bytes()
    trimming = Trimming(every_s=0.01)

    trimming.start()
    try:
        until(lambda: _resident_bytes() < before - 50 * MIB, 30, "half of it is given back")
    finally:
        trimming.stop()

    assert last.all()


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
