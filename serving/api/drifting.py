"""Drift is looked for beside the API, twice an hour."""

import structlog

from serving.rounds import Rounds
from serving.store import Store, drift
from serving.store.models import now

log = structlog.get_logger()


class Drifting(Rounds):
    """Compares every version at every camera with its beginning. Several may run side by side.

    Args:
        store: Where the counts are.
        every_s: Seconds from one look to the next.
    """

    def __init__(self, store: Store, every_s: float = 1800.0) -> None:
        super().__init__(every_s)
        self._store = store

    def _round(self) -> None:
        with self._store.write() as session:
            drift.clean_up(session, now())
        with self._store.read() as session:
            watched = drift.watched(session, now())
        for camera_id, algorithm in watched:  # a transaction each: nobody waits for long
            with self._store.write() as session:
                changed = drift.look(session, camera_id, algorithm, now())
            for row in changed:
                log.info(
                    "drift",
                    camera_id=camera_id,
                    algorithm=algorithm,
                    measure=row.measure,
                    band=row.band,
                    psi=row.psi and round(row.psi, 3),
                )
