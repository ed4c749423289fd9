# pyright: basic
"""A street made here: still, with something that crosses it for a second or two."""

import gc
import weakref
from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from serving.streams.sources.source import Sign
from serving.streams.sources.video_input import Decoded, VideoInput

FPS, GROUP = 25, 50
RANDOM = np.random.default_rng(3)
STREET = np.asarray(cv2.resize(RANDOM.uniform(60, 180, (22, 40)), (640, 360)), np.uint8)


def street(
    seconds: float, crossing: tuple[float, float] | None, size: int
) -> Iterator[NDArray[np.uint8]]:
    for i in range(round(seconds * FPS)):
        at_s = i / FPS
        picture = STREET.copy()
        if crossing and crossing[0] <= at_s < crossing[1]:
            x = round((at_s - crossing[0]) * 200)
            picture[100 : 100 + size, x : x + size] = 20
        noise = RANDOM.normal(0, 2, picture.shape)
        yield np.repeat(np.clip(picture + noise, 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def clip(
    path: Path, crossing: tuple[float, float] | None, size: int = 60, group: int = GROUP
) -> str:
    with av.open(str(path), "w") as out:
        options = {"g": str(group), "keyint_min": str(group), "bf": "0", "sc_threshold": "0"}
        stream = out.add_stream("libx264", rate=FPS, options=options)
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        for picture in street(16, crossing, size):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(stream.encode(None))
    return str(path)


def dozed(path: str, quiet_from_s: float = 2.0) -> tuple[list[float], int]:
    """Times of the pictures that came, and how many were skipped."""
    video = VideoInput(path, {})
    times: list[float] = []
    skipped = 0
    for seen in video.decoded():
        if isinstance(seen, Decoded):
            assert seen.media_s is not None
            times.append(seen.media_s)
            video.decoding = "doze" if seen.media_s >= quiet_from_s else "all"
        else:
            assert seen is Sign.SKIPPED
            skipped += 1
    return times, skipped


def every(begin_s: float, end_s: float) -> list[float]:
    return [i / FPS for i in range(round(begin_s * FPS), round(end_s * FPS))]


def test_of_a_still_scene_only_keyframes_and_the_end_are_decoded(tmp_path: Path) -> None:
    times, skipped = dozed(clip(tmp_path / "still.mp4", None))

    assert times == pytest.approx([*every(0, 4), 4, 6, 8, 10, 12, *every(14, 16)])
    assert skipped == 6 * (GROUP - 1)


@pytest.mark.parametrize("size", [16, 60])
def test_something_that_comes_is_seen_from_its_first_picture_to_its_last(
    tmp_path: Path, size: int
) -> None:
    """Large things change the packets' size, small ones are found at the next keyframe."""
    times, _ = dozed(clip(tmp_path / "crossing.mp4", (7.0, 9.4), size))

    assert set(np.round(every(7.0, 9.4), 3)) <= set(np.round(times, 3))
    assert times == sorted(times)


def test_pictures_after_waking_are_whole(tmp_path: Path) -> None:
    path = clip(tmp_path / "crossing.mp4", (7.0, 9.4))
    whole = {
        seen.media_s: seen.pixels.luma(640, 360)
        for seen in VideoInput(path, {}).decoded()
        if isinstance(seen, Decoded)
    }
    video = VideoInput(path, {})
    for seen in video.decoded():
        if isinstance(seen, Decoded):
            assert (seen.pixels.luma(640, 360) == whole[seen.media_s]).all()
            video.decoding = "doze"


def test_keyframes_that_come_rarely_are_not_relied_on(tmp_path: Path) -> None:
    times, _ = dozed(clip(tmp_path / "rare.mp4", None, group=200))

    assert len(times) == 16 * FPS


def test_what_read_a_stream_is_gone_when_it_is_closed(tmp_path: Path) -> None:
    """A circle would keep decoders and packets, megabytes of each connection, for a long time."""
    video = VideoInput(clip(tmp_path / "still.mp4", None), {})
    for seen in video.decoded():
        video.decoding = "doze"
        if isinstance(seen, Decoded) and (seen.media_s or 0) > 7:
            break
    video.close()
    gc.disable()
    try:
        gone = weakref.ref(video)
        del video, seen
        assert gone() is None
    finally:
        gc.enable()
