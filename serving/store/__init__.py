"""What the platform remembers: rows in SQLite or PostgreSQL."""

from serving.store.database import Store

__all__ = ["Store"]
