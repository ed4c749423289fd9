import threading
from datetime import UTC, datetime

import pytest

from serving.streams import connecting as places
from serving.streams.connecting import connecting
from serving.streams.state import StreamState

START = datetime(2026, 11, 24, 8, tzinfo=UTC)


def failed(times: int, reason: str) -> StreamState:
    return StreamState("offline", reason, "gone", START, times)


@pytest.fixture(autouse=True)
def one_place_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "_fresh", threading.BoundedSemaphore(1))
    monkeypatch.setattr(places, "_repeated", threading.BoundedSemaphore(1))


@pytest.mark.parametrize("bad", [failed(1, "timeout"), failed(3, "unreachable")])
def test_a_camera_that_keeps_failing_holds_no_place_of_a_healthy_one(bad: StreamState) -> None:
    going = threading.Event()
    with connecting(bad, going) as first, connecting(failed(1, "unreachable"), going) as second:
        assert first
        assert second


def test_who_waits_for_a_place_can_be_stopped() -> None:
    stopping = threading.Event()
    with connecting(failed(0, ""), threading.Event()):
        stopping.set()
        with connecting(failed(0, ""), stopping) as may:
            assert not may


def test_a_place_is_given_back_after_an_error() -> None:
    with pytest.raises(KeyError), connecting(failed(0, ""), threading.Event()):
        raise KeyError

    with connecting(failed(0, ""), threading.Event()) as may:
        assert may
