"""People who sign in. Passwords are kept as Argon2id hashes only."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from serving.store.access_models import User
from serving.store.errors import ConflictError, NotFoundError, StaleError
from serving.store.models import Token, WebSession

_HASHER = PasswordHasher()
"""With the RFC 9106 settings for little memory: 64 MiB, 3 passes, 4 lanes."""

_NOBODY = _HASHER.hash("nobody")
"""A name that is not there must take as long as a wrong password."""


def page(session: Session, *, after: str | None, limit: int) -> list[User]:
    """The next users by id, oldest first."""
    query = select(User).order_by(User.id).limit(limit)
    return list(session.scalars(query if after is None else query.where(User.id > after)))


def get(session: Session, user_id: str) -> User:
    """One user; raises NotFoundError."""
    user = session.get(User, user_id)
    if user is None:
        raise NotFoundError(f"there is no user {user_id!r}; GET /api/v1/users lists them")
    return user


def create(
    session: Session, *, name: str, display_name: str, password: str, grants: Sequence[Any]
) -> User:
    """A new user.

    Raises:
        ConflictError: The name is taken.
    """
    if session.scalar(select(User.id).where(User.name == name)) is not None:
        raise ConflictError(f"there is a user {name!r} already; choose another name")
    user = User(
        name=name,
        display_name=display_name,
        password=_HASHER.hash(password),
        grants=list(grants),
    )
    session.add(user)
    session.flush()
    return user


def of_subject(
    session: Session, subject: str, name: str, display_name: str, grants: list[Any]
) -> User:
    """The user of an identity elsewhere, made at the first time; has the grants given here.

    He has no password, so that only that identity opens the platform for him.

    Args:
        session: A write transaction.
        subject: Issuer and subject.
        name: What he is called there.
        display_name: His name.
        grants: As the column holds them.

    Raises:
        ConflictError: Another user has this name: nobody may become him from outside.
    """
    user = session.scalar(select(User).where(User.subject == subject))
    if user is None:
        if session.scalar(select(User.id).where(User.name == name)) is not None:
            raise ConflictError(
                f"there is a user {name!r} already who signs in otherwise; delete or rename one"
            )
        nobodys = _HASHER.hash(secrets.token_urlsafe(32))
        user = User(name=name, subject=subject, password=nobodys)
        session.add(user)
    user.display_name, user.grants = display_name, grants
    session.flush()
    return user


def update(session: Session, user_id: str, revision: int | None, change: dict[str, Any]) -> User:
    """Change a user; a new password or being disabled ends his sessions.

    Args:
        session: A write transaction.
        user_id: Whom.
        revision: The one the caller knew; None: whatever is there.
        change: Columns; `password` in clear.

    Raises:
        NotFoundError: No such user.
        StaleError: He is no longer at `revision`.
        ConflictError: Nobody would be left who can change this.
    """
    user = get(session, user_id)
    if revision is not None and user.revision != revision:
        raise StaleError(
            f"user {user.name} is at revision {user.revision}, not {revision}: somebody changed "
            "it meanwhile; read it again and repeat the change"
        )
    for column, value in change.items():
        setattr(user, column, _HASHER.hash(value) if column == "password" else value)
    user.revision += 1
    if user.disabled or "password" in change:
        session.execute(delete(WebSession).where(WebSession.user_id == user.id))
    session.flush()
    keep_an_administrator(session)
    return user


def delete_user(session: Session, user_id: str) -> None:
    """Remove a user; what he did keeps his name."""
    session.delete(get(session, user_id))
    session.flush()
    keep_an_administrator(session)


def verified(session: Session, name: str, password: str) -> User | None:
    """The user of a name and its password; None: not these, or he is disabled.

    Takes as long for a name that is not there (about 50 ms of CPU), so ask in a read session:
    strangers may ask, and nobody shall wait for the write lock meanwhile.
    """
    user = session.scalar(select(User).where(User.name == name))
    try:
        _HASHER.verify(_NOBODY if user is None else user.password, password)
    except VerificationError:
        return None
    return None if user is None or user.disabled else user


def note_sign_in(session: Session, user_id: str, at: datetime) -> None:
    """Remember when a user signed in."""
    get(session, user_id).last_sign_in_at = at
    session.flush()


def keep_an_administrator(session: Session) -> None:
    """Refuse a change after which nobody could give rights any more.

    Raises:
        ConflictError: No user and no token that never expires is administrator everywhere.
    """
    users = session.scalars(select(User.grants).where(~User.disabled))
    tokens = session.scalars(select(Token.grants).where(Token.expires_at.is_(None)))
    whole = {"role": "administrator", "division": None}
    if not any(whole in grants for grants in (*users, *tokens)):
        raise ConflictError(
            "nobody would be left who is administrator everywhere, as a user or by a token that "
            "never expires; make another one first"
        )
