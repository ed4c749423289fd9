"""The gate: who asks, and whether he may. Only health and the dashboard's own files answer all.

It stands before routing, so that an unknown visitor learns nothing about paths and cannot make
the platform read an upload. What it lets through acts with a right in some places, which the
store holds it to.
"""

from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import urlsplit

from anyio.to_thread import run_sync
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from serving.access import Acting, Actor, begin, places
from serving.api.problems import STORE_AWAY, problem, store_away
from serving.api.rights import needed
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
    """ASGI middleware that lets a request through with the right to it, and notes whose it is."""

    def __init__(self, app: ASGIApp, store: Store) -> None:
        self._app = app
        self._store = store

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or not _guarded(scope["path"]):
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        if _leads_to_a_sign_in(scope):
            await self._app(scope, receive, send)
            return
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
            actor = await run_sync(self._actor, secret, by_cookie) if secret else None
        except STORE_AWAY as error:
            await _answer(store_away(error), scope, receive, send)
            return
        if actor is None:
            told = {"WWW-Authenticate": "Bearer"}
            refusal = problem(HTTPStatus.UNAUTHORIZED, _NO_TOKEN, headers=told)
            await _answer(refusal, scope, receive, send)
        elif by_cookie and _must_come_from_us(scope) and not _is_from_us(connection):
            await _answer(problem(HTTPStatus.FORBIDDEN, _FOREIGN), scope, receive, send)
        elif (refusal := _act(scope, actor)) is not None:
            await _answer(problem(HTTPStatus.FORBIDDEN, refusal), scope, receive, send)
        else:
            scope.setdefault("state", {})["actor"] = actor
            await self._app(scope, receive, send)

    def _actor(self, secret: str, by_cookie: bool) -> Actor | None:
        now = datetime.now(UTC)
        with self._store.read() as session:
            if by_cookie:
                found = tokens.find_session(session, secret, now)
            else:
                found = tokens.find(session, secret, now)
        if found is None:
            return None
        if isinstance(found, Token) and not _used_lately(found, now):
            with self._store.write() as session:
                tokens.note_use(session, found.id, now)
        return tokens.actor(found)


def _act(scope: Scope, actor: Actor) -> str | None:
    """Let the request act from here on; or the reason why it may not."""
    method: str = "GET" if scope["type"] == "websocket" else scope["method"]
    action = needed(method, scope["path"])
    if action is None:
        # Nothing has this name, and the router says so; were there something, nobody may.
        action = "access.write"
    if action not in actor.actions():
        held = ", ".join(sorted({grant.role for grant in actor.grants})) or "no role"
        return (
            f"{method} {scope['path']} needs the right {action}; {actor.name} is {held}. "
            "An administrator gives rights: PATCH /api/v1/users/{id}, or POST /api/v1/tokens for "
            "a program."
        )
    client: tuple[str, int] | None = scope.get("client")
    begin(
        Acting(
            actor=actor,
            action=action,
            where=places(actor, action),
            thing=f"{method} {scope['path']}",
            address=client[0] if client else "",
        )
    )
    return None


def _used_lately(token: Token, now: datetime) -> bool:
    return token.last_used_at is not None and now - token.last_used_at < tokens.USED_EVERY


def _guarded(path: str) -> bool:
    if path in _PUBLIC:
        return False
    return path in _GUARDED or path.startswith(("/api/", "/v2/"))


def _is_sign_in(scope: Scope) -> bool:
    return scope["type"] == "http" and scope["path"] == _SIGN_IN and scope["method"] == "POST"


def _leads_to_a_sign_in(scope: Scope) -> bool:
    path: str = scope["path"]
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    return path in (
        f"{_SIGN_IN}/ways",
        *(f"{_SIGN_IN}/single-sign-on{part}" for part in ("", "/callback")),
    )


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
