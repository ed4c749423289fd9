# pyright: basic
from pathlib import Path

import av
import pytest

from serving.events.clip import ClipError
from serving.events.hls import cut
from tests.numbered import numbered


def _clip(file: Path, count: int, keyframe_every: int) -> Path:
    with av.open(str(file), "w") as out:
        stream = out.add_stream("libx264", rate=25, options={"bf": "2", "sc_threshold": "0"})
        stream.width, stream.height, stream.gop_size = 320, 160, keyframe_every
        for number in range(count):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(numbered(number), format="rgb24")))
        out.mux(stream.encode())
    return file


def test_a_clip_is_cut_at_every_keyframe(tmp_path: Path) -> None:
    hls = cut(_clip(tmp_path / "clip.mp4", count=60, keyframe_every=25))

    assert [segment.duration_s for segment in hls.segments] == pytest.approx([1.0, 1.0, 0.4])
    assert all(segment.data[4:8] == b"moof" for segment in hls.segments)
    assert b"moov" in hls.init
    lines = hls.playlist("parts").splitlines()
    assert lines[6:8] == ["#EXTINF:1.000000,", "parts/0.m4s"]
    assert "#EXT-X-TARGETDURATION:1" in lines


def test_any_segment_can_be_the_first(tmp_path: Path) -> None:
    hls = cut(_clip(tmp_path / "clip.mp4", count=60, keyframe_every=25))

    (tmp_path / "late.mp4").write_bytes(hls.init + hls.segments[1].data)

    with av.open(str(tmp_path / "late.mp4")) as late:
        assert len(list(late.decode(video=0))) == 25


def test_what_is_no_clip_says_so(tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").write_bytes(b"no clip")

    with pytest.raises(ClipError, match="cannot be cut for HLS"):
        cut(tmp_path / "clip.mp4")
