"""Work orders: a unit is told, answers, does the work and shows it."""

from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from typing import Annotated, Literal, Self

from fastapi import APIRouter, Form, Query, Response, UploadFile
from pydantic import Field, StringConstraints, model_validator
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import FileResponse

from serving.api.body_limit import MIB
from serving.api.context import Archived, Caller, Id, Stored
from serving.api.documents import Document, Note, Order, Text, Word
from serving.api.etag import etag
from serving.api.headers import FOR_EVER
from serving.api.idempotency import Made, OnlyOnce
from serving.api.kept_file import kept_file
from serving.api.paging import Cursor, Limit, Page, id_cursor, read_id_cursor
from serving.api.problems import FieldError, ProblemError
from serving.api.wires import BadInputError
from serving.inference.picture import decode
from serving.store import events, reports, responsibility, work_orders
from serving.store.archive import write_whole
from serving.store.errors import ConflictError, NotFoundError
from serving.store.loop_models import WorkOrder
from serving.store.models import new_id, now
from serving.store.work_orders import Assignment, OrderFilter, Photo, order_data

router = APIRouter(prefix="/work-orders", tags=["work orders"])

PHOTO_MIB = 16
LIMITS = {"/api/v1/work-orders/[^/]+/resolutions": (PHOTO_MIB + 1) * MIB}

State = Literal[
    "none",
    "dispatched",
    "accepted",
    "returned",
    "in_progress",
    "resolved",
    "verified",
    "reopened",
    "closed",
]
ReturnReason = Literal["wrong_unit", "wrong_place", "nothing_there", "duplicate", "other"]
UnitId = Annotated[
    str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f]+$")
]
DeadlineHours = Annotated[float, Field(gt=0, le=8760)]


class WorkOrderOrder(Order):
    """An order to make, of an event or a report."""

    event_id: Word | None = None
    report_id: Word | None = None

    unit: UnitId | None = None
    """To whom; null: as the responsibility list in force says."""

    deadline_h: DeadlineHours | None = None
    """Hours until it must be resolved; together with `unit`."""

    note: Note | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.event_id is None) == (self.report_id is None):
            raise ValueError("expected either event_id or report_id")
        if (self.unit is None) != (self.deadline_h is None):
            raise ValueError("expected unit and deadline_h together, or neither")
        return self


class TransitionOrder(Order):
    """One step of an order. To resolve it, send a photo to `…/resolutions`."""

    to: Literal[
        "dispatched", "accepted", "returned", "in_progress", "verified", "reopened", "closed"
    ]

    reason: ReturnReason | None = None
    """Why it is returned; no other step has it."""

    note: Note | None = None

    unit: UnitId | None = None
    """To whom it is dispatched, with `deadline_h`; null: as the list in force says."""

    deadline_h: DeadlineHours | None = None

    rule_line: Annotated[int, Field(ge=1, le=2**31)] | None = None
    """Row of the list in force by which it is dispatched; a returned order goes there at once."""

    reference: Text | None = None
    """The number that the city's ticket system has for it."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.reason is not None) != (self.to == "returned"):
            raise ValueError("a returned order has a reason and no other step has one")
        if self.unit is not None and (self.to != "dispatched" or self.rule_line is not None):
            raise ValueError("unit goes with dispatched, and not with rule_line")
        if self.rule_line is not None and self.to not in ("dispatched", "returned"):
            raise ValueError("rule_line goes with dispatched or returned")
        if (self.unit is None) != (self.deadline_h is None):
            raise ValueError("expected unit and deadline_h together, or neither")
        return self


class PhotoDocument(Document):
    """A picture of what was done."""

    url: str
    media_type: str
    sha256: str
    size_bytes: int


class StepDocument(Document):
    """What was done with an order; never changed."""

    id: str
    step: str
    """The state it came into, or `escalated`."""

    unit: str | None
    """Responsible at that moment; of an escalation, who was told."""

    reason: str | None
    note: str | None
    actor: str
    """Name of the token that was used; `longan`: the platform itself."""

    reference: str | None
    """The number that the system which did it has for it."""

    at: datetime
    photo: PhotoDocument | None


class WorkOrderDocument(Document):
    """What a unit does about an event or a report."""

    id: str
    event_id: str | None
    report_id: str | None
    incident_id: str | None
    """Of the event; later events of the same matter have this order too while it is open."""

    scenario: str
    division: str | None
    occurred_at: datetime
    state: str
    """`none`: the list names nobody, a person must."""

    next: list[str]
    """Where it may go from here."""

    unit: str | None
    list_version: int | None
    rule_line: int | None
    """Row of that version which named the unit; null: a person did."""

    dispatched_at: datetime | None
    due_at: datetime | None
    escalate_at: datetime | None
    escalate_to: str | None
    escalated: bool
    steps: list[StepDocument]


@router.get("")
def list_work_orders(
    store: Stored,
    state: Annotated[State | None, Query()] = None,
    unit: Annotated[UnitId | None, Query()] = None,
    scenario: Annotated[Word | None, Query()] = None,
    event_id: Annotated[Word | None, Query()] = None,
    report_id: Annotated[Word | None, Query()] = None,
    escalated: Annotated[bool | None, Query()] = None,
    incident_id: Annotated[Word | None, Query()] = None,
    reference: Annotated[
        Text | None, Query(description="Another system took a step under this number.")
    ] = None,
    division: Annotated[Text | None, Query(description="With everything below it.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[WorkOrderDocument]:
    """Orders, newest first."""
    which = OrderFilter(
        state, unit, scenario, event_id, report_id, escalated, incident_id, reference, division
    )
    with store.read() as session:
        rows = work_orders.page(session, which, before=read_id_cursor(cursor), limit=limit + 1)
        shown = rows[:limit]
        steps = work_orders.steps_of(session, [row.id for row in shown])
    items = [WorkOrderDocument.model_validate(order_data(row, steps)) for row in shown]
    return Page(items=items, next_cursor=id_cursor(items[-1].id) if len(rows) > limit else None)


@router.post("", status_code=HTTPStatus.CREATED, response_model=WorkOrderDocument)
def create_work_order(
    order: WorkOrderOrder, store: Stored, caller: Caller, once: OnlyOnce
) -> Response:
    """Dispatch an event or a report by hand; each has one order."""

    def make() -> Made:
        if order.event_id is not None:
            matter = events.get(session, order.event_id)
        else:
            matter = reports.get(session, order.report_id or "")
        made = work_orders.open_for(
            session,
            matter,
            actor=caller.name,
            at=now(),
            assignment=_assignment(session, order.unit, order.deadline_h, None),
            note=order.note,
        )
        return _document(session, made), {"Location": f"/api/v1/work-orders/{made.id}"}

    with store.write() as session:
        return once.answer(session, HTTPStatus.CREATED, order.model_dump_json(), make)


@router.get("/{order_id}")
def get_work_order(order_id: Id, store: Stored) -> WorkOrderDocument:
    """One order with all its steps."""
    with store.read() as session:
        return _document(session, work_orders.get(session, order_id))


@router.post(
    "/{order_id}/transitions", status_code=HTTPStatus.CREATED, response_model=WorkOrderDocument
)
def create_transition(
    order_id: Id, order: TransitionOrder, store: Stored, caller: Caller, once: OnlyOnce
) -> Response:
    """Take an order a step on; where it cannot go from its state is refused (409).

    none → dispatched | closed; dispatched → accepted | returned; returned → dispatched | closed;
    accepted → in_progress → resolved (by photo) → verified | reopened; reopened → in_progress;
    verified → closed.
    """

    def make() -> Made:
        moved = work_orders.move(
            session,
            order_id,
            order.to,
            actor=caller.name,
            at=now(),
            reason=order.reason,
            note=order.note,
            assignment=_assignment(session, order.unit, order.deadline_h, order.rule_line),
            reference=order.reference,
        )
        return _document(session, moved), {}

    with store.write() as session:
        return once.answer(session, HTTPStatus.CREATED, order.model_dump_json(), make)


@router.post(
    "/{order_id}/resolutions", status_code=HTTPStatus.CREATED, response_model=WorkOrderDocument
)
def resolve_work_order(
    order_id: Id,
    photo: UploadFile,
    store: Stored,
    archive: Archived,
    caller: Caller,
    once: OnlyOnce,
    note: Annotated[Note | None, Form()] = None,
    reference: Annotated[Text | None, Form()] = None,
) -> Response:
    """Say that the work is done, with a JPEG or PNG that shows it (16 MiB, 25 megapixels)."""
    content, media_type = _read_photo(photo)
    digest = sha256(content).hexdigest()
    at = now()
    suffix = "png" if media_type == "image/png" else "jpg"
    path = f"work-orders/{at:%Y/%m/%d}/{order_id}-{new_id()}.{suffix}"
    file = archive.evidence_dir / path
    made = False

    def make() -> Made:
        nonlocal made
        moved = work_orders.move(
            session,
            order_id,
            "resolved",
            actor=caller.name,
            at=at,
            note=note,
            photo=Photo(path, media_type, digest, len(content)),
            reference=reference,
        )
        # Last, so that only a failing commit can leave a file that no row names.
        write_whole(file, lambda part: part.write_bytes(content))
        made = True
        return _document(session, moved), {}

    try:
        with store.write() as session:
            return once.answer(session, HTTPStatus.CREATED, f"{digest}\n{note}\n{reference}", make)
    except BaseException:
        if made:
            archive.remove([file])
        raise


@router.get(
    "/{order_id}/photos/{step_id}",
    response_class=FileResponse,
    responses={200: {"content": {"image/*": {"schema": {"type": "string", "format": "binary"}}}}},
)
def get_photo(
    order_id: Id, step_id: Id, store: Stored, archive: Archived, request: Request
) -> Response:
    """The photo of a resolution; it never changes."""
    with store.read() as session:
        step = work_orders.step(session, order_id, step_id)
    folder = archive.evidence_dir
    file = folder / step.photo_path if step.photo_path is not None else None
    headers = {"ETag": etag(step.photo_sha256 or ""), "Cache-Control": FOR_EVER}
    try:
        if file is not None and file.resolve().is_relative_to(folder.resolve()):
            return kept_file(archive, file, request, step.photo_media_type, headers)
    except FileNotFoundError:
        pass
    raise NotFoundError(
        f"step {step_id} of work order {order_id} has no photo, or it is no longer in the "
        "evidence folder"
    )


def _assignment(
    session: Session, unit: str | None, deadline_h: float | None, rule_line: int | None
) -> Assignment | None:
    """To whom a person gives it; None: he leaves it to the list."""
    version = responsibility.current(session)
    if rule_line is not None:
        if version is None:
            raise ConflictError("no responsibility list is in force; name unit and deadline_h")
        return Assignment.by(version, responsibility.rule_at(version, rule_line))
    if unit is None or deadline_h is None:
        return None
    if version is not None and unit not in {known["id"] for known in version.units}:
        raise ConflictError(
            f"unit {unit!r} is not in the responsibility list in force; "
            "GET /api/v1/responsibility-lists/current shows its units"
        )
    return Assignment(unit, deadline_h)


def _read_photo(photo: UploadFile) -> tuple[bytes, str]:
    content = photo.file.read(PHOTO_MIB * MIB + 1)
    try:
        if len(content) > PHOTO_MIB * MIB:
            raise BadInputError(f"Expected at most {PHOTO_MIB} MiB; send a smaller photo.")
        decode(content)
    except BadInputError as error:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            f"photo: {error}",
            errors=[FieldError(where="body.photo", message=str(error))],
        ) from error
    return content, "image/png" if content.startswith(b"\x89PNG") else "image/jpeg"


def _document(session: Session, order: WorkOrder) -> WorkOrderDocument:
    steps = work_orders.steps_of(session, [order.id])
    return WorkOrderDocument.model_validate(order_data(order, steps))
