"""Live pictures over one WebSocket; `live_messages.py` describes what travels."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from time import monotonic

import structlog
from anyio import CancelScope, CapacityLimiter, Event, create_task_group, move_on_after, sleep
from anyio.to_thread import run_sync
from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from serving.api import live_messages, live_states
from serving.api.context import STILL_EVERY_S, Caller, Previewed, Still, Stored
from serving.api.live_states import CameraState
from serving.api.live_viewer import TileState, Viewer
from serving.api.wires import Preview, PreviewFrame, PreviewWant
from serving.store import Store

log = structlog.get_logger()

router = APIRouter()

WAIT_S = 0.5
"""How long one wait for pictures may take."""

STATES_EVERY_S = 1.0
VIEWERS = 200

_BAD_MESSAGE = 4400
_SIGNED_OUT = 4401
_SILENT = 4408

_waiting = CapacityLimiter(VIEWERS)
"""Threads that wait for pictures; not the API's, which must stay free for requests."""


@router.websocket("/live")
async def live(
    websocket: WebSocket, store: Stored, preview: Previewed, caller: Caller, still: Still
) -> None:
    """Pictures and boxes of the cameras a browser looks at."""
    await websocket.accept()
    show = _Show(websocket, store, preview)

    async def watch() -> None:
        while True:
            await sleep(STILL_EVERY_S)
            if await still() != caller:
                break
        await websocket.close(_SIGNED_OUT, "signed out, or with other rights")

    async with create_task_group() as parts:
        for part in (show.listen, show.perform, watch):
            parts.start_soon(_until_it_ends, part, parts.cancel_scope)


async def _until_it_ends(part: Callable[[], Awaitable[None]], all_parts: CancelScope) -> None:
    try:
        await part()
    except (WebSocketDisconnect, RuntimeError) as error:
        # Starlette says RuntimeError when a message is sent after the browser has left.
        log.debug("viewer left", reason=str(error))
    all_parts.cancel()


class _Show:
    """One browser's connection."""

    def __init__(self, websocket: WebSocket, store: Store, preview: Preview | None) -> None:
        self._websocket = websocket
        self._store = store
        self._preview = preview
        self._viewer = Viewer(heard_at=monotonic())
        self._heard = Event()
        self._told: dict[str, CameraState] = {}
        self._titles: live_states.ClassTitles = {}
        self._states_due_at = 0.0

    async def listen(self) -> None:
        """Take in what the browser says, until it leaves or says nonsense."""
        while True:
            text = await self._websocket.receive_text()
            try:
                message = live_messages.read_message(text)
            except ValueError as error:
                log.debug("viewer said nonsense", error=str(error))
                reason = "expected sub, ack or pause; see the API's description"
                await self._websocket.close(_BAD_MESSAGE, reason)
                return
            if isinstance(message, live_messages.Subscribe):
                message = await run_sync(live_states.shown_only, self._store, message)
            self._viewer.hear(message, monotonic())
            if isinstance(message, live_messages.Subscribe):
                self._told = {}  # what is under way for the old one goes on with what it holds
                self._states_due_at = 0.0
            self._heard.set()

    async def perform(self) -> None:
        """Send what is due, the newest only."""
        while True:
            at = monotonic()
            if self._viewer.is_gone(at):
                await self._websocket.close(_SILENT, "no ack for 10 s")
                return
            if at >= self._states_due_at:
                self._states_due_at = at + STATES_EVERY_S
                await self._tell_states()
            wants = self._viewer.wants(at)
            if not wants or self._preview is None:
                await self._rest(at)
                continue
            rev = self._viewer.rev
            frames = await self._newest(self._preview, wants)
            served = self._viewer.take(frames, monotonic()) if rev == self._viewer.rev else []
            for tile, frame in served:
                if rev != self._viewer.rev:
                    break
                await self._send_picture(rev, tile, frame)

    async def _newest(self, preview: Preview, wants: list[PreviewWant]) -> list[PreviewFrame]:
        try:
            return await run_sync(
                partial(preview.newest, wants, WAIT_S), limiter=_waiting, abandon_on_cancel=True
            )
        except Exception:  # a pipeline died; its supervisor brings it back and we go on
            log.exception("preview failed", cameras=len(wants))
            await sleep(WAIT_S)
            return []

    async def _rest(self, at: float) -> None:
        """Until the browser says something or a tile falls due."""
        due = [tile.due_at - at for tile in self._viewer.tiles if tile.due_at > at]
        self._heard = Event()
        with move_on_after(max(0.005, min([WAIT_S, *due]))):
            await self._heard.wait()

    async def _tell_states(self) -> None:
        told, rev = self._told, self._viewer.rev
        camera_ids = list({tile.camera_id for tile in self._viewer.tiles})
        if not camera_ids or self._viewer.paused:
            return
        if not told:
            self._titles = await run_sync(live_states.read_class_titles, self._store)
        states = await run_sync(live_states.read_states, self._store, camera_ids)
        for camera_id in camera_ids:
            now = states.get(camera_id, CameraState())
            before = told.get(camera_id)
            now.classes = [] if before is None else before.classes
            if now != before:
                told[camera_id] = now
                await self._send_state(rev, camera_id, now)

    async def _send_state(self, rev: int, camera_id: str, state: CameraState) -> None:
        body = live_states.document(camera_id, state, self._titles)
        for slot in [t.slot for t in self._viewer.tiles if t.camera_id == camera_id]:
            await self._websocket.send_bytes(
                live_messages.state(slot, rev, datetime.now(UTC), body)
            )

    async def _send_picture(self, rev: int, tile: TileState, frame: PreviewFrame) -> None:
        told = self._told.setdefault(tile.camera_id, CameraState())
        new = {box.class_name for box in frame.boxes} - set(told.classes)
        if new:
            told.classes.extend(sorted(new))
            if new - self._titles.keys():
                self._titles = await run_sync(live_states.read_class_titles, self._store)
            await self._send_state(rev, tile.camera_id, told)
        boxes = [(box, told.classes.index(box.class_name)) for box in frame.boxes]
        await self._websocket.send_bytes(live_messages.picture(tile.slot, rev, frame, boxes))
