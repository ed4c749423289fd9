"""How many pictures a second really come."""

from collections import deque


class Rate:
    """Mean over the last pictures, two seconds' worth at 25 a second."""

    def __init__(self, pictures: int = 50) -> None:
        self._seen_s: deque[float] = deque(maxlen=pictures)

    def seen(self, now_s: float) -> None:
        self._seen_s.append(now_s)

    def clear(self) -> None:
        self._seen_s.clear()

    @property
    def per_second(self) -> float | None:
        """None until two pictures were seen."""
        if len(self._seen_s) < 2:
            return None
        took_s = self._seen_s[-1] - self._seen_s[0]
        return (len(self._seen_s) - 1) / took_s if took_s > 0 else None
