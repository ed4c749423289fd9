"""Evidence comes to its end: removed when it is old enough, unless it is on hold.

A row is marked first and its files go afterwards: what a crash leaves behind is a file that no row
claims, and those are looked for too.
"""

import threading
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count, islice
from pathlib import Path

import structlog

from serving.events.evidence import FILE, sights_file
from serving.events.spool import waiting
from serving.store import Store, evidence
from serving.store.archive import Archive
from serving.store.errors import ObjectsAwayError
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


def prune(store: Store, archive: Archive, retention: Retention, at: datetime) -> int:
    """Remove what is too old at this moment; safe to repeat, and to break off.

    Returns:
        How many pieces of evidence, or their originals, were removed.
    """
    cutoffs = {key: at - timedelta(days=days) for key, days in retention.days_of.items()}
    otherwise = at - timedelta(days=retention.days)
    originals = at - timedelta(days=retention.originals_days)
    removed = 0
    with store.write() as session:
        evidence.date_undated(session)
    since: datetime | None = None  # what is kept longer than others is passed over once
    while True:
        with store.write() as session:
            rows = evidence.mark_removed(session, cutoffs, otherwise, at, since)
            since = rows[-1].opened_at if rows else since
            rows = rows or evidence.mark_originals_removed(session, originals, at)
            snapshots = evidence.take_shadow_snapshots(session, cutoffs, otherwise)
        if not rows and not snapshots:
            return removed
        _remove(archive, {file for row in rows for file in _files(archive, row)})
        _remove(archive, {archive.evidence_dir / path for path in snapshots})
        removed += len(rows) + len(snapshots)


def sweep(store: Store, archive: Archive, at: datetime) -> int:
    """Remove files of evidence that no row claims and that are older than the grace.

    Returns:
        How many.
    """
    before_s = (at - GRACE).timestamp()
    removed = 0
    for root in (archive.evidence_dir, archive.originals_dir):
        for day in sorted(root.glob("????/??/??")):
            changed_s = day.stat().st_mtime
            mine = [file for file in day.iterdir() if FILE.fullmatch(file.name)]
            old = [file for file in mine if _is_older(file, before_s)]
            removed += _remove_unclaimed(store, archive, old)
            if changed_s < before_s:
                with suppress(OSError):  # there is still something in it
                    day.rmdir()
    up = (file for file in archive.up(at - GRACE) if _is_evidence(archive, file))
    while batch := list(islice(up, evidence.BATCH)):
        removed += _remove_unclaimed(store, archive, batch)
    return removed


class Pruning:
    """Prunes every hour and sweeps every day, beside the API.

    Args:
        store: Where events are.
        archive: Where their evidence is.
        spool_dir: Whose waiting entries may claim files that the store does not know yet.
        retention: How long it is kept.
    """

    def __init__(
        self, store: Store, archive: Archive, spool_dir: Path, retention: Retention
    ) -> None:
        self._store = store
        self._archive = archive
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
        removed = prune(self._store, self._archive, self._retention, now())
        if number % ROUNDS_A_DAY == 0 and not waiting(self._spool_dir):
            removed += sweep(self._store, self._archive, now())
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


def _remove_unclaimed(store: Store, archive: Archive, files: Sequence[Path]) -> int:
    """Remove those of these files that no row claims; returns how many."""
    removed = 0
    for start in range(0, len(files), evidence.BATCH):
        some = set(files[start : start + evidence.BATCH])
        unclaimed = some - _claimed(store, archive, {file.name[:26] for file in some})
        archive.remove(unclaimed)
        removed += len(unclaimed)
    return removed


def _is_evidence(archive: Archive, file: Path) -> bool:
    """Whether it lies below a day: photos of work orders are kept."""
    days = (archive.evidence_dir, archive.originals_dir)
    return FILE.fullmatch(file.name) is not None and file.parents[3] in days


def _is_older(file: Path, than_s: float) -> bool:
    try:
        return file.stat().st_mtime < than_s
    except FileNotFoundError:  # gone, or up, by now
        return False


def _claimed(store: Store, archive: Archive, event_ids: Collection[str]) -> set[Path]:
    """The files of these events that are to be there."""
    with store.read() as session:
        rows = evidence.of_events(session, event_ids)
        snapshots = evidence.shadow_snapshots(session, event_ids)
    claimed = {archive.evidence_dir / path for path in snapshots}
    for row in rows:
        if row.removed_at is None:
            claimed.add(archive.evidence_dir / row.path)
        if row.original_sha256 is not None and row.original_removed_at is None:
            claimed |= _originals(archive, row)
    return claimed


def _files(archive: Archive, row: Evidence) -> set[Path]:
    """The files of this row that are to go."""
    files: set[Path] = set()
    if row.removed_at is not None:
        files.add(archive.evidence_dir / row.path)
    if row.original_removed_at is not None:
        files |= _originals(archive, row)
    return files


def _remove(archive: Archive, files: Collection[Path]) -> None:
    try:
        archive.remove(files)
    except (OSError, ObjectsAwayError) as error:
        log.warning("evidence not removed, it is swept later", why=str(error))


def _originals(archive: Archive, row: Evidence) -> set[Path]:
    original = archive.originals_dir / row.path
    return {original, sights_file(original)}
