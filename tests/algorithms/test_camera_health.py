from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import numpy as np
import pytest

from algorithms.camera_health import CameraHealth
from serving.streams.sources import SourceSpec, open_source
from tests.camera_faults import FAULTS, HARMLESS, Picture
from tests.clips import bikes_clip

START = datetime(2026, 11, 24, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def scene() -> Picture:
    """A street, from the real clip."""
    source = open_source(SourceSpec(str(bikes_clip()), "file", realtime=False), "cam")
    source.open()
    return next(iter(source.frames())).pixels.luma(320, 180)


def street(scene: Picture) -> Iterator[Picture]:
    """The scene as a fixed camera sees it, once a second: noise, and a car that drives by."""
    for second in count():
        rng = np.random.default_rng(second)
        picture = scene + rng.normal(0, 1.0, scene.shape)
        x = second * 40 % 400
        picture[120:150, x : x + 60] = 200
        yield np.clip(picture, 0, 255).astype(np.uint8)


def says(health: CameraHealth, picture: Picture, second: int) -> str | None:
    trouble = health.look(picture, START + timedelta(seconds=second))
    return trouble.reason if trouble else None


@pytest.mark.parametrize("reason", FAULTS)
def test_each_fault_is_found_within_ten_seconds_and_goes_when_it_is_over(
    reason: str, scene: Picture
) -> None:
    health = CameraHealth()
    good = street(scene)
    before = [says(health, next(good), second) for second in range(30)]
    begun = next(good)

    during = [says(health, FAULTS[reason](next(good), begun, s), s) for s in range(30, 60)]
    after = [says(health, next(good), second) for second in range(60, 80)]

    assert set(before) == {None}
    assert set(during[:5]) == {None}
    assert set(during[9:]) == {reason}
    assert set(after[6:]) == {None}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_happens_on_every_street_is_no_trouble(name: str, scene: Picture) -> None:
    fault, lasts_s = HARMLESS[name]
    health = CameraHealth()
    good = street(scene)

    said = {
        says(health, fault(picture, picture, s) if 30 <= s < 30 + lasts_s else picture, s)
        for s, picture in zip(range(90), good, strict=False)
    }

    assert said == {None}


def test_the_sentence_has_the_numbers_in_it(scene: Picture) -> None:
    health = CameraHealth()
    good = street(scene)

    troubles = [
        health.look(FAULTS["dark"](next(good), scene, second), START + timedelta(seconds=second))
        for second in range(9)
    ]

    trouble = troubles[-1]
    assert trouble
    assert trouble.message.startswith("The picture is dark: mean brightness ")
    assert trouble.message.endswith(" of 255.")


def test_a_camera_that_shows_pictures_rarely_is_not_judged_by_two_of_them(scene: Picture) -> None:
    health = CameraHealth()

    assert says(health, scene, 0) is None
    assert says(health, scene, 600) is None


def test_a_view_that_stays_is_accepted_in_the_end(scene: Picture) -> None:
    health = CameraHealth()
    good = street(scene)
    for second in range(30):
        says(health, next(good), second)

    said = [says(health, FAULTS["moved"](next(good), scene, s), s) for s in range(30, 2000, 10)]

    assert "moved" in said
    assert said[-1] is None


def test_a_picture_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match=r"expected \(180, 320\) uint8"):
        CameraHealth().look(np.zeros((320, 180), np.uint8), START)
