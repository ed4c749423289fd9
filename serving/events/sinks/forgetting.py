"""Deliveries that are over are forgotten, beside the API; their messages stay."""

from datetime import timedelta

from serving.rounds import Rounds
from serving.store import Store, sinks
from serving.store.models import now


class Forgetting(Rounds):
    """Removes the deliveries that are old enough and wait no more.

    Args:
        store: Where they are.
        days: How long they are kept after they were put down.
        every_s: Seconds from one look to the next.
    """

    def __init__(self, store: Store, days: float, every_s: float = 600.0) -> None:
        super().__init__(every_s)
        self._store = store
        self._kept = timedelta(days=days)

    def _round(self) -> None:
        more = True
        while more and not self._stopping.is_set():
            with self._store.write() as session:  # anew for each batch: others write, too
                more = sinks.forget(session, now() - self._kept)
