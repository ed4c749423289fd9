from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from scenarios.events import Box, EventObject
from serving.events.clip import ClipError
from serving.events.evidence import Sight
from serving.events.masked_clip import LOOK_EVERY_S, look_through, mask_clip
from serving.events.masking import pixels
from tests.numbered import FPS, HEIGHT, WIDTH, number_of, numbered_clip, numbers_of

HEAD: Box = (0.2, 0.6, 0.4, 0.9)
"""In the lower half, where the clip shows noise."""


def seen(at_s: float, box: Box = HEAD, track: int = 1) -> Sight:
    return Sight(at_s, (EventObject(track, "without_helmet", 0.9, box),))


@pytest.fixture
def original(tmp_path: Path) -> Path:
    return numbered_clip(tmp_path / "original.mp4", 75)


def detail(image: NDArray[np.uint8], box: Box) -> float:
    """How much is to be seen in a box: noise has much, flat blocks have little."""
    left, top, right, bottom = pixels(box, WIDTH, HEIGHT)
    part = image[top:bottom, left:right].astype(float).mean(2)
    return float(np.abs(np.diff(part, axis=1)).mean())


def details(clip: Path, box: Box) -> list[float]:
    with av.open(str(clip)) as container:
        return [
            detail(np.asarray(picture.to_ndarray(format="rgb24"), np.uint8), box)
            for picture in container.decode(video=0)
        ]


def test_every_picture_is_there_at_its_time(original: Path, tmp_path: Path) -> None:
    mask_clip(original, tmp_path / "masked.mp4", [])

    with av.open(str(tmp_path / "masked.mp4")) as clip:
        times = [picture.time for picture in clip.decode(video=0)]
    assert numbers_of(tmp_path / "masked.mp4") == list(range(75))
    assert times == pytest.approx([number / FPS for number in range(75)], abs=1e-3)


def test_a_thing_is_masked_in_all_pictures_while_it_is_seen_now_and_then(
    original: Path, tmp_path: Path
) -> None:
    mask_clip(original, tmp_path / "masked.mp4", [seen(0.5), seen(1.0), seen(2.0)])

    before, after = details(original, HEAD), details(tmp_path / "masked.mp4", HEAD)
    assert max(after) < min(before) / 4  # from 1 s before it was seen first to 1 s after
    elsewhere: Box = (0.7, 0.6, 0.9, 0.9)
    assert min(details(tmp_path / "masked.mp4", elsewhere)) > min(details(original, elsewhere)) / 2


def test_what_moves_is_masked_all_along_its_way(original: Path, tmp_path: Path) -> None:
    there: Box = (0.6, 0.6, 0.8, 0.9)
    between: Box = (0.42, 0.6, 0.58, 0.9)

    mask_clip(original, tmp_path / "masked.mp4", [seen(1.0), seen(2.0, there)])

    shown = details(tmp_path / "masked.mp4", between)
    assert max(shown[30:45]) < min(details(original, between)) / 2
    end: Box = (0.65, 0.6, 0.8, 0.9)
    assert details(tmp_path / "masked.mp4", end)[5] > min(details(original, end)) / 2


def test_what_is_long_gone_is_shown_again(original: Path, tmp_path: Path) -> None:
    mask_clip(original, tmp_path / "masked.mp4", [seen(0.0)])

    shown = details(tmp_path / "masked.mp4", HEAD)
    assert shown[60] > min(details(original, HEAD)) / 2


def test_faces_are_looked_for_now_and_then_and_masked_in_all_pictures(
    original: Path, tmp_path: Path
) -> None:
    numbers: list[int] = []

    def find(image: NDArray[np.uint8]) -> list[EventObject]:
        numbers.append(number_of(image))
        missed = numbers[-1] == 25  # once, while it is there
        return [] if missed or numbers[-1] > 50 else [EventObject(-1, "face", 0.9, HEAD)]

    looks = look_through(original, find)
    mask_clip(original, tmp_path / "masked.mp4", [], looks)

    assert numbers == list(range(0, 75, round(LOOK_EVERY_S * FPS)))
    before, after = details(original, HEAD), details(tmp_path / "masked.mp4", HEAD)
    assert max(after[:50]) < min(before) / 4
    assert after[65] > min(before) / 2


def test_masking_twice_gives_the_same_bytes(original: Path, tmp_path: Path) -> None:
    for name in ("a.mp4", "b.mp4"):
        mask_clip(original, tmp_path / name, [seen(0.5)])

    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


def test_what_is_no_clip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "broken.mp4").write_bytes(b"no video")

    with pytest.raises(ClipError, match="cannot be masked"):
        mask_clip(tmp_path / "broken.mp4", tmp_path / "masked.mp4", [])
    with pytest.raises(ClipError, match="cannot be looked through"):
        look_through(tmp_path / "broken.mp4", lambda image: [])
