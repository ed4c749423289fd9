"""Tokens: how programs ask, and what they may."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Response

from serving.api.context import Id, Stored
from serving.api.documents import Document, Moment, Order, Text
from serving.api.grants import GrantDocument, Grants, as_grants, shown
from serving.api.paging import Cursor, Limit, Page, id_cursor, read_id_cursor
from serving.api.problems import FieldError, ProblemError
from serving.store import tokens, users
from serving.store.models import Token, now

router = APIRouter(prefix="/tokens", tags=["access"])


class TokenOrder(Order):
    """A token for one system."""

    name: Text
    """Of the system; stands beside what it does. At most 64 characters."""

    grants: Grants
    expires_at: Moment | None = None
    """Null: never."""


class TokenDocument(Document):
    """A token, without its secret."""

    id: str
    name: str
    grants: list[GrantDocument]
    expires_at: datetime | None
    created_at: datetime
    last_used_at: datetime | None
    """To the hour."""


class NewTokenDocument(TokenDocument):
    """A token and its secret."""

    secret: str
    """Shown only now."""


@router.get("")
def list_tokens(store: Stored, cursor: Cursor = None, limit: Limit = 100) -> Page[TokenDocument]:
    """All tokens, oldest first."""
    with store.read() as session:
        rows = tokens.page(session, after=read_id_cursor(cursor), limit=limit + 1)
    items = [TokenDocument(**_columns(row)) for row in rows[:limit]]
    return Page(items=items, next_cursor=id_cursor(items[-1].id) if len(rows) > limit else None)


@router.post("", status_code=HTTPStatus.CREATED)
def create_token(order: TokenOrder, store: Stored, response: Response) -> NewTokenDocument:
    """A new token. Its secret is in this answer and nowhere else."""
    if len(order.name) > 64:
        raise _refused("name", f"expected at most 64 characters, got {len(order.name)}")
    if order.expires_at is not None and order.expires_at <= now():
        raise _refused("expires_at", "expected a time to come")
    with store.write() as session:
        grants = as_grants(order.grants)
        token, secret = tokens.make(session, order.name, grants, order.expires_at)
    response.headers["Location"] = f"/api/v1/tokens/{token.id}"
    response.headers["Cache-Control"] = "no-store"
    return NewTokenDocument(**_columns(token), secret=secret)


@router.delete("/{token_id}", status_code=HTTPStatus.NO_CONTENT)
def delete_token(token_id: Id, store: Stored) -> None:
    """From now on it opens nothing; 409 if nobody would be left who is administrator."""
    with store.write() as session:
        tokens.delete_token(session, token_id)
        users.keep_an_administrator(session)


def _columns(token: Token) -> dict[str, Any]:
    return {
        "id": token.id,
        "name": token.name,
        "grants": shown(token.grants),
        "expires_at": token.expires_at,
        "created_at": token.created_at,
        "last_used_at": token.last_used_at,
    }


def _refused(field: str, message: str) -> ProblemError:
    return ProblemError(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        f"{field}: {message}",
        errors=[FieldError(where=f"body.{field}", message=message)],
    )
