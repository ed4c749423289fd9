"""A first look at an address: real clips, a web server's pictures, and what goes wrong."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import cv2
import numpy as np
import pytest

from serving.inference.probe import BusyError, Probed
from serving.streams.probing import ProbeProcesses, probe
from serving.streams.sources import SourceSpec
from tests.clips import bikes_clip, jpegs
from tests.serving.streams.rtsp import RtspServer
from tests.serving.streams.web import Web, sends

pytestmark = pytest.mark.slow


def size_of(found: Probed) -> tuple[int, int]:
    assert found.jpeg is not None, found
    image = cv2.imdecode(np.frombuffer(found.jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    return image.shape[1], image.shape[0]


def test_a_file_tells_its_codec_size_and_rate_and_gives_a_picture() -> None:
    found = ProbeProcesses()(str(bikes_clip()), "file")

    assert (found.reason, found.codec, found.fps) == (None, "h264", 25.0)
    assert (found.width_px, found.height_px) == size_of(found) == (640, 272)


def test_a_snapshot_address_gives_its_picture(web: Web) -> None:
    web.answers["/a.jpg"] = sends(jpegs(1)[0])

    found = probe(SourceSpec(web.url("/a.jpg"), "snapshot"))

    assert (found.reason, found.fps) == (None, None)
    assert size_of(found) == (640, 272)


@pytest.mark.rtsp
def test_a_stream_gives_its_picture(rtsp: RtspServer) -> None:
    found = probe(SourceSpec(rtsp.url(), "stream"))

    assert (found.reason, found.codec) == (None, "h264")
    assert size_of(found) == (640, 272)


def test_a_refused_password_is_said_without_repeating_it(web: Web) -> None:
    web.answers["/live"] = sends(b"", status=401)

    found = ProbeProcesses()(web.url("/live", user="admin:s3cret"), "stream")

    assert (found.reason, found.jpeg) == ("auth_failed", None)
    assert "s3cret" not in str(found)


def test_what_is_no_video_and_what_is_nowhere_is_told_apart(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("no video at all")

    assert probe(SourceSpec(str(text), "file")).reason == "not_video"
    assert probe(SourceSpec(str(tmp_path / "gone.mp4"), "file")).reason == "not_found"
    assert probe(SourceSpec("rtsp://127.0.0.1:9/1", "stream")).reason == "unreachable"


@pytest.fixture
def hanging(web: Web) -> Iterator[str]:
    """An address that never answers."""
    end = threading.Event()

    def hang(_: BaseHTTPRequestHandler) -> None:
        end.wait(60)

    web.answers["/hangs"] = hang
    yield web.url("/hangs")
    end.set()


def test_one_that_hangs_is_ended_and_holds_its_place_until_then(hanging: str) -> None:
    probing = ProbeProcesses(at_once=1, patience_s=3.0)
    answers: list[Probed] = []
    waiting = threading.Thread(target=lambda: answers.append(probing(hanging, "stream")))
    waiting.start()
    while probing.free:
        waiting.join(0.01)

    with pytest.raises(BusyError):
        probing(hanging, "stream")
    waiting.join()

    assert [answer.reason for answer in answers] == ["timeout"]
    assert probing.free == 1
