"""The data folder: ours alone, with room, and on a disk that can be trusted."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from serving.doctor.finding import Finding, error, ok, warning
from serving.settings import Settings

FREE_GIB, FREE_SHARE = 10.0, 0.05
"""Less free room is worth a warning."""

NETWORK_FILE_SYSTEMS = ("nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "9p", "ceph", "glusterfs")

_GIB = 1 << 30


def data(settings: Settings) -> Iterator[Finding]:
    """Rights, room, kind of disk, secrets."""
    folder = settings.data_dir.absolute()
    there = next(place for place in (folder, *folder.parents) if place.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        cure = "chown it to the user Longan runs as, or set LONGAN_DATA_DIR"
        yield error("data folder", f"uid {os.getuid()} cannot write to {there}", cure)
        return
    yield _room(there)
    yield from _disk(settings, there)
    if folder.exists():
        yield from _private(settings, folder)
    else:
        yield ok("data folder", f"{folder} will be made at the first start")


def _room(there: Path) -> Finding:
    usage = shutil.disk_usage(there)
    said = f"{usage.free / _GIB:.0f} of {usage.total / _GIB:.0f} GiB are free"
    if usage.free < FREE_GIB * _GIB or usage.free < FREE_SHARE * usage.total:
        cure = "make room, or keep evidence for fewer days (LONGAN_EVIDENCE_DAYS)"
        return warning("disk", said, cure)
    return ok("disk", said)


def _disk(settings: Settings, there: Path) -> Iterator[Finding]:
    kind = _file_system(there)
    if settings.database_url is None and kind in NETWORK_FILE_SYSTEMS:
        cure = "put LONGAN_DATA_DIR on a local disk, or the store into PostgreSQL"
        yield error("disk", f"SQLite would lie on {kind}, where its locks do not hold", cure)


def _file_system(place: Path) -> str:
    """Kind of the file system that holds a path, as Linux calls it."""
    best, kind = "", "unknown"
    for line in Path("/proc/mounts").read_text("utf-8").splitlines():
        _, mounted, found, *_ = line.split(" ")
        mounted = mounted.replace("\\040", " ")
        inside = place == Path(mounted) or Path(mounted) in place.parents
        if inside and len(mounted) >= len(best):
            best, kind = mounted, found
    return kind


def _private(settings: Settings, folder: Path) -> Iterator[Finding]:
    secrets = (
        settings.admin_token_file,
        settings.own_signing_key_file,
        settings.own_secret_keys_file,
        folder / "ray-token",
    )
    open_to_others = [
        file.name for file in secrets if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077
    ]
    if open_to_others:
        names = " ".join(str(folder / name) for name in open_to_others)
        what = f"others can read {', '.join(open_to_others)}"
        yield error("data folder", what, f"chmod 600 {names}, and make new secrets")
    elif stat.S_IMODE(folder.stat().st_mode) & 0o007:
        yield warning("data folder", f"everybody may look into {folder}", f"chmod 700 {folder}")
    else:
        yield ok("data folder", f"{folder} is ours alone")
