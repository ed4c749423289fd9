import struct

import pytest

from serving.streams.reader import Reader
from serving.streams.sources import SourceSpec
from serving.streams.sources.camera_clock import CameraClock
from tests.serving.streams.rtsp import RtspServer
from tests.serving.streams.waiting import until


def test_the_offset_is_the_median_so_that_one_late_picture_does_not_count() -> None:
    clock = CameraClock()
    assert clock.offset_s is None

    for late_s in (0.0, 0.01, 3.0):
        clock.heard(struct.pack("=qi4x", 1_000_060_000_000, 24), 1_000_000 + late_s)

    assert clock.offset_s == 59.99


@pytest.mark.rtsp
@pytest.mark.slow
def test_a_camera_that_sends_reports_tells_its_clock(rtsp: RtspServer) -> None:
    reader = Reader("cam", SourceSpec(rtsp.url(), "stream"))
    reader.start()

    try:
        until(lambda: reader.status.clock_offset_s is not None, timeout_s=20)
        assert abs(reader.status.clock_offset_s or 0) < 0.5
    finally:
        reader.stop()
