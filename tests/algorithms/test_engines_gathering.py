import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numpy.typing import NDArray

from algorithms.engines import Device
from algorithms.engines.gathering import GatheringEngine
from algorithms.errors import ModelError


class Doubling:
    """Doubles every picture and notes the batches it was given."""

    device: Device = "cuda"
    description = "doubling"
    input_shape = (None, 3, 4, 4)

    def __init__(self, fails: bool = False) -> None:
        self.batches: list[int] = []
        self._fails = fails
        self._lock = threading.Lock()

    def run(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        with self._lock:
            self.batches.append(len(batch))
        if self._fails:
            raise ModelError("out of memory")
        time.sleep(0.002)
        return 2 * batch


def picture(value: int) -> NDArray[np.float32]:
    return np.full((1, 3, 4, 4), value, np.float32)


def test_callers_at_the_same_time_go_in_one_call_and_each_gets_its_own() -> None:
    inner = Doubling()
    engine = GatheringEngine(inner, largest=8, deadline_s=5.0)

    with ThreadPoolExecutor(8) as lanes:
        results = list(lanes.map(engine.run, map(picture, range(8))))

    assert inner.batches == [8]  # full: nobody waited for the deadline
    for value, result in enumerate(results):
        assert (result == 2 * value).all()
        assert result.shape == (1, 3, 4, 4)


def test_a_caller_alone_does_not_wait_longer_than_the_deadline() -> None:
    inner = Doubling()
    engine = GatheringEngine(inner, deadline_s=0.01)

    assert (engine.run(picture(3)) == 6).all()
    assert inner.batches == [1]


def test_no_batch_is_larger_than_asked_and_no_picture_is_lost() -> None:
    inner = Doubling()
    engine = GatheringEngine(inner, largest=4, deadline_s=0.002)

    with ThreadPoolExecutor(16) as lanes:
        results = list(lanes.map(engine.run, map(picture, range(200))))

    assert [float(result.max()) for result in results] == [2.0 * value for value in range(200)]
    assert max(inner.batches) <= 4
    assert sum(inner.batches) == 200
    assert len(inner.batches) < 200


def test_a_failure_reaches_every_caller_of_the_batch() -> None:
    engine = GatheringEngine(Doubling(fails=True), largest=2, deadline_s=5.0)

    with ThreadPoolExecutor(2) as lanes:
        calls = [lanes.submit(engine.run, picture(value)) for value in range(2)]

    for call in calls:
        with pytest.raises(ModelError, match="out of memory"):
            call.result()
