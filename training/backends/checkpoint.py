"""What a killed training goes on from: `checkpoint/` in its run folder.

A framework may be killed while it writes its own files. These two are whole at any time: they are
written beside, and then put in place of the one before.
"""

import os
import shutil
import stat
import sys
from pathlib import Path

LAST = "last.pt"
BEST = "best.pt"


def keep(folder: Path, file: Path, name: str) -> None:
    """Put a copy of `file` in place of the checkpoint of that name in the run `folder`."""
    kept = folder / "checkpoint"
    kept.mkdir(exist_ok=True)
    part = kept / f"{name}.part"
    with file.open("rb") as source, part.open("wb") as copy:
        shutil.copyfileobj(source, copy)
        copy.flush()
        os.fsync(copy.fileno())
    part.replace(kept / name)


def own(folder: Path, name: str) -> Path | None:
    """A checkpoint of this run, if there is one.

    Loading a checkpoint runs code that it may hold, so one that was put here by somebody else ends
    this process.
    """
    file = folder / "checkpoint" / name
    if not os.path.lexists(file):
        return None
    for part in (file.parent, file):
        about = part.lstat()
        foreign = about.st_uid != os.getuid() or about.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        if foreign or stat.S_ISLNK(about.st_mode):
            sys.exit(
                f"{part}: expected what this run wrote itself, found a link, or a file that others "
                "own or may write; loading it could run their code. Start a new run"
            )
    return file
