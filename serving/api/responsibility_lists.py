"""Responsibility lists (权责清单): versions, one of them in force."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Query, Response

from scenarios.dispatch import Responsibility
from serving.api.context import Caller, Configured, Id, Stored
from serving.api.csv_body import CSV_BODY, CsvContent
from serving.api.documents import Document, Order, Text, UtcTime, Word
from serving.api.etag import ExpectedRevision, etag
from serving.api.idempotency import Made, OnlyOnce
from serving.api.paging import Cursor, Limit, Page, id_cursor, read_id_cursor
from serving.api.responsibility_csv import Sheet, read_sheet
from serving.store import responsibility
from serving.store.errors import NotFoundError
from serving.store.loop_models import ResponsibilityList
from serving.store.models import now
from serving.store.responsibility import Unit

router = APIRouter(prefix="/responsibility-lists", tags=["work orders"])


class UnitDocument(Document):
    """An organisation that can be responsible for work."""

    id: str
    zh: str
    en: str


class ListSummary(Document):
    """A version of the list, without its rows."""

    id: str
    version: int
    """Rises with every import; the ETag of `…/current`."""

    name: str
    state: str
    """`draft`, `current` or `superseded`."""

    time_zone: str
    """Whose clock its windows mean."""

    units: list[UnitDocument]
    created_by: str
    created_at: datetime
    current_since: datetime | None


class ListDocument(ListSummary):
    """A version of the list."""

    rules: list[Responsibility]


class DispatchRowDocument(Document):
    """A row about a matter."""

    rule: Responsibility
    holds: bool
    """At that moment; false outside of its window."""


class DispatchAnswerDocument(Document):
    """Who would get a matter, and why."""

    unit: UnitDocument | None
    """Null: no row about it holds."""

    rows: list[DispatchRowDocument]
    """All about it, the most specific first: the first that holds answers."""


class CurrentOrder(Order):
    """The version to put in force."""

    id: Word


async def _read(content: CsvContent) -> Sheet:
    return await run_sync(read_sheet, content)


@router.post("", status_code=HTTPStatus.CREATED, response_model=ListSummary, openapi_extra=CSV_BODY)
def import_responsibility_list(
    sheet: Annotated[Sheet, Depends(_read)],
    store: Stored,
    settings: Configured,
    caller: Caller,
    once: OnlyOnce,
    name: Annotated[Text, Query(description="What to call it.")] = "responsibility list",
) -> Response:
    """Import a list from CSV as a draft: every row is checked, and all are taken or none.

    Heads, in English or Chinese: `scenario` 场景, `division` 区划, `unit` 责任单位 and `deadline_h`
    时限 must be there; `unit_zh` 单位名称, `unit_en` 英文名称, `escalate_to` 升级单位,
    `escalate_after_h` 升级时限, `days` 星期, `hours` 时段, `first_day` 生效日期 and `last_day`
    失效日期 may be.

    Try it with `POST /api/v1/dispatch-simulations`, then put it in force with
    `PUT /api/v1/responsibility-lists/current`.
    """

    def make() -> Made:
        units = [Unit(u.id, u.zh or u.id, u.en or u.zh or u.id) for u in sheet.units.values()]
        row = responsibility.add(
            session,
            name=name,
            time_zone=str(settings.time_zone),
            units=units,
            rules=sheet.rules,
            created_by=caller.name,
        )
        return _summary(row), {"Location": f"/api/v1/responsibility-lists/{row.id}"}

    asked = f"{name}\n{sheet!r}"
    with store.write() as session:
        return once.answer(session, HTTPStatus.CREATED, asked, make)


@router.get("")
def list_responsibility_lists(
    store: Stored, cursor: Cursor = None, limit: Limit = 100
) -> Page[ListSummary]:
    """All versions, newest first."""
    with store.read() as session:
        rows = responsibility.page(session, before=read_id_cursor(cursor), limit=limit + 1)
    items = [_summary(row) for row in rows[:limit]]
    return Page(items=items, next_cursor=id_cursor(items[-1].id) if len(rows) > limit else None)


@router.get("/current")
def get_current_responsibility_list(store: Stored, response: Response) -> ListDocument:
    """The list in force; its ETag is for replacing it."""
    with store.read() as session:
        row = responsibility.current(session)
        if row is None:
            raise NotFoundError(
                "no responsibility list is in force; import one with POST "
                "/api/v1/responsibility-lists, then PUT …/current with `If-Match: 0`"
            )
        response.headers["ETag"] = etag(row.version)
        return _document(row)


@router.put("/current")
def put_current_responsibility_list(
    order: CurrentOrder, revision: ExpectedRevision, store: Stored, response: Response
) -> ListSummary:
    """Put a version in force from now on; orders that were dispatched stay where they are."""
    with store.write() as session:
        row = responsibility.make_current(session, order.id, revision, now())
    response.headers["ETag"] = etag(row.version)
    return _summary(row)


@router.get("/{list_id}")
def get_responsibility_list(list_id: Id, store: Stored) -> ListDocument:
    """One version with its rows."""
    with store.read() as session:
        return _document(responsibility.get(session, list_id))


@router.get("/{list_id}/answer")
def get_answer(
    list_id: Id,
    store: Stored,
    scenario: Annotated[Word, Query(description="Of the catalogue, or a domain.")],
    division: Annotated[
        Text | None, Query(description="Where it happened; left out: known to nobody.")
    ] = None,
    at: Annotated[UtcTime | None, Query(description="When; left out: now.")] = None,
) -> DispatchAnswerDocument:
    """Who would get a matter by one version, whether it is in force or not. Nothing is written."""
    moment = at or now()
    with store.read() as session:
        row = responsibility.get(session, list_id)
        finder = responsibility.finder(row)
        units = {unit.id: unit for unit in _summary(row).units}
    rows = [
        DispatchRowDocument(rule=rule, holds=finder.holds(rule, moment))
        for rule in finder.about(scenario, division)
    ]
    first = next((each.rule for each in rows if each.holds), None)
    return DispatchAnswerDocument(unit=first and units[first.unit], rows=rows)


def _summary(row: ResponsibilityList) -> ListSummary:
    fields = {name: getattr(row, name) for name in ListSummary.model_fields}
    return ListSummary.model_validate(fields)


def _document(row: ResponsibilityList) -> ListDocument:
    return ListDocument(**dict(_summary(row)), rules=list(responsibility.rules(row)))
