from datetime import UTC, datetime

import pytest

from serving.streams.evidence_reader import EvidenceReader
from serving.streams.sources import Packets, SourceSpec
from tests.serving.streams.rtsp import RtspServer
from tests.serving.streams.waiting import until


@pytest.mark.rtsp
@pytest.mark.slow
def test_a_live_main_stream_gives_full_size_pictures_and_clips_on_demand(rtsp: RtspServer) -> None:
    packets = Packets(10, 2**24)
    reader = EvidenceReader("cam", SourceSpec(rtsp.url(), "stream"), packets)
    reader.start()

    try:
        until(lambda: packets.at(datetime.now(UTC)))
        moment = packets.at(datetime.now(UTC))
        assert moment
        pixels = packets.picture(moment)
        assert pixels
        assert (pixels.width_px, pixels.height_px) == (640, 272)
        assert packets.cut(moment, 5, 5)
    finally:
        reader.stop()
