import os
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import NamedTuple

import pytest
import uvicorn
import yaml

from algorithms.admission import Verdict
from algorithms.manifest import AlgorithmManifest
from longan_client import Client, uploading
from serving.api import create_api
from serving.settings import Settings
from serving.store import Store, tokens
from tests.cutting import Line, line_to
from tests.models import manifest

BYTES, PIECE_BYTES = 900_000, 400_000
"""A model, and what is sent of it at a time."""


class Api(NamedTuple):
    """A running API without cameras, and what it admitted."""

    port: int
    token: str
    uploads_dir: Path
    reasons: list[str]
    """Why it rejects models; a test fills it in."""


@pytest.fixture
def api(store: Store, tmp_path: Path) -> Iterator[Api]:
    with store.write() as session:
        token = tokens.create(session, "tests")
    settings = Settings(
        data_dir=tmp_path / "data", dashboard_dir=tmp_path / "none", max_upload_mib=16
    )
    reasons: list[str] = []

    def admit(model: Path, manifest: AlgorithmManifest, reference: Path | None = None) -> Verdict:
        return Verdict(reasons)

    app = create_api(store, settings, None, admit)
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, log_level="error", timeout_graceful_shutdown=1)
    )
    thread = Thread(target=server.run)
    thread.start()
    while not server.started and thread.is_alive():
        thread.join(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Api(port, token, settings.uploads_dir, reasons)
    server.should_exit = True
    thread.join()


@pytest.fixture
def line(api: Api) -> Iterator[Line]:
    """A line to the API that breaks where a test wants it to."""
    with line_to(api.port) as line:
        yield line


@pytest.fixture
def longan(api: Api, line: Line, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    monkeypatch.setattr(uploading, "PIECE_BYTES", PIECE_BYTES)
    with Client(line.url, api.token, retry_s=0.01) as client:
        yield client


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A file that takes a few pieces to send; nobody here looks inside."""
    file = tmp_path / "model.onnx"
    file.write_bytes(os.urandom(BYTES))
    return file


@pytest.fixture
def described(tmp_path: Path) -> Path:
    """Its algorithm.yaml."""
    file = tmp_path / "algorithm.yaml"
    file.write_text(yaml.safe_dump(manifest("person").model_dump(mode="json")))
    return file
