# pyright: basic
from datetime import UTC, datetime, timedelta
from pathlib import Path

import av
import numpy as np
import pytest

from serving.streams.sources import Packets
from serving.streams.sources.doze import media_s
from serving.streams.sources.video_input import VideoInput
from tests.clips import bikes_clip
from tests.numbered import FPS, number_of, numbered_clip, numbers_of, shown_at

START = datetime(2026, 11, 24, 8, tzinfo=UTC)
PLENTY = 2**24


def after(pictures: float) -> datetime:
    return START + timedelta(seconds=pictures / FPS)


def shown_s(packet: av.Packet) -> float:
    at_s = media_s(packet)
    assert at_s is not None
    return at_s


def kept(clip: Path, count: int, packets: Packets | None = None) -> tuple[Packets, list[av.Packet]]:
    """A clip's first packets, taken at 25 a second."""
    video = VideoInput(str(clip), {})
    packets = packets or Packets(60, PLENTY)
    came = []
    for packet in video.coded():
        packets.keep(packet, video.coding, now_s=len(came) / FPS)
        packets.date(shown_s(packet), START + timedelta(seconds=shown_s(packet)))
        came.append(packet)
        if len(came) == count:
            break
    video.close()
    return packets, came


def test_the_picture_of_a_moment_is_decoded_exactly() -> None:
    packets, came = kept(bikes_clip(), 140)
    with av.open(str(bikes_clip())) as clip:
        whole = {p.pts: p.to_ndarray(format="rgb24") for p in clip.decode(video=0)}

    for packet in (came[137], came[130], came[110]):
        moment = packets.at(START + timedelta(seconds=shown_s(packet)))
        assert moment
        pixels = packets.picture(moment)

        assert pixels
        image = pixels.rgb(640, 272)
        assert np.abs(image.astype(int) - whole[packet.pts]).mean() < 2


def test_a_moment_that_is_not_kept_has_no_picture() -> None:
    packets, _ = kept(bikes_clip(), 140, Packets(2, PLENTY))

    assert packets.at(START) is None
    assert packets.at(START + timedelta(minutes=1)) is None
    assert Packets(2, PLENTY).at(START) is None


@pytest.mark.parametrize("b_frames", [0, 3])
@pytest.mark.parametrize("number", [60, 61, 74, 75, 99])
def test_the_picture_shown_at_the_stated_offset_of_a_clip_is_that_of_the_event(
    tmp_path: Path, b_frames: int, number: int
) -> None:
    packets, _ = kept(numbered_clip(tmp_path / "in.mp4", 200, b_frames=b_frames), 200)
    moment = packets.at(after(number))
    assert moment
    snapshot = packets.picture(moment)
    assert snapshot

    cut = packets.cut(moment, before_s=2, after_s=2)
    assert cut
    cut.write(tmp_path / "out.mp4")

    assert number_of(snapshot.rgb(320, 160)) == number
    assert number_of(shown_at(tmp_path / "out.mp4", cut.opened_s)) == number


@pytest.mark.parametrize("b_frames", [0, 3])
def test_a_clip_has_every_picture_from_the_keyframe_before_to_the_end_of_the_post_roll(
    tmp_path: Path, b_frames: int
) -> None:
    packets, _ = kept(numbered_clip(tmp_path / "in.mp4", 200, b_frames=b_frames), 200)
    moment = packets.at(after(90))
    assert moment

    cut = packets.cut(moment, before_s=1, after_s=2)
    assert cut
    cut.write(tmp_path / "out.mp4")

    numbers = numbers_of(tmp_path / "out.mp4")
    assert numbers[0] == 50  # 65 is a second before; groups are of 25
    assert set(range(50, 141)) <= set(numbers) <= set(range(50, 145))


def test_a_clip_begins_later_where_the_camera_has_just_come(tmp_path: Path) -> None:
    packets, _ = kept(numbered_clip(tmp_path / "in.mp4", 60), 60)
    moment = packets.at(after(30))
    assert moment

    cut = packets.cut(moment, before_s=5, after_s=5)

    assert cut
    assert (cut.opened_s, len(cut.packets)) == (30 / FPS, 60)


def test_a_new_connection_goes_on_from_nothing_and_spoils_no_clip_of_the_last(
    tmp_path: Path,
) -> None:
    clip = numbered_clip(tmp_path / "in.mp4", 50)
    packets, _ = kept(clip, 50)
    moment = packets.at(after(45))
    assert moment
    kept(clip, 30, packets)

    cut = packets.cut(moment, before_s=1, after_s=5)
    assert cut
    cut.write(tmp_path / "out.mp4")

    assert numbers_of(tmp_path / "out.mp4") == list(range(50))


def test_packets_without_decoding_times_still_make_a_clip(tmp_path: Path) -> None:
    packets, came = kept(numbered_clip(tmp_path / "in.mp4", 100, b_frames=3), 100)
    for packet in came:
        packet.dts = None
    moment = packets.at(after(60))
    assert moment

    cut = packets.cut(moment, before_s=1, after_s=1)
    assert cut
    cut.write(tmp_path / "out.mp4")

    assert number_of(shown_at(tmp_path / "out.mp4", cut.opened_s)) == 60


def test_memory_is_bounded_in_bytes_and_a_clip_whose_moment_is_gone_is_not_made() -> None:
    packets, _ = kept(bikes_clip(), 250, Packets(60, 50_000))

    assert 0 < packets.size <= 50_000
    assert packets.at(START) is None


def test_no_more_than_the_asked_seconds_and_one_group_are_kept(tmp_path: Path) -> None:
    packets, _ = kept(numbered_clip(tmp_path / "in.mp4", 200), 200, Packets(2, PLENTY))

    moment = packets.at(after(199))
    assert moment
    cut = packets.cut(moment, before_s=60, after_s=1)

    assert cut
    assert 50 <= len(cut.packets) <= 75
