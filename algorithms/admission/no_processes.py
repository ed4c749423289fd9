"""No new process and no thread, for root as well: a seccomp filter in the kernel.

`RLIMIT_NPROC` does not bind root, and a user namespace does not change who is root to it. This
holds for whoever runs, on x86-64 and 64-bit ARM.
"""

import ctypes
import errno
import os
import platform
import struct

# Numbers of the kernel's interface, which never change: `audit.h`, `unistd.h`, `seccomp.h`.
_ARCHITECTURES = {
    "x86_64": (0xC000003E, {"clone": 56, "fork": 57, "vfork": 58, "io_uring": 425, "clone3": 435}),
    "aarch64": (0xC00000B7, {"clone": 220, "io_uring": 425, "clone3": 435}),
}
"""What the kernel calls them, and the calls that start a process, a thread or a kernel's thread."""
_FIRST_OF_X32 = 0x40000000
"""From here on the same calls again, for x86-64 with short pointers; there are none on ARM."""

_LOAD, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER_AT, _ARCHITECTURE_AT = 0, 4
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x80000000
_SET_SECCOMP, _FILTER, _SET_NO_NEW_PRIVILEGES = 22, 2, 38


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def forbid() -> None:
    """Put this very thread under the filter, for good; elsewhere than on the two it does nothing.

    Raises:
        OSError: The kernel takes no filter.
    """
    found = _ARCHITECTURES.get(platform.machine())
    if found is None:
        return
    program = _filter(*found)
    _prctl(_SET_NO_NEW_PRIVILEGES, 1, 0)
    _prctl(_SET_SECCOMP, _FILTER, ctypes.byref(_Program(len(program) // 8, program)))


def _filter(architecture: int, calls: dict[str, int]) -> bytes:
    """Each step: what it does, how many steps to skip if so and if not, a number."""
    numbers = list(calls.values())
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_IF_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),  # numbers mean other calls there
        (_LOAD, 0, 0, _NUMBER_AT),
        (_IF_AT_LEAST, len(numbers) + 1, 0, _FIRST_OF_X32),
        *((_IF_EQUAL, len(numbers) - n, 0, number) for n, number in enumerate(numbers)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def _prctl(option: int, value: int, more: object) -> None:
    call = ctypes.CDLL(None, use_errno=True).prctl
    if call(option, ctypes.c_ulong(value), more, ctypes.c_ulong(0), ctypes.c_ulong(0)):
        code = ctypes.get_errno()
        raise OSError(code, f"the kernel takes no seccomp filter ({os.strerror(code)})")
