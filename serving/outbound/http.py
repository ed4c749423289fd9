"""httpx, held to where the platform may connect: each request, redirects included."""

import asyncio
from collections.abc import Iterator

import httpx

from serving.outbound import Outbound

_PORTS = {"http": 80, "https": 443}


class GuardedTransport(httpx.BaseTransport):
    """Connects to addresses that were judged, and no connection serves a second host.

    Args:
        outbound: What may be connected to.
    """

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound
        self._inner = httpx.HTTPTransport(trust_env=False, limits=_NO_REUSE)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """As httpx; raises OutboundError where nothing may connect."""
        failure: httpx.TransportError | None = None
        for asked in _judged(self._outbound, request):
            try:
                return self._inner.handle_request(asked)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failure = error
        raise failure or httpx.ConnectError("the host has no address")

    def close(self) -> None:
        """Let go of connections."""
        self._inner.close()


class AsyncGuardedTransport(httpx.AsyncBaseTransport):
    """The same for asyncio."""

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound
        self._inner = httpx.AsyncHTTPTransport(trust_env=False, limits=_NO_REUSE)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """As httpx; raises OutboundError where nothing may connect."""
        failure: httpx.TransportError | None = None
        for asked in await asyncio.to_thread(list, _judged(self._outbound, request)):
            try:
                return await self._inner.handle_async_request(asked)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failure = error
        raise failure or httpx.ConnectError("the host has no address")

    async def aclose(self) -> None:
        """Let go of connections."""
        await self._inner.aclose()


_NO_REUSE = httpx.Limits(max_keepalive_connections=0)
"""A pool tells hosts apart by address, and one address may serve several by other certificates."""


def _judged(outbound: Outbound, request: httpx.Request) -> Iterator[httpx.Request]:
    """The request to each address of its host; Host, and the name in TLS, stay the host's."""
    url = request.url
    port = url.port or _PORTS.get(url.scheme, 0)
    try:
        found = outbound.addresses(url.host, port)
    except OSError as error:
        raise httpx.ConnectError("the host's name cannot be resolved", request=request) from error
    for address in found:
        yield httpx.Request(
            request.method,
            url.copy_with(host=address),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": url.host},
        )
