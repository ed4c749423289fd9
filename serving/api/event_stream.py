"""Following what happens: CloudEvents as server-sent events, none missed after a reconnection."""

import asyncio
from collections.abc import AsyncIterable
from time import monotonic
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from serving.access import acting, lies_in
from serving.api.context import STILL_EVERY_S, Caller, Still, Stored
from serving.store import Store, messages
from serving.store.models import Message

router = APIRouter(prefix="/events", tags=["events"])

LOOK_EVERY_S = 0.25

_Seq = Annotated[int | None, Header(alias="Last-Event-ID", ge=0, le=2**53)]


class Tail:
    """The newest message number, asked of the store once for everybody who follows."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = asyncio.Lock()
        self._newest = 0
        self._asked_at = float("-inf")

    async def newest(self, at_least: int = 0) -> int:
        """At most `LOOK_EVERY_S` old, and not older than `at_least` if there is such a message."""
        async with self._lock:
            if monotonic() - self._asked_at >= LOOK_EVERY_S or self._newest < at_least:
                self._newest = await run_sync(self._ask)
                self._asked_at = monotonic()
            return self._newest

    def _ask(self) -> int:
        with self._store.read() as session:
            return messages.newest_seq(session)


async def _start(
    request: Request,
    last_event_id: _Seq = None,
    after: Annotated[
        int | None,
        Query(ge=0, le=2**53, description="Begin after this number; left out: with what comes."),
    ] = None,
) -> int:
    tail: Tail = request.app.state.tail
    asked = after if last_event_id is None else last_event_id
    newest = await tail.newest(at_least=asked or 0)
    # A number from before the store was replaced must not make the client wait for it.
    return newest if asked is None else min(asked, newest)


@router.get("/stream", response_class=EventSourceResponse)
async def follow_events(
    request: Request,
    store: Stored,
    start: Annotated[int, Depends(_start)],
    caller: Caller,
    still: Still,
) -> AsyncIterable[ServerSentEvent]:
    """Everything that happens, as CloudEvents; `id` is for `Last-Event-ID`.

    It ends within seconds when the token or user is deleted, runs out or gets other rights.
    """
    tail: Tail = request.app.state.tail
    seq = start
    # Gives the client a number to come back with before the first message.
    yield ServerSentEvent(id=str(seq), comment="following")
    asked_at = monotonic()
    while True:
        if monotonic() - asked_at >= STILL_EVERY_S:
            if await still() != caller:
                return
            asked_at = monotonic()
        if await tail.newest() <= seq:
            await asyncio.sleep(LOOK_EVERY_S)
            continue
        for message in await run_sync(_after, store, seq):
            seq = message.seq
            if not _is_ours(message):
                continue
            yield ServerSentEvent(
                data=messages.cloud_event(message), event=message.type, id=str(seq)
            )


def _is_ours(message: Message) -> bool:
    """Whether whoever follows may see where it happened."""
    request = acting()
    return request is None or lies_in(messages.division_of(message), request.where)


def _after(store: Store, seq: int) -> list[Message]:
    with store.read() as session:
        return messages.after(session, seq)
