"""Which addresses a catalogue may lead us to: the public internet, and hosts that are allowed.

A catalogue is written by others. Without this, an entry or a redirect could make us ask services
of the city's own network.
"""

from collections.abc import Set

import httpx

from serving.outbound import Outbound, OutboundError
from serving.outbound.http import GuardedTransport
from training.errors import CatalogueError, OfflineError

Origin = tuple[str, str, int | None]


def origin(url: httpx.URL) -> Origin:
    """Scheme, host and port: a key given for one of them is not for another."""
    return url.scheme, url.host, url.port


def shown(url: httpx.URL) -> str:
    """The address without user, password and query, which may hold keys."""
    return str(url.copy_with(userinfo=b"", query=None, fragment=None))


class PublicTransport(httpx.BaseTransport):
    """Asks public hosts, and private ones that are allowed.

    Args:
        allowed: Hosts, as they stand in an address, that may be private.
        anywhere: For those.
        public: For all others.
    """

    def __init__(
        self,
        allowed: Set[str],
        anywhere: Outbound = Outbound(loopback=True),  # noqa: B008  it never changes
        public: Outbound = Outbound(private=False),  # noqa: B008
    ) -> None:
        self._allowed = {host.lower() for host in allowed}
        self._anywhere = GuardedTransport(anywhere)
        self._public = GuardedTransport(public)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """As httpx.

        Raises:
            CatalogueError: Not http(s), or a private address.
        """
        url = request.url
        if url.scheme not in ("http", "https") or not url.host:
            raise CatalogueError(f"{shown(url)}: expected an http:// or https:// address")
        allowed = url.host.lower() in self._allowed
        try:
            return (self._anywhere if allowed else self._public).handle_request(request)
        except OutboundError as error:
            raise CatalogueError(
                f"{url.host} is a private address ({error.address}), which a catalogue may not "
                "lead to; if it is yours, put the host into LONGAN_CATALOGUE_PRIVATE_HOSTS"
            ) from error

    def close(self) -> None:
        """Let go of connections."""
        self._anywhere.close()
        self._public.close()


def offline(url: httpx.URL) -> OfflineError:
    return OfflineError(
        f"this needs the internet: {url.host} cannot be reached; check the network and its "
        "firewall, or work with data sets that are on this machine already"
    )
