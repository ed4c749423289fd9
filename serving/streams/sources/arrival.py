"""When a live picture was taken, and how late its packet was read."""

DRIFT = 2e-4
"""The camera's clock may run so much slower than ours, in seconds a second."""

LATE_S, CAUGHT_UP_S = 0.5, 0.1
"""From the upper on a reader is behind, below the lower it is not any more."""

BELIEVED_S = 5.0
"""Behind for so long though only keyframes are decoded: the camera's time has jumped."""

JUMP_S = 10.0
"""A step of the camera's time by more than this is a jump at once."""


class Arrival:
    """Compares the times in a stream with when its packets were read.

    The packet that was quickest tells when all others would have come, had nobody been slow: what
    lies between is the network's jitter, or a reader that has fallen behind while packets waited
    in the socket. Without times in the stream everything is taken when it is read.
    """

    def __init__(self) -> None:
        self._ahead_s: float | None = None
        self._read_s = 0.0
        self._behind_since_s: float | None = None

    def read(self, media_s: float | None, now_s: float) -> None:
        """A packet was read.

        Args:
            media_s: Its time by the stream's own clock.
            now_s: Seconds since 1970.
        """
        if media_s is None:
            self._ahead_s = self._behind_since_s = None
            return
        ahead_s = now_s - media_s
        if self._ahead_s is None or abs(ahead_s - self._ahead_s) > JUMP_S:
            self._ahead_s, self._read_s = ahead_s, now_s
        drifted_s = self._ahead_s + DRIFT * max(0.0, now_s - self._read_s)
        self._ahead_s = min(drifted_s, ahead_s)
        self._read_s = now_s
        late_s = ahead_s - self._ahead_s
        if self._behind_since_s is None:
            self._behind_since_s = now_s if late_s > LATE_S else None
        elif late_s < CAUGHT_UP_S:
            self._behind_since_s = None
        elif now_s - self._behind_since_s > BELIEVED_S:
            self._ahead_s, self._behind_since_s = ahead_s, None

    @property
    def behind(self) -> bool:
        """Whether the reader is slower than the camera."""
        return self._behind_since_s is not None

    def taken_s(self, media_s: float | None, now_s: float) -> float:
        """Seconds since 1970 at which a picture was taken; never in the future."""
        if media_s is None or self._ahead_s is None:
            return now_s
        return min(now_s, media_s + self._ahead_s)
