from serving.streams.overload import PATIENCE, RECOVERY, Overload


def after(*busy: float, decoding: float = 0.3) -> Overload:
    overload = Overload()
    for share in busy:
        overload.beat(share, decoding)
    return overload


FULL = [1.0] * PATIENCE


def test_a_short_peak_costs_nothing() -> None:
    assert after(1.0, 1.0, 0.5, 1.0, 1.0).shed is None


def test_idle_cameras_give_way_first_then_decoding_then_all_share() -> None:
    assert after(*FULL).shed == "idle_rate"
    assert not after(*FULL).sheds_decoding
    assert after(*FULL * 2).shed == "decoding"
    assert after(*FULL * 3).shed == "rate"
    assert after(*FULL * 3).sheds_decoding


def test_decoding_that_takes_little_is_not_shed() -> None:
    overload = after(*FULL * 3, decoding=0.05)

    assert overload.shed == "rate"
    assert not overload.sheds_decoding


def test_decoding_stays_shed_though_it_is_light_now() -> None:
    overload = after(*FULL * 2)
    overload.beat(0.97, 0.05)

    assert overload.sheds_decoding


def test_it_goes_on_until_there_has_been_room_for_a_while() -> None:
    assert after(*FULL, *[0.8] * 60).shed == "idle_rate"
    assert after(*FULL, *[0.5] * (RECOVERY - 1)).shed == "idle_rate"
    assert after(*FULL, *[0.5] * RECOVERY).shed is None
    assert not after(*FULL * 3, *[0.5] * RECOVERY).sheds_decoding
