"""A CSV file as the body of a request: as it is, or as the `file` of a form."""

import csv
import io
from collections.abc import Iterator
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

from serving.api.problems import ProblemError

_FILE = {"type": "string", "format": "binary"}
CSV_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "text/csv": {"schema": _FILE},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"file": _FILE},
                    "required": ["file"],
                }
            },
        },
    }
}
"""For `openapi_extra=` of an endpoint that takes one."""


async def _content(request: Request) -> bytes:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "text/csv":
        return await request.body()
    if kind != "multipart/form-data":
        raise ProblemError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"Expected Content-Type text/csv or multipart/form-data, got {kind[:64]!r}.",
        )
    async with request.form(max_files=1) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise ProblemError(
                HTTPStatus.UNPROCESSABLE_ENTITY, "Expected a CSV file as the form's `file`."
            )
        return await file.read()


CsvContent = Annotated[bytes, Depends(_content)]


def csv_text(content: bytes) -> str:
    """What a spreadsheet saved, in UTF-8 or GBK; a ProblemError if it is neither."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ProblemError(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "Expected CSV in UTF-8 or GBK, got neither; save it as CSV UTF-8.",
    )


_ESCAPED = ("'=", "'+", "'-", "'@")


def _plain(cell: str) -> str:
    """As it was before a spreadsheet was kept from taking it for a formula."""
    return cell[1:] if cell.startswith(_ESCAPED) else cell


def csv_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of every row that is not empty; a ProblemError where it is no CSV."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for row in reader:
            cells = [_plain(cell.strip()) for cell in row]
            if any(cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            f"line {reader.line_num}: not CSV ({error}); save it as CSV.",
        ) from error
