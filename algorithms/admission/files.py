"""What can be told about a submitted file without parsing it."""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from algorithms.errors import AdmissionError

LARGEST_MIB = 256
"""Largest model admitted; the biggest detectors of today's families have about 70 million
parameters, 270 MB in float32, and no city stream is analysed with those."""

REFERENCE_MIB = 64
"""Largest file of reference outputs."""

_FOREIGN_FORMATS = (
    (0, b"PK", "a zip archive (a PyTorch checkpoint is one, too)"),
    (0, b"\x1f\x8b", "a gzip archive"),
    (0, b"7z\xbc\xaf", "a 7z archive"),
    (0, b"Rar!", "a rar archive"),
    (0, b"BZh", "a bzip2 archive"),
    (0, b"\xfd7zXZ", "an xz archive"),
    (0, b"(\xb5/\xfd", "a zstd archive"),
    (257, b"ustar", "a tar archive"),
    (0, b"\x80\x02", "a Python pickle"),
    (0, b"\x89HDF", "an HDF5 file"),
    # ONNX Runtime would read this one past every rule about ONNX graphs.
    (4, b"ORTM", "a model in ONNX Runtime's own format"),
)


def open_model(path: Path) -> BinaryIO:
    """Open a submitted file, so that what was looked at is what is read later.

    Raises:
        AdmissionError: Not one regular file of a sensible size that could be ONNX.
    """
    return _opened(path, _refusal)


def open_reference(path: Path) -> BinaryIO:
    """Open the file of reference outputs that came with a model; raises as `open_model`."""
    return _opened(path, _reference_refusal)


def _opened(path: Path, refusal: Callable[[int], str | None]) -> BinaryIO:
    try:
        # Neither follow a link out of the upload folder nor wait for a pipe's other end.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        what = "a symbolic link" if path.is_symlink() else f"nothing readable ({error.strerror})"
        raise AdmissionError([_one_file_expected(what)]) from error
    if reason := refusal(handle):
        os.close(handle)
        raise AdmissionError([reason])
    return os.fdopen(handle, "rb", buffering=0)


def _refusal(handle: int) -> str | None:
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        return _one_file_expected("a folder, a pipe or a device")
    if status.st_nlink != 1:
        return _one_file_expected("one of several names (hard links)")
    if status.st_size == 0:
        return _one_file_expected("an empty file")
    if status.st_size > LARGEST_MIB * 2**20:
        return (
            f"the model: expected at most {LARGEST_MIB} MiB, got {status.st_size / 2**20:.0f} MiB; "
            "export a smaller network"
        )
    start = os.pread(handle, 512, 0)
    for offset, magic, name in _FOREIGN_FORMATS:
        if start[offset:].startswith(magic):
            return _one_file_expected(name)
    return None


def _reference_refusal(handle: int) -> str | None:
    status = os.fstat(handle)
    if stat.S_ISREG(status.st_mode) and 0 < status.st_size <= REFERENCE_MIB * 2**20:
        return None
    return (
        f"the reference: expected one .npz file of at most {REFERENCE_MIB} MiB, got "
        f"{status.st_size} bytes; give fewer pictures"
    )


def _one_file_expected(came: str) -> str:
    return f"the model: expected one regular .onnx file, got {came}; export the network to ONNX"
