"""Keeps what happened: evidence to its folders, events through the spool to the store."""

import threading
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import structlog
from numpy.typing import NDArray
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from scenarios.events import Event, EventObject
from scenarios.storm import Limits
from serving.events.clip import ClipError, Cut
from serving.events.evidence import (
    JPEG,
    Sight,
    Written,
    originals_dir,
    sights_file,
    write_clip,
    write_pictures,
    write_shadow_snapshot,
)
from serving.events.rows import Context, to_row
from serving.events.spool import Spool, waiting
from serving.store import Store, models, placements, shadow_events, work_orders
from serving.store import events as stored_events

log = structlog.get_logger(__name__)

RETRY_S = 2.0
_TIMES = ("first_seen_at", "opened_at", "last_seen_at", "ended_at")


class Recorder:
    """One node's events on their way to the store. An event is safe once `record` returns.

    Args:
        store: Where events go; it may be away for a while.
        evidence_dir: Where pictures and clips go; their originals go beside it.
        spool_dir: Where events wait.
        all_spools: Folder whose spools are taken over when the processes they belonged to are
            gone; `spool_dir` may be one of them. None: no others.
        limits: Events an hour that are told one by one; beyond, a summary speaks for them.
        dispatch_from: Confidence from which an event becomes a work order before anybody has
            reviewed it; None: never.
    """

    def __init__(
        self,
        store: Store,
        evidence_dir: Path,
        spool_dir: Path,
        all_spools: Path | None = None,
        limits: Limits = Limits(),  # noqa: B008  frozen
        dispatch_from: float | None = None,
    ) -> None:
        self._store = store
        self._limits = limits
        self._dispatch_from = dispatch_from
        self._evidence_dir = evidence_dir
        self._all_spools = all_spools
        self._spool = Spool(spool_dir)
        self._flushing = threading.Lock()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Store what can be stored and end; the rest is left to the next process."""
        self._stopping.set()
        self._wake.set()
        self._thread.join(timeout=10)
        if not self._thread.is_alive():
            self._spool.close()

    def record(
        self,
        event: Event,
        context: Context,
        frame_size: tuple[int, int],
        image: NDArray[np.uint8] | None,
        seen: Sequence[EventObject] = (),
        masked_by: str | None = None,
    ) -> None:
        """Keep an event that opened, went on, or ended.

        Args:
            event: As it stands.
            context: Where it happened.
            frame_size: Width and height of the picture, in pixels.
            image: `(H, W, 3)` uint8 RGB, the moment the event opened; None at other times.
            seen: All that was detected in it, whose faces and plates are masked.
            masked_by: The algorithm whose faces and plates are among it; None: nobody looked.
        """
        pictures = [] if image is None else self._write_pictures(event, image, seen, masked_by)
        row = to_row(event, context, frame_size)
        for name in _TIMES:
            row[name] = row[name] and row[name].isoformat()
        self._spool.put(
            {
                "event": row,
                "generation": context.generation,
                "pictures": [asdict(picture) for picture in pictures],
            }
        )
        self._wake.set()

    def record_shadow(
        self,
        rollout_id: str,
        event: Event,
        context: Context,
        frame_size: tuple[int, int],
        image: NDArray[np.uint8] | None,
        seen: Sequence[EventObject] = (),
    ) -> None:
        """Keep an event that was found in the shadow of a rollout, with a masked picture of it.

        Args:
            rollout_id: Which.
            event: As it stands.
            context: Where it happened.
            frame_size: Width and height of the picture, in pixels.
            image: As for `record`.
            seen: As for `record`.
        """
        snapshot = None if image is None else self._write_shadow_snapshot(event, image, seen)
        row = to_row(event, context, frame_size)
        times = {name: row[name] and row[name].isoformat() for name in _TIMES}
        self._spool.put({"shadow_of": rollout_id, "event": row | times, "snapshot": snapshot})
        self._wake.set()

    def record_clip(
        self, event_id: str, opened_at: datetime, cut: Cut, sights: Sequence[Sight]
    ) -> None:
        """Keep the clip of an event that was recorded before.

        Args:
            event_id: Of the event.
            opened_at: When it opened.
            cut: The clip.
            sights: What was seen in it, whose faces and plates are masked.
        """
        try:
            clip = write_clip(self._evidence_dir, event_id, opened_at, cut, sights)
        except (ClipError, OSError) as error:
            log.warning("clip not kept, the event goes on", event_id=event_id, why=str(error))
            return
        self._spool.put({"clip_of": event_id, "clip": asdict(clip)})
        self._wake.set()

    def settle(self, patience_s: float = 10.0) -> None:
        """Bring to the store whatever waits in any spool now, or wait until its owner has.

        Args:
            patience_s: It gives up when its owner has stored nothing of it for so long.

        Raises:
            SQLAlchemyError: The store is away; the rest stays in the spool.
        """
        spools = self._all_spools
        if spools is None:
            self.flush()
            return
        left, moved_s = waiting(spools), time.monotonic()
        while left and time.monotonic() - moved_s < patience_s:
            if not self.flush():
                time.sleep(0.05)
            before, left = left, left & waiting(spools)
            if left < before:
                moved_s = time.monotonic()
        if left:
            log.warning("another process does not store its spool, going on", entries=len(left))

    def flush(self) -> int:
        """Bring the spool to the store, and those of processes that are gone.

        An entry that the store refuses for what it says is set aside, so that the others go on.

        Returns:
            How many entries were stored.

        Raises:
            SQLAlchemyError: The store is away; the rest stays in the spool.
        """
        stored = 0
        with self._flushing:
            if self._all_spools is not None:
                self._spool.adopt(self._all_spools)
            for path, entry in self._spool.entries():
                try:
                    self._store_entry(entry)
                except (IntegrityError, DataError):
                    log.exception("event refused by the store, set aside", entry=path.name)
                    self._spool.set_aside(path)
                else:
                    self._spool.done(path)
                    stored += 1
        return stored

    def _write_pictures(
        self,
        event: Event,
        image: NDArray[np.uint8],
        seen: Sequence[EventObject],
        masked_by: str | None,
    ) -> list[Written]:
        try:
            return write_pictures(self._evidence_dir, event, image, seen, masked_by)
        except OSError as error:
            log.error("pictures not kept, the event goes on", event_id=event.id, why=str(error))
            return []

    def _write_shadow_snapshot(
        self, event: Event, image: NDArray[np.uint8], seen: Sequence[EventObject]
    ) -> str | None:
        try:
            return write_shadow_snapshot(self._evidence_dir, event, image, seen)
        except OSError as error:
            log.error("picture not kept, the event goes on", event_id=event.id, why=str(error))
            return None

    def _store_entry(self, entry: dict[str, Any]) -> None:
        if "clip" in entry:
            self._store_clip(entry["clip_of"], entry["clip"])
            return
        if "shadow_of" in entry:
            with self._store.write() as session:
                event, snapshot = _times(entry["event"]), entry.get("snapshot")
                shadow_events.record(session, entry["shadow_of"], event, snapshot)
            return
        row = _row(entry["event"])
        generation = entry.get("generation")  # entries of 0.1 have none
        with self._store.write() as session:
            if placements.is_stale(session, row.camera_id, generation, row.opened_at):
                log.warning(
                    "event of a node that had lost the camera, dropped as a double",
                    event_id=row.id,
                    camera_id=row.camera_id,
                    generation=generation,
                )
                for picture in entry["pictures"]:
                    self._remove(picture["path"])
                return
            stored_events.record(session, row, self._limits)
            work_orders.open_if_sure(
                session, entry["event"]["id"], self._dispatch_from, models.now()
            )
            for picture in entry["pictures"]:
                stored_events.add_evidence(session, _evidence(entry["event"]["id"], picture))

    def _store_clip(self, event_id: str, clip: dict[str, Any]) -> None:
        with self._store.write() as session:
            if stored_events.exists(session, event_id):
                stored_events.add_evidence(session, _evidence(event_id, clip))
            else:
                log.warning("clip of an event that was not stored, dropped", event_id=event_id)
                self._remove(clip["path"])

    def _remove(self, path: str) -> None:
        original = originals_dir(self._evidence_dir) / path
        for file in (self._evidence_dir / path, original, sights_file(original)):
            file.unlink(missing_ok=True)

    def _run(self) -> None:
        while True:
            self._wake.wait(timeout=RETRY_S)
            self._wake.clear()
            try:
                self.flush()
            except SQLAlchemyError:
                log.warning("store away, events wait in the spool", exc_info=True)
            if self._stopping.is_set():
                return


def _row(entry: dict[str, Any]) -> models.Event:
    return models.Event(**_times(entry))


def _times(entry: dict[str, Any]) -> dict[str, Any]:
    return entry | {n: entry[n] and datetime.fromisoformat(entry[n]) for n in _TIMES}


def _evidence(event_id: str, written: dict[str, Any]) -> models.Evidence:
    masked = "original_sha256" in written  # entries of 0.1 have none
    return models.Evidence(**{"media_type": JPEG, **written}, event_id=event_id, masked=masked)
