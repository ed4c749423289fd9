"""Mutes: spots that raise no events for a while."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query

from serving.api.context import Id, Stored
from serving.api.documents import Document, Word
from serving.api.paging import Cursor, Limit, Page, id_cursor, read_id_cursor
from serving.store import mutes
from serving.store.loop_models import Mute
from serving.store.models import now

router = APIRouter(prefix="/mutes", tags=["reviews"])


class MuteDocument(Document):
    """A spot whose false alarms are known."""

    id: str
    event_id: str
    """The false alarm it came from."""

    deployment_id: str
    camera_id: str
    zone: str | None
    box: list[float] | None
    """x1 y1 x2 y2, fractions 0–1 of the picture; null: the whole zone."""

    until: datetime
    created_by: str
    created_at: datetime


@router.get("")
def list_mutes(
    store: Stored,
    camera_id: Annotated[Word | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[MuteDocument]:
    """The mutes that hold now, newest first."""
    before = read_id_cursor(cursor)
    with store.read() as session:
        rows = mutes.page(session, at=now(), camera_id=camera_id, before=before, limit=limit + 1)
    items = [_document(row) for row in rows[:limit]]
    return Page(items=items, next_cursor=id_cursor(items[-1].id) if len(rows) > limit else None)


@router.delete("/{mute_id}", status_code=HTTPStatus.NO_CONTENT)
def delete_mute(mute_id: Id, store: Stored) -> None:
    """Let the spot raise events again."""
    with store.write() as session:
        mutes.delete(session, mute_id)


def _document(mute: Mute) -> MuteDocument:
    return MuteDocument(**{name: getattr(mute, name) for name in MuteDocument.model_fields})
