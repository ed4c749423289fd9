import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from algorithms.frame import ImagePixels
from algorithms.letterbox import Letterbox, fill
from algorithms.manifest import InputSpec


@given(
    width=st.integers(16, 4000),
    height=st.integers(16, 4000),
    letterbox=st.sampled_from(["centre", "top-left", "stretch"]),
)
def test_a_box_comes_back_to_where_it_was(width: int, height: int, letterbox: str) -> None:
    spec = InputSpec.model_validate({"width": 640, "height": 384, "letterbox": letterbox})
    fit = Letterbox.fit((height, width, 3), spec)
    source = np.array([[0.1 * width, 0.2 * height, 0.8 * width, 0.9 * height]], np.float32)

    shift = np.array([fit.left, fit.top] * 2, np.float32)
    back = fit.to_source(
        (source * np.array([fit.scale_x, fit.scale_y] * 2, np.float32) + shift).astype(np.float32)
    )

    np.testing.assert_allclose(back, source, rtol=1e-3, atol=1e-2)


def test_a_wide_picture_gets_grey_bars_above_and_below() -> None:
    spec = InputSpec(width=64, height=64)
    out = np.empty((3, 64, 64), np.float32)

    fill(ImagePixels(np.full((32, 64, 3), 255, np.uint8)), spec, out)

    assert np.allclose(out[:, :16], 114 / 255)
    assert np.allclose(out[:, 16:48], 1)
    assert np.allclose(out[:, 48:], 114 / 255)


def test_a_model_that_wants_bgr_gets_blue_first_and_its_own_scale() -> None:
    spec = InputSpec(width=8, height=8, colour="bgr", scale=1.0)
    out = np.empty((3, 8, 8), np.float32)
    red = np.zeros((8, 8, 3), np.uint8)
    red[:, :, 0] = 200

    fill(ImagePixels(red), spec, out)

    assert out[0].max() == 0
    assert out[2].min() == 200


def test_a_box_outside_the_picture_is_clipped_to_it() -> None:
    fit = Letterbox.fit((100, 100, 3), InputSpec(width=50, height=50))

    boxes = fit.to_source(np.array([[-10, -10, 60, 60]], np.float32))

    assert boxes.tolist() == [[0, 0, 100, 100]]


def test_mean_and_deviation_are_those_of_the_channels_as_the_model_wants_them() -> None:
    spec = InputSpec(
        width=8, height=8, colour="bgr", scale=0.01, mean=(0.0, 0.5, 1.0), std=(1.0, 2.0, 4.0)
    )
    out = np.empty((3, 8, 8), np.float32)
    picture = np.full((4, 8, 3), (200, 100, 50), np.uint8)

    fill(ImagePixels(picture), spec, out)

    np.testing.assert_allclose(out[:, 4, 4], [0.5, 0.25, 0.25], atol=1e-6)
    np.testing.assert_allclose(out[:, 0, 0], [1.14, 0.32, 0.035], atol=1e-6)


def test_a_stretched_picture_leaves_nothing_grey() -> None:
    spec = InputSpec(width=64, height=64, letterbox="stretch")
    out = np.zeros((3, 64, 64), np.float32)

    fit = fill(ImagePixels(np.full((32, 64, 3), 255, np.uint8)), spec, out)

    assert np.allclose(out, 1)
    assert fit.to_source(np.array([[0, 0, 64, 64]], np.float32)).tolist() == [[0, 0, 64, 32]]
