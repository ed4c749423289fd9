"""Retraining is watched over beside the API: policies want runs, their models become candidates."""

import structlog

from serving.api.checking import Checking
from serving.api.evaluating import Evaluating
from serving.api.wires import Jobs
from serving.rounds import Rounds
from serving.store import Store, retraining
from serving.store.models import now

log = structlog.get_logger()


class Retraining(Rounds):
    """Looks at every policy, and at what has come of those that started something.

    Args:
        store: Where they are.
        checking: Checks the models that runs hand in.
        evaluating: Measures those that were accepted.
        runner: Takes training's own steps, each as a job; None: training is not installed.
        every_s: Seconds from one look to the next.
    """

    def __init__(
        self,
        store: Store,
        checking: Checking,
        evaluating: Evaluating,
        runner: Jobs | None = None,
        every_s: float = 60.0,
    ) -> None:
        super().__init__(every_s)
        self._store = store
        self._checking = checking
        self._evaluating = evaluating
        self._runner = runner
        self._told: set[str] = set()

    def stop(self) -> None:
        """End the step that training is taking; it is taken again at the next start."""
        self._stopping.set()
        if self._runner is not None:
            self._runner.stop()
        super().stop()

    def _round(self) -> None:
        self._let_training_go_on()
        with self._store.read() as session:
            on_their_way = retraining.in_state(session, "checking", "evaluating")
            policies = retraining.enabled(session)
        for row in on_their_way:
            if row.state == "checking" and row.submission_id not in (None, *self._told):
                self._told.add(row.submission_id)  # the training side cannot tell the check
                self._checking.check(row.submission_id)
            self._follow(row.id, row.state)
        for policy_id in policies:
            self._look(policy_id)

    def _let_training_go_on(self) -> None:
        if self._runner is None:
            return
        with self._store.read() as session:
            waiting = retraining.for_training(session)
        for retraining_id in waiting:
            if self._stopping.is_set():
                return
            why = self._runner.run(retraining_id)
            if why is not None and not self._stopping.is_set():
                log.warning("retraining failed", retraining_id=retraining_id, why=why)
                with self._store.write() as session:
                    retraining.fail(session, retraining_id, why, now())

    def _follow(self, retraining_id: str, before: str) -> None:
        try:
            with self._store.write() as session:
                state = retraining.follow(session, retraining_id, now())
        except Exception:  # one that cannot go on holds up no other
            log.exception("retraining not followed", retraining_id=retraining_id)
            return
        if state == "evaluating" != before:
            self._evaluating.wake()
        if state != before:
            log.info("retraining took a step", retraining_id=retraining_id, state=state)

    def _look(self, policy_id: str) -> None:
        try:
            with self._store.write() as session:
                row = retraining.look(session, policy_id, now())
        except Exception:
            log.exception("retraining policy not looked at", policy_id=policy_id)
            return
        if row is not None:
            log.info("retraining wanted", policy_id=policy_id, why=row.why)
