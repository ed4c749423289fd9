"""What endpoints ask for, such as `store: Stored` or `settings: Configured`."""

from collections.abc import Awaitable, Callable
from typing import Annotated, cast

from fastapi import Depends, Path
from starlette.requests import HTTPConnection

from serving.access import Actor
from serving.api.checking import Checking
from serving.api.evaluating import Evaluating
from serving.api.job_queue import JobQueue
from serving.api.replaying import Replaying
from serving.api.wires import Discover, Preview, Probe
from serving.registry.registering import Registry
from serving.settings import Settings
from serving.store import Store
from serving.store.archive import Archive


# Plain look-ups; `async` spares each a trip to the thread pool.
async def _store(connection: HTTPConnection) -> Store:
    return cast("Store", connection.app.state.store)


async def _settings(connection: HTTPConnection) -> Settings:
    return cast("Settings", connection.app.state.settings)


async def _archive(connection: HTTPConnection) -> Archive:
    return cast("Archive", connection.app.state.archive)


async def _preview(connection: HTTPConnection) -> Preview | None:
    return cast("Preview | None", connection.app.state.preview)


async def _probing(connection: HTTPConnection) -> Probe | None:
    return cast("Probe | None", connection.app.state.probing)


async def _finding(connection: HTTPConnection) -> Discover | None:
    return cast("Discover | None", connection.app.state.finding)


async def _checking(connection: HTTPConnection) -> Checking:
    return cast("Checking", connection.app.state.checking)


async def _registry(connection: HTTPConnection) -> Registry:
    return cast("Registry", connection.app.state.signing)


async def _replaying(connection: HTTPConnection) -> Replaying:
    return cast("Replaying", connection.app.state.replaying)


async def _evaluating(connection: HTTPConnection) -> Evaluating:
    return cast("Evaluating", connection.app.state.evaluating)


async def _training(connection: HTTPConnection) -> JobQueue:
    return cast("JobQueue", connection.app.state.training)


async def _assessing(connection: HTTPConnection) -> JobQueue:
    return cast("JobQueue", connection.app.state.assessing)


async def _still(connection: HTTPConnection) -> Callable[[], Awaitable[Actor | None]]:
    return cast("Callable[[], Awaitable[Actor | None]]", connection.state.still)


async def _caller(connection: HTTPConnection) -> Actor:
    return cast("Actor", connection.state.actor)


Stored = Annotated[Store, Depends(_store)]
Configured = Annotated[Settings, Depends(_settings)]
Archived = Annotated[Archive, Depends(_archive)]
Previewed = Annotated[Preview | None, Depends(_preview)]
Probing = Annotated[Probe | None, Depends(_probing)]
Finding = Annotated[Discover | None, Depends(_finding)]
Checked = Annotated[Checking, Depends(_checking)]
Registered = Annotated[Registry, Depends(_registry)]
Replayed = Annotated[Replaying, Depends(_replaying)]
Evaluated = Annotated[Evaluating, Depends(_evaluating)]
Trained = Annotated[JobQueue, Depends(_training)]
Assessed = Annotated[JobQueue, Depends(_assessing)]
Caller = Annotated[Actor, Depends(_caller)]
"""The user or the token that the request came from."""
Still = Annotated[Callable[[], Awaitable[Actor | None]], Depends(_still)]
"""Asks again who that is: None once he is nobody any more. For what stays open for long."""

STILL_EVERY_S = 2.0
"""So often it is asked."""

WORD = r"^[0-9A-Za-z._-]{1,64}$"

Id = Annotated[str, Path(pattern=WORD)]
"""An id or a name as part of a path."""
