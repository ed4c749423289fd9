"""Which node runs which camera."""

import hashlib
from collections.abc import Collection, Iterable


def place(camera_ids: Iterable[str], nodes: Collection[str]) -> dict[str, list[str]]:
    """Spread cameras over nodes so that few move when a node comes or goes.

    Rendezvous hashing (Thaler and Ravishankar 1998): each camera goes to the node that scores
    highest for it.

    >>> place(["a", "b"], ["only"])
    {'only': ['a', 'b']}
    """
    placed: dict[str, list[str]] = {node: [] for node in nodes}
    for camera_id in camera_ids:
        best = max(nodes, key=lambda node: hashlib.sha256(f"{node}/{camera_id}".encode()).digest())
        placed[best].append(camera_id)
    return placed
