"""Late work orders are told of, minute by minute, beside the API."""

import threading

import structlog

from serving.store import Store, work_orders
from serving.store.models import now

log = structlog.get_logger()


class Escalating:
    """Looks for late orders. Several may run beside each other: each order is told of once.

    Args:
        store: Where orders are.
        every_s: Seconds from one look to the next.
    """

    def __init__(self, store: Store, every_s: float = 60.0) -> None:
        self._store = store
        self._every_s = every_s
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="escalating", daemon=True)
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
                with self._store.write() as session:
                    count = work_orders.escalate(session, now())
            except Exception:  # the store may be away; the next look finds them too
                log.exception("late work orders not looked for")
            else:
                if count:
                    log.info("work orders escalated", count=count)
