"""The tables of sinks: who is told of what happens, and how that went.

sink ──< delivery                     one message for one sink; tried until it is taken
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from serving.store.models import Base, HoldsSecrets, new_id, now
from serving.store.sealing import Secret, SecretJson


class Sink(HoldsSecrets):
    """Another system that is told of what happens."""

    __tablename__ = "sink"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(128))
    sealed_spec: Mapped[str] = mapped_column("spec", Text)
    spec = SecretJson[dict[str, Any]]("sealed_spec")
    """Where and how: one of `serving.events.sinks.SinkSpec`."""
    sealed_secret: Mapped[str] = mapped_column("secret", Text)
    secret = Secret[str]("sealed_secret")
    """Signs what is sent, or is the password of the receiver: is not shown after it was made."""
    types: Mapped[list[str]]
    """Messages whose type begins with one of these."""
    enabled: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(BigInteger)
    """Number of the last message that was looked at for it."""
    revision: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)


class Delivery(Base):
    """One message for one sink."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("sink_id", "seq"),
        Index("ix_delivery_sink_id_state_seq", "sink_id", "state", "seq"),
        Index("ix_delivery_sink_id_subject_seq", "sink_id", "subject", "seq"),
        Index("ix_delivery_sink_id_state_camera_id_seq", "sink_id", "state", "camera_id", "seq"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    sink_id: Mapped[str] = mapped_column(ForeignKey("sink.id", ondelete="CASCADE"))
    seq: Mapped[int] = mapped_column(BigInteger)
    """Of the message."""
    subject: Mapped[str] = mapped_column(String(64))
    """Of the message: those of one subject go out in their order."""
    camera_id: Mapped[str | None] = mapped_column(String(26))
    """Of whose events or state it tells: those of one camera go out in their order, too."""
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    """`waiting` → `delivered` | `failed`."""
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    """While it waits; an attempt moves it ahead before it begins."""
    error: Mapped[str | None] = mapped_column(Text)
    """Why the last attempt failed; None: it did not."""
    delivered_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
