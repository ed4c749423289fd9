"""What FFmpeg opens by itself over HTTP is judged like any other address."""

import socket
import threading
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path

import pytest

from serving.outbound import Outbound
from serving.streams.errors import SourceError
from serving.streams.sources import Picture, SourceSpec, open_source
from tests.clips import remux
from tests.serving.streams.web import Web, sends

FORBIDDEN = "127.0.0.2"
GUARD = Outbound(loopback=True, refused=(ip_network(f"{FORBIDDEN}/32"),))


class Inside:
    """A service that only this machine should reach; counts who came."""

    def __init__(self) -> None:
        self._listening = socket.create_server((FORBIDDEN, 0))
        self.port = self._listening.getsockname()[1]
        self.came = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            self.came += 1
            client.close()

    def close(self) -> None:
        self._listening.close()


@pytest.fixture
def inside() -> Iterator[Inside]:
    inside = Inside()
    yield inside
    inside.close()


def first(url: str, outbound: Outbound = GUARD) -> Picture:
    source = open_source(SourceSpec(url, "stream", outbound=outbound), "c")
    try:
        source.open()
        return next(picture for picture in source.pictures() if isinstance(picture, Picture))
    finally:
        source.close()


def playlist(segment: str) -> bytes:
    return (
        "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:10\n"
        f"#EXTINF:10,\n{segment}\n#EXT-X-ENDLIST\n"
    ).encode()


def test_a_redirect_to_a_forbidden_address_is_not_followed(web: Web, inside: Inside) -> None:
    target = f"http://{FORBIDDEN}:{inside.port}/"
    web.answers["/video"] = sends(b"", status=302, Location=target)

    with pytest.raises(SourceError):
        first(web.url("/video"))

    assert len(web.asked) == 1
    assert inside.came == 0


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_playlist_opens_nothing_forbidden(web: Web, inside: Inside, scheme: str) -> None:
    segment = f"{scheme}://{FORBIDDEN}:{inside.port}/a.ts"
    web.answers["/live.m3u8"] = sends(playlist(segment), Content_Type="application/x-mpegurl")

    with pytest.raises(SourceError):
        first(web.url("/live.m3u8"))

    assert web.asked
    assert inside.came == 0


def test_this_test_would_see_it(web: Web, inside: Inside) -> None:
    web.answers["/video"] = sends(b"", status=302, Location=f"http://{FORBIDDEN}:{inside.port}/")

    with pytest.raises(SourceError):
        first(web.url("/video"), Outbound(loopback=True))

    assert inside.came > 0


def test_a_name_that_changes_its_mind_is_judged_where_it_is_connected(
    web: Web, inside: Inside
) -> None:
    left = ["127.0.0.1"]

    def resolve(host: str, port: int) -> list[str]:
        return [left.pop() if left else FORBIDDEN]

    url = web.url("/video").replace("127.0.0.1", "camera.example")
    rebinding = Outbound(loopback=True, refused=GUARD.refused, resolve=resolve)

    with pytest.raises(SourceError):
        first(url, rebinding)

    assert not left
    assert (web.asked, inside.came) == ([], 0)


def test_a_playlist_with_a_password_plays_as_before(web: Web, tmp_path: Path) -> None:
    remux(tmp_path / "a.ts", times=1)
    web.folder(tmp_path)
    web.answers["/live.m3u8"] = sends(playlist("a.ts"), Content_Type="application/x-mpegurl")

    picture = first(web.url("/live.m3u8"))

    assert picture.frame().image.size
    assert all(asked["Host"].startswith("127.0.0.1:") for asked in web.asked)
