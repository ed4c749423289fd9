"""Submitted models are checked one after the other, beside the API."""

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import structlog

from algorithms.admission import Verdict
from algorithms.manifest import AlgorithmManifest
from serving.api.wires import Admission
from serving.registry.registering import Registry
from serving.store import Store, challenges, submissions

log = structlog.get_logger()


class Checking:
    """Runs the check of each submission and writes the verdict.

    Args:
        store: Where submissions are.
        models: Folder of accepted models; those being checked wait in `checking/` inside.
        admit: The check itself.
        registry: Signs what is accepted.
    """

    def __init__(self, store: Store, models: Path, admit: Admission, registry: Registry) -> None:
        self._store = store
        self._models = models
        self._admit = admit
        self._registry = registry
        self._waiting = models / "checking"
        self._worker: ThreadPoolExecutor | None = None

    def start(self) -> None:
        """Take up what a restart interrupted."""
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="submission")
        self._waiting.mkdir(parents=True, exist_ok=True)
        with self._store.read() as session:
            unfinished = [submission.id for submission in submissions.unfinished(session)]
        for file in self._waiting.iterdir():
            if file.stem not in unfinished:  # a crash came before its row
                file.unlink()
        for submission_id in unfinished:
            self.check(submission_id)

    def stop(self) -> None:
        """Finish the running check; those that wait are taken up at the next start."""
        if self._worker is not None:
            self._worker.shutdown(cancel_futures=True)
            self._worker = None

    def file_of(self, submission_id: str) -> Path:
        """Where an uploaded model waits for its check."""
        return self._waiting / f"{submission_id}.onnx"

    def reference_of(self, submission_id: str) -> Path:
        """Where what its source network gave waits beside it, if its team handed that in."""
        return self._waiting / f"{submission_id}.npz"

    def check(self, submission_id: str) -> Future[None]:
        """Check a submission soon; only between start and stop."""
        if self._worker is None:
            raise RuntimeError("check() before start() or after stop()")
        return self._worker.submit(self._check, submission_id)

    def _check(self, submission_id: str) -> None:
        with self._store.read() as session:
            submission = submissions.get(session, submission_id)
        if submission.state != "checking":
            return
        waiting, accepted = self.file_of(submission_id), self._models / f"{submission.sha256}.onnx"
        # A crash after the move below left only the accepted file.
        reference = self.reference_of(submission_id)
        verdict = self._verdict(
            waiting if waiting.exists() else accepted,
            submission.manifest,
            reference if reference.exists() else None,
        )
        if not verdict.reasons and waiting.exists():
            # Before the row: a version that can be seen always has its file.
            waiting.replace(accepted)
        with self._store.write() as session:
            decided = submissions.decide(session, submission_id, verdict.reasons, verdict.report)
            if decided.state == "accepted":
                self._registry.admit(session, decided)
            challenges.follow_submission(session, decided)
        waiting.unlink(missing_ok=True)
        reference.unlink(missing_ok=True)
        log.info("submission decided", submission_id=submission_id, state=decided.state)

    def _verdict(self, model: Path, manifest: dict[str, object], reference: Path | None) -> Verdict:
        if not model.exists():
            return Verdict(["the uploaded file was lost in a restart; submit it again"])
        try:
            return self._admit(model, AlgorithmManifest.model_validate(manifest), reference)
        except Exception as error:  # whatever a hostile file breaks, the verdict is written
            log.exception("submission check broke", model=model.name)
            broke = f"the check itself broke ({type(error).__name__}); see the platform's log"
            return Verdict([broke])
