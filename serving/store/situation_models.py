"""The tables of situations: plans that are switched on and off by one call.

situation ──< activation              what was changed, what it was before, and what became of it
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from serving.store.models import Base, new_id, now


class Situation(Base):
    """A named plan: flood control, a holiday, a drill."""

    __tablename__ = "situation"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(128))
    plan: Mapped[dict[str, Any]]
    """`{"deployments", "patrol", "wall", "notify"}`."""
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)


class Activation(Base):
    """A situation was switched on, and off again. It stays when the situation is deleted."""

    __tablename__ = "activation"
    __table_args__ = (
        Index("ix_activation_situation_id_activated_at", "situation_id", "activated_at"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    number: Mapped[int] = mapped_column(unique=True)
    """1, 2, 3 … over all situations: the order in which they lie on each other."""
    situation_id: Mapped[str] = mapped_column(String(26))
    name: Mapped[str] = mapped_column(String(128))
    plan: Mapped[dict[str, Any]]
    """As it was when it was switched on."""
    changes: Mapped[list[Any]]
    """`serving.store.situations.Change` each."""
    reason: Mapped[str] = mapped_column(Text)
    activated_by: Mapped[str] = mapped_column(String(64))
    activated_at: Mapped[datetime]
    deactivated_by: Mapped[str | None] = mapped_column(String(64))
    deactivated_at: Mapped[datetime | None] = mapped_column(index=True)
