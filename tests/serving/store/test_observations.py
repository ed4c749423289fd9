from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from serving.store import Store, observations
from serving.store.loop_models import Observation


def _add(session: Session, at: datetime, seconds: float, /, **counts: int) -> None:
    observations.add(
        session,
        deployment_id="01JDEPLOYMENT",
        camera_id="01JCAMERA",
        scenario="rider-helmet",
        at=at,
        seen_s=seconds,
        counts=counts,
    )


def test_counts_of_an_hour_add_up(store: Store) -> None:
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    with store.write() as session:
        _add(session, noon.replace(minute=5), 60.0, with_helmet=3)
        _add(session, noon.replace(minute=59), 30.5, with_helmet=1, without_helmet=2)
        _add(session, noon.replace(hour=13), 10.0)
        _add(session, noon.replace(hour=14), 0.0, with_helmet=0)
    with store.read() as session:
        rows = session.scalars(select(Observation).order_by(Observation.hour, Observation.key))

        assert [(row.hour.hour, row.key, row.amount) for row in rows] == [
            (12, "seen_s", 90.5),
            (12, "with_helmet", 4),
            (12, "without_helmet", 2),
            (13, "seen_s", 10),
        ]


def test_nothing_is_counted_below_zero_or_as_time(store: Store) -> None:
    at = datetime(2026, 11, 24, 12, tzinfo=UTC)
    with store.write() as session:
        for seconds, counts in ((-1.0, {}), (1.0, {"with_helmet": -1}), (1.0, {"seen_s": 1})):
            with pytest.raises(ValueError, match="expected"):
                _add(session, at, seconds, **counts)
