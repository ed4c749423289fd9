"""Submissions: models that teams hand in, from upload to verdict."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from algorithms.admission import TrialReport
from algorithms.manifest import AlgorithmManifest
from serving.store import algorithms
from serving.store.errors import ConflictError, NotFoundError
from serving.store.models import Submission, new_id, now


def create(
    session: Session,
    manifest: AlgorithmManifest,
    sha256: str,
    submission_id: str | None = None,
    *,
    by: str = "platform",
    envelope: str | None = None,
) -> Submission:
    """Note an upload that waits for its check.

    Args:
        session: A write transaction.
        manifest: What it is said to be.
        sha256: Of the file.
        submission_id: Default: a new one.
        by: Name of the token that was used.
        envelope: Another platform's signed statement, where it came in a bundle.
    """
    submission = Submission(
        id=submission_id or new_id(),
        name=manifest.name,
        version=manifest.version,
        manifest=manifest.model_dump(mode="json"),
        sha256=sha256,
        created_by=by,
        envelope=envelope,
    )
    session.add(submission)
    session.flush()
    return submission


def decide(
    session: Session, submission_id: str, reasons: list[str], report: TrialReport | None = None
) -> Submission:
    """Close a check: no reasons accept the model and make it a version, any reason rejects it."""
    submission = get(session, submission_id)
    if submission.state != "checking":
        return submission
    if not reasons:
        manifest = AlgorithmManifest.model_validate(submission.manifest)
        try:
            origin = "imported" if submission.envelope else "submitted"
            algorithms.add(session, manifest, submission.sha256, origin=origin)
        except ConflictError as error:
            reasons = [str(error)]
    submission.state = "rejected" if reasons else "accepted"
    submission.reasons = reasons
    submission.report = report.model_dump(mode="json") if report else None
    submission.decided_at = now()
    session.flush()
    return submission


def get(session: Session, submission_id: str) -> Submission:
    """One submission; raises NotFoundError."""
    submission = session.get(Submission, submission_id)
    if submission is None:
        raise NotFoundError(
            f"there is no submission {submission_id!r}; GET /api/v1/submissions lists them"
        )
    return submission


def report_of(session: Session, name: str, version: str) -> TrialReport | None:
    """What was measured when a version was admitted; None where it came with the platform."""
    query = select(Submission.report).where(
        Submission.name == name, Submission.version == version, Submission.state == "accepted"
    )
    report = session.scalar(query)
    return None if report is None else TrialReport.model_validate(report)


def page(session: Session, *, before: str | None, limit: int) -> list[Submission]:
    """The next submissions by id, newest first."""
    query = select(Submission).order_by(Submission.id.desc()).limit(limit)
    return list(session.scalars(query if before is None else query.where(Submission.id < before)))


def unfinished(session: Session) -> list[Submission]:
    """Those whose check a restart interrupted, oldest first."""
    query = select(Submission).where(Submission.state == "checking").order_by(Submission.id)
    return list(session.scalars(query))
