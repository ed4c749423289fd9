"""Who may ask: tokens for programs, sessions for browsers. Only hashes are stored."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from serving.store.models import Token, WebSession

SESSION_LIFE = timedelta(days=90)
"""Long: a control room's wall must not ask for a token every week."""


def ensure_admin(session: Session) -> str | None:
    """A new admin secret if there is no token at all, else None. It is never shown again."""
    if session.scalar(select(Token.id).limit(1)) is not None:
        return None
    return create(session, "admin")


def create(session: Session, name: str) -> str:
    """A new token's secret. It is never shown again."""
    secret = f"longan_{secrets.token_urlsafe(32)}"
    session.add(Token(name=name, sha256=_digest(secret)))
    session.flush()
    return secret


def find(session: Session, secret: str) -> Token | None:
    """The token of a secret."""
    return session.scalar(select(Token).where(Token.sha256 == _digest(secret)))


def open_session(session: Session, token: Token, at: datetime) -> str:
    """A new cookie value that stands for the token; clears away sessions that ran out."""
    session.execute(delete(WebSession).where(WebSession.expires_at <= at))
    secret = secrets.token_urlsafe(32)
    session.add(WebSession(sha256=_digest(secret), token_id=token.id, expires_at=at + SESSION_LIFE))
    session.flush()
    return secret


def find_session(session: Session, secret: str, at: datetime) -> Token | None:
    """The token a cookie stands for, unless it ran out."""
    return session.scalar(
        select(Token)
        .join(WebSession, WebSession.token_id == Token.id)
        .where(WebSession.sha256 == _digest(secret), WebSession.expires_at > at)
    )


def close_session(session: Session, secret: str) -> None:
    """Sign a browser out; nothing happens if it was not signed in."""
    session.execute(delete(WebSession).where(WebSession.sha256 == _digest(secret)))


def _digest(secret: str) -> str:
    return sha256(secret.encode("utf-8", "replace")).hexdigest()
