"""Which addresses a catalogue may lead us to: the public internet, and hosts that are allowed.

A catalogue is written by others. Without this, an entry or a redirect could make us ask services
of the city's own network.
"""

import ipaddress
import socket
from collections.abc import Set

import httpx

from training.errors import CatalogueError, OfflineError

Origin = tuple[str, str, int | None]


def origin(url: httpx.URL) -> Origin:
    """Scheme, host and port: a key given for one of them is not for another."""
    return url.scheme, url.host, url.port


def shown(url: httpx.URL) -> str:
    """The address without user, password and query, which may hold keys."""
    return str(url.copy_with(userinfo=b"", query=None, fragment=None))


class AddressGuard:
    """Refuses private addresses.

    Args:
        allowed: Hosts, as they stand in an address, that may be private.
    """

    def __init__(self, allowed: Set[str]) -> None:
        self._allowed = {host.lower() for host in allowed}

    def check(self, url: httpx.URL) -> None:
        """Look before the request is sent.

        Raises:
            OfflineError: The host's name cannot be resolved.
            CatalogueError: Not http(s), or a private address.
        """
        if url.scheme not in ("http", "https") or not url.host:
            raise CatalogueError(f"{shown(url)}: expected an http:// or https:// address")
        if url.host.lower() in self._allowed:
            return
        try:
            found = socket.getaddrinfo(url.host, url.port or 443, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise offline(url) from None
        for entry in found:
            self._refuse_private(url, str(entry[4][0]))

    def check_peer(self, url: httpx.URL, response: httpx.Response) -> None:
        """Look whom the answer really comes from: a name can resolve differently a moment later.

        Raises:
            CatalogueError: A private address.
        """
        stream = response.extensions.get("network_stream")
        peer = stream.get_extra_info("server_addr") if stream is not None else None
        if peer and url.host.lower() not in self._allowed:
            self._refuse_private(url, str(peer[0]))

    def _refuse_private(self, url: httpx.URL, address: str) -> None:
        ip = ipaddress.ip_address(address.partition("%")[0])
        mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
        if not (mapped or ip).is_global:
            raise CatalogueError(
                f"{url.host} is a private address ({address}), which a catalogue may not lead to; "
                "if it is yours, put the host into LONGAN_CATALOGUE_PRIVATE_HOSTS"
            )


def offline(url: httpx.URL) -> OfflineError:
    return OfflineError(
        f"this needs the internet: {url.host} cannot be reached; check the network and its "
        "firewall, or work with data sets that are on this machine already"
    )
