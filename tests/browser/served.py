"""The API and the dashboard in this process: no Ray, and no camera is read.

A clip's first picture stands for every camera, and for what lies at every address.
"""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import uvicorn

from algorithms.admission import Verdict
from algorithms.manifest import AlgorithmManifest
from serving.api import PreviewBox, PreviewFrame, PreviewWant, create_api
from serving.api.wires import Discover, Probed
from serving.app import open_store
from serving.inference.probe import SourceKind
from serving.settings import Settings
from serving.store import tokens
from serving.store.secret_keys import key_file, write_keys
from tests.clips import jpegs
from tests.conftest import KEY
from tests.platform import Served

WIDTH_PX, HEIGHT_PX = 640, 272
PATIENCE_S = 1


@contextmanager
def served(
    data_dir: Path, finding: Discover = list, settings: Settings | None = None
) -> Generator[Served]:
    """A platform without its cameras; `finding` says who is on the network.

    With `settings` it listens on their port, else on any.
    """
    port = 0 if settings is None else settings.port
    settings = settings or Settings(data_dir=data_dir)
    write_keys(key_file(settings), [KEY])  # each test of this process holds these
    store = open_store(settings)
    with store.write() as session:
        secret = tokens.create(session, "admin")
    [picture] = jpegs(1)
    still = _Still(picture)
    training = _Endless()
    api = create_api(
        store,
        settings,
        still,
        _admit,
        training_runner=training,
        probing=still.probe,
        finding=finding,
    )
    config = uvicorn.Config(api, port=port, log_level="error", timeout_graceful_shutdown=PATIENCE_S)
    server = uvicorn.Server(config)
    thread = Thread(target=server.run)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            thread.join(0.01)
        here = Served(data_dir, server.servers[0].sockets[0].getsockname()[1])
        here.sign_in(secret)
        yield here
        here.http.close()
    finally:
        still.over.set()
        training.over.set()
        server.should_exit = True
        thread.join()
        store.dispose()


class _Still:
    """One picture that never changes."""

    def __init__(self, jpeg: bytes) -> None:
        self.over = Event()
        self._jpeg = jpeg

    def newest(self, wants: Sequence[PreviewWant], timeout_s: float) -> list[PreviewFrame]:
        fresh = [want for want in wants if want.after_seq < 0]
        if not fresh:
            self.over.wait(timeout_s)
        box = PreviewBox(0.4, 0.3, 0.16, 0.55, "without_helmet", 0.86, 7)
        now = datetime.now(UTC)
        return [
            PreviewFrame(want.camera_id, 0, now, want.width_px, self._jpeg, [box]) for want in fresh
        ]

    def probe(self, url: str, kind: SourceKind) -> Probed:
        if "nowhere" in url:
            return Probed("not_found", "There is nothing.")
        return Probed(
            codec="h264", width_px=WIDTH_PX, height_px=HEIGHT_PX, fps=25.0, jpeg=self._jpeg
        )


class _Endless:
    """Trains without an end."""

    def __init__(self) -> None:
        self.over = Event()

    def run(self, job_id: str) -> str | None:
        self.over.wait()
        return None

    def stop(self) -> None:
        self.over.set()


def _admit(model: Path, manifest: AlgorithmManifest, reference: Path | None = None) -> Verdict:
    return Verdict(["nobody checks models here"])
