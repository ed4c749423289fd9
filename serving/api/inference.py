"""The Open Inference Protocol v2, so that clients of KServe and Triton work unchanged.

https://github.com/kserve/open-inference-protocol, with Triton's binary tensor extension.
"""

import json
from functools import partial
from http import HTTPStatus
from importlib.metadata import version as installed
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.api.asking import APPROVED, Approved, Asked, Served
from serving.api.context import Stored
from serving.api.problems import MEDIA_TYPE, ProblemError
from serving.api.wires import InferAnswer, Inference
from serving.inference import oip
from serving.store import algorithms

JSON_LENGTH = "Inference-Header-Content-Length"

# Described by the protocol itself, not by our OpenAPI document.
router = APIRouter(prefix="/v2", include_in_schema=False)


@router.get("/health/live")
async def server_live() -> dict[str, bool]:
    """The process answers."""
    return {"live": True}


@router.get("/health/ready")
async def server_ready(asking: Asked) -> dict[str, bool]:
    """The models answer; 503 while they start."""
    _refuse_unless_ready(asking)
    return {"ready": True}


@router.get("")
async def server_metadata() -> dict[str, Any]:
    """Who this is."""
    return {
        "name": "longan",
        "version": installed("longan"),
        "extensions": ["binary_tensor_data", "model_repository"],
    }


@router.get("/models/{name}")
@router.get("/models/{name}/versions/{version}")
async def model_metadata(served: Approved) -> dict[str, Any]:
    """Tensors of a version; without one, of the champion."""
    return oip.metadata(served.manifest, served.versions)


@router.get("/models/{name}/ready")
@router.get("/models/{name}/versions/{version}/ready")
async def model_ready(served: Approved, asking: Asked) -> dict[str, Any]:
    """The version is approved and the models answer; it is loaded by its first request."""
    _refuse_unless_ready(asking)
    return {"name": served.key.name, "ready": True}


@router.post("/models/{name}/infer")
@router.post("/models/{name}/versions/{version}/infer")
async def model_infer(served: Approved, asking: Asked, request: Request) -> Response:
    """Run the network on tensors."""
    json_bytes = _json_bytes(request)
    call = partial(_infer, served=served, json_bytes=json_bytes)
    answer = await asking.ask(request, served.key, call)
    if answer.json_bytes is None:
        return Response(answer.body, media_type="application/json")
    headers = {JSON_LENGTH: str(answer.json_bytes)}
    return Response(answer.body, media_type="application/octet-stream", headers=headers)


@router.get("/repository/index")
@router.post("/repository/index")
def repository_index(store: Stored, asking: Asked) -> list[dict[str, str]]:
    """Every approved version."""
    why_not = asking.why_not_ready()
    state = {"state": "UNAVAILABLE", "reason": why_not} if why_not else {"state": "READY"}
    with store.read() as session:
        return [
            {"name": row.name, "version": row.version, **state}
            for name in algorithms.names(session)
            for row in algorithms.versions(session, name)
            if row.state == APPROVED
        ]


def _infer(
    inference: Inference, body: bytes, *, served: Served, json_bytes: int | None
) -> InferAnswer:
    return inference.infer(served.key, body, json_bytes)


def _json_bytes(request: Request) -> int | None:
    told = request.headers.get(JSON_LENGTH)
    if told is None:
        return None
    if not (told.isascii() and told.isdecimal() and len(told) < 12):
        raise ProblemError(
            HTTPStatus.BAD_REQUEST, f"{JSON_LENGTH}: expected a number of bytes, got {told[:32]!r}."
        )
    return int(told)


def _refuse_unless_ready(asking: Asked) -> None:
    why_not = asking.why_not_ready()
    if why_not is not None:
        raise ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, why_not, headers={"Retry-After": "2"})


class ProtocolErrors:
    """ASGI middleware that says a problem under /v2 as the protocol does: `{"error": "…"}`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not (scope["path"] + "/").startswith("/v2/"):
            await self._app(scope, receive, send)
            return
        start: Message = {}
        content = b""

        async def send_as_protocol(message: Message) -> None:
            nonlocal start, content
            if message["type"] == "http.response.start":
                if Headers(raw=message["headers"]).get("content-type") == MEDIA_TYPE:
                    start = message
                    return
            elif start:
                content += message.get("body", b"")
                if not message.get("more_body", False):
                    await _send_error(start, content, send)
                return
            await send(message)

        await self._app(scope, receive, send_as_protocol)


async def _send_error(start: Message, problem: bytes, send: Send) -> None:
    body = json.dumps({"error": json.loads(problem)["detail"]}, ensure_ascii=False).encode()
    headers = MutableHeaders(scope=start)
    headers["content-type"] = "application/json"
    headers["content-length"] = str(len(body))
    await send(start)
    await send({"type": "http.response.body", "body": body})
