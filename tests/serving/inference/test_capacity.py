import pytest

from serving.inference.capacity import (
    DECODE_CORES,
    HELPER_SHARE,
    CameraDemand,
    decode_cores,
    picture_ms,
    shortfall,
    spread_ms,
    usable_cores,
)

# 5 pictures a second of 100 ms, and decoding: 0.54 cores
BUSY = CameraDemand(fps=5, picture_ms=100, decode_cores=0.04)
WATCHED_ONLY = CameraDemand(fps=5, picture_ms=0, decode_cores=0.04)


def cameras(count: int, demand: CameraDemand) -> dict[str, CameraDemand]:
    return {f"camera-{number}": demand for number in range(count)}


def test_a_camera_asks_for_inference_and_decoding() -> None:
    assert BUSY.cores == pytest.approx(0.54)


def test_a_fifth_of_every_lane_stays_free() -> None:
    assert usable_cores([2, 3]) == pytest.approx(4.0)


def test_helpers_count_with_their_share_and_a_shared_model_once() -> None:
    cost_ms = {"heads": 100.0, "people": 40.0}

    assert picture_ms({"heads"}, {"people"}, cost_ms) == pytest.approx(100 + HELPER_SHARE * 40)
    assert picture_ms({"heads", "people"}, {"people"}, cost_ms) == pytest.approx(140)


def test_a_model_that_nobody_measured_counts_nothing() -> None:
    assert picture_ms({"new"}, {"newer"}, {"heads": 100.0}) == 0


def test_a_fast_node_takes_more_of_the_work_than_a_slow_one() -> None:
    assert spread_ms([(2, 10.0), (2, 30.0)]) == pytest.approx(15.0)
    assert spread_ms([(6, 10.0), (2, 30.0)]) == pytest.approx(12.0)


def test_decoding_is_measured_over_all_cameras_and_guessed_before() -> None:
    assert decode_cores([(0.2, 8), (0.1, 2)]) == pytest.approx(0.03)
    assert decode_cores([(0.0, 0)]) == DECODE_CORES


def test_what_fits_lacks_nothing() -> None:
    assert shortfall({}, cameras(2, BUSY), [1, 1]) is None


def test_what_is_missing_is_told_with_what_would_fit() -> None:
    missing = shortfall(cameras(8, WATCHED_ONLY), cameras(8, BUSY), [2, 2])

    assert missing is not None
    assert missing.needed_cores == pytest.approx(4.0)
    assert missing.free_cores == pytest.approx(2.88)
    assert missing.missing_cores == pytest.approx(1.12)
    assert (missing.fits_fps, missing.fewer_cameras) == (3.6, 3)
    assert str(missing) == (
        "This needs 1.2 more cores than the 2 nodes have left (2.8 of 3.2 free): lower "
        "analysed_fps to 3.6 on these cameras, take 3 cameras fewer, add a node, or repeat with "
        "force=true."
    )


def test_what_is_advised_fits() -> None:
    before = cameras(8, WATCHED_ONLY)
    advice = shortfall(before, cameras(8, BUSY), [2, 2])
    assert advice is not None
    assert advice.fits_fps is not None
    assert advice.fewer_cameras is not None

    slower = CameraDemand(advice.fits_fps, BUSY.picture_ms, BUSY.decode_cores)
    fewer = {**before, **cameras(8 - advice.fewer_cameras, BUSY)}

    assert shortfall(before, cameras(8, slower), [2, 2]) is None
    assert shortfall(before, fewer, [2, 2]) is None


def test_a_slow_camera_leaves_its_part_of_the_limit_to_the_fast_ones() -> None:
    slow = CameraDemand(fps=1, picture_ms=100, decode_cores=0)
    fast = CameraDemand(fps=20, picture_ms=100, decode_cores=0)

    missing = shortfall({}, {"slow": slow, "fast": fast}, [2])

    assert missing is not None
    assert missing.fits_fps == pytest.approx(15.0)  # 0.1 + 1.5 of 1.6 cores


def test_one_camera_too_many_for_all_is_no_advice_to_take_fewer() -> None:
    missing = shortfall({}, {"only": CameraDemand(25, 100, 0)}, [1])

    assert missing is not None
    assert missing.fewer_cameras is None
    assert "fewer" not in str(missing)


def test_nothing_fits_beside_what_was_forced_before() -> None:
    forced = {"forced": CameraDemand(30, 100, 0)}

    missing = shortfall(forced, {**forced, "another": BUSY}, [1])

    assert missing is not None
    assert missing.free_cores == 0
    assert (missing.fits_fps, missing.fewer_cameras) == (None, None)


def test_overloaded_nodes_refuse_nothing_that_asks_for_no_more() -> None:
    too_much = cameras(8, BUSY)

    assert shortfall(too_much, too_much, [1]) is None
    assert shortfall(too_much, cameras(7, BUSY), [1]) is None


def test_drained_nodes_say_what_to_do() -> None:
    missing = shortfall({}, cameras(1, BUSY), [])

    assert missing is not None
    assert "undrain" in str(missing)
