"""Long lists come in pages; `next_cursor` asks for the next one."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import TypeAdapter

from serving.api.documents import Document, UtcTime, Word
from serving.api.problems import FieldError, ProblemError

T = TypeVar("T")

Cursor = Annotated[
    str | None,
    Query(max_length=200, description="`next_cursor` of the page before; leave out at first."),
]
Limit = Annotated[int, Query(ge=1, le=500, description="At most so many.")]

_ID: TypeAdapter[str] = TypeAdapter(Word)
_MOMENT: TypeAdapter[tuple[datetime, str]] = TypeAdapter(tuple[UtcTime, Word])


class Page(Document, Generic[T]):
    """Part of a list."""

    items: Sequence[T]
    next_cursor: str | None
    """Send it as `cursor` for what follows; null at the end."""


def id_cursor(last_id: str) -> str:
    """A cursor for lists in the order of their ids."""
    return _pack(_ID.dump_json(last_id))


def read_id_cursor(cursor: str | None) -> str | None:
    """The id a cursor stands for; a ProblemError if it is not one of ours."""
    return None if cursor is None else _unpack(cursor, _ID)


def moment_cursor(at: datetime, last_id: str) -> str:
    """A cursor for lists in the order of time, then id."""
    return _pack(_MOMENT.dump_json((at, last_id)))


def read_moment_cursor(cursor: str | None) -> tuple[datetime, str] | None:
    """Time and id a cursor stands for; a ProblemError if it is not one of ours."""
    return None if cursor is None else _unpack(cursor, _MOMENT)


def _pack(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


def _unpack(cursor: str, kind: TypeAdapter[T]) -> T:
    try:
        content = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        return kind.validate_json(content)
    except ValueError as error:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "cursor: not one that this list gave out; start again without it",
            errors=[FieldError(where="query.cursor", message="unknown cursor")],
        ) from error
