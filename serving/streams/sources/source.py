"""What every kind of camera looks like to its reader."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Literal, Protocol

from algorithms.frame import Frame, Pixels
from serving.outbound import Outbound
from serving.settings import Settings

SourceKind = Literal["stream", "snapshot", "file"]

Decoding = Literal["all", "reference", "doze", "keyframes"] | float
"""Which pictures are decoded: all; those that others refer to; keyframes, and the rest after all if
something moves (`doze.py`); only keyframes. A number is the share, counted from each keyframe, of
what lies between it and the next."""

Checkpoint = dict[str, Any]
"""Where a file stands, as JSON; made and read by the file source only."""


def _as_set_here() -> Outbound:
    return Settings().outbound


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """What to read and how.

    Args:
        url: Address with its password, or a path; never printed.
        kind: `stream`: rtsp, rtsps, http or https that flows by itself. `snapshot`: one picture
            at an http address, asked for again and again. `file`: a video that is played.
        poll_s: Seconds between pictures of a snapshot.
        loop: A file starts again at its end.
        realtime: A file is played at the speed it was taken; otherwise as fast as it is read.
        hardware: Decode a stream on the machine's video hardware where there is any.
        outbound: Where the address may be.
    """

    url: str = field(repr=False)
    kind: SourceKind
    poll_s: float = 10.0
    loop: bool = False
    realtime: bool = True
    hardware: bool = False
    outbound: Outbound = field(default_factory=_as_set_here, repr=False)

    def __post_init__(self) -> None:
        if self.poll_s <= 0:
            raise ValueError(f"poll_s: expected more than 0 seconds, got {self.poll_s}")


@dataclass(frozen=True, slots=True)
class StreamInfo:
    """What a source says about itself once it is open; None where it does not say."""

    width_px: int
    height_px: int
    fps: float | None
    codec: str | None = None
    """FFmpeg's name, such as `h264`."""


class Sign(Enum):
    """Something was heard from the camera that is not a new picture."""

    ALIVE = "alive"
    """Nothing new to see, such as an unchanged snapshot."""
    DECODE_ERROR = "decode error"
    """A picture came and could not be decoded."""
    SKIPPED = "skipped"
    """A picture came and was not decoded, as `decoding` asks."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded picture, still in the decoder's own pixel format.

    Most pictures are never analysed, so the costly step to RGB waits until somebody asks.
    """

    camera_id: str
    index: int
    captured_at: datetime
    pixels: Pixels = field(repr=False)

    def frame(self) -> Frame:
        return Frame(self.pixels, self.camera_id, self.index, self.captured_at)


class Source(Protocol):
    """One camera's address, opened once and read once; a new attempt makes a new source."""

    decoding: Decoding
    """May change any time; a source without such pictures decodes all. Each step is cheaper:
    keyframes are about a tenth of the work."""

    @property
    def is_behind(self) -> bool:
        """Whether the camera is faster than its reader, which then keeps to keyframes."""
        return False

    @property
    def checkpoint(self) -> Checkpoint | None:
        """Where a file stands; None for everything that cannot be resumed."""
        ...

    @property
    def clock_offset_s(self) -> float | None:
        """The camera's clock minus ours; None where it does not tell the time."""
        return None

    def open(self) -> StreamInfo:
        """Connects.

        Raises:
            SourceError: The address gives no pictures; says why.
        """
        ...

    def pictures(self) -> Iterator[Picture | Sign]:
        """Pictures as they come, until a file's end or `close()`.

        Raises:
            SourceError: The source broke off.
        """
        ...

    def close(self) -> None:
        """Ends reading; from another thread too, where it takes effect at the next packet."""
        ...

    def frames(self, due: Callable[[datetime], bool] | None = None) -> Iterator[Frame]:
        """Pictures as frames, only those whose `captured_at` is due: the others stay cheap."""
        for picture in self.pictures():
            if isinstance(picture, Picture) and (due is None or due(picture.captured_at)):
                yield picture.frame()
