"""What a challenge may say of hidden data, and how often.

Every score that is told lets teams learn something of the hidden set. The Ladder (Blum and Hardt,
"The Ladder: a reliable leaderboard for machine learning competitions", ICML 2015) tells a new
score only if it is better by a step, and only in whole steps; who hands in the same or worse
learns nothing.
"""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from math import floor

PER_DAY = 2
PER_PHASE = 20


def release(score: float, shown: float | None, step: float) -> float | None:
    """What a team is shown after a submission.

    Args:
        score: The true one, more is better.
        shown: What the team was shown until now; None at first.
        step: The least improvement that is told, above 0.

    Returns:
        The score rounded to a whole number of steps if it beats `shown` by a step, else `shown`.

    >>> release(0.734, None, 0.01), release(0.738, 0.73, 0.01), release(0.745, 0.73, 0.01)
    (0.73, 0.73, 0.75)
    """
    if step <= 0:
        raise ValueError(f"expected a step above 0, got {step}")
    if shown is not None and score < shown + step - 1e-9:
        return shown
    return round(floor(score / step + 0.5 + 1e-9) * step, 6)


def why_not(submitted: Sequence[datetime], now: datetime, zone: tzinfo) -> str | None:
    """Why a team may not submit again yet; None: it may.

    Args:
        submitted: When it did in this phase; aware.
        now: Aware.
        zone: Whose days count.
    """
    if len(submitted) >= PER_PHASE:
        return f"expected at most {PER_PHASE} submissions to a challenge; this team had all of them"
    today = now.astimezone(zone).date()
    if sum(at.astimezone(zone).date() == today for at in submitted) >= PER_DAY:
        return f"expected at most {PER_DAY} submissions a day; submit again tomorrow ({zone})"
    return None
