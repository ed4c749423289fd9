"""Evidence goes up: from its folders into the bucket."""

from concurrent.futures import ThreadPoolExecutor

import structlog

from serving.rounds import Rounds
from serving.store.archive import Archive
from serving.store.errors import ObjectsAwayError

log = structlog.get_logger(__name__)

EVERY_S = 2.0
AT_ONCE = 8


class Moving(Rounds):
    """Moves every file that waits. While the bucket is away they wait on, and none is lost.

    Args:
        archive: With a bucket.
    """

    def __init__(self, archive: Archive) -> None:
        super().__init__(EVERY_S)
        self._archive = archive
        self._away = False

    def round(self) -> int:
        """Move what waits now; returns how many files that were.

        Raises:
            ObjectsAwayError: The bucket is away; the rest waits.
        """
        waiting = self._archive.waiting()
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="moving") as pool:
            for start in range(0, len(waiting), AT_ONCE):
                list(pool.map(self._archive.move_up, waiting[start : start + AT_ONCE]))
        return len(waiting)

    def _round(self) -> None:
        try:
            self.round()
        except ObjectsAwayError as error:
            if not self._away:
                log.warning("evidence waits on the disk", why=str(error))
            self._away = True
        else:
            if self._away:
                log.info("evidence goes up again")
            self._away = False
