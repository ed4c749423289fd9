"""What cameras ask of the nodes and what the nodes can give: plain arithmetic.

Everything is counted in cores. A node has as many as it has inference lanes: a lane works for one
second a second, and readers decode on the same cores.
"""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

USABLE = 0.8
"""Share of a node that may be planned; the rest is for tracking, rules and peaks."""

HELPER_SHARE = 0.3
"""Share of a camera's pictures that helpers are asked about: those in which something was found.
An assumption for a street that is not always busy."""

DECODE_CORES = 0.04
"""Decoding one camera until the nodes have measured it: 720p at 25 pictures a second of 1.6 ms."""

SLOWEST_FPS = 0.1
"""Advice to go slower than this helps nobody."""


@dataclass(frozen=True, slots=True)
class CameraDemand:
    """What one camera asks for."""

    fps: float
    """Pictures analysed a second, when all of them are worth it."""

    picture_ms: float
    """Lane time of one analysed picture."""

    decode_cores: float

    @property
    def cores(self) -> float:
        return self.fps * self.picture_ms / 1000 + self.decode_cores


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What is missing, and what would fit."""

    needed_cores: float
    """What the change asks for on top of what is asked already."""

    free_cores: float
    usable_cores: float
    missing_cores: float
    nodes: int

    fits_fps: float | None
    """At most so many analysed pictures a second on each camera the change makes dearer; None:
    even the slowest would not fit."""

    fewer_cameras: int | None
    """So many of those cameras less would fit, whichever they are; None: not one fits."""

    def __str__(self) -> str:
        if self.nodes == 0:
            return (
                f"This needs {_up(self.needed_cores)} cores and every node is drained: undrain "
                "one, add a node, or repeat with force=true."
            )
        nodes = "the node has" if self.nodes == 1 else f"the {self.nodes} nodes have"
        return (
            f"This needs {_up(self.missing_cores)} more cores than {nodes} left "
            f"({_down(self.free_cores)} of {_down(self.usable_cores)} free): "
            f"{', '.join(self._ways_out())}, or repeat with force=true."
        )

    def _ways_out(self) -> Iterator[str]:
        if self.fits_fps is not None:
            yield f"lower analysed_fps to {self.fits_fps:.1f} on these cameras"
        if self.fewer_cameras is not None:
            cameras = "1 camera" if self.fewer_cameras == 1 else f"{self.fewer_cameras} cameras"
            yield f"take {cameras} fewer"
        yield "add a node"


def usable_cores(lanes: Iterable[int]) -> float:
    """What nodes with so many lanes each may be asked for."""
    return USABLE * sum(lanes)


def spread_ms(measured: Iterable[tuple[int, float]]) -> float:
    """Lane time of one picture when a model's work fills nodes of unlike speed evenly.

    Args:
        measured: Lanes and lane time in ms of each node that has measured the model.

    Returns:
        The harmonic mean, weighted by lanes.

    >>> spread_ms([(2, 10.0), (2, 30.0)])
    15.0
    """
    pairs = [(lanes, max(cost_ms, 0.001)) for lanes, cost_ms in measured]
    return sum(lanes for lanes, _ in pairs) / sum(lanes / cost_ms for lanes, cost_ms in pairs)


def decode_cores(measured: Iterable[tuple[float, int]]) -> float:
    """What decoding one camera takes.

    Args:
        measured: Of each node that decodes all it should, the cores its readers use and its
            cameras.

    Returns:
        The mean over all cameras; `DECODE_CORES` while there are none.
    """
    pairs = list(measured)
    count = sum(cameras for _, cameras in pairs)
    return sum(cores for cores, _ in pairs) / count if count else DECODE_CORES


def picture_ms(
    models: Collection[str], helpers: Collection[str], cost_ms: Mapping[str, float]
) -> float:
    """Lane time of one analysed picture.

    Args:
        models: Asked about every picture, each once however many watches need it.
        helpers: Asked about some; see `HELPER_SHARE`.
        cost_ms: Lane time of one picture by model. One that nobody has measured counts nothing:
            it cannot be planned with.
    """
    always = set(models)
    sometimes = set(helpers) - always
    return sum(cost_ms.get(model, 0.0) for model in always) + HELPER_SHARE * sum(
        cost_ms.get(model, 0.0) for model in sometimes
    )


def shortfall(
    before: Mapping[str, CameraDemand],
    after: Mapping[str, CameraDemand],
    lanes: Collection[int],
) -> Shortfall | None:
    """What the nodes lack for a change; None when it fits or asks for nothing more.

    The nodes count as one: a camera is small beside a node, and `USABLE` leaves room for the rest.

    Args:
        before: What is asked of them now, by camera.
        after: What would be asked.
        lanes: Of each node that may take cameras.
    """
    usable = usable_cores(lanes)
    asked, asking = _cores(before.values()), _cores(after.values())
    if asking <= max(asked, usable) + 1e-9:
        return None
    growth = {
        camera: demand.cores - (before[camera].cores if camera in before else 0.0)
        for camera, demand in after.items()
    }
    dearer = [camera for camera in growth if growth[camera] > 0]
    return Shortfall(
        needed_cores=asking - asked,
        free_cores=max(0.0, usable - asked),
        usable_cores=usable,
        missing_cores=asking - usable,
        nodes=len(lanes),
        fits_fps=_fitting_fps([after[camera] for camera in dearer], asking - usable),
        fewer_cameras=_fewer([growth[camera] for camera in dearer], asking - usable),
    )


def _fitting_fps(demands: list[CameraDemand], missing: float) -> float | None:
    """The highest rate that, as the limit of each of these cameras, saves what is missing."""
    budget_ms = 1000 * (sum(d.fps * d.picture_ms / 1000 for d in demands) - missing)
    sharing_ms = sum(demand.picture_ms for demand in demands)
    for demand in sorted(demands, key=lambda demand: demand.fps):
        if demand.fps * sharing_ms >= budget_ms:
            fps = math.floor(10 * budget_ms / sharing_ms) / 10 if sharing_ms else 0.0
            return fps if fps >= SLOWEST_FPS else None
        # It stays below the limit, so it leaves the others more.
        budget_ms -= demand.fps * demand.picture_ms
        sharing_ms -= demand.picture_ms
    return None


def _fewer(growth: list[float], missing: float) -> int | None:
    """How many cameras to leave out to save what is missing, even if they are the cheapest."""
    saved = 0.0
    for count, cores in enumerate(sorted(growth)[:-1], start=1):
        saved += cores
        if saved >= missing - 1e-9:
            return count
    return None


def _cores(demands: Iterable[CameraDemand]) -> float:
    return sum(demand.cores for demand in demands)


def _up(cores: float) -> str:
    return f"{math.ceil(round(cores * 10, 6)) / 10:.1f}"


def _down(cores: float) -> str:
    return f"{math.floor(round(cores * 10, 6)) / 10:.1f}"
