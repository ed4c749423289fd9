"""Tables of users and of the audit."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from serving.store.models import Base, new_id, now


class User(Base):
    """A person who signs in."""

    __tablename__ = "user"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    """What is typed at sign-in; never given to somebody else."""
    display_name: Mapped[str] = mapped_column(String(128))
    password: Mapped[str] = mapped_column(Text)
    """Argon2id, in the PHC string format."""
    subject: Mapped[str | None] = mapped_column(String(512), unique=True)
    """Issuer and subject of who signs in with an account elsewhere; None: by password."""
    grants: Mapped[list[Any]]
    """`[{"role", "division"}]`."""
    disabled: Mapped[bool] = mapped_column(default=False)
    last_sign_in_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)


class AuditRecord(Base):
    """Who changed or opened what. Never changed, never removed; each holds the hash of the last."""

    __tablename__ = "audit_record"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012  never give a number twice

    seq: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    at: Mapped[datetime]
    actor_id: Mapped[str] = mapped_column(String(26), index=True)
    actor: Mapped[str] = mapped_column(String(64))
    """The name at that time."""
    actor_kind: Mapped[str] = mapped_column(String(8))
    """`user`, `token`, or `nobody` for a sign-in that failed."""
    action: Mapped[str] = mapped_column(String(32), index=True)
    thing: Mapped[str] = mapped_column(Text)
    """Method and path of the request."""
    address: Mapped[str] = mapped_column(String(64))
    """Of the client."""
    detail: Mapped[dict[str, Any]]
    """`changes`: what was made, changed (columns) or deleted; `reason`, where one was given.
    No values: some are secret."""
    previous: Mapped[str] = mapped_column(String(64))
    """The hash of the record before; empty for the first."""
    sha256: Mapped[str] = mapped_column(String(64))
    """Over `previous` and everything above."""
