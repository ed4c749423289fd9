from serving.streams.rate import Rate
from serving.streams.sources.pace import Pace


def test_the_first_picture_is_shown_at_once() -> None:
    assert Pace().wait_s(media_s=100, now_s=5) == 0


def test_a_picture_waits_until_its_time() -> None:
    pace = Pace()
    pace.wait_s(media_s=0, now_s=5)

    assert pace.wait_s(media_s=2, now_s=5.5) == 1.5


def test_lost_time_is_not_caught_up_in_a_rush() -> None:
    pace = Pace()
    pace.wait_s(media_s=0, now_s=5)

    assert pace.wait_s(media_s=1, now_s=10) == 0
    assert pace.wait_s(media_s=1.5, now_s=10) == 0.5


def test_a_jump_of_the_media_clock_is_not_waited_for() -> None:
    pace = Pace()
    pace.wait_s(media_s=0, now_s=5)

    assert pace.wait_s(media_s=3600, now_s=6) == 0
    assert pace.wait_s(media_s=3601, now_s=6) == 1


def test_a_rate_is_known_from_the_second_picture_on() -> None:
    rate = Rate()
    rate.seen(1.0)
    assert rate.per_second is None

    rate.seen(1.5)
    rate.seen(2.0)

    assert rate.per_second == 2
