"""Rollouts are watched over beside the API: a gate that breaks rolls back, time lets go on."""

import threading

import structlog

from serving.store import Store, model_usage, rollouts, shadow_events
from serving.store.models import now

log = structlog.get_logger()


class Rolling:
    """Looks at every rollout. Several may run beside each other: each step is taken once.

    Args:
        store: Where they are.
        every_s: Seconds from one look to the next.
    """

    def __init__(self, store: Store, every_s: float = 10.0) -> None:
        self._store = store
        self._every_s = every_s
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="rolling", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End after the look that is under way."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        while not self._stopping.wait(self._every_s):
            try:
                with self._store.read() as session:
                    ids = sorted(row.id for row in rollouts.active(session).values())
                with self._store.write() as session:
                    model_usage.prune(session, now())
                    shadow_events.prune(session, now())
            except Exception:  # the store may be away; the next look finds them too
                log.exception("rollouts not looked at")
                continue
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
