"""What training runs only needed on their way is removed, beside the API; what came out stays."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from serving.rounds import Rounds
from serving.store import Store, training_runs
from serving.store.models import now

log = structlog.get_logger()


class Clearing(Rounds):
    """Clears the folders of training runs that ended long enough ago.

    Args:
        store: Where the runs are.
        runs_dir: Where their folders are.
        days: How long a run is left alone after it ended.
        every_s: Seconds from one look to the next.
    """

    def __init__(self, store: Store, runs_dir: Path, days: float, every_s: float = 3600.0) -> None:
        super().__init__(every_s)
        self._store = store
        self._runs_dir = runs_dir
        self._kept = timedelta(days=days)

    def _round(self) -> None:
        before = now() - self._kept
        with self._store.read() as session:
            names = [run.folder for run in training_runs.ended_before(session, before)]
        for name in names:
            if self._stopping.is_set():
                return
            if clear(self._runs_dir / name, before):
                log.info("training run cleared", folder=name)


def clear(folder: Path, before: datetime) -> bool:
    """Remove all folders in a run's folder; its files stay.

    One that somebody went on with by hand since is left alone: its files are younger.

    Returns:
        Whether there was anything to remove.
    """
    parts = list(folder.iterdir()) if folder.is_dir() else []
    files = [part for part in parts if part.is_file()]
    folders = [part for part in parts if part.is_dir() and not part.is_symlink()]
    if any(file.stat().st_mtime >= before.timestamp() for file in files):
        return False
    for part in folders:
        shutil.rmtree(part)
    return bool(folders)
