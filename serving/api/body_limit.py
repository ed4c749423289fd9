"""No request may be larger than its endpoint can use."""

import re
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.api.problems import problem

MIB = 1024 * 1024


class BodyLimit:
    """ASGI middleware that refuses by Content-Length, and counts what comes in any case.

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
        received = 0

        async def receive_counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, refusal)
            return message

        await self._app(scope, receive_counted, send)
