# pyright: basic
"""Video hardware of this machine, if FFmpeg can use it."""

from collections.abc import Callable
from functools import lru_cache

import av
import av.error
from av.codec.hwaccel import HWAccel, hwdevices_available

KINDS = ("cuda", "vaapi", "qsv", "videotoolbox")
"""Those that hand pictures back to memory, best first."""


@lru_cache(maxsize=1)
def hardware_decoder() -> HWAccel | None:
    """What decodes H.264 here in place of the CPU; None where nothing does."""
    return choose(hwdevices_available(), _opened)


def choose(available: list[str], opened: Callable[[str], HWAccel]) -> HWAccel | None:
    """The first kind that can really be opened: FFmpeg also lists those without a device.

    Args:
        available: Kinds this FFmpeg was built with.
        opened: Opens one; an FFmpegError or NotImplementedError says that there is none.
    """
    for kind in KINDS:
        if kind in available:
            try:
                return opened(kind)
            except (av.error.FFmpegError, NotImplementedError):
                continue
    return None


def _opened(kind: str) -> HWAccel:
    HWAccel(kind).create(av.Codec("h264", "r"))
    return HWAccel(kind, allow_software_fallback=True)
