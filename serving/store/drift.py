"""Drift: what cameras and versions see, hour by hour, and how far it is from the beginning."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import get_args

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from scenarios.drift import BINS, REFERENCE, SCENE, WINDOW, Counts, Measure, compare
from serving.store.retraining_models import Drift, Histogram

KEPT = timedelta(days=30)
"""Hours are forgotten after so long; references are not, as long as their version runs."""


def count(session: Session, camera_id: str, at: datetime, counts: Counts) -> None:
    """Add to what is counted already. Not harmless to repeat: call it once for what was seen.

    Args:
        session: A write transaction.
        camera_id: Who saw it.
        at: A moment of the hour it is counted in.
        counts: What `scenarios.drift.Tally` took.
    """
    hour = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    for (algorithm, measure), bins in sorted(counts.items()):  # two writers in the same order
        row = session.get(Histogram, (camera_id, algorithm, measure, hour), with_for_update=True)
        if row is None:
            session.add(
                Histogram(
                    camera_id=camera_id,
                    algorithm=algorithm,
                    measure=measure,
                    hour=hour,
                    counts=list(bins),
                )
            )
        else:
            row.counts = _sum([row.counts, bins])
    session.flush()


def watched(session: Session, now: datetime) -> list[tuple[str, str]]:
    """Camera and `name@version` of everything that found something in the last `WINDOW`."""
    query = select(Histogram.camera_id, Histogram.algorithm).where(
        Histogram.algorithm != SCENE, Histogram.hour >= now - WINDOW
    )
    return [(camera, algorithm) for camera, algorithm in session.execute(query.distinct())]


def look(session: Session, camera_id: str, algorithm: str, now: datetime) -> list[Drift]:
    """Compare what a version sees at a camera, and what its scene is like, with the beginning.

    Args:
        session: A write transaction.
        camera_id: Where.
        algorithm: `name@version`.
        now: Later than what was counted.

    Returns:
        Those whose band has changed.
    """
    measures: tuple[Measure, ...] = get_args(Measure)
    rows = (_row(session, camera_id, algorithm, measure, now) for measure in measures)
    return [row for row in rows if row is not None and _compare(session, row, now)]


def clean_up(session: Session, now: datetime) -> None:
    """Forget old hours, and versions at cameras where they no longer run."""
    session.execute(delete(Histogram).where(Histogram.hour < now - KEPT))
    lately = (
        select(Histogram.hour)
        .where(
            Histogram.camera_id == Drift.camera_id,
            Histogram.algorithm == Drift.algorithm,
            Histogram.hour >= now - WINDOW,
        )
        .exists()
    )
    session.execute(delete(Drift).where(~lately).execution_options(synchronize_session=False))


def page(
    session: Session,
    *,
    algorithm: str | None = None,
    camera_id: str | None = None,
    band: str | None = None,
    after: str | None = None,
    limit: int,
) -> list[Drift]:
    """The next by id, oldest first.

    Args:
        session: An open transaction.
        algorithm: `name@version`, or `name` for all its versions; None: all.
        camera_id: None: all.
        band: None: all, those included of which too little is known.
        after: Id of the last one already seen.
        limit: At most so many.
    """
    query = select(Drift)
    if algorithm is not None:
        whole = "@" in algorithm
        named = Drift.algorithm == algorithm
        query = query.where(
            named if whole else Drift.algorithm.startswith(f"{algorithm}@", autoescape=True)
        )
    if camera_id is not None:
        query = query.where(Drift.camera_id == camera_id)
    if band is not None:
        query = query.where(Drift.band == band)
    if after is not None:
        query = query.where(Drift.id > after)
    return list(session.scalars(query.order_by(Drift.id).limit(limit)))


def known(session: Session) -> list[Drift]:
    """All that can be told."""
    return list(session.scalars(select(Drift).where(Drift.psi.is_not(None))))


def of_version(session: Session, algorithm: str) -> list[Drift]:
    """All that can be told of a version, the furthest first."""
    query = select(Drift).where(Drift.algorithm == algorithm, Drift.psi.is_not(None))
    return list(session.scalars(query.order_by(Drift.psi.desc(), Drift.id)))


def _row(
    session: Session, camera_id: str, algorithm: str, measure: Measure, now: datetime
) -> Drift | None:
    row = session.scalar(
        select(Drift).where(
            Drift.camera_id == camera_id, Drift.algorithm == algorithm, Drift.measure == measure
        )
    )
    if row is not None:
        return row
    begin = session.scalar(
        select(func.min(Histogram.hour)).where(
            Histogram.camera_id == camera_id, Histogram.algorithm == algorithm
        )
    )
    if begin is None:
        return None
    row = Drift(
        camera_id=camera_id,
        algorithm=algorithm,
        measure=measure,
        reference_from=begin,
        since=now,
        measured_at=now,
    )
    session.add(row)
    session.flush()
    return row


def _compare(session: Session, row: Drift, now: datetime) -> bool:
    """Whether its band has changed."""
    if row.reference_until is None and now - row.reference_from >= REFERENCE:
        # Where a week brought too little to compare with, it is a longer one.
        until = max(row.reference_from + REFERENCE, now - WINDOW)
        seen = _seen(session, row, row.reference_from, until)
        if compare(seen, seen) is not None:
            row.reference, row.reference_until = seen, until
    shift = None
    if row.reference is not None and row.reference_until is not None:
        current = _seen(session, row, max(row.reference_until, now - WINDOW), now)
        shift = compare(row.reference, current)
    before = row.band
    row.psi, row.p_value = (shift.psi, shift.p_value) if shift else (None, None)
    row.band = shift.band if shift else None
    row.measured_at = now
    if row.band != before:
        row.since = now
    session.flush()
    return row.band != before


def _seen(session: Session, row: Drift, begin: datetime, end: datetime) -> list[int]:
    query = select(Histogram.counts).where(
        Histogram.camera_id == row.camera_id,
        Histogram.algorithm == (row.algorithm if row.measure == "confidence" else SCENE),
        Histogram.measure == row.measure,
        Histogram.hour >= begin,
        Histogram.hour < end,
    )
    return _sum(list(session.scalars(query)))


def _sum(histograms: Sequence[Sequence[int]]) -> list[int]:
    return [sum(bins) for bins in zip(*histograms, strict=True)] or [0] * BINS
