"""ONVIF cameras on the network, found with one question to all (WS-Discovery).

A datagram goes to the multicast address that ONVIF cameras listen at; each answers to the sender.
It reaches the network that this machine is in, no further.
"""

import re
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from html import unescape
from urllib.parse import unquote

from serving.inference.discovery import Device
from serving.inference.probe import BusyError

EVERYBODY = ("239.255.255.250", 3702)
WAIT_S = 4.0
ASKED = 2
"""Times the question is sent: datagrams get lost."""

LARGEST = 65_507
MOST = 2000
"""Answers read; whoever sends more is not a network of cameras."""

_QUESTION = """<?xml version="1.0" encoding="utf-8"?>
<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"
 xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing"
 xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"
 xmlns:dn="http://www.onvif.org/ver10/network/wsdl">
<e:Header><w:MessageID>uuid:{id}</w:MessageID>
<w:To e:mustUnderstand="true">urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>
<w:Action e:mustUnderstand="true">http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action>
</e:Header><e:Body><d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe></e:Body>
</e:Envelope>"""

# Answers are flat and come from strangers: reading three elements needs no parser of XML.
_MATCH = re.compile(r"<(?:\w+:)?ProbeMatch[\s>]")
_ELEMENT = r"<(?:\w+:)?{name}(?:\s[^>]*)?>([^<]*)</"
_SERVICES = re.compile(_ELEMENT.format(name="XAddrs"))
_SCOPES = re.compile(_ELEMENT.format(name="Scopes"))
_SCOPE = "onvif://www.onvif.org/{kind}/"


class Discovering:
    """Asks the network, once at a time.

    Args:
        at: Where the question goes.
        wait_s: How long answers are waited for.
    """

    def __init__(self, at: tuple[str, int] = EVERYBODY, wait_s: float = WAIT_S) -> None:
        self._at = at
        self._wait_s = wait_s
        self._asking = threading.Lock()

    def __call__(self) -> list[Device]:
        """Who answered within seconds, by host; blocks for them.

        Raises:
            BusyError: Somebody asks now.
            OSError: There is no network to ask.
        """
        if not self._asking.acquire(blocking=False):
            raise BusyError("the network is being asked now; try again")
        try:
            found = dict(self._answers())
        finally:
            self._asking.release()
        return [found[host] for host in sorted(found)]

    def _answers(self) -> Iterator[tuple[str, Device]]:
        question = _QUESTION.format(id=uuid.uuid4()).encode()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            asking.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
            for _ in range(ASKED):
                asking.sendto(question, self._at)
            end_s = time.monotonic() + self._wait_s
            for _ in range(MOST):
                left_s = end_s - time.monotonic()
                if left_s <= 0:
                    return
                asking.settimeout(left_s)
                try:
                    answer, (host, _port) = asking.recvfrom(LARGEST)
                except TimeoutError:
                    return
                except ConnectionError:
                    continue  # one host that was asked has nobody at the port
                if (device := read_answer(answer, host)) is not None:
                    yield host, device


def read_answer(answer: bytes, host: str) -> Device | None:
    """The camera that sent it; None where it is no answer of one."""
    text = answer.decode("utf-8", "replace")
    if not _MATCH.search(text):
        return None
    services = _first(_SERVICES, text).split()
    scopes = _first(_SCOPES, text).split()
    service = services[0][:200] if services else None
    return Device(host, _scope(scopes, "name"), _scope(scopes, "hardware"), service)


def _first(element: re.Pattern[str], text: str) -> str:
    found = element.search(text)
    return unescape(found[1]) if found else ""


def _scope(scopes: list[str], kind: str) -> str | None:
    start = _SCOPE.format(kind=kind)
    values = [unquote(scope.removeprefix(start)) for scope in scopes if scope.startswith(start)]
    shown = "".join(c for c in (values or [""])[0] if c.isprintable())
    return shown[:128] or None
