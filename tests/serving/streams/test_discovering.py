"""Cameras that answer on loopback, as ONVIF says they do; and what is no camera."""

import threading
from collections.abc import Iterator

import pytest

from serving.inference.discovery import Device
from serving.inference.probe import BusyError
from serving.streams.discovering import Discovering, read_answer
from tests.onvif import ANSWER, StandIn


@pytest.fixture
def device() -> Iterator[StandIn]:
    device = StandIn()
    yield device
    device.close()


def test_a_camera_says_who_it_is(device: StandIn) -> None:
    found = Discovering(device.at, wait_s=0.5)()

    assert found == [
        Device(
            host="127.0.0.1",
            name="Gate 3 南",
            hardware="DS-2CD2143",
            service="http://10.0.0.7/onvif/device_service?a=1&b=2",
        )
    ]
    assert "NetworkVideoTransmitter" in device.asked[0]
    assert "discovery/Probe" in device.asked[0]


def test_what_is_no_answer_of_a_camera_is_passed_over(device: StandIn) -> None:
    device.says = [b"", b"\xff\xfe", b"<a><b>hello</b></a>", ANSWER.encode() * 2, b"<" * 60_000]

    assert [found.name for found in Discovering(device.at, wait_s=0.5)()] == ["Gate 3 南"]


def test_a_bare_answer_is_a_camera_too() -> None:
    found = read_answer(b"<d:ProbeMatch><d:XAddrs/></d:ProbeMatch>", "10.0.0.9")

    assert found == Device("10.0.0.9", None, None, None)


def test_nobody_is_an_empty_list(device: StandIn) -> None:
    device.says = []

    assert Discovering(device.at, wait_s=0.1)() == []


def test_the_network_is_asked_once_at_a_time(device: StandIn) -> None:
    discovering = Discovering(device.at, wait_s=2.0)
    first = threading.Thread(target=discovering)
    first.start()
    while not device.asked:
        first.join(0.01)

    with pytest.raises(BusyError):
        discovering()
    first.join()
