from itertools import islice
from pathlib import Path

import pytest

from serving.streams.footage import Clipping, Footage
from serving.streams.sources import Decoding, SourceSpec, open_source
from tests.numbered import number_of, numbered_clip, shown_at
from tests.serving.streams.rtsp import RtspServer


@pytest.mark.parametrize("b_frames", [0, 3])
@pytest.mark.parametrize("decoding", ["all", "reference", "keyframes"])
def test_a_frame_of_a_file_is_found_again_in_its_footage_to_the_picture(
    tmp_path: Path, b_frames: int, decoding: Decoding
) -> None:
    clip = numbered_clip(tmp_path / "in.mp4", 60, b_frames=b_frames, group=12)
    footage = Footage(Clipping(before_s=1, after_s=0.4))
    spec = SourceSpec(str(clip), "file", loop=True, realtime=False)
    source = open_source(spec, "cam", None, footage.packets)
    source.decoding = decoding
    source.open()

    for frame in islice(source.frames(), 20):
        moment = footage.packets.at(frame.captured_at)
        assert moment
        found = footage.clip(moment, frame.captured_at)
        assert found
        found[0].write(tmp_path / "out.mp4")
        shown = shown_at(tmp_path / "out.mp4", found[0].opened_s)
        assert number_of(shown) == number_of(frame.image)
    source.close()


@pytest.mark.rtsp
@pytest.mark.slow
def test_a_frame_of_a_live_stream_is_found_again_in_its_footage_to_the_picture(
    tmp_path: Path,
) -> None:
    server = RtspServer(numbered_clip(tmp_path / "in.mp4", 250))
    server.start()
    footage = Footage(Clipping(before_s=1, after_s=1))
    source = open_source(SourceSpec(server.url(), "stream"), "cam", None, footage.packets)

    try:
        source.open()
        frames = source.frames()
        # The first packet over RTSP has no time; that of the others tells it.
        for frame in islice(frames, 3, 50):
            moment = footage.packets.at(frame.captured_at)
            assert moment
            found = footage.clip(moment, frame.captured_at)
            assert found
            found[0].write(tmp_path / "out.mp4")
            shown = shown_at(tmp_path / "out.mp4", found[0].opened_s)
            assert number_of(shown) == number_of(frame.image)
    finally:
        source.close()
        server.kill()
