"""What a first look at a camera's address gave: streams look, the API asks."""

from dataclasses import dataclass
from typing import Literal, Protocol

SourceKind = Literal["stream", "snapshot", "file"]


class BusyError(Exception):
    """As many addresses are looked at now as may be."""


@dataclass(frozen=True, slots=True)
class Probed:
    """What was found at an address; without a `jpeg` it says why there is none.

    Args:
        reason: One word, such as `auth_failed`; None: there is a picture.
        message: The same in a sentence, without the address.
        codec: Such as `h264`; None where a single picture was asked for, or none came.
        width_px: Of its pictures.
        height_px: Of its pictures.
        fps: As the source says, or as they came; None where it does not say.
        jpeg: One picture.
    """

    reason: str | None = None
    message: str | None = None
    codec: str | None = None
    width_px: int | None = None
    height_px: int | None = None
    fps: float | None = None
    jpeg: bytes | None = None


class Probe(Protocol):
    """Looks at an address for some seconds."""

    def __call__(self, url: str, kind: SourceKind) -> Probed:
        """Open it, take one picture, close it; blocks for seconds.

        Raises:
            BusyError: Too many are being looked at.
        """
        ...
