"""Cameras as rows of a spreadsheet: CSV in UTF-8 or GBK, English or Chinese heads.

A row is judged alone: those that are right can be taken while the others are put right.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from pydantic import ValidationError

from serving.api.address import has_hidden_secret, hide_secrets, kind_of
from serving.api.cameras import CameraOrder
from serving.api.csv_body import csv_rows, csv_text
from serving.api.problems import FieldError, ProblemError
from serving.api.tables import safe_cell
from serving.store.models import Camera

COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("名称", "摄像机名称"),
    "url": ("地址", "address"),
    "sub_url": ("子码流", "子码流地址"),
    "kind": ("类型",),
    "division": ("区划", "辖区"),
    "tags": ("标签",),
    "lon": ("经度", "longitude"),
    "lat": ("纬度", "latitude"),
    "analysed_fps": ("分析帧率", "帧率"),
}
"""Each column's name, and what else it may be called."""

REQUIRED = {"name", "url"}
NUMBERS = ("lon", "lat", "analysed_fps")
SECRET = ("url", "sub_url")
"""What is never repeated: it may carry a password."""

MAX_ROWS = 10_000

TEMPLATE = (
    "Longxiang Avenue 3",
    "rtsp://user:password@10.0.0.7:554/Streaming/Channels/101",
    "",
    "stream",
    "Longgang/Longcheng",
    "crossroads school",
    114.25,
    22.72,
    5,
)

BOM = "\ufeff"
"""Without it Excel takes UTF-8 for the system's own encoding."""

STARTS = ("Value error, ", "Input should be ", "expected ")
"""How messages begin that go on after the word "expected"."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A cell that cannot be used."""

    column: str
    expected: str
    got: str | None
    """None where it may carry a password."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the file.

    Args:
        line: Its number in the file.
        name: As it stands there.
        order: The camera; None: something is wrong.
        mistakes: What is wrong.
    """

    line: int
    name: str
    order: CameraOrder | None
    mistakes: tuple[Mistake, ...] = ()


def read_cameras(content: bytes) -> list[Row]:
    """Every row, right or wrong.

    Raises:
        ProblemError: It is no such file at all.
    """
    rows = csv_rows(csv_text(content))
    columns = _columns(next(rows, (1, list[str]()))[1])
    found: list[Row] = []
    for line, cells in rows:
        if len(found) == MAX_ROWS:
            raise _refusal(f"Expected at most {MAX_ROWS} rows; split the list.")
        found.append(_row(line, columns, cells))
    if not found:
        raise _refusal("Expected rows below the heads, got none.")
    return found


def cameras_csv(cameras: Iterable[Camera]) -> str:
    """The cameras as a file that can be read again; passwords as `***`, no cell a formula."""
    return _csv([_cell(camera, column) for column in COLUMNS] for camera in cameras)


def template_csv() -> str:
    """A file to fill in, with one row as an example."""
    return _csv([TEMPLATE])


def _csv(rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return f"{BOM}{out.getvalue()}"


def _cell(camera: Camera, column: str) -> object:
    value: Any = getattr(camera, column)
    if column in SECRET:
        return value and hide_secrets(value)
    return " ".join(value) if column == "tags" else value


def _columns(heads: list[str]) -> list[str | None]:
    known = {name: column for column, names in COLUMNS.items() for name in (column, *names)}
    columns = [known.get(head.lower(), known.get(head)) for head in heads]
    pairs = list(zip(heads, columns, strict=True))
    mistakes = [
        *(f"unknown column {head[:40]!r}" for head, column in pairs if head and not column),
        *(
            f"column {name} ({COLUMNS[name][0]}) is missing"
            for name in sorted(REQUIRED - set(columns))
        ),
        *(f"column {name} is there twice" for name in COLUMNS if columns.count(name) > 1),
    ]
    if mistakes:
        told = f"line 1: expected the heads {', '.join(COLUMNS)} (or in Chinese); "
        errors = [FieldError(where="line 1", message=mistake) for mistake in mistakes[:100]]
        raise _refusal(f"{told}{'; '.join(mistakes[:20])}.", errors)
    return columns


def _row(line: int, columns: list[str | None], cells: list[str]) -> Row:
    # A row may be cut short, or go on with empty cells, where a spreadsheet was.
    given = {c: cell for c, cell in zip(columns, cells, strict=False) if c and cell}
    name = given.get("name", "")[:128]
    mistakes: list[Mistake] = []
    if extra := [cell for cell in cells[len(columns) :] if cell]:
        mistakes.append(Mistake("", "no more cells than heads", extra[0][:80]))
    fields: dict[str, Any] = dict(given)
    for column in NUMBERS:
        if column in given:
            try:
                fields[column] = float(given[column])
            except ValueError:
                mistakes.append(Mistake(column, "a number", given[column][:80]))
                del fields[column]
    if "tags" in given:
        fields["tags"] = re.split(r"[\s,，、;；]+", given["tags"].strip())
    mistakes += [
        Mistake(column, "the address with its real password, not ***", None)
        for column in SECRET
        if has_hidden_secret(given.get(column, ""))
    ]
    order = None
    try:
        order = CameraOrder.model_validate(fields)
    except ValidationError as error:
        mistakes += [_mistake(each, given) for each in error.errors(include_url=False)]
    if order and order.sub_url and (order.kind or kind_of(order.url)) != "stream":
        mistakes.append(Mistake("sub_url", "nothing: only a stream has a sub-stream", None))
    return Row(line, name, None if mistakes else order, tuple(mistakes))


def _mistake(error: Any, given: dict[str, str]) -> Mistake:
    column = str(error["loc"][0]) if error["loc"] else ""
    expected = "a value" if error["type"] == "missing" else error["msg"]
    for start in STARTS:
        expected = expected.removeprefix(start)
    return Mistake(column, expected, None if column in SECRET else given.get(column, "")[:80])


def _refusal(told: str, errors: list[FieldError] | None = None) -> ProblemError:
    return ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, told[:1000], errors=errors)
