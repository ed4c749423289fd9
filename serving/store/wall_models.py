"""The table of saved views of the video wall."""

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from serving.store.models import Base, new_id, now


class WallView(Base):
    """Which cameras stand on the wall together, and how."""

    __tablename__ = "wall_view"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(128))
    camera_ids: Mapped[list[str]] = mapped_column(default=list)
    """In the order of their tiles. No foreign key: a camera that is deleted leaves a gap here."""
    selector: Mapped[dict[str, Any] | None]
    """`{"division", "tags"}`: cameras that come after those of `camera_ids`."""
    division: Mapped[str | None] = mapped_column(String(128))
    """The smallest that holds its cameras; None: the whole city."""
    grid: Mapped[int]
    """Tiles on one page: 1, 4, 9 … 64."""
    patrol_s: Mapped[int] = mapped_column(default=20)
    """Seconds a page stays while the wall goes through them."""
    revision: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
