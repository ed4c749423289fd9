from datetime import UTC, datetime, timedelta

import pytest

from algorithms.camera_health import Trouble
from serving.streams.state import Limits, StateMachine

START = datetime(2026, 11, 24, 8, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


@pytest.fixture
def stream() -> StateMachine:
    """Registered, with waits of full length."""
    return StateMachine(START, jitter=lambda: 1.0)


def pictures(stream: StateMachine, count: int, from_s: float) -> float:
    """`count` pictures at 10 a second; when the last one came."""
    for i in range(count):
        stream.picture(after(from_s + i / 10))
    return from_s + (count - 1) / 10


def where(stream: StateMachine) -> tuple[str, str | None]:
    return stream.current.state, stream.current.reason


def test_one_good_picture_is_not_enough_to_be_online(stream: StateMachine) -> None:
    stream.connecting(after(0))

    pictures(stream, 4, from_s=1)
    assert where(stream) == ("probing", None)

    stream.picture(after(2))
    assert where(stream) == ("online", None)
    assert stream.current.since == after(2)


def test_silence_degrades_an_online_stream_and_pictures_bring_it_back(
    stream: StateMachine,
) -> None:
    stream.connecting(after(0))
    last_s = pictures(stream, 5, from_s=0)

    stream.tick(after(last_s + 4.9))
    assert where(stream) == ("online", None)

    stream.tick(after(last_s + 5))
    assert where(stream) == ("degraded", "no_signal")
    assert stream.current.message == "No picture for 5 s."

    pictures(stream, 5, from_s=20)
    assert where(stream) == ("online", None)
    assert stream.current.message is None


def test_a_camera_that_is_heard_without_new_pictures_is_not_silent(stream: StateMachine) -> None:
    stream.connecting(after(0))
    pictures(stream, 5, from_s=0)

    for second in range(1, 60):
        stream.alive(after(second))

    assert where(stream) == ("online", None)


def test_many_decode_errors_degrade_and_a_clean_stretch_recovers(stream: StateMachine) -> None:
    stream.connecting(after(0))
    at_s = pictures(stream, 20, from_s=0)

    for i in range(10):
        stream.decode_error(after(at_s + i / 10))
    assert where(stream) == ("degraded", "decode_errors")
    assert stream.current.message == "4 of the last 19 pictures could not be decoded."

    at_s = pictures(stream, 20, from_s=at_s + 1)
    assert where(stream) == ("degraded", "decode_errors")

    pictures(stream, 30, from_s=at_s + 1)
    assert where(stream) == ("online", None)


def test_a_stream_joined_between_keyframes_comes_online_in_spite_of_first_errors(
    stream: StateMachine,
) -> None:
    stream.connecting(after(0))
    for i in range(30):
        stream.decode_error(after(i / 10))

    pictures(stream, 6, from_s=3)

    assert where(stream) == ("online", None)


def test_waits_double_up_to_a_minute(stream: StateMachine) -> None:
    waits: list[float | None] = []
    for i in range(8):
        stream.connecting(after(100 * i))
        waits.append(stream.failed(after(100 * i + 1), "unreachable", "gone"))

    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    assert stream.current.retries == 8


def test_jitter_shortens_a_wait_by_a_fifth_at_most() -> None:
    stream = StateMachine(START, jitter=lambda: 0.0)

    assert stream.failed(after(1), "timeout", "silent") == 0.8


def test_a_wrong_password_is_not_tried_again_soon(stream: StateMachine) -> None:
    assert stream.failed(after(1), "auth_failed", "refused") == 60


def test_a_stream_that_is_tried_again_stays_offline_until_pictures_come(
    stream: StateMachine,
) -> None:
    stream.connecting(after(0))
    pictures(stream, 5, from_s=0)
    stream.failed(after(2), "unreachable", "gone")

    stream.connecting(after(3))
    assert where(stream) == ("offline", "unreachable")
    assert stream.current.since == after(2)

    pictures(stream, 5, from_s=4)
    assert where(stream) == ("online", None)


def test_the_back_off_begins_anew_only_after_a_steady_time_online(stream: StateMachine) -> None:
    for i in range(3):
        stream.failed(after(i), "unreachable", "gone")
    pictures(stream, 5, from_s=10)
    assert stream.failed(after(11), "unreachable", "gone again") == 8

    last_s = pictures(stream, 120, from_s=20)
    assert stream.current.retries == 0
    assert stream.failed(after(last_s), "unreachable", "gone later") == 1


def test_a_file_that_ended_is_not_tried_again(stream: StateMachine) -> None:
    stream.connecting(after(0))
    pictures(stream, 5, from_s=0)

    assert stream.failed(after(1), "ended", "played") is None
    assert where(stream) == ("offline", "ended")


def test_a_snapshot_camera_is_online_with_its_first_picture() -> None:
    stream = StateMachine(START, Limits(good_pictures=1, silence_s=40))
    stream.connecting(after(0))

    stream.picture(after(1))
    stream.tick(after(40))

    assert where(stream) == ("online", None)


def test_a_disabled_stream_has_nothing_wrong(stream: StateMachine) -> None:
    stream.failed(after(1), "unreachable", "gone")

    stream.disabled(after(2))

    assert where(stream) == ("disabled", None)
    assert stream.current.message is None


FROZEN = Trouble("frozen", "The same picture.")


def test_trouble_with_the_pictures_degrades_and_goes_with_it(stream: StateMachine) -> None:
    stream.connecting(after(0))
    stream.picture_trouble(after(0), FROZEN)
    assert where(stream) == ("probing", None)

    pictures(stream, 20, from_s=0)
    assert where(stream) == ("degraded", "frozen")
    assert stream.current.message == "The same picture."

    stream.picture_trouble(after(3), None)
    assert where(stream) == ("online", None)


def test_silence_and_decode_errors_win_over_trouble_with_the_pictures(
    stream: StateMachine,
) -> None:
    stream.connecting(after(0))
    last_s = pictures(stream, 20, from_s=0)
    stream.picture_trouble(after(last_s), FROZEN)

    stream.tick(after(last_s + 6))
    assert where(stream) == ("degraded", "no_signal")
    stream.picture_trouble(after(last_s + 7), FROZEN)
    assert where(stream) == ("degraded", "no_signal")

    at_s = pictures(stream, 5, from_s=20)
    assert where(stream) == ("degraded", "frozen")
    for i in range(12):
        stream.decode_error(after(at_s + i / 10))
    assert where(stream) == ("degraded", "decode_errors")


def test_trouble_with_the_pictures_does_not_lengthen_the_back_off(stream: StateMachine) -> None:
    for i in range(3):
        stream.failed(after(i), "unreachable", "gone")
    stream.picture_trouble(after(4), FROZEN)

    last_s = pictures(stream, 120, from_s=20)

    assert stream.failed(after(last_s), "unreachable", "gone later") == 1


def test_far_too_few_pictures_for_ten_seconds_degrade(stream: StateMachine) -> None:
    stream.connecting(after(0))
    last_s = pictures(stream, 5, from_s=0)

    for second in range(12):
        stream.alive(after(last_s + second))
        stream.rate(after(last_s + second), 4.2, 25)
        assert where(stream) == (("online", None) if second < 10 else ("degraded", "low_fps"))
    assert stream.current.message == "4.2 pictures a second come; the stream promises 25."

    stream.rate(after(last_s + 12), 12.0, 25)
    assert where(stream) == ("online", None)


def test_a_stream_of_skipped_pictures_is_online(stream: StateMachine) -> None:
    stream.connecting(after(0))

    for i in range(5):
        stream.skipped(after(i))

    assert where(stream) == ("online", None)


def test_what_is_said_about_old_pictures_does_not_bring_a_lost_camera_back(
    stream: StateMachine,
) -> None:
    stream.connecting(after(0))
    pictures(stream, 10, from_s=1)
    stream.failed(after(3), "unreachable", "gone")

    stream.picture_trouble(after(3.1), None)
    stream.rate(after(3.2), 25.0, 25.0)

    assert where(stream) == ("offline", "unreachable")
