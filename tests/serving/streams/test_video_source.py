import re
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest

from algorithms.frame import Frame
from serving.streams.errors import SourceError
from serving.streams.sources import Source, SourceSpec, open_source
from tests.clips import jpegs, remux
from tests.serving.streams.rtsp import RtspServer
from tests.serving.streams.web import Web, asks_password, mjpeg, sends, tcp_host


def opened(url: str) -> Source:
    source = open_source(SourceSpec(url, "stream"), "cam")
    source.open()
    return source


def failure(url: str) -> SourceError:
    with pytest.raises(SourceError) as caught:
        list(opened(url).frames())
    return caught.value


def until_it_breaks(source: Source) -> tuple[list[Frame], SourceError]:
    frames: list[Frame] = []
    with pytest.raises(SourceError) as caught:
        frames.extend(source.frames())
    return frames, caught.value


def rtsp_says(status: str) -> Callable[[bytes], bytes]:
    def answer(message: bytes) -> bytes:
        number = re.search(rb"CSeq: (\d+)", message)
        head = f"RTSP/1.0 {status}\r\nCSeq: {number.group(1).decode() if number else 0}\r\n"
        return (head + 'WWW-Authenticate: Basic realm="camera"\r\n\r\n').encode()

    return answer


@pytest.mark.rtsp
@pytest.mark.slow
def test_pictures_come_over_rtsp(rtsp: RtspServer) -> None:
    source = open_source(SourceSpec(rtsp.url(), "stream"), "cam")

    info = source.open()
    frames = list(islice(source.frames(), 10))

    assert (info.width_px, info.height_px) == (640, 272)
    assert [frame.index for frame in frames] == list(range(10))
    assert abs((datetime.now(UTC) - frames[-1].captured_at).total_seconds()) < 2


@pytest.mark.rtsp
def test_a_wrong_path_on_an_rtsp_server_is_not_found(rtsp: RtspServer) -> None:
    assert failure(rtsp.url("/nothing")).reason == "not_found"


@pytest.mark.rtsp
@pytest.mark.slow
def test_an_rtsp_server_that_dies_breaks_the_stream_off(rtsp: RtspServer) -> None:
    frames = opened(rtsp.url()).frames()
    next(frames)

    rtsp.kill()

    with pytest.raises(SourceError) as caught:
        list(frames)
    assert caught.value.reason == "unreachable"


def test_an_rtsp_camera_that_refuses_the_password_says_so() -> None:
    with tcp_host(rtsp_says("401 Unauthorized")) as port:
        assert failure(f"rtsp://me:wrong@127.0.0.1:{port}/live").reason == "auth_failed"


def test_a_host_that_answers_without_rtsp_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("serving.streams.sources.video.TIMEOUT_S", 1.0)

    with tcp_host(lambda _: b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        error = failure(f"rtsp://127.0.0.1:{port}/live")

    assert error.reason in ("not_video", "timeout")


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["rtsp", "http"])
def test_a_host_that_never_says_a_word_times_out(
    scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("serving.streams.sources.video.TIMEOUT_S", 1.0)

    with tcp_host(None) as port:
        assert failure(f"{scheme}://127.0.0.1:{port}/live").reason == "timeout"


@pytest.mark.parametrize("scheme", ["rtsp", "http", "https"])
@pytest.mark.parametrize("host", ["127.0.0.1:1", "no-such-camera.invalid"])
def test_a_wrong_host_is_unreachable(scheme: str, host: str) -> None:
    assert failure(f"{scheme}://{host}/live").reason == "unreachable"


def test_mjpeg_comes_as_it_is_sent(web: Web) -> None:
    web.answers["/live"] = mjpeg(jpegs(5), lambda: time.sleep(0.05))

    frames, error = until_it_breaks(opened(web.url("/live")))

    assert 4 <= len(frames) <= 5  # the last picture ends only where a next one begins
    assert frames[0].image.shape == (272, 640, 3)
    assert error.reason == "unreachable"


def test_a_slow_mjpeg_is_dated_by_when_it_comes(web: Web) -> None:
    # FFmpeg numbers its pictures 25 a second, so that a slower camera seems to fall behind.
    web.answers["/live"] = mjpeg(jpegs(12), lambda: time.sleep(0.2))

    late_s: list[float] = []
    source = opened(web.url("/live"))
    with suppress(SourceError):
        for frame in source.frames():
            late_s.append(time.time() - frame.captured_at.timestamp())
            assert not source.is_behind

    assert len(late_s) >= 11
    assert max(late_s) < 0.4


def test_mjpeg_asks_with_the_password_of_the_address(web: Web) -> None:
    web.answers["/live"] = asks_password(mjpeg(jpegs(3), lambda: None))

    assert len(until_it_breaks(opened(web.url("/live", user="me:s%40fe")))[0]) >= 2
    assert failure(web.url("/live", user="me:wrong")).reason == "auth_failed"
    assert failure(web.url("/live")).reason == "auth_failed"


def test_hls_is_played_at_its_own_speed(web: Web, tmp_path: Path) -> None:
    remux(tmp_path / "live.m3u8", hls_time="1", hls_list_size="0")
    web.folder(tmp_path)

    began_s = time.monotonic()
    frames = list(islice(opened(web.url("/live.m3u8")).frames(), 11))

    assert 0.35 < (frames[-1].captured_at - frames[0].captured_at).total_seconds() < 1.5
    assert time.monotonic() - began_s < 3


def test_a_playlist_cannot_open_files_of_this_machine(web: Web, tmp_path: Path) -> None:
    stolen = remux(tmp_path / "private.ts")
    web.answers["/evil.m3u8"] = sends(
        f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://{stolen}\n#EXT-X-ENDLIST\n".encode()
    )

    failure(web.url("/evil.m3u8"))


@pytest.mark.parametrize(
    ("status", "reason"),
    [(401, "auth_failed"), (403, "auth_failed"), (404, "not_found"), (500, "unreachable")],
)
def test_what_a_web_server_refuses_is_told_apart(web: Web, status: int, reason: str) -> None:
    web.answers["/live"] = sends(b"", status=status)

    assert failure(web.url("/live")).reason == reason


def test_a_web_page_is_no_video(web: Web) -> None:
    web.answers["/"] = sends(b"<html>Camera 7</html>" * 50, Content_Type="text/html")

    assert failure(web.url("/")).reason == "not_video"


def test_a_single_picture_is_pointed_to_snapshot_cameras(web: Web) -> None:
    web.answers["/still.jpg"] = sends(jpegs(1)[0], Content_Type="image/jpeg")

    error = failure(web.url("/still.jpg"))

    assert error.reason == "not_video"
    assert "snapshot" in str(error)


@pytest.mark.parametrize("url", ["ftp://host/a.mp4", "file:///etc/passwd", "/etc/passwd", ""])
def test_other_kinds_of_address_are_unsupported(url: str) -> None:
    assert failure(url).reason == "unsupported"


def test_a_video_at_an_address_can_be_played_as_a_file(web: Web, tmp_path: Path) -> None:
    clip = remux(tmp_path / "clip.mp4", movflags="faststart")
    web.answers["/clip.mp4"] = sends(clip.read_bytes())
    source = open_source(SourceSpec(web.url("/clip.mp4"), "file", realtime=False), "cam")

    source.open()

    assert len(list(source.frames())) == 250
