"""What the hour brings is told of, minute by minute, beside the API: late orders, ebbing storms."""

import structlog

from serving.rounds import Rounds
from serving.store import Store, storms, work_orders
from serving.store.models import now

log = structlog.get_logger()


class Escalating(Rounds):
    """Looks for late orders and storms. Several may run beside each other: each tells once.

    Args:
        store: Where they are.
        every_s: Seconds from one look to the next.
    """

    def __init__(self, store: Store, every_s: float = 60.0) -> None:
        super().__init__(every_s)
        self._store = store

    def _round(self) -> None:
        with self._store.write() as session:
            storms.settle(session, now())
            count = work_orders.escalate(session, now())
        if count:
            log.info("work orders escalated", count=count)
