"""What deployments see, counted by the hour: the denominators of the KPIs."""

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from serving.store.loop_models import Observation

SEEN_S = "seen_s"
"""The key under which the seconds of analysis are kept."""


def add(
    session: Session,
    *,
    deployment_id: str,
    camera_id: str,
    scenario: str,
    at: datetime,
    seen_s: float,
    counts: Mapping[str, int],
) -> None:
    """Add to what is counted already. Not harmless to repeat: call it once for what was seen.

    Args:
        session: A write transaction.
        deployment_id: What was watching.
        camera_id: Through which camera.
        scenario: Of the deployment.
        at: A moment of the hour it is counted in.
        seen_s: Seconds in which pictures were analysed; none of another hour among them.
        counts: Tracks that came to an end, by what they were, such as `with_helmet`.
    """
    if SEEN_S in counts:
        raise ValueError(f"expected {SEEN_S!r} as an argument of its own, got it among the counts")
    if seen_s < 0 or min(counts.values(), default=0) < 0:
        raise ValueError(f"expected nothing below 0, got seen_s={seen_s} and {dict(counts)}")
    hour = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    amounts = {SEEN_S: seen_s, **counts}
    rows = [
        {
            "deployment_id": deployment_id,
            "camera_id": camera_id,
            "hour": hour,
            "key": key,
            "scenario": scenario,
            "amount": amounts[key],
        }
        for key in sorted(amounts)  # two writers take the rows in the same order
        if amounts[key]
    ]
    if not rows:
        return
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    insert = dialect.insert(Observation).values(rows)
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["deployment_id", "camera_id", "hour", "key"],
            set_={"amount": Observation.amount + insert.excluded.amount},
        )
    )
