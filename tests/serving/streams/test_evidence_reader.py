# pyright: basic
from datetime import UTC, datetime, timedelta

import av
import numpy as np
import pytest

from serving.streams import evidence_reader
from serving.streams.evidence_reader import EvidenceReader, Packets
from serving.streams.sources import SourceSpec
from serving.streams.sources.video_input import VideoInput
from tests.clips import bikes_clip
from tests.serving.streams.rtsp import RtspServer
from tests.serving.streams.waiting import until

START = datetime(2026, 11, 24, 8, tzinfo=UTC)


def kept(count: int) -> tuple[Packets, list[av.Packet]]:
    """The clip's first packets, come at 25 a second."""
    video = VideoInput(str(bikes_clip()), {})
    packets = Packets()
    came = []
    for packet in video.coded():
        packets.keep(packet, START + len(came) * timedelta(seconds=0.04), video.decoder)
        came.append(packet)
        if len(came) == count:
            break
    return packets, came


def test_the_picture_of_a_moment_is_decoded_exactly() -> None:
    packets, came = kept(140)
    with av.open(str(bikes_clip())) as clip:
        whole = {
            picture.pts: picture.to_ndarray(format="rgb24") for picture in clip.decode(video=0)
        }

    for place in (139, 130, 110):
        pixels = packets.picture_at(START + place * timedelta(seconds=0.04))

        assert pixels
        image = pixels.rgb(640, 272)
        assert np.abs(image.astype(int) - whole[came[place].pts]).mean() < 2


def test_a_moment_that_is_long_gone_has_no_picture() -> None:
    packets, _ = kept(140)

    assert packets.picture_at(START) is None
    assert packets.picture_at(START + timedelta(minutes=1)) is None
    assert Packets().picture_at(START) is None


def test_memory_is_bounded_in_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence_reader, "KEPT_BYTES", 50_000)

    packets, _ = kept(250)

    assert 0 < packets.size <= 50_000


@pytest.mark.rtsp
@pytest.mark.slow
def test_a_live_main_stream_gives_full_size_pictures_on_demand(rtsp: RtspServer) -> None:
    reader = EvidenceReader("cam", SourceSpec(rtsp.url(), "stream"))
    reader.start()

    try:
        until(lambda: reader.picture_at(datetime.now(UTC)))
        pixels = reader.picture_at(datetime.now(UTC))
        assert pixels
        assert (pixels.width_px, pixels.height_px) == (640, 272)
    finally:
        reader.stop()
