import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from algorithms.admission import TrialReport, Verdict
from algorithms.errors import LonganError
from algorithms.manifest import AlgorithmManifest
from serving.access import Grant, Role
from serving.api import PreviewBox, PreviewFrame, PreviewWant, create_api
from serving.api.wires import BadInputError, BusyError, InferAnswer, ModelKey, Prediction, Probed
from serving.inference.picture import decode
from serving.inference.probe import SourceKind
from serving.settings import Settings
from serving.store import Store, algorithms, jobs, tokens
from serving.store.models import Replay
from serving.store.quality_models import QualityReport
from serving.store.training_models import TrainingRun
from serving.streams.evaluating import run_evaluation

MakeManifest = Callable[..., AlgorithmManifest]
SignedIn = Callable[..., TestClient]

JPEG = b"\xff\xd8 a picture \xff\xd9"


class FakePreview:
    """Has one picture of each camera in `seqs`; a new one whenever a test raises the number."""

    def __init__(self) -> None:
        self.seqs: dict[str, int] = {}

    def newest(self, wants: Sequence[PreviewWant], timeout_s: float) -> list[PreviewFrame]:
        return [
            PreviewFrame(
                camera_id=want.camera_id,
                seq=self.seqs[want.camera_id],
                captured_at=datetime(2026, 11, 24, 12, tzinfo=UTC),
                width_px=want.width_px,
                jpeg=JPEG,
                boxes=[PreviewBox(0.25, 0.5, 0.125, 0.25, "without_helmet", 0.9, 7)],
            )
            for want in wants
            if self.seqs.get(want.camera_id, -1) > want.after_seq
        ]


class FakeProbe:
    """Finds at every address what a test wants to be there."""

    def __init__(self) -> None:
        self.found: Probed | BusyError = Probed("unreachable", "Nothing is there.")
        self.asked: list[tuple[str, str]] = []

    def __call__(self, url: str, kind: SourceKind) -> Probed:
        self.asked.append((url, kind))
        if isinstance(self.found, BusyError):
            raise self.found
        return self.found


class Admitting:
    """A check that says what a test wants it to say."""

    def __init__(self) -> None:
        self.reasons: list[str] = []
        self.report: TrialReport | None = None
        self.checked: list[bytes] = []
        self.references: list[bytes | None] = []

    def __call__(
        self, model: Path, manifest: AlgorithmManifest, reference: Path | None = None
    ) -> Verdict:
        self.checked.append(model.read_bytes())
        self.references.append(reference and reference.read_bytes())
        return Verdict(self.reasons, self.report)


class FakeReplays:
    """Runs replays as a test wants them to end."""

    def __init__(self, store: Store) -> None:
        self.result: dict[str, Any] | None = None
        self.why: str | None = None
        self.ran: list[str] = []
        self._store = store

    def run(self, job_id: str) -> str | None:
        self.ran.append(job_id)
        if self.result is not None:
            with self._store.write() as session:
                jobs.finish(session, Replay, job_id, result=self.result)
        return self.why

    def stop(self) -> None:
        pass


class EvaluatesHere:
    """Runs evaluations in this process; fails with `why` where a test sets it."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.why: str | None = None
        self._store = store
        self._settings = settings

    def run(self, job_id: str) -> str | None:
        if self.why is None:
            try:
                run_evaluation(self._store, self._settings, job_id)
            except LonganError as error:
                return str(error)
        return self.why

    def stop(self) -> None:
        pass


class FakeTraining:
    """Does training runs as a test wants them to end; without `metrics` they do not."""

    def __init__(self, store: Store) -> None:
        self.metrics: dict[str, Any] | None = None
        self.why: str | None = None
        self._store = store
        self._stopped = Event()

    def run(self, job_id: str) -> str | None:
        if self.why is None and self.metrics is None:
            self._stopped.wait()
        if self.metrics is not None:
            with self._store.write() as session:
                jobs.finish(session, TrainingRun, job_id, metrics=self.metrics)
        return self.why

    def stop(self) -> None:
        self._stopped.set()


class FakeReports:
    """Makes quality reports as a test wants them to end."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.findings: list[dict[str, Any]] = []
        self.page = ""
        self.why: str | None = None
        self._store = store
        self._settings = settings

    def run(self, job_id: str) -> str | None:
        if self.why is None:
            folder = self._settings.quality_reports_dir / job_id
            folder.mkdir(parents=True)
            (folder / "index.html").write_text(self.page)
            (folder / "report.json").write_text(json.dumps({"to_fix": self.findings}))
            found: dict[str, Any] = {"score": 58.5, "reasons": ["score 58, below 80"]}
            found |= {"counts": {"leak": len(self.findings)}, "pictures": 2, "boxes": 3}
            with self._store.write() as session:
                jobs.finish(session, QualityReport, job_id, **found)
        return self.why

    def stop(self) -> None:
        pass


class SeesNothing:
    """Models that read what they are sent and find nothing in it."""

    def why_not_ready(self) -> str | None:
        return None

    def infer(self, model: ModelKey, body: bytes, json_bytes: int | None) -> InferAnswer:
        raise BadInputError("There is no tensor here.")

    def predict(self, model: ModelKey, picture: bytes, confidence: float | None) -> Prediction:
        height_px, width_px = decode(picture).shape[:2]
        return Prediction(width_px, height_px, [], took_ms=1.0)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    dashboard = tmp_path / "dist"
    (dashboard / "assets").mkdir(parents=True)
    (dashboard / "index.html").write_text("<title>Longan</title>")
    (dashboard / "assets" / "app-1a2b.js").write_text("wall()")
    return Settings(
        data_dir=tmp_path / "data",
        dashboard_dir=dashboard,
        max_upload_mib=1,
        unprotected_admission=True,
        # A test asks as fast as it can.
        requests_per_s=10_000,
        requests_per_s_of_address=10_000,
    )


@pytest.fixture
def preview() -> FakePreview:
    return FakePreview()


@pytest.fixture
def probe() -> FakeProbe:
    return FakeProbe()


@pytest.fixture
def admit() -> Admitting:
    return Admitting()


@pytest.fixture
def replay_runner(store: Store) -> FakeReplays:
    return FakeReplays(store)


@pytest.fixture
def evaluation_runner(store: Store, settings: Settings) -> EvaluatesHere:
    return EvaluatesHere(store, settings)


@pytest.fixture
def training_runner(store: Store) -> FakeTraining:
    return FakeTraining(store)


@pytest.fixture
def quality_runner(store: Store, settings: Settings) -> FakeReports:
    return FakeReports(store, settings)


@pytest.fixture
def app(
    store: Store,
    settings: Settings,
    preview: FakePreview,
    admit: Admitting,
    replay_runner: FakeReplays,
    evaluation_runner: EvaluatesHere,
    training_runner: FakeTraining,
    quality_runner: FakeReports,
    probe: FakeProbe,
) -> FastAPI:
    return create_api(
        store,
        settings,
        preview,
        admit,
        SeesNothing(),
        replay_runner,
        evaluation_runner,
        training_runner,
        quality_runner=quality_runner,
        probing=probe,
        finding=list,
    )


@pytest.fixture
def token(store: Store) -> str:
    with store.write() as session:
        return tokens.create(session, "tests")


@pytest.fixture
def visitor(app: FastAPI) -> Iterator[TestClient]:
    """Somebody without a token."""
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def client(app: FastAPI, token: str) -> Iterator[TestClient]:
    """Somebody with a token."""
    headers = {"Authorization": f"Bearer {token}"}
    with TestClient(app, headers=headers, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def signed_in(app: FastAPI, store: Store) -> SignedIn:
    """Makes somebody of a role, everywhere or in one division."""

    def make(role: Role, division: str | None = None, name: str = "somebody") -> TestClient:
        with store.write() as session:
            secret = tokens.create(session, name, [Grant(role, division)])
        headers = {"Authorization": f"Bearer {secret}"}
        return TestClient(app, headers=headers, raise_server_exceptions=False)

    return make


@pytest.fixture
def helmet_detector(store: Store, make_manifest: MakeManifest) -> AlgorithmManifest:
    """A registered algorithm that makes the scenario rider-helmet ready."""
    manifest = make_manifest()
    with store.write() as session:
        algorithms.register_shipped(session, manifest, "a" * 64)
    return manifest


@pytest.fixture
def camera_id(client: TestClient) -> str:
    """A registered camera."""
    answer = client.post("/api/v1/cameras", json={"name": "gate", "url": "rtsp://10.0.0.7/1"})
    return answer.json()["id"]
