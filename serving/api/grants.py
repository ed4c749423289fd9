"""Rights as JSON: a role, everywhere or in one division."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from serving.access import Grant, Role
from serving.api.documents import Document, Order, Text


class GrantOrder(Order):
    """A role in a place."""

    role: Role
    division: Text | None = None
    """Path (`龙岗区/龙城街道`) or administrative code, with all below it; null: everywhere."""


class GrantDocument(Document):
    """A role in a place."""

    role: Role
    division: str | None
    """Null: everywhere."""


Grants = Annotated[list[GrantOrder], Field(min_length=1, max_length=64)]


def as_grants(orders: Sequence[GrantOrder]) -> tuple[Grant, ...]:
    """What was sent, for the store."""
    return tuple(Grant(order.role, order.division) for order in orders)


def shown(grants: Sequence[Any]) -> list[GrantDocument]:
    """What a column holds, for an answer."""
    return [GrantDocument(role=one["role"], division=one["division"]) for one in grants]
