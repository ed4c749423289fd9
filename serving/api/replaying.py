"""Replays run one after the other, beside the API."""

from concurrent.futures import ThreadPoolExecutor

import structlog

from serving.api.wires import Jobs
from serving.store import Store, jobs, replays
from serving.store.models import Replay

log = structlog.get_logger()


class Replaying:
    """Runs each queued replay and writes how it ended.

    Args:
        store: Where replays are.
        runner: What runs them; None: they fail.
    """

    def __init__(self, store: Store, runner: Jobs | None) -> None:
        self._store = store
        self._runner = runner
        self._worker: ThreadPoolExecutor | None = None

    def start(self) -> None:
        """Take up what waits; what ran when the platform was killed has failed."""
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="replay")
        with self._store.write() as session:
            replays.fail_running(session, "the platform was restarted meanwhile; post it again")
            waiting = [replay.id for replay in replays.queued(session)]
        for replay_id in waiting:
            self.run(replay_id)

    def stop(self) -> None:
        """End the one that runs; those that wait are taken up at the next start."""
        if self._worker is not None:
            self._worker.shutdown(wait=False, cancel_futures=True)
            if self._runner is not None:
                self._runner.stop()
            self._worker.shutdown()
            self._worker = None

    def run(self, replay_id: str) -> None:
        """Run a replay soon; only between start and stop."""
        if self._worker is None:
            raise RuntimeError("run() before start() or after stop()")
        self._worker.submit(self._run, replay_id)

    def _run(self, replay_id: str) -> None:
        try:
            with self._store.write() as session:
                if replays.begin(session, replay_id).state != "running":
                    return
            if self._runner is None:
                why = "this process runs no replays"
            else:
                why = self._runner.run(replay_id)
            with self._store.write() as session:
                jobs.fail(session, Replay, replay_id, why or "it ended without a result")
        except Exception:
            log.exception("replay broke", replay_id=replay_id)
