"""Tables for people and spreadsheets: the same rows as JSON or as CSV."""

import csv
import io
from collections.abc import Sequence
from typing import Annotated, Any, Generic, Literal, TypeVar

from fastapi import Depends, Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from serving.api.documents import Document

T = TypeVar("T", bound=BaseModel)

_BOM = "\ufeff"  # without it Excel takes UTF-8 for the system's own encoding
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}}}}
"""For `responses=` of an endpoint that answers with a table."""


class Table(Document, Generic[T]):
    """Rows of a KPI."""

    items: Sequence[T]


async def _wants_csv(
    request: Request,
    format: Annotated[  # noqa: A002  the query's name
        Literal["json", "csv"] | None,
        Query(description="`csv` in place of `Accept: text/csv`."),
    ] = None,
) -> bool:
    if format is not None:
        return format == "csv"
    first = request.headers.get("accept", "").partition(",")[0].partition(";")[0]
    return first.strip().lower() == "text/csv"


WantsCsv = Annotated[bool, Depends(_wants_csv)]


def table(row: type[T], rows: Sequence[T], as_csv: bool) -> Table[T] | Response:
    """The answer. Cells that a spreadsheet would take for a formula begin with an apostrophe."""
    if not as_csv:
        return Table(items=rows)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(row.model_fields)
    for each in rows:
        writer.writerow(safe_cell(value) for value in each.model_dump(mode="json").values())
    return Response(
        _BOM + out.getvalue(),
        media_type="text/csv",
        headers={"Content-Disposition": 'attachment; filename="kpi.csv"'},
    )


def safe_cell(value: object) -> object:
    """The cell with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
