"""The gate: without a token nothing but health and the dashboard's own files answers.

It stands before routing, so that an unknown visitor learns nothing about paths and cannot make
the platform read an upload.
"""

from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import urlsplit

from anyio.to_thread import run_sync
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from serving.api.problems import STORE_AWAY, problem, store_away
from serving.store import Store, tokens
from serving.store.models import Token

COOKIE = "longan_session"

_SIGN_IN = "/api/v1/session"
_GUARDED = ("/api", "/v2", "/metrics", "/openapi.json")
_PUBLIC = ("/v2/health/live", "/v2/health/ready")
_HARMLESS = ("GET", "HEAD", "OPTIONS")

_NO_TOKEN = (
    "Send `Authorization: Bearer <token>`, or sign in with POST /api/v1/session. The first start "
    "printed the admin token and wrote it to the file `admin-token` in the data folder."
)
_FOREIGN = (
    "A browser may change things only from the platform's own pages: Origin must be the host that "
    "was asked. Behind a proxy, let it pass the Host header on unchanged."
)


class Gate:
    """ASGI middleware that lets a request through with a token, and notes which."""

    def __init__(self, app: ASGIApp, store: Store) -> None:
        self._app = app
        self._store = store

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or not _guarded(scope["path"]):
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        if _is_sign_in(scope):
            if _origin_is_foreign(connection):
                await problem(HTTPStatus.FORBIDDEN, _FOREIGN)(scope, receive, send)
                return
            await self._app(scope, receive, send)
            return

        bearer = _bearer(connection)
        by_cookie = bearer is None
        secret = connection.cookies.get(COOKIE) if by_cookie else bearer
        try:
            token = await run_sync(self._token, secret, by_cookie) if secret else None
        except STORE_AWAY as error:
            await _answer(store_away(error), scope, receive, send)
            return
        if token is None:
            told = {"WWW-Authenticate": "Bearer"}
            refusal = problem(HTTPStatus.UNAUTHORIZED, _NO_TOKEN, headers=told)
            await _answer(refusal, scope, receive, send)
        elif by_cookie and _must_come_from_us(scope) and not _is_from_us(connection):
            await _answer(problem(HTTPStatus.FORBIDDEN, _FOREIGN), scope, receive, send)
        else:
            scope.setdefault("state", {})["token"] = token
            await self._app(scope, receive, send)

    def _token(self, secret: str, by_cookie: bool) -> Token | None:
        with self._store.read() as session:
            if by_cookie:
                return tokens.find_session(session, secret, datetime.now(UTC))
            return tokens.find(session, secret)


def _guarded(path: str) -> bool:
    if path in _PUBLIC:
        return False
    return path in _GUARDED or path.startswith(("/api/", "/v2/"))


def _is_sign_in(scope: Scope) -> bool:
    return scope["type"] == "http" and scope["path"] == _SIGN_IN and scope["method"] == "POST"


def _bearer(connection: HTTPConnection) -> str | None:
    header = connection.headers.get("authorization")
    if header is None:
        return None
    scheme, _, secret = header.partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


def _must_come_from_us(scope: Scope) -> bool:
    return scope["type"] == "websocket" or scope["method"] not in _HARMLESS


def _origin_is_foreign(connection: HTTPConnection) -> bool:
    return "origin" in connection.headers and not _is_from_us(connection)


def _is_from_us(connection: HTTPConnection) -> bool:
    try:
        origin = urlsplit(connection.headers.get("origin", "")).netloc
    except ValueError:
        return False
    return origin != "" and origin == connection.headers.get("host")


async def _answer(refusal: Response, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        await refusal(scope, receive, send)
        return
    await receive()  # the connect message; closing before accepting answers 403
    code = 4000 + refusal.status_code
    await send({"type": "websocket.close", "code": code, "reason": "refused"})
