"""Sinks: other systems, such as the city's tickets, are told of what happens."""

from datetime import datetime
from http import HTTPStatus
from importlib.util import find_spec
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import Field, SecretStr, StringConstraints, TypeAdapter
from sqlalchemy.orm import Session

from serving.api.context import Caller, Configured, Id, Stored
from serving.api.documents import Document, Order, Text
from serving.api.etag import ExpectedRevision, etag
from serving.api.idempotency import Made, OnlyOnce
from serving.api.paging import Cursor, Limit, Page, id_cursor, read_id_cursor
from serving.api.problems import FieldError, ProblemError
from serving.api.reach import refuse_forbidden
from serving.events.sinks import SinkSpec
from serving.events.sinks.webhook import WebhookSpec, new_secret
from serving.settings import Settings
from serving.store import sinks
from serving.store.models import Message, now
from serving.store.sink_models import Delivery, Sink
from serving.store.sinks import Count

router = APIRouter(prefix="/sinks", tags=["sinks"])

TypePrefix = Annotated[str, StringConstraints(pattern=r"^longan\.[a-z0-9_.]{0,57}$")]

_SPEC: TypeAdapter[SinkSpec] = TypeAdapter(SinkSpec)

_NEEDS = {
    "mqtt": ("paho", "mqtt"),
    "frigate": ("paho", "mqtt"),
    "kafka": ("confluent_kafka", "kafka"),
}
"""Kind → the library that it needs, and the extra that brings it."""


class SinkOrder(Order):
    """A system to tell."""

    name: Text
    spec: SinkSpec
    """Where and how."""

    secret: Annotated[SecretStr, Field(min_length=1, max_length=1000)] | None = None
    """Password of the `username` of a broker; is not shown again. Left out of a change, it stays,
    as long as it goes to the same user of the same broker. That of a webhook is made here."""

    types: Annotated[list[TypePrefix], Field(min_length=1, max_length=32)] = Field(
        default_factory=lambda: ["longan.work_order."]
    )
    """Messages whose CloudEvents type begins with one of these; `longan.`: all."""

    enabled: bool = True
    """While it is not, its messages wait."""


class SinkStatus(Document):
    """How it goes."""

    waiting: int
    """Deliveries that are tried until the system takes them."""

    failed: int
    """Deliveries that were given up; POST …/deliveries/{id}/attempts tries one again."""

    last_delivered_at: datetime | None


class SinkDocument(Document):
    """A system that is told."""

    id: str
    name: str
    spec: SinkSpec
    types: list[str]
    enabled: bool
    """False too after it answered 410 (gone)."""

    revision: int
    created_by: str
    created_at: datetime
    updated_at: datetime
    status: SinkStatus


class NewSinkDocument(SinkDocument):
    """A sink, and what its messages are signed with."""

    secret: str | None
    """Shown only now; null: they are not signed."""


class AttemptsOrder(Order):
    """Which deliveries to send once more."""

    state: Literal["failed", "waiting"]


class AttemptsDocument(Document):
    """What is sent once more."""

    deliveries: int
    """How many."""


class DeliveryDocument(Document):
    """One message for one system."""

    id: str
    message_id: str
    """The CloudEvent's `id`, and `webhook-id`."""

    type: str
    subject: str
    """Such as the id of the work order."""

    state: str
    """`waiting`, `delivered` or `failed`."""

    attempts: int
    next_attempt_at: datetime | None
    """While it waits."""

    error: str | None
    """Why the last attempt failed."""

    delivered_at: datetime | None
    created_at: datetime


@router.get("")
def list_sinks(store: Stored, cursor: Cursor = None, limit: Limit = 100) -> Page[SinkDocument]:
    """All sinks, oldest first."""
    with store.read() as session:
        rows = sinks.page(session, after=read_id_cursor(cursor), limit=limit + 1)
        items = _documents(session, rows[:limit])
    return Page(items=items, next_cursor=id_cursor(items[-1].id) if len(rows) > limit else None)


@router.post("", status_code=HTTPStatus.CREATED, response_model=NewSinkDocument)
def create_sink(
    order: SinkOrder, store: Stored, settings: Configured, caller: Caller, once: OnlyOnce
) -> Response:
    """Tell a system of what happens from now on, at least once each, signed with `secret`."""
    _refuse_forbidden(order.spec, settings)
    _check_installed(order.spec)

    def make() -> Made:
        sink = sinks.create(
            session,
            name=order.name,
            spec=order.spec.model_dump(mode="json"),
            secret=_secret(order),
            types=order.types,
            actor=caller.name,
        )
        sink.enabled = order.enabled
        shown = _documents(session, [sink])[0]
        headers = {"Location": f"/api/v1/sinks/{sink.id}", "ETag": etag(sink.revision)}
        signed_with = sink.secret if isinstance(order.spec, WebhookSpec) else None
        return NewSinkDocument(**dict(shown), secret=signed_with), headers

    with store.write() as session:
        return once.answer(session, HTTPStatus.CREATED, order.model_dump_json(), make)


@router.get("/{sink_id}")
def get_sink(sink_id: Id, store: Stored, response: Response) -> SinkDocument:
    """One sink; its ETag is for changing it."""
    with store.read() as session:
        sink = sinks.get(session, sink_id)
        response.headers["ETag"] = etag(sink.revision)
        return _documents(session, [sink])[0]


@router.put("/{sink_id}")
def replace_sink(
    sink_id: Id,
    order: SinkOrder,
    revision: ExpectedRevision,
    store: Stored,
    settings: Configured,
    response: Response,
) -> SinkDocument:
    """Change a sink; what waits goes to the new address. Its kind stays."""
    _refuse_forbidden(order.spec, settings)
    _check_installed(order.spec)
    with store.write() as session:
        known = sinks.get(session, sink_id, lock=True)
        change = {
            **order.model_dump(mode="json", exclude={"secret"}),
            "secret": _secret(order, known),
        }
        sink = sinks.replace(session, sink_id, revision, change)
        response.headers["ETag"] = etag(sink.revision)
        return _documents(session, [sink])[0]


@router.delete("/{sink_id}", status_code=HTTPStatus.NO_CONTENT)
def delete_sink(sink_id: Id, store: Stored) -> None:
    """Tell a system no more; what waits for it is forgotten."""
    with store.write() as session:
        sinks.delete(session, sink_id)


@router.get("/{sink_id}/deliveries")
def list_deliveries(
    sink_id: Id,
    store: Stored,
    state: Annotated[Literal["waiting", "delivered", "failed"] | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[DeliveryDocument]:
    """What a system was told and how that went, newest first."""
    before = read_id_cursor(cursor)
    with store.read() as session:
        sinks.get(session, sink_id)
        rows = sinks.deliveries(session, sink_id, state=state, before=before, limit=limit + 1)
    items = [_delivery(*row) for row in rows[:limit]]
    return Page(items=items, next_cursor=id_cursor(items[-1].id) if len(rows) > limit else None)


@router.post("/{sink_id}/deliveries/{delivery_id}/attempts", status_code=HTTPStatus.ACCEPTED)
def create_attempt(sink_id: Id, delivery_id: Id, store: Stored) -> DeliveryDocument:
    """Send a message at once, again if it was taken before; all attempts begin anew."""
    with store.write() as session:
        return _delivery(*sinks.try_again(session, sink_id, delivery_id, now()))


def _refuse_forbidden(spec: SinkSpec, settings: Settings) -> None:
    refuse_forbidden("body.spec.url", getattr(spec, "url", None), settings.outbound)


@router.post("/{sink_id}/attempts", status_code=HTTPStatus.ACCEPTED)
def create_attempts(sink_id: Id, order: AttemptsOrder, store: Stored) -> AttemptsDocument:
    """Send all that has failed, or all that waits, at once; all attempts begin anew."""
    with store.write() as session:
        return AttemptsDocument(
            deliveries=sinks.try_all_again(session, sink_id, order.state, now())
        )


def _check_installed(spec: SinkSpec) -> None:
    library, extra = _NEEDS.get(spec.kind, (None, None))
    if library is not None and find_spec(library) is None:
        raise ProblemError(
            HTTPStatus.NOT_IMPLEMENTED,
            f"Sinks of kind {spec.kind} are not installed on this platform: "
            f"pip install 'longan[{extra}]' and start it again.",
        )


def _secret(order: SinkOrder, known: Sink | None = None) -> str:
    """What signs the messages of a sink, or opens its broker."""
    spec, given = order.spec, order.secret
    before = None if known is None else _SPEC.validate_python(known.spec)
    if before is not None and before.kind != spec.kind:
        raise _wrong("spec.kind", f"A {before.kind} sink stays one: make another for {spec.kind}.")
    if isinstance(spec, WebhookSpec):
        if given is not None:
            raise _wrong("secret", "A webhook's secret is made here and shown once: leave it out.")
        return new_secret() if known is None else known.secret
    if given is not None:
        if spec.username is None:
            raise _wrong("secret", "A password belongs to a user: say `username`, too.")
        return given.get_secret_value()
    if known is None or isinstance(before, WebhookSpec) or before is None or not known.secret:
        return ""
    if before.account != spec.account:
        raise _wrong(
            "secret", "The password was for another broker or user: say it once more for this one."
        )
    return known.secret


def _wrong(where: str, message: str) -> ProblemError:
    errors = [FieldError(where=f"body.{where}", message=message)]
    return ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, message, errors=errors)


def _documents(session: Session, rows: list[Sink]) -> list[SinkDocument]:
    counts = sinks.counts(session, [row.id for row in rows])
    return [_document(row, counts.get(row.id, Count())) for row in rows]


def _document(sink: Sink, count: Count) -> SinkDocument:
    return SinkDocument(
        id=sink.id,
        name=sink.name,
        spec=_SPEC.validate_python(sink.spec),
        types=sink.types,
        enabled=sink.enabled,
        revision=sink.revision,
        created_by=sink.created_by,
        created_at=sink.created_at,
        updated_at=sink.updated_at,
        status=SinkStatus(
            waiting=count.waiting, failed=count.failed, last_delivered_at=count.last_delivered_at
        ),
    )


def _delivery(delivery: Delivery, message: Message) -> DeliveryDocument:
    return DeliveryDocument(
        id=delivery.id,
        message_id=message.id,
        type=message.type,
        subject=message.subject,
        state=delivery.state,
        attempts=delivery.attempts,
        next_attempt_at=delivery.next_attempt_at if delivery.state == "waiting" else None,
        error=delivery.error,
        delivered_at=delivery.delivered_at,
        created_at=delivery.created_at,
    )
