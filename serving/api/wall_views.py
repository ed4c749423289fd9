"""Views of the video wall: cameras that stand together, saved under a name."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Response
from pydantic import AfterValidator, Field, model_validator
from sqlalchemy.orm import Session

from serving.api.context import Caller, Id, Stored
from serving.api.deployments import Selector
from serving.api.documents import Document, Order, Text, Word
from serving.api.etag import ExpectedRevision, etag
from serving.api.idempotency import Made, OnlyOnce
from serving.api.paging import Cursor, Limit, Page, id_cursor, read_id_cursor
from serving.api.problems import FieldError, ProblemError
from serving.store import cameras, wall_views
from serving.store.models import Camera
from serving.store.wall_models import WallView

router = APIRouter(prefix="/wall-views", tags=["wall"])

Grid = Literal[1, 4, 9, 16, 25, 36, 49, 64]
PatrolSeconds = Annotated[int, Field(ge=5, le=3600)]


def _once(camera_ids: list[str]) -> list[str]:
    if len(set(camera_ids)) < len(camera_ids):
        raise ValueError("expected each camera once")
    return camera_ids


CameraIds = Annotated[list[Word], Field(max_length=1024), AfterValidator(_once)]

NOTHING_CHOSEN = "expected camera_ids, a selector or both: this view would show nothing"


class WallViewOrder(Order):
    """A view to save."""

    name: Text

    camera_ids: CameraIds = Field(default_factory=list[str])
    """These cameras, in the order of their tiles."""

    selector: Selector | None = None
    """And those it chooses; one that is added later joins by itself."""

    grid: Grid = 9
    """Tiles on one page."""

    patrol_s: PatrolSeconds = 20
    """Seconds a page stays while the wall goes through them."""

    @model_validator(mode="after")
    def _shows_something(self) -> Self:
        if not self.camera_ids and self.selector is None:
            raise ValueError(NOTHING_CHOSEN)
        return self


def _unset() -> Any:
    return None


class WallViewChange(Order):
    """What changes; what is left out stays."""

    name: Text = Field(default_factory=_unset)
    camera_ids: CameraIds = Field(default_factory=_unset)
    selector: Selector | None = Field(default_factory=_unset)
    grid: Grid = Field(default_factory=_unset)
    patrol_s: PatrolSeconds = Field(default_factory=_unset)


class WallViewDocument(Document):
    """A saved view."""

    id: str
    name: str
    camera_ids: list[str]
    """As they were chosen; one that was deleted since is still named."""

    selector: Selector | None
    grid: Grid
    patrol_s: int

    shows: list[str]
    """Ids of its cameras now: those chosen, then those selected."""

    revision: int
    created_by: str
    """Name of the token that was used."""

    created_at: datetime
    updated_at: datetime


@router.get("")
def list_wall_views(
    store: Stored, cursor: Cursor = None, limit: Limit = 100
) -> Page[WallViewDocument]:
    """All saved views, oldest first."""
    with store.read() as session:
        rows = wall_views.page(session, after=read_id_cursor(cursor), limit=limit + 1)
        known = cameras.all_of(session)
    items = [_document(row, known) for row in rows[:limit]]
    return Page(items=items, next_cursor=id_cursor(items[-1].id) if len(rows) > limit else None)


@router.post("", status_code=HTTPStatus.CREATED, response_model=WallViewDocument)
def create_wall_view(
    order: WallViewOrder, store: Stored, caller: Caller, once: OnlyOnce
) -> Response:
    """Save a view for everybody who opens the wall."""

    def make() -> Made:
        _check(session, order.camera_ids)
        made = WallView(**order.model_dump(mode="json"), created_by=caller.name)
        view = wall_views.create(session, made)
        headers = {"Location": f"/api/v1/wall-views/{view.id}", "ETag": etag(view.revision)}
        return _document(view, cameras.all_of(session)), headers

    with store.write() as session:
        return once.answer(session, HTTPStatus.CREATED, order.model_dump_json(), make)


@router.get("/{view_id}")
def get_wall_view(view_id: Id, store: Stored, response: Response) -> WallViewDocument:
    """One view; its ETag is for changing it."""
    with store.read() as session:
        view = wall_views.get(session, view_id)
        response.headers["ETag"] = etag(view.revision)
        return _document(view, cameras.all_of(session))


@router.patch("/{view_id}")
def change_wall_view(
    view_id: Id,
    change: WallViewChange,
    revision: ExpectedRevision,
    store: Stored,
    response: Response,
) -> WallViewDocument:
    """Change a view; walls that show it follow within seconds."""
    fields = change.model_dump(mode="json", include=change.model_fields_set)
    with store.write() as session:
        _check(session, fields.get("camera_ids", []))
        view = wall_views.update(session, view_id, revision, **fields)
        if not view.camera_ids and view.selector is None:
            raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, NOTHING_CHOSEN)
        response.headers["ETag"] = etag(view.revision)
        return _document(view, cameras.all_of(session))


@router.delete("/{view_id}", status_code=HTTPStatus.NO_CONTENT)
def delete_wall_view(view_id: Id, store: Stored) -> None:
    """Forget a view; its cameras stay."""
    with store.write() as session:
        wall_views.delete(session, view_id)


def _check(session: Session, camera_ids: list[str]) -> None:
    if unknown := cameras.unknown(session, camera_ids):
        told = f"there is no camera {', '.join(unknown)}; GET /api/v1/cameras lists them"
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            told,
            errors=[FieldError(where="body.camera_ids", message=told)],
        )


def _document(view: WallView, known: Sequence[Camera]) -> WallViewDocument:
    fields: dict[str, Any] = {
        name: getattr(view, name) for name in WallViewDocument.model_fields if name != "shows"
    }
    fields["selector"] = view.selector and Selector.model_validate(view.selector)
    return WallViewDocument(**fields, shows=wall_views.shown(view, known))
