from collections.abc import Iterator

import pytest

from serving.streams.errors import SourceError
from serving.streams.sources import Picture, Sign, Source, SourceSpec, open_source
from tests.clips import jpegs
from tests.serving.streams.web import Web, asks_password, sends, tcp_host


def opened(url: str) -> Source:
    source = open_source(SourceSpec(url, "snapshot", poll_s=0.01), "cam")
    source.open()
    return source


def failure(url: str) -> SourceError:
    with pytest.raises(SourceError) as caught:
        opened(url)
    return caught.value


def next_picture(pictures: Iterator[Picture | Sign]) -> Picture:
    return next(picture for picture in pictures if isinstance(picture, Picture))


def test_a_picture_is_asked_for_again_and_again(web: Web) -> None:
    first, second = jpegs(2)
    web.answers["/cam.jpg"] = sends(first)
    source = open_source(SourceSpec(web.url("/cam.jpg"), "snapshot", poll_s=0.01), "cam")

    info = source.open()
    pictures = source.pictures()
    one = next_picture(pictures).frame()
    web.answers["/cam.jpg"] = sends(second)
    two = next_picture(pictures).frame()

    assert (info.width_px, info.height_px, info.fps) == (640, 272, None)
    assert (one.index, two.index) == (0, 1)
    assert one.image.shape == (272, 640, 3)
    assert (one.image != two.image).any()
    assert two.captured_at > one.captured_at


def test_the_same_bytes_are_no_new_picture(web: Web) -> None:
    web.answers["/cam.jpg"] = sends(jpegs(1)[0])
    pictures = opened(web.url("/cam.jpg")).pictures()

    assert isinstance(next(pictures), Picture)
    assert [next(pictures) for _ in range(3)] == [Sign.ALIVE] * 3


def test_the_host_is_asked_only_for_what_changed(web: Web) -> None:
    web.answers["/cam.jpg"] = sends(
        jpegs(1)[0], ETag='"7"', Last_Modified="Tue, 24 Nov 2026 08:00:00 GMT"
    )
    pictures = opened(web.url("/cam.jpg")).pictures()
    next(pictures)

    web.answers["/cam.jpg"] = sends(b"", status=304)

    assert next(pictures) is Sign.ALIVE
    assert web.asked[-1]["If-None-Match"] == '"7"'
    assert web.asked[-1]["If-Modified-Since"] == "Tue, 24 Nov 2026 08:00:00 GMT"


def test_a_password_is_sent_as_the_camera_asks(web: Web) -> None:
    web.answers["/cam.jpg"] = asks_password(sends(jpegs(1)[0]))

    assert opened(web.url("/cam.jpg", user="me:s%40fe"))
    assert failure(web.url("/cam.jpg", user="me:wrong")).reason == "auth_failed"
    assert failure(web.url("/cam.jpg")).reason == "auth_failed"


def test_digest_is_answered_without_sending_the_password(web: Web) -> None:
    picture = sends(jpegs(1)[0])
    challenge = sends(
        b"", status=401, WWW_Authenticate='Digest realm="cam", nonce="n1", qop="auth"'
    )
    web.answers["/cam.jpg"] = lambda request: (
        picture if 'username="me"' in request.headers.get("Authorization", "") else challenge
    )(request)

    assert opened(web.url("/cam.jpg", user="me:s%40fe"))
    assert all("Basic" not in headers.get("Authorization", "") for headers in web.asked)


def test_two_failed_polls_are_forgiven_and_the_third_is_not(web: Web) -> None:
    web.answers["/cam.jpg"] = sends(jpegs(1)[0])
    pictures = opened(web.url("/cam.jpg")).pictures()
    next(pictures)
    web.answers["/cam.jpg"] = sends(b"", status=503)
    asked = len(web.asked)

    with pytest.raises(SourceError) as caught:
        next(pictures)

    assert caught.value.reason == "unreachable"
    assert len(web.asked) - asked == 3


@pytest.mark.parametrize(
    ("status", "reason"),
    [(401, "auth_failed"), (403, "auth_failed"), (404, "not_found"), (500, "unreachable")],
)
def test_what_a_web_server_refuses_is_told_apart(web: Web, status: int, reason: str) -> None:
    web.answers["/cam.jpg"] = sends(b"", status=status)

    assert failure(web.url("/cam.jpg")).reason == reason


@pytest.mark.parametrize("body", [b"", b"<html>Camera 7</html>", jpegs(1)[0][:100]])
def test_what_is_no_picture_is_refused(web: Web, body: bytes) -> None:
    web.answers["/cam.jpg"] = sends(body)

    assert failure(web.url("/cam.jpg")).reason == "not_video"


@pytest.mark.parametrize("host", ["127.0.0.1:1", "no-such-camera.invalid"])
def test_a_wrong_host_is_unreachable(host: str) -> None:
    assert failure(f"http://{host}/cam.jpg").reason == "unreachable"


def test_a_silent_host_times_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("serving.streams.sources.picture_address.TIMEOUT_S", 0.5)

    with tcp_host(None) as port:
        assert failure(f"http://127.0.0.1:{port}/cam.jpg").reason == "timeout"


@pytest.mark.parametrize("url", ["rtsp://host/live", "cam.jpg", "http://host:port/cam.jpg"])
def test_other_kinds_of_address_are_unsupported(url: str) -> None:
    assert failure(url).reason == "unsupported"


def test_an_endless_answer_is_cut_off(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("serving.streams.sources.picture_address.PICTURE_MAX_BYTES", 1000)
    web.answers["/cam.jpg"] = sends(jpegs(1)[0])

    assert failure(web.url("/cam.jpg")).reason == "not_video"
