"""No request may be larger than its endpoint can use, or come slower than a poor line is."""

import re
from http import HTTPStatus
from time import monotonic

from anyio import move_on_after
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.api.problems import problem

MIB = 1024 * 1024

PATIENCE_S = 30.0
"""A body may be so much later than one that comes at `SLOWEST`."""

SLOWEST = 4096.0
"""Bytes a second."""


class BodyLimit:
    """ASGI middleware that refuses by Content-Length, and counts what comes in any case.

    Who sends a little now and then, to hold a connection, is told 408.

    Args:
        app: What follows.
        usual: Bytes for all paths that `larger` does not name.
        larger: Pattern of the whole path → bytes.
    """

    def __init__(self, app: ASGIApp, usual: int, larger: dict[str, int]) -> None:
        self._app = app
        self._usual = usual
        self._larger = [(re.compile(path), limit) for path, limit in larger.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        fitting = (limit for path, limit in self._larger if path.fullmatch(scope["path"]))
        limit = next(fitting, self._usual)
        refusal = f"The body may have {limit / MIB:g} MiB; send less."
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdecimal() and int(announced[:20]) > limit:
            too_large = problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, refusal)
            await too_large(scope, receive, send)
            return
        received, waited_s, whole = 0, 0.0, False

        async def receive_counted() -> Message:
            nonlocal received, waited_s, whole
            if whole:
                return await receive()
            begun_s, message = monotonic(), None
            with move_on_after(PATIENCE_S + received / SLOWEST - waited_s):
                message = await receive()
            if message is None:
                raise HTTPException(
                    HTTPStatus.REQUEST_TIMEOUT,
                    f"The body came slower than {SLOWEST / 1024:g} KiB a second; send it again, "
                    "large files in pieces (POST /api/v1/uploads).",
                    headers={"Connection": "close"},
                )
            waited_s += monotonic() - begun_s
            whole = not message.get("more_body", False)
            received += len(message.get("body", b""))
            if received > limit:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, refusal)
            return message

        await self._app(scope, receive_counted, send)
