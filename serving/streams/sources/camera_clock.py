"""What time it is for the camera."""

import struct
from collections import deque
from statistics import median


class CameraClock:
    """Compares the times in the camera's RTCP sender reports with ours.

    A picture is late by the network's delay and early by as much as its encoder reorders: the
    offset is good to about a tenth of a second, which is enough to tell a wrong clock.
    """

    def __init__(self) -> None:
        self._offsets_s: deque[float] = deque(maxlen=250)

    def heard(self, producer_time: bytes, now_s: float) -> None:
        """A packet came.

        Args:
            producer_time: FFmpeg's AVProducerReferenceTime: int64 microseconds since 1970, and
                flags.
            now_s: Seconds since 1970 by our clock.
        """
        (taken_us,) = struct.unpack_from("=q", producer_time)
        self._offsets_s.append(taken_us / 1e6 - now_s)

    @property
    def offset_s(self) -> float | None:
        """The camera's clock minus ours: the median over the last 10 s at 25 pictures a second."""
        return round(median(self._offsets_s.copy()), 3) if self._offsets_s else None
