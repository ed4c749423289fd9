"""The tables of rollouts.

deployment ──< rollout ──< rollout_step   a new algorithm version on its way; append-only history
rollout ──< shadow_event                  what it found beside the champion; nobody is told
model_usage                               what each model was asked, minute by minute
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from serving.store.models import Base, new_id, now


class Rollout(Base):
    __tablename__ = "rollout"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    deployment_id: Mapped[str] = mapped_column(String(26), index=True)
    """No foreign key: it outlives its deployment."""
    champion: Mapped[str] = mapped_column(String(130))
    """`name@version` that the deployment had when it began."""
    candidate: Mapped[str] = mapped_column(String(130))
    """`name@version` that is rolled out."""
    state: Mapped[str] = mapped_column(String(16), default="shadow")
    """See `scenarios.rollout`."""
    percent: Mapped[int] = mapped_column(default=0)
    """Of the cameras that have the candidate."""
    canary: Mapped[list[Any]]
    """Percentages that the canary goes through."""
    gates: Mapped[dict[str, Any]]
    """`scenarios.rollout.Gates`."""
    automatic: Mapped[dict[str, Any] | None]
    """`scenarios.rollout.Automatic`; None: it goes on by call only."""
    champion_ms: Mapped[float | None]
    """What a picture took the champion when it was last measured."""
    revision: Mapped[int] = mapped_column(default=1)
    since: Mapped[datetime] = mapped_column(default=now)
    """Begin of the stage."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]
    """From when on nobody watches over it: it was rolled back, or another took its place."""


class RolloutStep(Base):
    """What happened to a rollout, by whom and why. Never changed."""

    __tablename__ = "rollout_step"

    rollout_id: Mapped[str] = mapped_column(
        ForeignKey("rollout.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    percent: Mapped[int]
    actor: Mapped[str] = mapped_column(String(64))
    """Name of the token that was used, or `platform`."""
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(default=now)


class ShadowEvent(Base):
    """An event that counts for the rollout alone: apart from `event`, so that nothing tells it."""

    __tablename__ = "shadow_event"
    __table_args__ = (Index("ix_shadow_event_rollout_id_opened_at", "rollout_id", "opened_at"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    rollout_id: Mapped[str] = mapped_column(String(26))
    camera_id: Mapped[str] = mapped_column(String(26))
    revision: Mapped[int]
    rule: Mapped[str] = mapped_column(String(32))
    zone: Mapped[str | None] = mapped_column(String(64))
    confidence: Mapped[float]
    objects: Mapped[list[Any]]
    """As in `event`."""
    path: Mapped[list[Any]]
    """As in `event`."""
    first_seen_at: Mapped[datetime]
    opened_at: Mapped[datetime] = mapped_column(index=True)
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    occurrences: Mapped[int]
    scenario: Mapped[str | None] = mapped_column(String(64))
    severity: Mapped[str | None] = mapped_column(String(16))
    snapshot: Mapped[str | None] = mapped_column(String(255))
    """Relative to the evidence folder: the whole picture, masked, of which there is no original.
    None: there never was one, or it has become too old."""


class ModelUsage(Base):
    __tablename__ = "model_usage"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    minute: Mapped[datetime] = mapped_column(primary_key=True, index=True)
    node_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    pictures: Mapped[int]
    """It was asked about, those included that failed."""
    errors: Mapped[int]
    busy_s: Mapped[float]
    """That the others took."""
