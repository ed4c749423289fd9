from types import SimpleNamespace
from typing import Any

import pytest

from serving.streams.demand import LEAST_SHARE, SPARE, Demand


def shares(kept_a_second: float, taken_a_second: float, seconds: int = 60) -> list[float]:
    """What is decoded each second, where kept pictures follow what was decoded."""
    reader: Any = SimpleNamespace(kept=0.0, taken=0.0)
    demand = Demand(reader)
    told: list[float] = []
    share = 1.0
    for _ in range(seconds):
        reader.kept += kept_a_second * share
        reader.taken += min(taken_a_second, kept_a_second * share)
        share = demand.share()
        told.append(share)
    return told


@pytest.mark.parametrize("taken", [0.8, 1.2, 2.0])
def test_little_more_is_decoded_than_lanes_take(taken: float) -> None:
    assert shares(5, taken)[-1] == pytest.approx(SPARE * taken / 5, rel=0.1)


def test_a_camera_whose_pictures_are_all_taken_is_decoded_in_full() -> None:
    assert shares(5, 5)[-1] == 1.0


def test_a_camera_that_no_lane_takes_keeps_a_little() -> None:
    assert shares(5, 0)[-1] == LEAST_SHARE
