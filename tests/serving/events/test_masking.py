import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from scenarios.events import Box, EventObject
from serving.events.masking import Region, mask, pixels, regions

WIDTH, HEIGHT = 128, 64  # so that fractions are exact

edges = st.floats(-0.2, 1.2)


@st.composite
def hidden_regions(draw: st.DrawFn) -> Region:
    x1, x2 = sorted((draw(edges), draw(edges)))
    y1, y2 = sorted((draw(edges), draw(edges)))
    return Region((x1, y1, x2, y2), draw(st.integers(1, 8)))


def noise(seed: int) -> NDArray[np.uint8]:
    """No two neighbours are alike."""
    return np.random.default_rng(seed).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)


def inside(masked: list[Region]) -> NDArray[np.bool_]:
    hidden = np.zeros((HEIGHT, WIDTH), np.bool_)
    for region in masked:
        left, top, right, bottom = pixels(region.box, WIDTH, HEIGHT)
        hidden[top:bottom, left:right] = True
    return hidden


@settings(deadline=None)
@given(st.lists(hidden_regions(), min_size=1, max_size=4), st.integers(0, 2**32))
def test_no_pixel_of_a_masked_region_is_left_and_none_outside_is_touched(
    masked: list[Region], seed: int
) -> None:
    image = noise(seed)
    before = image.copy()

    shown = mask(image, masked)

    hidden = inside(masked)
    same = (shown == image).all(axis=2)
    assert same[~hidden].all()
    assert hidden.sum() < 16 or same[hidden].mean() < 0.05  # a mean may be a pixel's by chance
    assert (image == before).all()


@settings(deadline=None)
@given(hidden_regions(), st.integers(0, 2**32))
def test_of_a_region_a_handful_of_means_is_left_whatever_was_there(
    region: Region, seed: int
) -> None:
    shown = mask(noise(seed), [region])

    colours = np.unique(shown[inside([region])], axis=0)
    assert len(colours) <= region.blocks**2


@settings(deadline=None)
@given(st.integers(0, WIDTH - 16), st.integers(0, HEIGHT - 16), st.integers(0, 2**32))
def test_shuffling_what_is_in_a_block_changes_nothing(left: int, top: int, seed: int) -> None:
    """So that nothing but its mean can be computed back."""
    image = noise(seed)
    turned = image.copy()
    for x in range(left, left + 16, 4):
        for y in range(top, top + 16, 4):
            turned[y : y + 4, x : x + 4] = image[y : y + 4, x : x + 4][::-1, ::-1]
    box = (left / WIDTH, top / HEIGHT, (left + 16) / WIDTH, (top + 16) / HEIGHT)

    assert (mask(image, [Region(box, 4)]) == mask(turned, [Region(box, 4)])).all()


@pytest.mark.parametrize(
    ("name", "box"),
    [
        ("without_helmet", (0.38, 0.36, 0.62, 0.84)),
        ("person", (0.38, 0.39, 0.62, 0.51)),
        ("car", (0.392, 0.514, 0.608, 0.826)),
        ("motorcycle", (0.38, 0.426, 0.62, 0.834)),
    ],
)
def test_heads_and_plates_are_masked_where_they_must_be_and_a_little_more(
    name: str, box: Box
) -> None:
    (region,) = regions([EventObject(1, name, 0.9, (0.4, 0.4, 0.6, 0.8))])

    assert region.box == pytest.approx(box, abs=0.001)


def test_what_shows_nobody_is_not_masked() -> None:
    assert regions([EventObject(1, "pothole", 0.9, (0.4, 0.4, 0.6, 0.8))]) == []
