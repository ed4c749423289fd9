"""The audit: who changed or opened what, when and from where."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query

from serving.api.context import Stored
from serving.api.documents import Document, UtcTime
from serving.api.paging import Cursor, Limit, Page, id_cursor, read_id_cursor
from serving.api.problems import FieldError, ProblemError
from serving.store import audit
from serving.store.access_models import AuditRecord

router = APIRouter(prefix="/audit-records", tags=["access"])


class RecordDocument(Document):
    """Something that somebody did. Never changed, never removed."""

    id: int
    at: datetime
    actor: str
    """The name at that time."""

    actor_id: str
    actor_kind: str
    """`user`, `token`, or `nobody` for a sign-in that failed."""

    action: str
    """The right that it took, or `session.refused`."""

    thing: str
    """Method and path of the request."""

    address: str
    """Of the client, or of the proxy before us."""

    detail: dict[str, Any]
    """`changes`: what was made, changed (with the columns) or deleted. No values."""

    sha256: str
    """Over this record and the hash of the one before."""


class VerificationDocument(Document):
    """Whether nothing was altered or taken out."""

    intact: bool
    records: int
    """Read so far."""

    broken_at: int | None
    """The first record that does not fit the one before."""


@router.get("")
def list_records(
    store: Stored,
    actor: Annotated[str | None, Query(max_length=64, description="Name of whom.")] = None,
    action: Annotated[
        str | None, Query(max_length=32, description="A right, or the part before its dot.")
    ] = None,
    since: Annotated[UtcTime | None, Query()] = None,
    until: Annotated[UtcTime | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[RecordDocument]:
    """What was done, newest first."""
    with store.read() as session:
        rows = audit.page(
            session,
            before=_number(read_id_cursor(cursor)),
            limit=limit + 1,
            actor=actor,
            action=action,
            since=since,
            until=until,
        )
    items = [_document(row) for row in rows[:limit]]
    more = len(rows) > limit
    return Page(items=items, next_cursor=id_cursor(str(items[-1].id)) if more else None)


@router.get("/verification")
def verify_records(store: Stored) -> VerificationDocument:
    """Reckon every hash anew; takes a second for some 50,000 records."""
    with store.read() as session:
        found = audit.verify(session)
    return VerificationDocument(
        intact=found.broken_at is None, records=found.records, broken_at=found.broken_at
    )


def _number(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) <= 18):
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "cursor: not one that this list gave out; start again without it",
            errors=[FieldError(where="query.cursor", message="unknown cursor")],
        )
    return int(cursor)


def _document(row: AuditRecord) -> RecordDocument:
    return RecordDocument(
        id=row.seq,
        at=row.at,
        actor=row.actor,
        actor_id=row.actor_id,
        actor_kind=row.actor_kind,
        action=row.action,
        thing=row.thing,
        address=row.address,
        detail=row.detail,
        sha256=row.sha256,
    )
