"""Which node runs which camera. Pure: what there is comes in, who gets what comes out."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

IMBALANCE = 0.25
"""Nodes differ this much, as a share of a node, before a camera moves for balance alone."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What a camera asks of its node."""

    cores: float
    needs: frozenset[str] = frozenset()
    """All of them must be among what the node has."""


@dataclass(frozen=True, slots=True)
class NodeOffer:
    """What a node gives."""

    node_id: str
    cores: float
    """More than 0: what may be planned with."""
    has: frozenset[str] = frozenset()
    """`gpu` where it has one, and its labels as `key=value`."""
    drained: bool = False


def place(
    demands: Mapping[str, Demand],
    nodes: Sequence[NodeOffer],
    current: Mapping[str, str],
    moves: int = 0,
) -> dict[str, str]:
    """Give every camera a node.

    A camera stays where it is while that node is there, is not drained and has what it needs.
    The others go, the dearest first, where most room is left; when there is none, to the node
    that is overloaded least, for a slow camera is better than a dark one.

    Args:
        demands: By camera.
        nodes: Those that are alive.
        current: Where cameras run or are about to, by camera.
        moves: At most so many cameras move because one node is much fuller than another.

    Returns:
        The node of each camera; one that no node fits is left out.

    >>> place({"gate": Demand(0.5)}, [NodeOffer("small", 1.0), NodeOffer("large", 4.0)], {})
    {'gate': 'large'}
    """
    board = _Board(demands, [node for node in nodes if not node.drained])
    homeless: list[str] = []
    for camera in sorted(demands):
        if board.fits(camera, current.get(camera)):
            board.put(camera, current[camera])
        else:
            homeless.append(camera)
    for camera in sorted(homeless, key=lambda camera: -demands[camera].cores):
        if (node := board.best(camera)) is not None:
            board.put(camera, node)
    for _ in range(moves):
        if not board.level_out():
            break
    return board.placed


class _Board:
    """Cameras on nodes while they are being moved about."""

    def __init__(self, demands: Mapping[str, Demand], nodes: Sequence[NodeOffer]) -> None:
        self.placed: dict[str, str] = {}
        self._demands = demands
        self._nodes = {node.node_id: node for node in sorted(nodes, key=lambda n: n.node_id)}
        self._asked = dict.fromkeys(self._nodes, 0.0)
        self._count = Counter[str]()

    def fits(self, camera: str, node: str | None) -> bool:
        return node in self._nodes and self._demands[camera].needs <= self._nodes[node].has

    def put(self, camera: str, node: str) -> None:
        if (before := self.placed.get(camera)) is not None:
            self._asked[before] -= self._demands[camera].cores
            self._count[before] -= 1
        self.placed[camera] = node
        self._asked[node] += self._demands[camera].cores
        self._count[node] += 1

    def best(self, camera: str) -> str | None:
        """Where the camera leaves most room, then where the fewest are."""
        fitting = [node for node in self._nodes if self.fits(camera, node)]
        level = self._level_with
        return min(fitting, key=lambda n: (level(n, camera), self._count[n]), default=None)

    def level_out(self) -> bool:
        """Move one camera from a full node to one that is much emptier even with it."""
        lowest = min(map(self._level, self._nodes), default=0.0)
        for node in sorted(self._nodes, key=self._level, reverse=True):
            if self._level(node) <= min(1.0, lowest + IMBALANCE):
                return False
            mine = [camera for camera, at in self.placed.items() if at == node]
            for camera in sorted(mine, key=lambda c: (-self._demands[c].cores, c)):
                other = self.best(camera)
                if other is not None and self._much_better(camera, node, other):
                    self.put(camera, other)
                    return True
        return False

    def _much_better(self, camera: str, node: str, other: str) -> bool:
        here, there = self._level(node), self._level_with(other, camera)
        ends_overload = here > 1 >= there
        return node != other and (ends_overload or here - there > IMBALANCE)

    def _level(self, node: str) -> float:
        return self._asked[node] / self._nodes[node].cores

    def _level_with(self, node: str, camera: str) -> float:
        return (self._asked[node] + self._demands[camera].cores) / self._nodes[node].cores
