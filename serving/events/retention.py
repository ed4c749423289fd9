"""Evidence comes to its end: removed when it is old enough, unless it is on hold.

A row is marked first and its files go afterwards: what a crash leaves behind is a file that no row
claims, and those are looked for too.
"""

import threading
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import structlog

from serving.events.evidence import FILE, originals_dir, sights_file
from serving.events.spool import waiting
from serving.store import Store, evidence
from serving.store.models import Evidence, now

log = structlog.get_logger(__name__)

GRACE = timedelta(days=2)
"""A file that no row claims is left alone for so long: its event may still wait in a spool."""

EVERY_S, FIRST_S = 3600.0, 60.0
ROUNDS_A_DAY = 24


@dataclass(frozen=True, slots=True)
class Retention:
    """How many days evidence is kept after its event opened.

    Args:
        days: If nothing else is said.
        days_of: Scenario id or severity → days; the scenario's counts before the severity's.
        originals_days: Unmasked originals, and clips that nobody has looked at.
    """

    days: float
    days_of: Mapping[str, float]
    originals_days: float


def prune(store: Store, evidence_dir: Path, retention: Retention, at: datetime) -> int:
    """Remove what is too old at this moment; safe to repeat, and to break off.

    Returns:
        How many pieces of evidence, or their originals, were removed.
    """
    cutoffs = {key: at - timedelta(days=days) for key, days in retention.days_of.items()}
    otherwise = at - timedelta(days=retention.days)
    originals = at - timedelta(days=retention.originals_days)
    removed = 0
    while True:
        with store.write() as session:
            rows = evidence.mark_removed(session, cutoffs, otherwise, at)
            rows = rows or evidence.mark_originals_removed(session, originals, at)
            snapshots = evidence.take_shadow_snapshots(session, cutoffs, otherwise)
        if not rows and not snapshots:
            return removed
        for row in rows:
            _remove(_files(evidence_dir, row))
        _remove({evidence_dir / path for path in snapshots})
        removed += len(rows) + len(snapshots)


def sweep(store: Store, evidence_dir: Path, at: datetime) -> int:
    """Remove files of evidence that no row claims and that are older than the grace.

    Returns:
        How many.
    """
    before_s = (at - GRACE).timestamp()
    removed = 0
    for root in (evidence_dir, originals_dir(evidence_dir)):
        for day in sorted(root.glob("????/??/??")):
            changed_s = day.stat().st_mtime
            mine = [file for file in day.iterdir() if FILE.fullmatch(file.name)]
            old = [file for file in mine if file.stat().st_mtime < before_s]
            for start in range(0, len(old), evidence.BATCH):
                files = set(old[start : start + evidence.BATCH])
                for file in files - _claimed(store, evidence_dir, {f.name[:26] for f in files}):
                    file.unlink(missing_ok=True)
                    removed += 1
            if changed_s < before_s:
                with suppress(OSError):  # there is still something in it
                    day.rmdir()
    return removed


class Pruning:
    """Prunes every hour and sweeps every day, beside the API.

    Args:
        store: Where events are.
        evidence_dir: Where their evidence is.
        spool_dir: Whose waiting entries may claim files that the store does not know yet.
        retention: How long it is kept.
    """

    def __init__(
        self, store: Store, evidence_dir: Path, spool_dir: Path, retention: Retention
    ) -> None:
        self._store = store
        self._evidence_dir = evidence_dir
        self._spool_dir = spool_dir
        self._retention = retention
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pruning", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End after the round that is under way."""
        self._stopping.set()
        self._thread.join(timeout=10)

    def round(self, number: int) -> None:
        """One look; safe to repeat."""
        removed = prune(self._store, self._evidence_dir, self._retention, now())
        if number % ROUNDS_A_DAY == 0 and not waiting(self._spool_dir):
            removed += sweep(self._store, self._evidence_dir, now())
        if removed:
            log.info("evidence removed", count=removed)

    def _run(self) -> None:
        for number in count():
            if self._stopping.wait(EVERY_S if number else FIRST_S):
                return
            try:
                self.round(number)
            except Exception:  # the store or the disk may be away; the next round goes on
                log.exception("evidence not pruned, trying again")


def _claimed(store: Store, evidence_dir: Path, event_ids: Collection[str]) -> set[Path]:
    """The files of these events that are to be there."""
    with store.read() as session:
        rows = evidence.of_events(session, event_ids)
        snapshots = evidence.shadow_snapshots(session, event_ids)
    claimed = {evidence_dir / path for path in snapshots}
    for row in rows:
        if row.removed_at is None:
            claimed.add(evidence_dir / row.path)
        if row.original_sha256 is not None and row.original_removed_at is None:
            claimed |= _originals(evidence_dir, row)
    return claimed


def _files(evidence_dir: Path, row: Evidence) -> set[Path]:
    """The files of this row that are to go."""
    files: set[Path] = set()
    if row.removed_at is not None:
        files.add(evidence_dir / row.path)
    if row.original_removed_at is not None:
        files |= _originals(evidence_dir, row)
    return files


def _remove(files: Collection[Path]) -> None:
    for file in files:
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            log.warning("evidence not removed, it is swept later", why=str(error))


def _originals(evidence_dir: Path, row: Evidence) -> set[Path]:
    original = originals_dir(evidence_dir) / row.path
    return {original, sights_file(original)}
