"""Who asks, and where he may do a thing."""

from dataclasses import dataclass
from typing import Literal

from scenarios.dispatch import within
from serving.access.roles import CITYWIDE, ROLES, Action, Role

Places = tuple[str, ...] | None
"""Divisions, each with everything below it; empty: nowhere; None: everywhere."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in a place."""

    role: Role
    division: str | None = None
    """Path (`龙岗区/龙城街道`) or code (`440307001`); None: everywhere."""

    def actions(self) -> frozenset[Action]:
        """What it allows there."""
        return ROLES[self.role] if self.division is None else ROLES[self.role] - CITYWIDE


@dataclass(frozen=True, slots=True)
class Actor:
    """A user or a token that sent a request."""

    id: str
    name: str
    kind: Literal["user", "token"]
    grants: tuple[Grant, ...]

    def actions(self) -> frozenset[Action]:
        """What he may do somewhere."""
        return frozenset[Action]().union(*(grant.actions() for grant in self.grants))


ADMINISTRATOR = (Grant("administrator"),)


def places(actor: Actor, action: Action) -> Places:
    """Where somebody may do a thing."""
    granted = [grant.division for grant in actor.grants if action in grant.actions()]
    if None in granted:
        return None
    return tuple(division for division in granted if division is not None)


def lies_in(division: str | None, where: Places) -> bool:
    """Whether something in this division is in one of the places.

    What has no division belongs to the whole city: only who may everywhere may there.
    """
    if where is None:
        return True
    return division is not None and any(within(division, place) for place in where)
