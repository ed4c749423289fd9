"""Whether the platform lives, and whether it can work. Answers without a token."""

from typing import Literal

from fastapi import APIRouter
from sqlalchemy import text

from serving.api.context import Stored
from serving.api.documents import Document

router = APIRouter(tags=["health"])


class HealthDocument(Document):
    """It lives, or it can work."""

    status: Literal["ok"] = "ok"


@router.get("/healthz")
async def get_health() -> HealthDocument:
    """The process answers."""
    return HealthDocument()


@router.get("/readyz")
def get_readiness(store: Stored) -> HealthDocument:
    """The store answers too; 503 with what to do when it does not."""
    with store.read() as session:
        session.execute(text("SELECT version_num FROM alembic_version"))
    return HealthDocument()
