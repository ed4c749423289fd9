"""The gate: who asks, and whether he may. Only health and the dashboard's own files answer all.

It stands before routing, so that an unknown visitor learns nothing about paths and cannot make
the platform read an upload. What it lets through acts with a right in some places, which the
store holds it to.
"""

import re
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import urlsplit

from anyio.to_thread import run_sync
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from serving.access import Acting, Action, Actor, Places, begin, places
from serving.api.problems import STORE_AWAY, problem, store_away
from serving.api.rate_limit import RateLimit, source, too_many
from serving.api.rights import needed
from serving.api.signed_links import opens
from serving.settings import Settings
from serving.store import Store, tokens
from serving.store.access_models import User
from serving.store.models import Token

COOKIE = "longan_session"

_SIGN_IN = (
    ("POST", "/api/v1/session"),
    ("GET", "/api/v1/session/ways"),
    ("GET", "/api/v1/session/single-sign-on"),
    ("GET", "/api/v1/session/single-sign-on/callback"),
)
"""Open to everybody, and counted."""

_GUARDED = ("/api", "/v2", "/metrics", "/openapi.json")
_PUBLIC = ("/v2/health/live", "/v2/health/ready")
_HARMLESS = ("GET", "HEAD", "OPTIONS")

_NO_TOKEN = (
    "Send `Authorization: Bearer <token>`, or sign in with POST /api/v1/session. The first start "
    "printed the admin token and wrote it to the file `admin-token` in the data folder."
)
_ENDED_LINK = (
    "This link has ended, or is not as it was made. Whoever sent it can make another: "
    "POST /api/v1/events/{id}/evidence/{kind}/links."
)
_LINKED = re.compile("/api/v1/events/[^/]+/evidence/[^/]+")
_LINK = Actor("", "signed link", "token", ())
_FOREIGN = (
    "A browser may change things only from the platform's own pages: Origin must be the host that "
    "was asked. Behind a proxy, let it pass the Host header on unchanged."
)


class Gate:
    """ASGI middleware that lets a request through with the right to it, and notes whose it is."""

    def __init__(self, app: ASGIApp, store: Store, settings: Settings) -> None:
        self._app = app
        self._store = store
        self._of_actor = RateLimit(settings.requests_per_s)
        self._of_address = RateLimit(settings.requests_per_s_of_address)
        per_minute = settings.sign_ins_per_minute
        self._sign_ins = RateLimit(per_minute / 60, burst=per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or not _guarded(scope["path"]):
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        here = source(connection.client.host if connection.client else "")
        if (wait_s := self._of_address.wait_s(here)) > 0:
            told = too_many("this address", "LONGAN_REQUESTS_PER_S_OF_ADDRESS", wait_s)
            await _answer(told, scope, receive, send)
            return
        if _is_sign_in(scope):
            if (wait_s := self._sign_ins.wait_s(here)) > 0:
                told = too_many("this address", "LONGAN_SIGN_INS_PER_MINUTE", wait_s)
                await told(scope, receive, send)
                return
            if scope["method"] == "POST" and _origin_is_foreign(connection):
                await problem(HTTPStatus.FORBIDDEN, _FOREIGN)(scope, receive, send)
                return
            await self._app(scope, receive, send)
            return

        if "signature" in connection.query_params and _LINKED.fullmatch(scope["path"]):
            await self._follow_link(connection, scope, receive, send)
            return
        bearer = _bearer(connection)
        by_cookie = bearer is None
        secret = (connection.cookies.get(COOKIE) if bearer is None else bearer) or ""
        try:
            actor = await run_sync(self._actor, secret, by_cookie) if secret else None
        except STORE_AWAY as error:
            await _answer(store_away(error), scope, receive, send)
            return
        if actor is None:
            told = {"WWW-Authenticate": "Bearer"}
            refusal = problem(HTTPStatus.UNAUTHORIZED, _NO_TOKEN, headers=told)
            await _answer(refusal, scope, receive, send)
        elif (wait_s := self._of_actor.wait_s(actor.id)) > 0:
            refusal = too_many(actor.name, "LONGAN_REQUESTS_PER_S", wait_s)
            await _answer(refusal, scope, receive, send)
        elif by_cookie and _must_come_from_us(scope) and not _is_from_us(connection):
            await _answer(problem(HTTPStatus.FORBIDDEN, _FOREIGN), scope, receive, send)
        elif (refusal := _act(scope, actor)) is not None:
            await _answer(problem(HTTPStatus.FORBIDDEN, refusal), scope, receive, send)
        else:

            async def still() -> Actor | None:
                return await run_sync(self._still, secret, by_cookie)

            scope.setdefault("state", {}).update(actor=actor, still=still)
            await self._app(scope, receive, send)

    async def _follow_link(
        self, connection: HTTPConnection, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """A signed link opens what it names, to be read, whoever has it."""
        opened = opens(scope["path"], connection.query_params, datetime.now(UTC))
        if not opened or scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await _answer(problem(HTTPStatus.FORBIDDEN, _ENDED_LINK), scope, receive, send)
            return
        scope.setdefault("state", {})["actor"] = _LINK
        begin(_acting(scope, _LINK, "evidence.read", None))
        await self._app(scope, receive, send)

    def _actor(self, secret: str, by_cookie: bool) -> Actor | None:
        now = datetime.now(UTC)
        found = self._find(secret, by_cookie, now)
        if found is None:
            return None
        if isinstance(found, Token) and not _used_lately(found, now):
            with self._store.write() as session:
                tokens.note_use(session, found.id, now)
        return tokens.actor(found)

    def _still(self, secret: str, by_cookie: bool) -> Actor | None:
        found = self._find(secret, by_cookie, datetime.now(UTC))
        return None if found is None else tokens.actor(found)

    def _find(self, secret: str, by_cookie: bool, now: datetime) -> Token | User | None:
        with self._store.read() as session:
            if by_cookie:
                return tokens.find_session(session, secret, now)
            return tokens.find(session, secret, now)


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
    begin(_acting(scope, actor, action, places(actor, action)))
    return None


def _acting(scope: Scope, actor: Actor, action: Action, where: Places) -> Acting:
    method: str = "GET" if scope["type"] == "websocket" else scope["method"]
    client: tuple[str, int] | None = scope.get("client")
    thing = f"{method} {scope['path']}"
    return Acting(actor, action, where, thing, client[0] if client else "")


def _used_lately(token: Token, now: datetime) -> bool:
    return token.last_used_at is not None and now - token.last_used_at < tokens.USED_EVERY


def _guarded(path: str) -> bool:
    if path in _PUBLIC:
        return False
    return path in _GUARDED or path.startswith(("/api/", "/v2/"))


def _is_sign_in(scope: Scope) -> bool:
    if scope["type"] != "http":
        return False
    return (scope["method"], scope["path"]) in _SIGN_IN


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
