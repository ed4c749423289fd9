"""Quality reports: a data set looked at, as a job.

queued → running → done | failed; after a restart, running → queued
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from serving.store.errors import NotFoundError
from serving.store.quality_models import QualityReport


def add(session: Session, row: QualityReport) -> QualityReport:
    session.add(row)
    session.flush()
    return row


def get(session: Session, report_id: str) -> QualityReport:
    """One report; raises NotFoundError."""
    row = session.get(QualityReport, report_id)
    if row is None:
        raise _unknown(report_id)
    return row


def of_dataset(session: Session, dataset: str, report_id: str) -> QualityReport:
    """One report on this data set; raises NotFoundError."""
    row = get(session, report_id)
    if row.dataset != dataset:
        raise _unknown(report_id)
    return row


def page(session: Session, dataset: str, *, before: str | None, limit: int) -> list[QualityReport]:
    """The next reports on a data set by id, newest first."""
    query = (
        select(QualityReport)
        .where(QualityReport.dataset == dataset)
        .order_by(QualityReport.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(QualityReport.id < before)
    return list(session.scalars(query))


def _unknown(report_id: str) -> NotFoundError:
    return NotFoundError(
        f"there is no quality report {report_id!r}; "
        "GET /api/v1/datasets/{name}/quality-reports lists them"
    )
