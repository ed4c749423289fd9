"""Hosts that cameras live on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clips import remux
from tests.serving.streams.rtsp import RtspServer
from tests.serving.streams.web import Web


@pytest.fixture
def web() -> Iterator[Web]:
    web = Web()
    yield web
    web.close()


@pytest.fixture(scope="session")
def long_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two minutes of the clip."""
    return remux(tmp_path_factory.mktemp("clips") / "long.mp4", times=12)


@pytest.fixture
def rtsp(long_clip: Path) -> Iterator[RtspServer]:
    server = RtspServer(long_clip)
    server.start()
    yield server
    server.kill()
