"""Who acts in this thread or task. Nobody does in what the platform does by itself."""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

from serving.access.actor import Actor, Places
from serving.access.roles import Action


@dataclass(frozen=True, slots=True)
class Acting:
    """A request under way."""

    actor: Actor
    action: Action
    where: Places
    """Where the actor may do it."""
    thing: str
    """What was asked: method and path."""
    address: str
    """Of the client."""


_acting: ContextVar[Acting | None] = ContextVar("acting", default=None)


def begin(request: Acting) -> None:
    """From here on, in this task and the threads it asks, this request acts."""
    _acting.set(request)


def acting() -> Acting | None:
    """The request under way; None: the platform itself."""
    return _acting.get()


@contextmanager
def everywhere() -> Generator[None]:
    """See every place for a moment: for what is reckoned over the whole city, never shown."""
    request = _acting.get()
    token = _acting.set(None if request is None else replace(request, where=None))
    try:
        yield
    finally:
        _acting.reset(token)
