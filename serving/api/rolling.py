"""Rollouts are watched over beside the API: a gate that breaks rolls back, time lets go on."""

import structlog

from serving.rounds import Rounds
from serving.store import Store, model_usage, rollouts, shadow_events
from serving.store.models import now

log = structlog.get_logger()


class Rolling(Rounds):
    """Looks at every rollout. Several may run beside each other: each step is taken once.

    Args:
        store: Where they are.
        every_s: Seconds from one look to the next.
    """

    def __init__(self, store: Store, every_s: float = 10.0) -> None:
        super().__init__(every_s)
        self._store = store

    def _round(self) -> None:
        with self._store.read() as session:
            ids = sorted(row.id for row in rollouts.active(session).values())
        with self._store.write() as session:
            model_usage.prune(session, now())
            shadow_events.prune(session, now())
        for rollout_id in ids:
            self._look(rollout_id)

    def _look(self, rollout_id: str) -> None:
        try:
            with self._store.write() as session:
                reason = rollouts.look(session, rollout_id, now())
        except Exception:  # one that cannot be judged holds up no other
            log.exception("rollout not looked at", rollout_id=rollout_id)
        else:
            if reason is not None:
                log.info("rollout took a step", rollout_id=rollout_id, reason=reason)
