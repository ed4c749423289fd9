from datetime import UTC, datetime

import pytest

from serving.streams.sources.arrival import BELIEVED_S, Arrival

NOW = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
FRAME_S = 0.04


def read(arrival: Arrival, first: int, count: int, late_s: float = 0.0) -> float:
    """Read packets 40 ms apart, each so late; returns the time of the last one."""
    for i in range(first, first + count):
        arrival.read(i * FRAME_S, NOW + i * FRAME_S + late_s)
    return (first + count - 1) * FRAME_S


def test_a_picture_was_taken_when_its_packet_would_have_come_on_time() -> None:
    arrival = Arrival()
    read(arrival, 0, 50)
    media_s = read(arrival, 50, 1, late_s=0.3)

    assert arrival.taken_s(media_s, NOW + media_s + 0.4) == pytest.approx(NOW + media_s, abs=0.001)
    assert not arrival.behind


def test_a_reader_behind_its_camera_is_noticed_and_so_is_that_it_has_caught_up() -> None:
    arrival = Arrival()
    read(arrival, 0, 50)
    read(arrival, 50, 1, late_s=0.7)
    assert arrival.behind
    read(arrival, 51, 1, late_s=0.3)
    assert arrival.behind  # until it has really caught up
    read(arrival, 52, 1, late_s=0.05)
    assert not arrival.behind


def test_a_delay_that_stays_is_the_cameras_own() -> None:
    arrival = Arrival()
    read(arrival, 0, 50)
    media_s = read(arrival, 50, round(BELIEVED_S / FRAME_S) + 2, late_s=2.0)

    assert not arrival.behind
    assert arrival.taken_s(media_s, NOW + media_s + 2) == pytest.approx(NOW + media_s + 2, abs=0.01)


def test_a_camera_clock_that_runs_slow_is_followed() -> None:
    arrival = Arrival()
    for second in range(0, 36_000, 10):  # ten hours, 100 parts in a million
        arrival.read(second * (1 - 1e-4), NOW + second)
        assert not arrival.behind


@pytest.mark.parametrize("jump_s", [-3600.0, 3600.0])
def test_a_jump_of_the_cameras_time_starts_anew(jump_s: float) -> None:
    arrival = Arrival()
    read(arrival, 0, 50)
    arrival.read(2 + jump_s, NOW + 2)

    assert not arrival.behind
    assert arrival.taken_s(2 + jump_s, NOW + 2.01) == pytest.approx(NOW + 2, abs=0.001)


def test_without_times_a_picture_was_taken_when_it_was_read() -> None:
    arrival = Arrival()
    arrival.read(None, NOW)

    assert arrival.taken_s(None, NOW + 1) == NOW + 1
    assert not arrival.behind


def test_no_picture_is_from_the_future() -> None:
    arrival = Arrival()
    read(arrival, 0, 2)

    assert arrival.taken_s(60.0, NOW + 1) == NOW + 1
