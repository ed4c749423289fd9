"""Headers that keep a browser from doing more than the dashboard needs."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; "
    "img-src 'self' blob: data:{hosts}; connect-src 'self' blob: ws: wss:{hosts}; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
PAGE_POLICY = {
    "Content-Security-Policy": (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox"
    )
}
"""Of a page that was made elsewhere, from others' names and pictures, and stands alone."""

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=()",
}
_OVER_TLS = {"Strict-Transport-Security": "max-age=31536000"}

FOR_EVER = "private, max-age=31536000, immutable"


class SafeHeaders:
    """ASGI middleware that adds them to every answer, and says how long it may be kept.

    Args:
        app: What answers.
        map_addresses: Of the operator's own map; browsers may ask their hosts too.
    """

    def __init__(self, app: ASGIApp, map_addresses: Iterable[str] = ()) -> None:
        self._app = app
        hosts = sorted({f" {_origin(address)}" for address in map_addresses})
        self._policy = _POLICY.format(hosts="".join(hosts))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_ALWAYS)
                if scope["scheme"] == "https":
                    headers.update(_OVER_TLS)
                headers.setdefault("Content-Security-Policy", self._policy)
                headers.setdefault("Cache-Control", _keep(scope["path"], message["status"]))
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _keep(path: str, status: int) -> str:
    if path.startswith("/assets/") and status == 200:
        return FOR_EVER  # their names carry a hash
    return "no-store" if path.startswith(("/api/", "/v2")) else "no-cache"
