"""A backup: the database and every file that belongs to it, with checksums; and back.

A backup is a folder:

    manifest.json   what it is, of which release, what is in it
    SHA256SUMS      of every other file, as `sha256sum -c` reads it
    database.*      an SQLite file, or an archive of pg_dump
    data/…          as in the data folder

What waits in the spool is copied before the database: an event is in one of them, or in both,
which does no harm. Files come after it, so that all it names are there.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from serving.settings import Settings
from serving.store import audit, dump
from serving.store.access_models import AuditRecord
from serving.store.archive import PART, Archive
from serving.store.database import Store
from serving.store.errors import BackupError
from serving.store.migrations import revisions
from serving.store.models import Event, Evidence, now

_MANIFEST, _SUMS = "manifest.json", "SHA256SUMS"
_LARGE = ("base-weights", "datasets", "runs")
"""What training brings in and leaves behind; copied when asked."""

_MADE_ANEW = ("logs", "tensorrt", "uploads")
_CHUNK = 2**20


class Manifest(BaseModel):
    """What a backup holds."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    format: Literal[1] = 1
    longan: str
    """The release that made it."""

    database: Literal["sqlite", "postgresql"]
    revision: str
    """Of the tables."""

    begun_at: datetime
    ended_at: datetime
    events: int
    audit_records: int
    audit_sha256: str
    """Of the newest record of the audit; empty: there is none."""

    files: int
    size_bytes: int
    sums_sha256: str
    """Of the list of checksums."""

    left_out: list[str]
    """Folders that are there and were not copied."""

    damaged: list[str]
    """Evidence that was not what had been recorded when it was copied, or not there."""


def back_up(settings: Settings, target: Path, *, everything: bool = False) -> Manifest:
    """Copy all there is while the platform runs.

    Args:
        settings: Of the platform.
        target: Where to; missing, or empty.
        everything: Data sets, base weights and training runs, too.

    Raises:
        BackupError: It cannot be made; says why.
    """
    if target.exists() and any(target.iterdir()):
        raise BackupError(f"{target}: expected an empty folder or none, found files in it")
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    begun_at = now()
    database = dump.kind(settings.store_url)
    copying = _Copying(target)
    data = settings.data_dir.absolute()
    copying.tree(data, "spool")
    file = target / ("database.sqlite" if database == "sqlite" else "database.dump")
    with dump.dumped(settings.store_url, file) as session:
        revision = _revision(session)
        events = session.scalar(select(func.count()).select_from(Event)) or 0
        records, newest = _audit(session)
        expected = dict(_expected(session))
    copying.note(file)
    archive = Archive.of(settings)
    copying.evidence(archive)
    left_out = [name for name in _LARGE if (data / name).is_dir() and not everything]
    handled = {"spool", archive.evidence_dir.name, archive.originals_dir.name}
    for entry in sorted(data.iterdir()) if data.is_dir() else ():
        if entry.name.startswith("longan.db") or entry.name in {*handled, *_MADE_ANEW, *left_out}:
            continue
        copying.tree(data, entry.name)
    damaged = [
        name for name, sha256 in expected.items() if copying.sums.get(f"data/{name}") != sha256
    ]
    if damaged:
        damaged = _still_kept(settings.store_url, damaged)
    sums = "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(copying.sums.items()))
    (target / _SUMS).write_text(sums, encoding="utf-8")
    manifest = Manifest(
        longan=version("longan"),
        database=database,  # pyright: ignore[reportArgumentType]  pydantic checks it
        revision=revision,
        begun_at=begun_at,
        ended_at=now(),
        events=events,
        audit_records=records,
        audit_sha256=newest,
        files=len(copying.sums),
        size_bytes=copying.size_bytes,
        sums_sha256=hashlib.sha256(sums.encode()).hexdigest(),
        left_out=left_out,
        damaged=damaged,
    )
    # Last: a backup without it is not finished.
    (target / _MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return manifest


def verify(source: Path) -> Manifest:
    """Read every file of a backup; raises BackupError if it is not what was written."""
    try:
        manifest = Manifest.model_validate_json((source / _MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BackupError(f"{source} is no backup, or not finished: no {_MANIFEST}") from error
    except ValidationError as error:
        raise BackupError(f"{source / _MANIFEST} is not understood: {error}") from error
    if manifest.revision not in revisions():
        raise BackupError(
            f"the backup is of release {manifest.longan}, newer than this one; install that one"
        )
    sums = (source / _SUMS).read_bytes()
    if hashlib.sha256(sums).hexdigest() != manifest.sums_sha256:
        raise BackupError(f"{source / _SUMS} is not what was written")
    wrong = [name for name, sha256 in _listed(sums) if _sha256(source / name) != sha256]
    if wrong:
        raise BackupError(
            f"{len(wrong)} files of the backup are damaged or missing, such as {wrong[0]}; "
            "nothing was restored"
        )
    return manifest


def restore(settings: Settings, source: Path) -> Manifest:
    """Make an empty data folder and an empty database what a backup holds.

    The tables are brought to this release. Evidence lies in its folders then; with a bucket it goes
    up once the platform runs.

    Raises:
        BackupError: The backup is damaged, or the target is not empty; nothing was written then.
    """
    data, url = settings.data_dir.absolute(), settings.store_url
    if data.exists() and any(data.iterdir()):
        raise BackupError(f"{data}: expected an empty data folder or none, found files in it")
    manifest = verify(source)
    if manifest.database != dump.kind(url):
        raise BackupError(
            f"the backup is of a {manifest.database} database and LONGAN_DATABASE_URL names a "
            f"{dump.kind(url)} one; they must be the same"
        )
    if not dump.is_empty(url):
        raise BackupError("the database is not empty; create a new one and name it")
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    (database,) = source.glob("database.*")
    for name, _ in _listed((source / _SUMS).read_bytes()):
        if name == database.name:
            continue
        file = data / Path(name).relative_to("data")
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.copy2(source / name, file)
    dump.load(url, database)
    store = Store(url)
    try:
        store.migrate()
        with store.read() as session:
            found = session.scalar(select(func.count()).select_from(Event))
            chain = audit.verify(session)
            _, newest = _audit(session)
    finally:
        store.dispose()
    if found != manifest.events or newest != manifest.audit_sha256:
        raise BackupError(
            f"expected {manifest.events} events and an audit ending in "
            f"{manifest.audit_sha256 or 'nothing'}, restored {found} and {newest or 'nothing'}"
        )
    if chain.broken_at is not None:
        raise BackupError(f"record {chain.broken_at} of the audit does not fit the one before")
    return manifest


class _Copying:
    """Copies files into a backup and notes their checksums.

    Args:
        target: The backup.
    """

    def __init__(self, target: Path) -> None:
        self._target = target
        self.sums: dict[str, str] = {}
        self.size_bytes = 0

    def tree(self, root: Path, name: str) -> None:
        """A file or a folder; links are not followed, what goes meanwhile is left out."""
        for file in _files(root / name):
            try:
                with file.open("rb") as data:
                    pieces = iter(lambda: data.read(_CHUNK), b"")
                    self._write(file.relative_to(root), pieces, file.stat().st_mode)
            except FileNotFoundError:
                continue

    def evidence(self, archive: Archive) -> None:
        """What lies in its folders and what is up."""
        root = archive.evidence_dir.parent
        for found in (archive.waiting(), archive.up()):
            for file in found:
                if f"data/{file.relative_to(root)}" not in self.sums:
                    try:
                        self._write(file.relative_to(root), archive.read(file), 0o600)
                    except FileNotFoundError:
                        continue  # removed meanwhile, as old as it was to become

    def note(self, file: Path) -> None:
        """A file that lies in the backup already."""
        sha256 = _sha256(file)
        assert sha256 is not None
        self.sums[file.relative_to(self._target).as_posix()] = sha256
        self.size_bytes += file.stat().st_size

    def _write(self, name: Path, pieces: Iterator[bytes], mode: int) -> None:
        copy = self._target / "data" / name
        copy.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        hashed = hashlib.sha256()
        with copy.open("wb") as written:
            for piece in pieces:
                hashed.update(piece)
                self.size_bytes += written.write(piece)
        copy.chmod(mode & 0o777)
        self.sums[f"data/{name.as_posix()}"] = hashed.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    if root.is_file() and not root.is_symlink():
        yield root
    for folder, _, names in os.walk(root):
        for name in sorted(names):
            file = Path(folder) / name
            if file.is_file() and not file.is_symlink() and file.suffix != PART:
                yield file


def _expected(session: Session) -> Iterator[tuple[str, str]]:
    """Files of evidence that must be there, with the hashes that were recorded."""
    query = select(Evidence).execution_options(yield_per=1000)
    for row in session.scalars(query):
        if row.sha256 is not None and row.removed_at is None:
            yield f"evidence/{row.path}", row.sha256
        if row.original_sha256 is not None and row.original_removed_at is None:
            yield f"originals/{row.path}", row.original_sha256


def _still_kept(url: str, names: list[str]) -> list[str]:
    """Those of these files that the store still means to keep."""
    store = Store(url)
    try:
        with store.read() as session:
            kept = {name for name, _ in _expected(session)}
    finally:
        store.dispose()
    return sorted(kept.intersection(names))


def _revision(session: Session) -> str:
    return str(session.scalar(text("SELECT version_num FROM alembic_version")))


def _audit(session: Session) -> tuple[int, str]:
    newest = select(AuditRecord.sha256).order_by(AuditRecord.seq.desc()).limit(1)
    count = session.scalar(select(func.count()).select_from(AuditRecord)) or 0
    return count, session.scalar(newest) or ""


def _listed(sums: bytes) -> Iterator[tuple[str, str]]:
    for line in sums.decode().splitlines():
        sha256, _, name = line.partition("  ")
        yield name, sha256


def _sha256(file: Path) -> str | None:
    """None: it is not there."""
    try:
        with file.open("rb") as data:
            return hashlib.file_digest(data, "sha256").hexdigest()
    except FileNotFoundError:
        return None
