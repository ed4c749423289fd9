"""When an algorithm is to be trained again. Pure: time and counts are passed in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from scenarios.drift import BANDS, Band
from scenarios.schedule import Schedule


class Trigger(BaseModel):
    """What starts a training run: its time, or drift; and enough that is new."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    schedule: Schedule | None = None
    """It starts while this is on, such as from 02:00 to 04:00 on Sundays; null: not by time."""

    drift_band: Band | None = None
    """It starts when the champion is in this band of drift or a worse one at any camera; null: not
    by drift."""

    min_reviewed: Annotated[int, Field(ge=0, le=1_000_000)] = 200
    """Events that must have been confirmed, or found false alarms, since the last time."""

    cool_down_days: Annotated[int, Field(ge=1, le=366)] = 7
    """Between two times, at least, whatever became of the first."""

    @model_validator(mode="after")
    def _something_starts_it(self) -> Self:
        if self.schedule is None and self.drift_band in (None, "stable"):
            raise ValueError(
                "expected a schedule, or a drift_band of moderate or major: without one nothing "
                "would ever start a training run"
            )
        return self


@dataclass(frozen=True, slots=True)
class Drifted:
    """The furthest that the champion has drifted."""

    camera_id: str
    measure: str
    psi: float
    band: str

    def __str__(self) -> str:
        return f"{self.band} drift of {self.measure} at camera {self.camera_id}: PSI {self.psi:.2f}"


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known when somebody asks whether to train.

    Args:
        reviewed: Events judged since the last time.
        drifted: The champion's furthest; None: nothing is known.
        last_at: When the last time was; None: never.
        under_way: The last one has not ended.
    """

    reviewed: int
    drifted: Drifted | None = None
    last_at: datetime | None = None
    under_way: bool = False


def reason_to_train(trigger: Trigger, standing: Standing, now: datetime) -> str | None:
    """Why to train now: `schedule: …` or `drift: …`; None: not now."""
    if standing.under_way or standing.reviewed < trigger.min_reviewed:
        return None
    if standing.last_at and now - standing.last_at < timedelta(days=trigger.cool_down_days):
        return None
    reviewed = f"{standing.reviewed} events reviewed since the last time"
    if trigger.schedule is not None and trigger.schedule.is_on(now):
        return f"schedule: its time has come; {reviewed}"
    if trigger.drift_band is not None and standing.drifted is not None:
        bad = BANDS[BANDS.index(trigger.drift_band) :]
        if standing.drifted.band in bad:
            return f"drift: {standing.drifted}; {reviewed}"
    return None
