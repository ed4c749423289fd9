"""Where the platform may connect to: every address that somebody gave passes here.

Cameras and ticket systems live in the city's own networks, so those are allowed; what hands out
credentials to whoever asks (the metadata services of clouds) is not, whatever the settings say. An
address is judged after its name was resolved, and the connection goes to what was judged: a name
that resolves differently a moment later gains nothing. `http.py` holds httpx to it.
"""

import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from algorithms.errors import LonganError

Network = IPv4Network | IPv6Network
Resolve = Callable[[str, int], list[str]]

NEVER: tuple[Network, ...] = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8",  # this host
        "169.254.0.0/16",  # link-local; metadata of most clouds
        "100.100.100.200/32",  # metadata of Alibaba Cloud
        "168.63.129.16/32",  # Azure's
        "192.0.0.192/32",  # Oracle's
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
        "::/128",
        "fe80::/10",  # link-local
        "fd00:ec2::254/128",  # metadata of AWS
        "fd20:ce::254/128",  # Google's
        "ff00::/8",  # multicast
    )
)

_NAT64 = ip_network("64:ff9b::/96")
_COMPATIBLE = ip_network("::/96")


class OutboundError(LonganError):
    """Nothing may connect there. The text names the address, never a user or password."""

    def __init__(self, address: str, why: str) -> None:
        super().__init__(f"{address} {why}")
        self.address = address


def look_up(host: str, port: int) -> list[str]:
    """Every address of a host, as the system resolves it; raises OSError where it has none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError("no name of a host") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class Outbound:
    """What may be connected to.

    Args:
        allowed: Networks besides; not those in `NEVER`.
        refused: Networks that are not, and go before `allowed`.
        loopback: Whether this machine itself is.
        private: Whether everything is that the internet does not reach.
        resolve: Gives the addresses of a host.
    """

    allowed: tuple[Network, ...] = ()
    refused: tuple[Network, ...] = ()
    loopback: bool = False
    private: bool = True
    resolve: Resolve = field(default=look_up, repr=False)

    def addresses(self, host: str, port: int) -> list[str]:
        """Where a host is: connect to one of these, not to its name.

        Raises:
            OutboundError: One of its addresses may not be connected to.
            OSError: It has none.
        """
        found = self.resolve(host, port)
        for address in found:
            self.check(address)
        return found

    def check(self, address: str) -> None:
        """Judge one address.

        Raises:
            OutboundError: It may not be connected to.
        """
        ip = _meant(ip_address(address.partition("%")[0]))
        if _within(ip, NEVER):
            raise OutboundError(
                str(ip),
                "is link-local, multicast or the metadata service of a cloud, where nothing may "
                "connect; correct the address",
            )
        if _within(ip, self.refused):
            raise OutboundError(str(ip), "is in LONGAN_OUTBOUND_REFUSED; correct the address")
        if _within(ip, self.allowed):
            return
        if ip.is_loopback and not self.loopback:
            raise OutboundError(
                str(ip),
                "is this machine itself; if that is meant, set LONGAN_OUTBOUND_LOOPBACK=true",
            )
        if not self.private and not ip.is_global:
            raise OutboundError(str(ip), "is a private address, where only public ones may be")

    def check_numeric(self, host: str) -> None:
        """Judge a host that is written as a number, in whatever form; names pass.

        Raises:
            OutboundError: It may not be connected to.
        """
        try:
            found = socket.getaddrinfo(host, None, flags=socket.AI_NUMERICHOST)
        except (OSError, UnicodeError):
            return
        for entry in found:
            self.check(str(entry[4][0]))


def _within(ip: IPv4Address | IPv6Address, networks: tuple[Network, ...]) -> bool:
    return any(ip in network for network in networks if network.version == ip.version)


def _meant(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 one only wraps."""
    if isinstance(ip, IPv4Address):
        return ip
    if ip.ipv4_mapped or ip.sixtofour:
        return ip.ipv4_mapped or ip.sixtofour or ip
    if ip.teredo:
        return ip.teredo[1]
    if ip in _NAT64 or (ip in _COMPATIBLE and int(ip) > 1):
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip
