"""Evaluations run one after the other, beside the API, and challenges are settled when due."""

import threading

import structlog

from serving.api.wires import Jobs
from serving.store import Store, challenges, evaluation_sets, evaluations, jobs
from serving.store.evaluation_models import Evaluation
from serving.store.models import now

log = structlog.get_logger()

HIDDEN = "it could not be scored on hidden data; the platform's log says why, for its operator"


class Evaluating:
    """Takes evaluations from the store, the oldest first.

    Args:
        store: Where they are.
        runner: What runs them; None: they fail.
        every_s: Seconds from one look for what waits to the next; `wake` brings it forward.
    """

    def __init__(self, store: Store, runner: Jobs | None, every_s: float = 5.0) -> None:
        self._store = store
        self._runner = runner
        self._every_s = every_s
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin again with what a restart interrupted."""
        self._stopping.clear()
        with self._store.write() as session:
            jobs.requeue_running(session, Evaluation)
        self._thread = threading.Thread(target=self._run, name="evaluating", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the one that runs; it begins again at the next start."""
        self._stopping.set()
        self._wake.set()
        if self._runner is not None:
            self._runner.stop()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def wake(self) -> None:
        """Something waits now."""
        self._wake.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                while not self._stopping.is_set() and self._next():
                    pass
            except Exception:  # the store may be away; the next look finds what waits
                log.exception("evaluations not looked for")
            self._wake.wait(self._every_s)

    def _next(self) -> bool:
        """Run the next one; False: nothing waits."""
        with self._store.write() as session:
            challenges.settle(session, now())
            row = jobs.take(session, Evaluation)
        if row is None:
            return False
        why = self._runner.run(row.id) if self._runner else "this process runs no evaluations"
        if not self._stopping.is_set():
            self._note(row, why or "it ended without a scorecard")
        return True

    def _note(self, row: Evaluation, why: str) -> None:
        """One that has not ended by now has failed."""
        with self._store.write() as session:
            hidden = evaluation_sets.by_id(session, row.set_id).hidden
            jobs.fail(session, Evaluation, row.id, HIDDEN if hidden else why)
            ended = evaluations.get(session, row.id)
            challenges.follow_evaluation(session, ended)
        if ended.state == "failed":
            log.warning("evaluation failed", evaluation_id=row.id, why=why)
        else:
            log.info("evaluation done", evaluation_id=row.id)
