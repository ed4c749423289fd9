"""Who may ask: tokens for programs, sessions for browsers. Only hashes are stored."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from serving.access import ADMINISTRATOR, Actor, Grant
from serving.store.access_models import User
from serving.store.errors import NotFoundError
from serving.store.models import Token, WebSession

SESSION_LIFE = timedelta(days=90)
"""Long: a control room's wall must not ask for a token every week."""

USER_SESSION_LIFE = timedelta(hours=12)
"""A shift: a person signs in again."""

USED_EVERY = timedelta(hours=1)
"""How exactly `last_used_at` is kept."""


def ensure_admin(session: Session) -> str | None:
    """A new admin secret if there is no token at all, else None. It is never shown again."""
    if session.scalar(select(Token.id).limit(1)) is not None:
        return None
    return create(session, "admin")


def create(
    session: Session,
    name: str,
    grants: Sequence[Grant] = ADMINISTRATOR,
    expires_at: datetime | None = None,
) -> str:
    """A new token's secret. It is never shown again."""
    return make(session, name, grants, expires_at)[1]


def make(
    session: Session, name: str, grants: Sequence[Grant], expires_at: datetime | None
) -> tuple[Token, str]:
    """A new token and its secret."""
    secret = f"longan_{secrets.token_urlsafe(32)}"
    token = Token(name=name, sha256=_digest(secret), grants=as_json(grants), expires_at=expires_at)
    session.add(token)
    session.flush()
    return token, secret


def page(session: Session, *, after: str | None, limit: int) -> list[Token]:
    """The next tokens by id, oldest first."""
    query = select(Token).order_by(Token.id).limit(limit)
    return list(session.scalars(query if after is None else query.where(Token.id > after)))


def delete_token(session: Session, token_id: str) -> None:
    """From now on the token opens nothing, nor do browsers that signed in with it."""
    token = session.get(Token, token_id)
    if token is None:
        raise NotFoundError(f"there is no token {token_id!r}; GET /api/v1/tokens lists them")
    session.delete(token)
    session.flush()


def find(session: Session, secret: str, at: datetime | None = None) -> Token | None:
    """The token of a secret, unless it ran out by `at`."""
    query = select(Token).where(Token.sha256 == _digest(secret))
    if at is not None:
        query = query.where(or_(Token.expires_at.is_(None), Token.expires_at > at))
    return session.scalar(query)


def note_use(session: Session, token_id: str, at: datetime) -> None:
    """Remember that a token was used."""
    token = session.get(Token, token_id)
    if token is not None:
        token.last_used_at = at


def open_session(session: Session, who: Token | User, at: datetime) -> str:
    """A new cookie value that stands for who signed in; clears away sessions that ran out."""
    session.execute(delete(WebSession).where(WebSession.expires_at <= at))
    secret = secrets.token_urlsafe(32)
    is_user = isinstance(who, User)
    session.add(
        WebSession(
            sha256=_digest(secret),
            token_id=None if is_user else who.id,
            user_id=who.id if is_user else None,
            expires_at=at + (USER_SESSION_LIFE if is_user else SESSION_LIFE),
        )
    )
    session.flush()
    return secret


def find_session(session: Session, secret: str, at: datetime) -> Token | User | None:
    """Whom a cookie stands for, unless it, or the token, ran out, or the user is disabled."""
    row = session.scalar(
        select(WebSession).where(WebSession.sha256 == _digest(secret), WebSession.expires_at > at)
    )
    if row is None:
        return None
    if row.user_id is not None:
        user = session.get(User, row.user_id)
        return None if user is None or user.disabled else user
    token = session.get(Token, row.token_id)
    ran_out = token is not None and token.expires_at is not None and token.expires_at <= at
    return None if ran_out else token


def close_session(session: Session, secret: str) -> None:
    """Sign a browser out; nothing happens if it was not signed in."""
    session.execute(delete(WebSession).where(WebSession.sha256 == _digest(secret)))


def actor(who: Token | User) -> Actor:
    """A row as who acts."""
    kind = "user" if isinstance(who, User) else "token"
    return Actor(who.id, who.name, kind, from_json(who.grants))


def as_json(grants: Sequence[Grant]) -> list[dict[str, Any]]:
    """Grants as a column holds them."""
    return [{"role": grant.role, "division": grant.division} for grant in grants]


def from_json(column: Sequence[Any]) -> tuple[Grant, ...]:
    """What a column holds as grants."""
    return tuple(Grant(one["role"], one["division"]) for one in column)


def _digest(secret: str) -> str:
    return sha256(secret.encode("utf-8", "replace")).hexdigest()
