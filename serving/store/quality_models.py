"""The table of quality reports on data sets."""

from datetime import datetime
from typing import Any

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from serving.store.models import Base, new_id, now


class QualityReport(Base):
    """A data set looked at, as a job; its page and its list to fix lie in a folder of its own."""

    __tablename__ = "quality_report"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    dataset: Mapped[str] = mapped_column(String(64), index=True)
    """Name of the import."""
    release: Mapped[str | None] = mapped_column(String(64))
    """Id of the release that is looked at; None: the import itself."""
    state: Mapped[str] = mapped_column(String(16), default="queued", index=True)
    """`queued` → `running` → `done` | `failed`; a restart makes a running one queued again."""
    progress: Mapped[float] = mapped_column(default=0.0)
    """0–1."""
    message: Mapped[str | None] = mapped_column(Text)
    """Why it failed."""
    score: Mapped[float | None]
    """0–100."""
    reasons: Mapped[list[str] | None]
    """Why it doesn't pass the gate; empty where it does."""
    counts: Mapped[dict[str, Any] | None]
    """Findings by kind."""
    pictures: Mapped[int | None]
    boxes: Mapped[int | None]
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]
