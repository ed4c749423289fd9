"""Little films made by hand: things that stand, move, come and go, seen at an even rate."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count

from scenarios.events import Event
from scenarios.rules import RuleConfig
from scenarios.scene import Scene
from scenarios.watch import Watch
from scenarios.zones import Shape
from tests.scenarios.scenes import Thing, scene

Corners = tuple[float, float, float, float]
"""`x1 y1 x2 y2` in pixels of a 1000 × 1000 picture."""


@dataclass(frozen=True)
class Actor:
    """A thing in the film.

    Args:
        classes: What it is taken for, in turn from picture to picture.
        box: Where it is at its beginning.
        velocity: In pixels a second.
        growth: Times its size a second.
    """

    classes: tuple[str, ...]
    box: Corners
    begin_s: float = 0.0
    end_s: float = 1e9
    velocity: tuple[float, float] = (0.0, 0.0)
    growth: float = 0.0
    confidence: float = 0.8

    def until(self, end_s: float) -> "Actor":
        return replace(self, end_s=end_s)

    def at(self, second: float, track: int, picture: int) -> Thing | None:
        if not self.begin_s <= second < self.end_s:
            return None
        passed = second - self.begin_s
        dx, dy = (v * passed for v in self.velocity)
        x1, y1, x2, y2 = self.box
        more = self.growth * passed / 2
        width, height = (x2 - x1) * more, (y2 - y1) * more
        corners = (x1 + dx - width, y1 + dy - height, x2 + dx + width, y2 + dy + height)
        return (track, self.classes[picture % len(self.classes)], corners, self.confidence)


def still(name: str, box: Corners) -> Actor:
    return Actor((name,), box)


def moving(name: str, box: Corners, velocity: tuple[float, float]) -> Actor:
    return Actor((name,), box, velocity=velocity)


def row(name: str, number: int, width: float = 30, height: float = 60) -> list[Actor]:
    """So many of a kind side by side."""
    return [
        still(name, (20 + 45 * (i % 20), 300 + 150 * (i // 20), 20 + 45 * (i % 20) + width,
                     300 + 150 * (i // 20) + height))
        for i in range(number)
    ]  # fmt: skip


def film(actors: Sequence[Actor], seconds: float, fps: float) -> Iterator[Scene]:
    for picture in range(round(seconds * fps) + 1):
        at = picture / fps
        things = [actor.at(at, track, picture) for track, actor in enumerate(actors, 1)]
        yield scene(at, *(thing for thing in things if thing is not None))


def events_of(rule: RuleConfig, shapes: Sequence[Shape], scenes: Iterator[Scene]) -> list[Event]:
    """Those that open, in order."""
    numbers = count()
    watch = Watch(rule, shapes, lambda: f"event-{next(numbers)}")
    return [event for s in scenes for event in watch.update(s) if event.revision == 1]
