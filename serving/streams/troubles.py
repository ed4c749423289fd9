"""What keeps deployments from running, said once."""

import structlog

log = structlog.get_logger(__name__)


class Troubles:
    """Logs a trouble when it begins, and not again in every round in which it is still there."""

    def __init__(self) -> None:
        self._before: set[tuple[str, ...]] = set()
        self._now: set[tuple[str, ...]] = set()

    def add(self, sentence: str, **fields: str) -> None:
        """There is this trouble in this round."""
        told = (sentence, *fields.values())
        if told not in self._before | self._now:
            log.warning(sentence, **fields)
        self._now.add(told)

    def end_round(self) -> None:
        """What was not there in this round is logged if it comes again."""
        self._before, self._now = self._now, set()
