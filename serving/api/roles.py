"""The roles, and what each of them may do."""

from fastapi import APIRouter

from serving.access import ROLES, Action, Role
from serving.api.documents import Document

router = APIRouter(prefix="/roles", tags=["access"])


class RoleDocument(Document):
    """A role."""

    role: Role
    actions: list[Action]


class RoleDocuments(Document):
    """All roles."""

    items: list[RoleDocument]


@router.get("")
async def list_roles() -> RoleDocuments:
    """Every role, the administrator's first."""
    return RoleDocuments(
        items=[RoleDocument(role=role, actions=sorted(ROLES[role])) for role in ROLES]
    )
