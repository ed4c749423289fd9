"""Privacy areas: black at every size, in every form of a picture."""

from datetime import UTC, datetime
from pathlib import Path

import av
import numpy as np

from algorithms.frame import Frame, ImagePixels
from serving.events.evidence import Sight, read_private, read_sights, sights_file
from serving.events.masked_clip import mask_clip
from serving.events.privacy import HiddenPixels, Outline, hide
from tests.numbered import HEIGHT, WIDTH, numbered, numbered_clip

LOWER_RIGHT: Outline = ((0.5, 0.5), (1, 0.5), (1, 1), (0.5, 1))


def test_an_area_is_black_at_every_size_and_the_rest_stays() -> None:
    pixels = HiddenPixels(ImagePixels(np.full((120, 200, 3), 200, np.uint8)), [LOWER_RIGHT])

    for width, height in ((200, 120), (64, 64), (33, 21)):
        right, low = width // 2 + 3, height // 2 + 3
        assert pixels.rgb(width, height)[low:, right:].max() == 0
        assert pixels.planes(width, height)[:, low:, right:].max() == 0
        assert pixels.luma(width, height)[low:, right:].max() == 0
        assert pixels.rgb(width, height)[: height // 2 - 3].min() == 200


def test_the_picture_that_came_is_not_changed() -> None:
    came = np.full((60, 80, 3), 200, np.uint8)
    frame = Frame(ImagePixels(came), "a", 0, datetime(2026, 1, 1, tzinfo=UTC))

    hidden = hide(frame, [LOWER_RIGHT])

    assert hidden.image.min() == 0
    assert came.min() == 200
    assert hide(frame, []) is frame


def test_an_area_is_black_in_every_picture_of_a_masked_clip(tmp_path: Path) -> None:
    original = numbered_clip(tmp_path / "original.mp4", 50)

    mask_clip(original, tmp_path / "masked.mp4", [], private=[LOWER_RIGHT])

    with av.open(str(tmp_path / "masked.mp4")) as clip:
        for picture in clip.decode(video=0):
            image = np.asarray(picture.to_ndarray(format="rgb24"), np.uint8)
            assert image[HEIGHT // 2 + 8 :, WIDTH // 2 + 8 :].max() < 30
            assert image[HEIGHT // 2 + 8 :, : WIDTH // 2 - 8].std() > numbered(0).std() / 3


def test_what_an_older_version_wrote_beside_a_clip_is_still_read(tmp_path: Path) -> None:
    file = sights_file(tmp_path / "a-clip.mp4")
    file.write_text('[[1.2, [[7, "face", [0, 0, 1, 1]]]]]')

    assert [type(sight) for sight in read_sights(file)] == [Sight]
    assert read_private(file) == []
