from pathlib import Path

import pytest

from benchmarks.outbox_faults import run
from tests.serving.events.sinks.brokers import program


@pytest.mark.slow
def test_nothing_is_lost_when_platform_and_broker_are_killed(tmp_path: Path) -> None:
    program("mosquitto", "mosquitto")

    found = run(tmp_path, count=500, kills=3, rate=50, lease_s=3)

    assert (found["platform_kills"], found["broker_kills"]) == (3, 1)
    for end in found["ends"].values():
        assert end["lost"] == end["unknown"] == 0
        assert end["doubled_and_different"] == end["out_of_order"] == 0
