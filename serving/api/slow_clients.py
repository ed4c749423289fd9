"""A connection whose request does not begin, or whose headers never end, is closed."""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEADERS_S = 15.0
"""From connecting, or from a request's first byte, to the end of its headers."""


class PunctualProtocol(HttpToolsProtocol):
    """uvicorn's own protocol, which waits for headers for ever, with an end to that."""

    _closing: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:
        """A client has connected."""
        super().connection_made(transport)
        self._hurry()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self._relax()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        super().on_message_begin()
        self._relax()
        self._hurry()

    def on_headers_complete(self) -> None:
        """Its headers are whole."""
        self._relax()
        super().on_headers_complete()

    def _hurry(self) -> None:
        self._closing = self.loop.call_later(HEADERS_S, self.transport.close)

    def _relax(self) -> None:
        if self._closing is not None:
            self._closing.cancel()
