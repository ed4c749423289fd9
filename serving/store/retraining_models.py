"""The tables of how algorithms get better while they run.

histogram                             what cameras and versions saw, hour by hour
drift                                 how far a version at a camera is from its first week
retraining_policy ──< retraining      when to train again, and what became of it each time
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from serving.store.models import Base, new_id, now


class Histogram(Base):
    """How often what was measured fell into which bin in one hour: see `scenarios.drift`."""

    __tablename__ = "histogram"
    __table_args__ = (Index("ix_histogram_hour", "hour"),)

    camera_id: Mapped[str] = mapped_column(String(26), primary_key=True)
    algorithm: Mapped[str] = mapped_column(String(130), primary_key=True)
    """`name@version`; empty: of the scene."""
    measure: Mapped[str] = mapped_column(String(16), primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    """Its beginning."""
    counts: Mapped[list[Any]]


class Drift(Base):
    """What a version at a camera is compared with, and how far it is from that."""

    __tablename__ = "drift"
    __table_args__ = (UniqueConstraint("camera_id", "algorithm", "measure"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    camera_id: Mapped[str] = mapped_column(String(26))
    algorithm: Mapped[str] = mapped_column(String(130), index=True)
    """`name@version`."""
    measure: Mapped[str] = mapped_column(String(16))
    reference_from: Mapped[datetime]
    """When the version was first seen there."""
    reference_until: Mapped[datetime | None]
    """None: it is still being learnt."""
    reference: Mapped[list[Any] | None]
    """Counts by bin."""
    psi: Mapped[float | None]
    """None: too little was seen."""
    p_value: Mapped[float | None]
    band: Mapped[str | None] = mapped_column(String(16))
    since: Mapped[datetime]
    """From when on it has been in this band."""
    measured_at: Mapped[datetime]


class RetrainingPolicy(Base):
    """When an algorithm is trained again."""

    __tablename__ = "retraining_policy"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    algorithm: Mapped[str] = mapped_column(String(64), index=True)
    recipe: Mapped[str] = mapped_column(String(64))
    scenario: Mapped[str] = mapped_column(String(64))
    """Whose reviewed events it learns from."""
    evaluation_set: Mapped[str] = mapped_column(String(64))
    """Name of what the new version is measured on."""
    base_release: Mapped[str] = mapped_column(String(64))
    """Id of the data that the first run's reviewed events are added to."""
    schedule: Mapped[dict[str, Any] | None]
    """`scenarios.schedule.Schedule`."""
    drift_band: Mapped[str | None] = mapped_column(String(16))
    min_reviewed: Mapped[int]
    cool_down_days: Mapped[int]
    enabled: Mapped[bool] = mapped_column(default=True)
    revision: Mapped[int] = mapped_column(default=1)
    token_id: Mapped[str] = mapped_column(String(26))
    """Of who set it last: in whose name originals are opened."""
    set_by: Mapped[str] = mapped_column(String(64))
    """Name of that token."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)


class Retraining(Base):
    """One time that a policy wanted a training run, and what became of it."""

    __tablename__ = "retraining"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    policy_id: Mapped[str] = mapped_column(
        ForeignKey("retraining_policy.id", ondelete="CASCADE"), index=True
    )
    state: Mapped[str] = mapped_column(String(16), default="wanted")
    """`wanted` → `training` → `checking` → `evaluating` → `candidate`; any of them → `failed`."""
    why: Mapped[str] = mapped_column(Text)
    message: Mapped[str | None] = mapped_column(Text)
    """Why it failed."""
    release_id: Mapped[str | None] = mapped_column(String(64))
    """Of the data it trains on."""
    run_id: Mapped[str | None] = mapped_column(String(26))
    """The training run's."""
    submission_id: Mapped[str | None] = mapped_column(String(26))
    evaluation_id: Mapped[str | None] = mapped_column(String(26))
    requested_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
