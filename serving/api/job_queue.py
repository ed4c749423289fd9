"""Jobs of one kind are done one after the other, beside the API."""

import structlog

from serving.api.wires import Jobs
from serving.rounds import Rounds
from serving.store import Store, jobs
from serving.store.quality_models import QualityReport
from serving.store.training_models import TrainingRun

log = structlog.get_logger()


class JobQueue(Rounds):
    """Takes the jobs of a kind from the store, the oldest first.

    Args:
        store: Where they are.
        kind: Of the rows.
        runner: What does them; None: nobody does, and they wait.
        every_s: Seconds between two looks for what waits.
    """

    def __init__(
        self,
        store: Store,
        kind: type[TrainingRun] | type[QualityReport],
        runner: Jobs | None,
        every_s: float = 1.0,
    ) -> None:
        super().__init__(every_s)
        self._store = store
        self._kind = kind
        self._runner = runner

    @property
    def is_installed(self) -> bool:
        """Whether anybody does them."""
        return self._runner is not None

    def start(self) -> None:
        """Take up again what a restart interrupted."""
        with self._store.write() as session:
            jobs.requeue_running(session, self._kind)
        super().start()

    def stop(self) -> None:
        """End the one that is being done; it is taken up again at the next start."""
        self._stopping.set()
        if self._runner is not None:
            self._runner.stop()
        super().stop()

    def _round(self) -> None:
        while self._runner is not None and not self._stopping.is_set():
            with self._store.write() as session:
                job = jobs.take(session, self._kind)
            if job is None:
                return
            why = self._runner.run(job.id)
            if not self._stopping.is_set():
                self._note(job.id, why or "it ended without a result")

    def _note(self, job_id: str, why: str) -> None:
        """One that has not ended by now has failed."""
        with self._store.write() as session:
            jobs.fail(session, self._kind, job_id, why)
            state = session.get_one(self._kind, job_id).state
        told = {"job": self._kind.__tablename__, "job_id": job_id}
        if state == "failed":
            log.warning("job failed", why=why, **told)
        else:
            log.info("job ended", state=state, **told)
