from serving.streams.overload import PATIENCE, RECOVERY, Overload


def after(*busy: float, behind: bool = False) -> str | None:
    overload = Overload()
    for share in busy:
        overload.beat(share)
    return overload.shed(behind)


def test_a_short_peak_costs_nothing() -> None:
    assert after(1.0, 1.0, 0.5, 1.0, 1.0) is None


def test_idle_cameras_give_way_first_then_all_share() -> None:
    assert after(*[1.0] * PATIENCE) == "idle_rate"
    assert after(*[1.0] * (2 * PATIENCE)) == "rate"


def test_a_reader_that_falls_behind_is_told_of_between_the_two() -> None:
    assert after(0.5, behind=True) == "decoding"
    assert after(*[1.0] * PATIENCE, behind=True) == "decoding"
    assert after(*[1.0] * (2 * PATIENCE), behind=True) == "rate"


def test_it_goes_on_until_there_has_been_room_for_a_while() -> None:
    full = [1.0] * PATIENCE

    assert after(*full, *[0.8] * 60) == "idle_rate"
    assert after(*full, *[0.5] * (RECOVERY - 1)) == "idle_rate"
    assert after(*full, *[0.5] * RECOVERY) is None
