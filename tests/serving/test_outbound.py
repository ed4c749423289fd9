"""Nobody makes the platform ask where it must not: names, numbers, redirects, rebinding."""

from collections.abc import Callable, Iterator
from ipaddress import ip_network

import httpx
import pytest

from serving.events.sinks import DeliveryError
from serving.events.sinks.webhook import WebhookSink, WebhookSpec, new_secret
from serving.outbound import Outbound, OutboundError
from serving.outbound.http import AsyncGuardedTransport, GuardedTransport
from serving.settings import Settings
from serving.streams.errors import SourceError
from serving.streams.probing import probe
from serving.streams.sources import SourceSpec
from serving.streams.sources.picture_address import PictureAddress
from serving.streams.sources.reaching import reached
from tests.serving.streams.web import Web, sends

METADATA = "169.254.169.254"


@pytest.fixture
def web() -> Iterator[Web]:
    web = Web()
    yield web
    web.close()


def answers(*each: str) -> Callable[[str, int], list[str]]:
    """A resolver that says another address each time; the last one for ever."""
    left = list(each)

    def resolve(host: str, port: int) -> list[str]:
        return [left.pop(0) if len(left) > 1 else left[0]]

    return resolve


@pytest.mark.parametrize(
    "host",
    [
        METADATA,
        "169.254.0.23",  # Tencent Cloud
        "100.100.100.200",
        "168.63.129.16",
        "fd00:ec2::254",
        "fe80::1%eth0",
        f"::ffff:{METADATA}",
        f"::{METADATA}",
        f"64:ff9b::{METADATA}",
        "2002:a9fe:a9fe::1",  # 6to4
        "2852039166",  # as one decimal
        "0251.0376.0251.0376",  # octal
        "0xa9.0xfe.0xa9.0xfe",
        "169.254.43518",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::",
    ],
)
def test_metadata_and_link_local_are_never_reached(host: str) -> None:
    everything = (ip_network("0.0.0.0/0"), ip_network("::/0"))
    most_lenient = Outbound(allowed=everything, loopback=True)

    with pytest.raises(OutboundError):
        most_lenient.addresses(host, 80)
    with pytest.raises(OutboundError):
        most_lenient.check_numeric(host)


@pytest.mark.parametrize("host", ["10.0.0.7", "172.16.1.1", "192.168.1.9", "fd12::1", "8.8.8.8"])
def test_cameras_may_be_in_the_citys_networks(host: str) -> None:
    assert Outbound().addresses(host, 554) == [host]


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "::1", "::ffff:127.0.0.1", "2130706433"]
)
def test_this_machine_is_reached_only_where_it_is_allowed(host: str) -> None:
    with pytest.raises(OutboundError, match="LONGAN_OUTBOUND_LOOPBACK"):
        Outbound().addresses(host, 80)

    assert Outbound(loopback=True).addresses(host, 80)
    for address in Outbound(loopback=True).addresses(host, 80):
        Outbound(allowed=(ip_network("127.0.0.0/8"), ip_network("::1"))).check(address)


def test_one_forbidden_address_of_a_host_is_enough() -> None:
    both = Outbound(resolve=lambda host, port: ["10.0.0.7", METADATA])

    with pytest.raises(OutboundError, match=METADATA):
        both.addresses("camera.lan", 554)


def test_networks_are_set_by_the_operator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LONGAN_OUTBOUND_LOOPBACK", "false")
    monkeypatch.setenv("LONGAN_OUTBOUND_REFUSED", '["10.9.0.0/16"]')
    monkeypatch.setenv("LONGAN_OUTBOUND_ALLOWED", '["127.0.0.8/32", "10.9.0.0/16"]')
    outbound = Settings().outbound

    outbound.check("127.0.0.8")
    for refused in ("10.9.1.1", "127.0.0.1"):
        with pytest.raises(OutboundError):
            outbound.check(refused)


def test_a_name_that_changes_its_mind_gains_nothing(web: Web) -> None:
    """The connection goes to the address that was judged, and the next one is judged anew."""
    web.answers["/a"] = sends(b"picture")
    outbound = Outbound(loopback=True, resolve=answers("127.0.0.1", METADATA))
    url = web.url("/a").replace("127.0.0.1", "camera.example")

    with httpx.Client(transport=GuardedTransport(outbound)) as client:
        first = client.get(url)
        with pytest.raises(OutboundError, match=METADATA):
            client.get(url)

    assert first.content == b"picture"
    assert [asked["Host"].partition(":")[0] for asked in web.asked] == ["camera.example"]


async def test_the_same_holds_for_asyncio(web: Web) -> None:
    web.answers["/a"] = sends(b"picture")
    outbound = Outbound(loopback=True, resolve=answers("127.0.0.1", METADATA))
    url = web.url("/a").replace("127.0.0.1", "camera.example")

    async with httpx.AsyncClient(transport=AsyncGuardedTransport(outbound)) as client:
        first = await client.get(url)
        with pytest.raises(OutboundError, match=METADATA):
            await client.get(url)

    assert first.content == b"picture"


def test_the_next_address_is_tried_where_one_is_dead(web: Web) -> None:
    web.answers["/a"] = sends(b"picture")
    outbound = Outbound(loopback=True, resolve=lambda host, port: ["127.0.0.77", "127.0.0.1"])

    with httpx.Client(transport=GuardedTransport(outbound)) as client:
        answer = client.get(web.url("/a"))

    assert answer.content == b"picture"


@pytest.mark.parametrize(
    "target",
    [f"http://{METADATA}/latest/meta-data", "http://[::ffff:a9fe:a9fe]/", "http://2852039166/"],
)
def test_a_picture_that_redirects_to_metadata_is_refused(web: Web, target: str) -> None:
    web.answers["/a.jpg"] = sends(b"", status=302, Location=target)
    address = PictureAddress(web.url("/a.jpg", "me:s3cret"), Outbound(loopback=True))

    with pytest.raises(SourceError, match=METADATA) as refused:
        address.ask()

    assert "s3cret" not in str(refused.value)


def test_rtsp_is_opened_at_the_address_that_was_judged() -> None:
    outbound = Outbound(resolve=answers("10.0.0.7", METADATA))
    six = Outbound(resolve=answers("fd12::7"))
    url = "rtsp://me:s%40x@camera.lan:8554/a?b=c"

    assert reached(url, outbound) == "rtsp://me:s%40x@10.0.0.7:8554/a?b=c"
    assert reached("rtsp://camera.lan/a", six) == "rtsp://[fd12::7]/a"
    with pytest.raises(SourceError, match=METADATA) as refused:
        reached(url, outbound)
    assert "s%40x" not in str(refused.value)


@pytest.mark.parametrize("scheme", ["rtsp", "rtsps", "http", "https"])
@pytest.mark.parametrize("kind", ["stream", "file", "snapshot"])
def test_no_kind_of_camera_leads_to_metadata(scheme: str, kind: str) -> None:
    spec = SourceSpec(f"{scheme}://{METADATA}/a", kind, outbound=Outbound(loopback=True))  # pyright: ignore[reportArgumentType]  each kind in turn
    found = probe(spec)

    assert found.jpeg is None
    assert found.reason in ("unreachable", "unsupported", "not_found")
    if scheme.startswith("http") or (scheme.startswith("rtsp") and kind == "stream"):
        assert METADATA in (found.message or "")


def test_a_webhook_does_not_go_there() -> None:
    outbound = Outbound(resolve=answers(METADATA))
    sink = WebhookSink(WebhookSpec(url="http://tickets.lan/"), new_secret(), outbound=outbound)

    with pytest.raises(DeliveryError, match=METADATA):
        sink.send({"id": "1"})
    sink.close()
