import struct
import time
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path

import pytest

from serving.streams.errors import SourceError
from serving.streams.sources import Checkpoint, Source, SourceSpec, open_source
from tests.clips import bikes_clip, jpegs, remux

FRAME = timedelta(seconds=0.04)


def opened(
    path: Path | str,
    checkpoint: Checkpoint | None = None,
    *,
    loop: bool = False,
    realtime: bool = False,
) -> Source:
    spec = SourceSpec(str(path), "file", loop=loop, realtime=realtime)
    source = open_source(spec, "cam", checkpoint)
    source.open()
    return source


def failure(path: Path | str) -> SourceError:
    with pytest.raises(SourceError) as caught:
        list(opened(path).frames())
    return caught.value


def test_every_picture_of_the_file_comes_once_in_rgb() -> None:
    source = open_source(SourceSpec(str(bikes_clip()), "file", realtime=False), "cam")

    info = source.open()
    frames = list(source.frames())

    assert (info.width_px, info.height_px, info.fps) == (640, 272, 25)
    assert [frame.index for frame in frames] == list(range(250))
    assert frames[0].image.shape == (272, 640, 3)
    assert frames[0].camera_id == "cam"


def test_captured_at_is_the_opening_time_plus_media_time() -> None:
    before = datetime.now(UTC)
    frames = list(islice(opened(bikes_clip()).frames(), 50))

    assert before <= frames[0].captured_at <= datetime.now(UTC)
    assert all(b.captured_at - a.captured_at == FRAME for a, b in pairwise(frames))


def test_media_time_is_measured_from_the_first_picture(tmp_path: Path) -> None:
    clip = remux(tmp_path / "late.mkv", start_s=7.0)
    source = opened(clip)

    frames = list(source.frames())

    assert frames[-1].captured_at - frames[0].captured_at == pytest.approx(
        249 * FRAME, abs=timedelta(seconds=0.002)
    )
    assert source.checkpoint
    assert source.checkpoint["position_s"] == pytest.approx(9.96, abs=0.002)


def test_a_file_can_be_played_as_if_taken_at_a_given_time() -> None:
    taken = datetime(1970, 1, 1, tzinfo=UTC)
    source = opened(bikes_clip(), {"epoch": taken.isoformat()})

    first, second = islice(source.frames(), 2)

    assert (first.captured_at, second.captured_at) == (taken, taken + FRAME)


def test_only_due_pictures_are_converted() -> None:
    asked: list[datetime] = []

    def every_tenth(captured_at: datetime) -> bool:
        asked.append(captured_at)
        return len(asked) % 10 == 1

    frames = list(opened(bikes_clip()).frames(every_tenth))

    assert len(asked) == 250
    assert [frame.index for frame in frames] == list(range(0, 250, 10))


def test_decoding_keyframes_skips_the_rest_and_returns_without_damage() -> None:
    source = opened(bikes_clip())
    source.decoding = "keyframes"
    indices = {frame.captured_at: frame for frame in source.frames()}
    assert len(indices) == 6

    source = opened(bikes_clip())
    whole = {frame.index: frame.image for frame in source.frames()}
    source = opened(bikes_clip())
    source.decoding = "keyframes"
    first: datetime | None = None
    for frame in source.frames():
        first = first or frame.captured_at
        at = round((frame.captured_at - first) / FRAME)
        assert (frame.image == whole[at]).all()
        source.decoding = "all"


def test_decoding_reference_pictures_skips_the_others_without_damage() -> None:
    whole = {frame.captured_at: frame.image for frame in opened(bikes_clip()).frames()}
    source = opened(bikes_clip())
    epoch = min(whole)

    source.decoding = "reference"
    frames = list(source.frames())

    assert 50 < len(frames) < 200
    first = frames[0].captured_at
    for frame in frames:
        assert (frame.image == whole[epoch + (frame.captured_at - first)]).all()


def test_decoding_beginnings_gives_whole_pictures_from_each_keyframe_on() -> None:
    whole = {frame.captured_at: frame.image for frame in opened(bikes_clip()).frames()}
    epoch = min(whole)

    source = opened(bikes_clip())
    source.decoding = 0.4
    frames = list(source.frames())

    assert 0.2 < len(frames) / len(whole) < 0.7
    first = frames[0].captured_at
    for frame in frames:
        assert (frame.image == whole[epoch + (frame.captured_at - first)]).all()


def test_a_loop_goes_on_in_time_without_a_gap() -> None:
    frames = list(islice(opened(bikes_clip(), loop=True).frames(), 300))

    assert all(b.captured_at - a.captured_at == FRAME for a, b in pairwise(frames))
    assert (frames[250].image == frames[0].image).all()


def test_a_resumed_file_goes_back_three_seconds_in_the_same_epoch() -> None:
    source = opened(bikes_clip())
    before = list(islice(source.frames(), 200))
    checkpoint = source.checkpoint

    after = list(opened(bikes_clip(), checkpoint).frames())

    assert before[-1].captured_at - after[0].captured_at == timedelta(seconds=3)
    assert after[0].captured_at == before[-1 - 75].captured_at
    assert (after[0].image == before[-1 - 75].image).all()
    assert after[-1].captured_at - before[0].captured_at == 249 * FRAME


def test_a_resumed_loop_finds_its_place_in_a_later_pass() -> None:
    source = opened(bikes_clip(), loop=True)
    before = list(islice(source.frames(), 250 + 100))

    after = next(opened(bikes_clip(), source.checkpoint, loop=True).frames())

    assert after.captured_at == before[-1 - 75].captured_at
    assert (after.image == before[-1 - 75].image).all()


def test_a_file_that_was_played_to_its_end_is_not_played_again() -> None:
    source = opened(bikes_clip())
    assert len(list(source.frames())) == 250

    with pytest.raises(SourceError) as caught:
        opened(bikes_clip(), source.checkpoint)

    assert caught.value.reason == "ended"


def test_a_file_that_became_shorter_starts_its_next_pass() -> None:
    beyond = {"epoch": "1970-01-01T00:00:00+00:00", "position_s": 13.0}

    assert list(opened(bikes_clip(), beyond).frames()) == []
    assert next(opened(bikes_clip(), beyond, loop=True).frames()).index == 0


def test_another_files_checkpoint_is_ignored(tmp_path: Path) -> None:
    source = opened(bikes_clip())
    list(source.frames())

    other = opened(remux(tmp_path / "other.mp4"), source.checkpoint)

    assert len(list(other.frames())) == 250


def test_realtime_plays_at_the_speed_it_was_taken() -> None:
    began_s = time.monotonic()
    frames = list(islice(opened(bikes_clip(), realtime=True).frames(), 11))

    assert len(frames) == 11
    assert 0.38 < time.monotonic() - began_s < 1.5


def test_a_picture_turned_by_the_phone_is_turned_upright(tmp_path: Path) -> None:
    plain = bytearray(bikes_clip().read_bytes())
    straight = struct.pack(">9i", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
    turned = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, 272 << 16, 0, 1 << 30)
    at = plain.index(straight, plain.index(b"tkhd"))
    plain[at : at + len(turned)] = turned
    clip = tmp_path / "phone.mp4"
    clip.write_bytes(plain)

    image = next(opened(clip).frames()).image
    upright = next(opened(bikes_clip()).frames()).image

    assert image.shape == (640, 272, 3)
    assert (image[:, ::-1].transpose(1, 0, 2) == upright).all()


def test_damage_in_the_middle_costs_pictures_not_the_file(tmp_path: Path) -> None:
    whole = bytearray(bikes_clip().read_bytes())
    start = whole.index(b"mdat")
    for at in range(start + 100_000, start + 200_000, 500):
        whole[at : at + 40] = b"\xaa" * 40
    clip = tmp_path / "damaged.mp4"
    clip.write_bytes(whole)

    frames = list(opened(clip).frames())

    assert 100 < len(frames) < 250
    assert frames[-1].captured_at - frames[0].captured_at > timedelta(seconds=9)


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    assert failure(tmp_path / "none.mp4").reason == "not_found"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("notes.txt", b"FFmpeg would play this as a terminal\n" * 100),
        ("notes.md", b"# no video\n" * 100),
        ("empty.mp4", b""),
        ("cut.mp4", b"\0\0\0\x20ftypisom" + bytes(200)),
    ],
)
def test_a_file_that_is_no_video_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)

    assert failure(tmp_path / name).reason == "not_video"


def test_a_single_picture_is_pointed_to_snapshot_cameras(tmp_path: Path) -> None:
    (tmp_path / "still.jpg").write_bytes(jpegs(1)[0])

    error = failure(tmp_path / "still.jpg")

    assert error.reason == "not_video"
    assert "snapshot" in str(error)


def test_a_folder_is_no_video(tmp_path: Path) -> None:
    assert failure(tmp_path).reason == "not_video"


def test_a_name_with_odd_characters_is_just_a_name(tmp_path: Path) -> None:
    clip = tmp_path / "concat:100% [#1]?.mp4"
    clip.write_bytes(bikes_clip().read_bytes())

    assert len(list(islice(opened(clip).frames(), 3))) == 3


def test_a_file_address_is_a_path() -> None:
    source = opened(bikes_clip().as_uri())

    assert len(list(islice(source.frames(), 3))) == 3


def test_close_ends_a_waiting_file_at_once() -> None:
    source = opened(bikes_clip(), realtime=True)
    frames = source.frames()
    next(frames)

    source.close()

    assert list(frames) == []
