"""What other channels of the city bring in; bringing it again changes nothing."""

from datetime import datetime
from math import cos, radians

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from serving.store.errors import ConflictError, NotFoundError
from serving.store.loop_models import Report
from serving.store.models import Camera

NEAR_KM = 2.0
"""A place without a division takes that of the nearest camera, if it is no farther."""

_KM_PER_DEGREE = 111.2
_SAID = ("scenario", "division", "lon", "lat", "text", "occurred_at")


def add(session: Session, report: Report) -> tuple[Report, bool]:
    """Store a report.

    Returns:
        The stored one, and whether it is new.

    Raises:
        ConflictError: The channel used this number for something else.
    """
    if report.division is None and report.lon is not None and report.lat is not None:
        report.division = division_at(session, report.lon, report.lat)
    known = session.scalar(
        select(Report).where(
            Report.channel == report.channel, Report.external_id == report.external_id
        )
    )
    if known is None:
        session.add(report)
        session.flush()
        return report, True
    differing = [name for name in _SAID if getattr(known, name) != getattr(report, name)]
    # A camera that was set up or moved since then must not make a repetition something else.
    if report.lon is not None and "division" in differing:
        differing.remove("division")
    if differing:
        raise ConflictError(
            f"channel {report.channel} brought {report.external_id} before as report {known.id}, "
            f"with another {', '.join(differing)}; reports never change, use a new external_id"
        )
    return known, False


def get(session: Session, report_id: str) -> Report:
    """One report; raises NotFoundError."""
    report = session.get(Report, report_id)
    if report is None:
        raise NotFoundError(f"there is no report {report_id!r}; GET /api/v1/reports lists them")
    return report


def page(
    session: Session,
    *,
    channel: str | None,
    after: tuple[datetime, str] | None,
    limit: int,
) -> list[Report]:
    """The next reports, the newest occurrence first."""
    query = select(Report).order_by(Report.occurred_at.desc(), Report.id.desc()).limit(limit)
    if channel is not None:
        query = query.where(Report.channel == channel)
    if after is not None:
        at, report_id = after
        same_time = and_(Report.occurred_at == at, Report.id < report_id)
        query = query.where(or_(Report.occurred_at < at, same_time))
    return list(session.scalars(query))


def division_at(session: Session, lon: float, lat: float) -> str | None:
    """The division of the nearest camera that has one; None: none within `NEAR_KM`."""
    nearest, best_km2 = None, NEAR_KM**2
    for camera in session.scalars(select(Camera).where(Camera.division.is_not(None))):
        if camera.lon is None or camera.lat is None:
            continue
        x_km = (camera.lon - lon) * _KM_PER_DEGREE * cos(radians(lat))
        y_km = (camera.lat - lat) * _KM_PER_DEGREE
        if x_km**2 + y_km**2 <= best_km2:
            nearest, best_km2 = camera.division, x_km**2 + y_km**2
    return nearest
