"""How a camera has been: every change of its state, as it was told to the outside."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query

from serving.api.context import Id, Stored
from serving.api.documents import Document
from serving.api.paging import Limit
from serving.store import cameras, messages

router = APIRouter(prefix="/cameras", tags=["cameras"])

Before = Annotated[
    int | None,
    Query(ge=1, le=2**63 - 1, description="`next_before` of the page before; leave out at first."),
]


class CameraStateDocument(Document):
    """A state a camera was in from `since` until the next newer one."""

    state: str
    reason: str | None
    message: str | None
    since: datetime


class CameraStatesDocument(Document):
    """Newest first."""

    items: list[CameraStateDocument]
    next_before: int | None
    """Send it as `before` for older ones; null at the end."""


@router.get("/{camera_id}/states")
def list_camera_states(
    camera_id: Id, store: Stored, before: Before = None, limit: Limit = 100
) -> CameraStatesDocument:
    """Every state a camera was in, newest first; the first one holds now."""
    with store.read() as session:
        cameras.get(session, camera_id)
        told = messages.about(
            session, cameras.STATE_CHANGED, camera_id, before=before, limit=limit + 1
        )
    items = [
        CameraStateDocument.model_validate(
            {name: row.data[name] for name in CameraStateDocument.model_fields}
        )
        for row in told[:limit]
    ]
    return CameraStatesDocument(
        items=items, next_before=told[limit - 1].seq if len(told) > limit else None
    )
