"""What models were asked, minute by minute: whether a new version fails or is slow."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from scenarios.rollout import Usage
from serving.store.rollout_models import ModelUsage

KEPT = timedelta(days=1)


def add(session: Session, node_id: str, sha256: str, at: datetime, used: Usage) -> None:
    """Add to what is counted already. Not harmless to repeat: call it once for what was asked."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    insert = dialect.insert(ModelUsage).values(
        node_id=node_id,
        sha256=sha256,
        minute=_minute(at),
        pictures=used.pictures,
        errors=used.errors,
        busy_s=used.busy_s,
    )
    columns = ("pictures", "errors", "busy_s")
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["sha256", "minute", "node_id"],
            set_={c: getattr(ModelUsage, c) + getattr(insert.excluded, c) for c in columns},
        )
    )


def since(session: Session, sha256: str, at: datetime) -> Usage:
    """Of a model on all nodes, from the minute of that moment on."""
    query = select(
        func.coalesce(func.sum(ModelUsage.pictures), 0),
        func.coalesce(func.sum(ModelUsage.errors), 0),
        func.coalesce(func.sum(ModelUsage.busy_s), 0.0),
    ).where(ModelUsage.sha256 == sha256, ModelUsage.minute >= _minute(at))
    pictures, errors, busy_s = session.execute(query).one()
    return Usage(int(pictures), int(errors), float(busy_s))


def prune(session: Session, now: datetime) -> None:
    """Forget what is older than `KEPT`."""
    session.execute(delete(ModelUsage).where(ModelUsage.minute < now - KEPT))


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
