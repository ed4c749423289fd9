"""When events come too fast to be told one by one.

Beyond a limit an hour a *storm* begins: its events are kept, and one summarising event speaks for
them. It is over as soon as the last ten minutes are calmer than the limit; then counting begins
anew, so that what was in the storm holds nobody back after it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

COUNTED = timedelta(hours=1)
"""The limits are for so long."""

LATELY = timedelta(minutes=10)
"""So long it must be calm for a storm to be over."""

TOLD_EVERY = timedelta(minutes=1)
"""How often the summary is told while it grows."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Events an hour that are told one by one.

    Args:
        camera: Of one camera of a deployment.
        deployment: Of a deployment, leaving out what is in the storms of single cameras.
    """

    camera: int = 600
    deployment: int = 6000

    def __post_init__(self) -> None:
        if self.camera < 1 or self.deployment < 1:
            raise ValueError(f"expected limits of at least 1 event an hour, got {self}")


def begins(limit: int, counted: int) -> bool:
    """Whether an event begins a storm.

    Args:
        limit: Events an hour.
        counted: Events of the hour before it, since the last storm.
    """
    return counted >= limit


def goes_on(limit: int, lately: int) -> bool:
    """Whether a storm goes on.

    Args:
        limit: Events an hour.
        lately: Events of the last ten minutes.
    """
    return lately >= limit * (LATELY / COUNTED)


def is_due(told_at: datetime, at: datetime) -> bool:
    """Whether the summary, last told at `told_at`, may be told again."""
    return at - told_at >= TOLD_EVERY
