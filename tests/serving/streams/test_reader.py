import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import count
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from algorithms.camera_health import Trouble
from serving.streams.errors import SourceError
from serving.streams.reader import Reader
from serving.streams.sources import (
    Checkpoint,
    Decoding,
    Picture,
    Sign,
    Source,
    SourceKind,
    SourceSpec,
    StreamInfo,
    open_source,
)
from tests.clips import bikes_clip, jpegs
from tests.serving.streams.rtsp import RtspServer
from tests.serving.streams.waiting import until
from tests.serving.streams.web import Web, asks_password, mjpeg, sends, tcp_host


@pytest.fixture
def readers() -> Iterator[list[Reader]]:
    """Readers to be stopped at the end."""
    readers: list[Reader] = []
    yield readers
    for reader in readers:
        reader.stop()


def started(readers: list[Reader], spec: SourceSpec) -> Reader:
    reader = Reader("cam", spec)
    reader.start()
    readers.append(reader)
    return reader


def state(reader: Reader) -> tuple[str, str | None]:
    return reader.status.state, reader.status.reason


def test_a_file_comes_online_and_its_newest_picture_can_be_taken(readers: list[Reader]) -> None:
    reader = started(readers, SourceSpec(str(bikes_clip()), "file"))

    until(lambda: state(reader) == ("online", None))
    until(lambda: (reader.status.source_fps or 0) > 10)
    frame = reader.take_newest()

    assert frame
    assert frame.image.shape == (272, 640, 3)
    assert (reader.status.width_px, reader.status.height_px) == (640, 272)
    assert reader.status.last_frame_at
    assert 15 < (reader.status.source_fps or 0) < 35


def test_a_picture_is_taken_once_and_older_ones_are_dropped(readers: list[Reader]) -> None:
    reader = started(readers, SourceSpec(str(bikes_clip()), "file", realtime=False))
    until(lambda: state(reader) == ("offline", "ended"))

    newest = reader.take_newest()

    assert newest
    assert newest.index == 249
    assert reader.take_newest() is None


def test_only_due_pictures_are_kept(readers: list[Reader]) -> None:
    number = count()

    def first_only(captured_at: datetime) -> bool:
        return next(number) == 0

    spec = SourceSpec(str(bikes_clip()), "file", realtime=False)
    reader = Reader("cam", spec, due=first_only)
    readers.append(reader)
    reader.start()
    until(lambda: state(reader) == ("offline", "ended"))

    frame = reader.take_newest()

    assert frame
    assert frame.index == 0


def test_every_kept_picture_wakes_whoever_waits_for_it(readers: list[Reader]) -> None:
    number = count()
    woken = threading.Semaphore(0)
    spec = SourceSpec(str(bikes_clip()), "file", realtime=False)
    reader = Reader(
        "cam", spec, due=lambda captured_at: next(number) in (0, 7), on_due=woken.release
    )
    readers.append(reader)
    assert not reader.has_newest

    reader.start()
    until(lambda: state(reader) == ("offline", "ended"))

    assert woken.acquire(blocking=False)
    assert woken.acquire(blocking=False)
    assert not woken.acquire(blocking=False)
    assert reader.has_newest
    assert reader.take_newest()
    assert not reader.has_newest


def test_a_reader_knows_what_its_decoding_costs_and_fewer_pictures_cost_less(
    readers: list[Reader],
) -> None:
    def cost_s(decoding: Decoding) -> float:
        reader = Reader("cam", SourceSpec(str(bikes_clip()), "file", realtime=False))
        readers.append(reader)
        reader.decoding = decoding
        reader.start()
        until(lambda: state(reader) == ("offline", "ended"))
        return reader.cpu_s

    assert 0 < cost_s("keyframes") < cost_s("all") / 2


def test_the_rate_counts_pictures_that_were_not_decoded(readers: list[Reader]) -> None:
    reader = Reader("cam", SourceSpec(str(bikes_clip()), "file", loop=True))
    reader.decoding = "keyframes"
    readers.append(reader)
    reader.start()

    until(lambda: (reader.status.source_fps or 0) > 15)


@pytest.mark.skipif(sys.platform != "linux", reason="threads have their own priority on Linux")
def test_reading_gives_way_to_inference(readers: list[Reader]) -> None:
    reader = started(readers, SourceSpec(str(bikes_clip()), "file", loop=True))
    until(lambda: reader.status.state == "online")

    thread = next(thread for thread in threading.enumerate() if thread.name == "reader-cam")

    assert thread.native_id
    ours = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    theirs = os.getpriority(os.PRIO_PROCESS, thread.native_id)
    assert theirs == min(19, ours + 5)


def test_what_is_wrong_with_the_pictures_shows_in_the_status(readers: list[Reader]) -> None:
    reader = started(readers, SourceSpec(str(bikes_clip()), "file", loop=True))
    until(lambda: state(reader) == ("online", None))

    reader.judge(Trouble("dark", "The picture is dark."))
    assert state(reader) == ("degraded", "dark")

    reader.judge(None)
    assert state(reader) == ("online", None)


def test_a_file_that_ended_says_so_and_its_checkpoint_keeps_it_ended(
    readers: list[Reader],
) -> None:
    spec = SourceSpec(str(bikes_clip()), "file", realtime=False)
    first = Reader("cam", spec)
    first.start()
    until(lambda: state(first) == ("offline", "ended"))

    second = Reader("cam", spec, checkpoint=first.checkpoint)
    readers.append(second)
    second.start()
    until(lambda: state(second) == ("offline", "ended"))

    assert second.take_newest() is None


@pytest.mark.rtsp
@pytest.mark.slow
def test_a_camera_whose_server_dies_comes_back_by_itself(
    rtsp: RtspServer, readers: list[Reader]
) -> None:
    reader = started(readers, SourceSpec(rtsp.url(), "stream"))
    until(lambda: state(reader) == ("online", None))
    assert reader.take_newest()

    rtsp.kill()
    until(lambda: state(reader) == ("offline", "unreachable"))
    reader.take_newest()
    until(lambda: reader.status.retries >= 2)

    rtsp.start()
    until(lambda: state(reader) == ("online", None))
    until(reader.take_newest)


@pytest.mark.rtsp
@pytest.mark.slow
def test_a_camera_that_hangs_is_degraded_at_once_and_recovers(
    rtsp: RtspServer, readers: list[Reader]
) -> None:
    reader = started(readers, SourceSpec(rtsp.url(), "stream"))
    until(lambda: state(reader) == ("online", None))

    rtsp.freeze()
    until(lambda: state(reader) == ("degraded", "no_signal"))
    assert reader.status.source_fps is None

    rtsp.thaw()
    until(lambda: state(reader) == ("online", None))


def test_a_bad_camera_harms_no_other(web: Web, readers: list[Reader]) -> None:
    web.answers["/live"] = mjpeg(jpegs(20) * 20, lambda: time.sleep(0.02))
    with tcp_host(None) as port:
        started(readers, SourceSpec(f"rtsp://127.0.0.1:{port}/live", "stream"))
        started(readers, SourceSpec("http://127.0.0.1:1/cam.jpg", "snapshot"))
        good = started(readers, SourceSpec(web.url("/live"), "stream"))

        until(lambda: state(good) == ("online", None))


def test_a_snapshot_camera_is_online_with_its_first_picture(
    web: Web, readers: list[Reader]
) -> None:
    web.answers["/cam.jpg"] = sends(jpegs(1)[0])
    reader = started(readers, SourceSpec(web.url("/cam.jpg"), "snapshot", poll_s=600))

    until(lambda: state(reader) == ("online", None))

    assert reader.take_newest()


def test_a_camera_that_was_away_at_first_is_found(web: Web, readers: list[Reader]) -> None:
    reader = started(readers, SourceSpec(web.url("/cam.jpg"), "snapshot", poll_s=0.05))
    until(lambda: state(reader) == ("offline", "not_found"))

    web.answers["/cam.jpg"] = sends(jpegs(1)[0])

    until(lambda: state(reader) == ("online", None))


def test_pictures_that_cannot_be_decoded_are_counted(web: Web, readers: list[Reader]) -> None:
    good = jpegs(4)
    damaged = good[0][:300] + b"\xff\xd9"
    web.answers["/live"] = mjpeg([*good, damaged] * 200, lambda: time.sleep(0.005))
    reader = started(readers, SourceSpec(web.url("/live"), "stream"))

    until(lambda: reader.decode_errors > 3)


class Scripted(Source):
    """Gives what a test tells it to, for what no real camera does on demand."""

    def __init__(self, signs: Callable[[], Iterator[Picture | Sign]]) -> None:
        self.decoding: Decoding = "all"
        self._signs = signs

    @property
    def checkpoint(self) -> Checkpoint | None:
        return None

    def open(self) -> StreamInfo:
        return StreamInfo(64, 48, None)

    def pictures(self) -> Iterator[Picture | Sign]:
        return self._signs()

    def close(self) -> None:
        """Nothing is open."""


def scripted(readers: list[Reader], signs: Callable[[], Iterator[Picture | Sign]]) -> Reader:
    spec = SourceSpec("rtsp://me:s%40fe@host/live", "stream")

    def connect(spec: SourceSpec, camera_id: str, checkpoint: Checkpoint | None) -> Source:
        return Scripted(signs)

    reader = Reader("cam", spec, connect=connect)
    reader.start()
    readers.append(reader)
    return reader


def test_a_stream_without_one_good_picture_is_given_up(
    readers: list[Reader], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("serving.streams.reader.PATIENCE_S", 0.05)

    def garbage() -> Iterator[Sign]:
        while True:
            time.sleep(0.01)
            yield Sign.DECODE_ERROR

    reader = scripted(readers, garbage)

    until(lambda: state(reader) == ("offline", "decode_errors"))


def test_a_mistake_of_ours_is_logged_and_tried_again_without_the_secret(
    readers: list[Reader],
) -> None:
    def mistaken() -> Iterator[Sign]:
        yield Sign.ALIVE
        raise KeyError("rtsp://me:s%40fe@host/live")

    with capture_logs() as logs:
        reader = scripted(readers, mistaken)
        until(lambda: reader.status.retries == 2)

    assert "KeyError" in (reader.status.message or "")
    assert any("Traceback" in entry.get("traceback", "") for entry in logs)
    assert "s%40fe" not in str(logs)


@pytest.mark.parametrize("scheme", ["rtsp", "http"])
def test_stop_does_not_wait_for_a_network_that_hangs(scheme: str) -> None:
    with tcp_host(None) as port:
        reader = Reader("cam", SourceSpec(f"{scheme}://127.0.0.1:{port}/live", "stream"))
        reader.start()
        time.sleep(0.3)  # into the connection

        began_s = time.monotonic()
        reader.stop()

        assert time.monotonic() - began_s < 2.5


def test_stop_ends_a_healthy_reader_at_once() -> None:
    reader = Reader("healthy", SourceSpec(str(bikes_clip()), "file", loop=True))
    reader.start()
    until(lambda: reader.status.state == "online")

    began_s = time.monotonic()
    reader.stop()

    assert time.monotonic() - began_s < 1
    assert "reader-healthy" not in {thread.name for thread in threading.enumerate()}


def test_stop_ends_the_wait_for_the_next_try(tmp_path: Path) -> None:
    reader = Reader("cam", SourceSpec(str(tmp_path / "none.mp4"), "file"))
    reader.start()
    until(lambda: reader.status.state == "offline")

    began_s = time.monotonic()
    reader.stop()

    assert time.monotonic() - began_s < 0.5


def test_a_reader_that_was_never_started_can_be_stopped() -> None:
    Reader("cam", SourceSpec(str(bikes_clip()), "file")).stop()


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts in /proc")
def test_failed_connections_leave_nothing_behind(web: Web, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no video " * 100)
    addresses: list[tuple[str, SourceKind]] = [
        ("rtsp://127.0.0.1:1/live", "stream"),
        (web.url("/nothing"), "stream"),
        (web.url("/nothing"), "snapshot"),
        ("http://127.0.0.1:1/cam.jpg", "snapshot"),
        (str(tmp_path / "notes.txt"), "file"),
    ]

    def fail_all() -> None:
        for url, kind in addresses:
            with pytest.raises(SourceError):
                open_source(SourceSpec(url, kind), "cam").open()

    def left_open() -> tuple[int, int]:
        return len(os.listdir("/proc/self/fd")), threading.active_count()  # noqa: PTH208

    fail_all()
    until(lambda: left_open() == left_open())
    before = left_open()
    for _ in range(30):
        fail_all()

    until(lambda: left_open() <= before)


SECRET_URLS: list[tuple[str, SourceKind]] = [
    ("rtsp://me:s%40fe@127.0.0.1:1/live?key=k3y", "stream"),
    ("rtsp://me:s%40fe@no-such-camera.invalid/live?key=k3y", "stream"),
    ("http://me:s%40fe@127.0.0.1:1/live?key=k3y", "stream"),
    ("ftp://me:s%40fe@127.0.0.1:1/live?key=k3y", "stream"),
    ("rtsp://me:s%40fe@127.0.0.1:port/live?key=k3y", "stream"),
    ("http://me:s%40fe@127.0.0.1:1/cam.jpg?key=k3y", "snapshot"),
    ("http://me:s%40fe@127.0.0.1:port/cam.jpg?key=k3y", "snapshot"),
    ("http://me:s%40fe@[127/cam.jpg?key=k3y", "snapshot"),
    ("http://me:s%40fe@127.0.0.1:1/clip.mp4?key=k3y", "file"),
    ("http://me:s%40fe@[127/clip.mp4?key=k3y", "file"),
]


@pytest.mark.parametrize(("url", "kind"), SECRET_URLS)
def test_no_secret_shows_in_status_errors_or_logs(
    url: str,
    kind: SourceKind,
    readers: list[Reader],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    spec = SourceSpec(url, kind)
    with caplog.at_level("DEBUG"), capture_logs() as logs:
        reader = started(readers, spec)
        until(lambda: reader.status.state == "offline")
        reader.stop()
        said = [*capfd.readouterr(), caplog.text, str(logs), str(reader.status), repr(spec)]

    with pytest.raises((SourceError, ValueError)) as caught:
        open_source(spec, "cam").open()
    said += traceback.format_exception(caught.value)
    said += [repr(caught.value.__cause__), repr(caught.value.__context__)]

    for said_one in said:
        assert "s%40fe" not in said_one
        assert "s@fe" not in said_one
        assert "k3y" not in said_one


def test_no_secret_shows_while_a_snapshot_camera_works(
    web: Web, readers: list[Reader], caplog: pytest.LogCaptureFixture
) -> None:
    web.answers["/cam.jpg"] = asks_password(sends(jpegs(1)[0]))
    with caplog.at_level("DEBUG"):
        url = web.url("/cam.jpg?key=k3y", user="me:s%40fe")
        reader = started(readers, SourceSpec(url, "snapshot", poll_s=0.05))
        until(lambda: reader.status.state == "online")

    assert "k3y" not in caplog.text
    assert "s@fe" not in caplog.text
