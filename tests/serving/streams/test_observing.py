from collections import Counter
from datetime import UTC, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any

from scenarios.schedule import Schedule, Window
from serving.streams.observing import Observed, Observing

START = datetime(2026, 11, 24, 8, 59, 30, tzinfo=UTC)
WATCH = SimpleNamespace(deployment_id="d", scenario="rider-helmet", schedule=None, shadow_of=None)
SHADOW = SimpleNamespace(
    deployment_id="d", scenario="rider-helmet", schedule=None, shadow_of="rollout"
)


class Camera:
    """Sees for a while, and has judged somebody each time it is asked."""

    def __init__(self, sees_until_s: float, watch: Any = WATCH) -> None:
        self._watch = watch
        self.plan = SimpleNamespace(camera_id="c")
        self.sees = True
        self._until_s = sees_until_s

    def second(self, number: int) -> None:
        self.sees = number < self._until_s

    def take_judged(self) -> list[tuple[Any, Counter[str]]]:
        judged = Counter(with_helmet=3, without_helmet=1)
        return [(self._watch, judged), (SHADOW, judged)]  # what looks along counts for no KPI


def told(camera: Any, seconds: int) -> list[Observed]:
    observing = Observing()
    found: list[Observed] = []
    for second in range(seconds):
        camera.second(second)
        found += observing.beat([camera], 1.0, START + timedelta(seconds=second))
    return found


def test_a_minute_is_told_once_when_it_is_over_and_in_its_own_hour() -> None:
    first, second = told(Camera(1000), 95)

    assert (first.at.minute, second.at.minute) == (59, 0)
    assert first.at.hour == 8
    assert first.counts == {"with_helmet": 3, "without_helmet": 1}
    assert (first.seen_s, second.seen_s) == (31.0, 60.0)


def test_time_without_pictures_is_not_seen() -> None:
    (_, second) = told(Camera(50), 95)

    assert second.seen_s == 19.0


def test_nothing_is_told_while_the_minute_goes_on() -> None:
    assert told(Camera(1000), 20) == []


def test_outside_of_its_schedule_a_deployment_sees_nothing() -> None:
    from_nine = Schedule(time_zone="UTC", windows=(Window(begin=time(9), end=time(10)),))
    watch = SimpleNamespace(
        deployment_id="d", scenario="rider-helmet", schedule=from_nine, shadow_of=None
    )

    before, after = told(Camera(1000, watch), 95)

    assert (before.seen_s, after.seen_s) == (0.0, 60.0)
