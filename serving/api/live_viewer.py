"""What one browser looks at, and what it is owed next. Time is passed in."""

from dataclasses import dataclass, field

from serving.api.live_messages import Acknowledge, Pause, Subscribe
from serving.api.wires import NOTHING_SEEN, PreviewFrame, PreviewWant

WIDTHS_PX = (320, 480, 640, 1280)
"""Pictures are made in these widths only, each once for everybody who looks."""

SILENCE_S = 10.0
"""A browser that owes an answer for so long is gone."""


@dataclass(slots=True)
class TileState:
    """A tile and how far it got."""

    slot: int
    camera_id: str
    width_px: int
    interval_s: float
    seen_seq: int = NOTHING_SEEN
    due_at: float = 0.0


@dataclass(slots=True)
class Viewer:
    """Tiles in the order in which they are served: who got a picture goes to the end."""

    rev: int = 0
    credit: int = 0
    tiles: list[TileState] = field(default_factory=list[TileState])
    paused: bool = False
    owed: int = 0
    heard_at: float = 0.0

    def hear(self, message: Subscribe | Acknowledge | Pause, at: float) -> None:
        """Follow what the client says."""
        self.heard_at = at
        match message:
            case Subscribe():
                self._subscribe(message)
            case Acknowledge(n=n):
                n = min(n, self.owed)
                self.owed -= n
                self.credit += n
            case Pause():
                self.paused = True

    def _subscribe(self, message: Subscribe) -> None:
        self.rev, self.credit, self.paused, self.owed = message.rev, message.credit, False, 0
        self.tiles = [
            TileState(tile.slot, tile.camera, _width(tile.w), 1 / tile.fps)
            for tile in message.tiles
        ]

    def is_gone(self, at: float) -> bool:
        """Whether it failed to answer for too long."""
        return self.owed > 0 and at - self.heard_at > SILENCE_S

    def wants(self, at: float) -> list[PreviewWant]:
        """What may be sent now; empty without credit."""
        if self.paused or self.credit <= 0:
            return []
        wanted: dict[tuple[str, int], int] = {}
        for tile in self.tiles:
            if tile.due_at <= at:
                key = (tile.camera_id, tile.width_px)
                wanted[key] = min(wanted.get(key, tile.seen_seq), tile.seen_seq)
        return [PreviewWant(camera, width, seq) for (camera, width), seq in wanted.items()]

    def take(self, frames: list[PreviewFrame], at: float) -> list[tuple[TileState, PreviewFrame]]:
        """Which tile gets which picture now, as far as the credit goes."""
        by_key = {(frame.camera_id, frame.width_px): frame for frame in frames}
        served: list[tuple[TileState, PreviewFrame]] = []
        for tile in self.tiles:
            frame = by_key.get((tile.camera_id, tile.width_px))
            if frame is None or tile.due_at > at or frame.seq == tile.seen_seq:
                continue
            if self.paused or self.credit <= 0:
                break
            self.credit -= 1
            self.owed += 1
            if self.owed == 1:
                self.heard_at = at  # the time to answer begins with the first thing owed
            tile.seen_seq = frame.seq
            # From the time it was due, so that small delays do not add up.
            on_time = tile.due_at + tile.interval_s
            tile.due_at = on_time if on_time > at else at + tile.interval_s
            served.append((tile, frame))
        slots = {tile.slot for tile, _ in served}
        self.tiles.sort(key=lambda tile: tile.slot in slots)
        return served


def _width(asked: int) -> int:
    return next((width for width in WIDTHS_PX if width >= asked), WIDTHS_PX[-1])
