"""The table of training runs."""

from datetime import datetime
from typing import Any

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from serving.store.models import Base, new_id, now


class TrainingRun(Base):
    """A recipe at work, as a job; its files lie in a folder of its own."""

    __tablename__ = "training_run"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    recipe: Mapped[str] = mapped_column(String(64))
    spec: Mapped[dict[str, Any]]
    """`serving.store.training_spec.TrainingSpec`."""
    why: Mapped[str] = mapped_column(Text)
    """`person`, `schedule` or `drift`, a colon and a sentence."""
    state: Mapped[str] = mapped_column(String(16), default="queued", index=True)
    """`queued` → `running` → `done` | `failed` | `cancelled`; a restart makes a running one queued
    again, and it goes on from its last checkpoint."""
    progress: Mapped[float] = mapped_column(default=0.0)
    """0–1."""
    message: Mapped[str | None] = mapped_column(Text)
    """What it is doing; why it failed."""
    folder: Mapped[str] = mapped_column(String(128))
    """Below the platform's folder of runs."""
    metrics: Mapped[dict[str, Any] | None]
    """By data set and split, as `metrics.json`."""
    submission_id: Mapped[str | None] = mapped_column(String(26), index=True)
    """The result, handed in like any other model."""
    started_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    """When it was first taken."""
    ended_at: Mapped[datetime | None]
