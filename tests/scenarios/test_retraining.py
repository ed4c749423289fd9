from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from scenarios.retraining import Drifted, Standing, Trigger, reason_to_train
from scenarios.schedule import Schedule, Window

SUNDAYS = Window(days=("sun",), begin=time(2), end=time(4))
SUNDAY_NIGHT = Schedule(
    time_zone="UTC", windows=(Window(days=("sun",), begin=time(2), end=time(4)),)
)
SUNDAY = datetime(2026, 11, 22, 3, tzinfo=UTC)
MODERATE = Drifted("c", "confidence", 0.18, "moderate")


def trigger(**fields: Any) -> Trigger:
    usual: dict[str, Any] = {"schedule": SUNDAY_NIGHT, "min_reviewed": 100}
    return Trigger(**{**usual, **fields})


def test_it_trains_in_its_window_when_enough_is_new() -> None:
    assert reason_to_train(trigger(), Standing(100), SUNDAY) == (
        "schedule: its time has come; 100 events reviewed since the last time"
    )
    assert reason_to_train(trigger(), Standing(99), SUNDAY) is None
    assert reason_to_train(trigger(), Standing(100), SUNDAY + timedelta(hours=1)) is None


def test_one_window_starts_one_run_and_the_next_week_another() -> None:
    last = SUNDAY - timedelta(minutes=30)

    assert reason_to_train(trigger(), Standing(100, last_at=last), SUNDAY) is None
    later = SUNDAY + timedelta(days=7)
    assert reason_to_train(trigger(), Standing(100, last_at=last), later) is not None


def test_nothing_starts_while_the_last_one_goes_on() -> None:
    assert reason_to_train(trigger(), Standing(100, under_way=True), SUNDAY) is None


def test_drift_starts_it_at_any_time_from_its_band_on() -> None:
    by_drift = trigger(schedule=None, drift_band="moderate")
    at = SUNDAY + timedelta(days=2)

    assert reason_to_train(by_drift, Standing(100, MODERATE), at) == (
        "drift: moderate drift of confidence at camera c: PSI 0.18; "
        "100 events reviewed since the last time"
    )
    assert reason_to_train(by_drift, Standing(100), at) is None
    stable = Drifted("c", "confidence", 0.05, "stable")
    assert reason_to_train(by_drift, Standing(100, stable), at) is None
    major_only = trigger(schedule=None, drift_band="major")
    assert reason_to_train(major_only, Standing(100, MODERATE), at) is None


@pytest.mark.parametrize("band", [None, "stable"])
def test_what_nothing_would_start_is_refused(band: str | None) -> None:
    with pytest.raises(ValidationError, match="expected a schedule, or a drift_band"):
        Trigger.model_validate({"drift_band": band})
