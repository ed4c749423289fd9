"""What runs a network. Each engine is one file and the only importer of its library.

`choose.py` finds out which engine is the fastest on this machine.
"""

from collections.abc import Callable
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from algorithms.errors import ModelError

Device = Literal["cpu", "cuda", "tensorrt"]


class Engine(Protocol):
    """A loaded network."""

    @property
    def description(self) -> str:
        """Library, version, device and precision, for the log."""
        ...

    @property
    def device(self) -> Device: ...

    @property
    def input_shape(self) -> tuple[int | None, ...]:
        """`(N, 3, H, W)` of one forward pass; None where it is free."""
        ...

    def run(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """One forward pass. Several threads may call it at once, and run at once.

        Args:
            batch: `(N, 3, H, W)` as the manifest's input says, contiguous. It may be written
                over once this returns.

        Returns:
            The first output, `(N, …)`, the caller's own.

        Raises:
            ModelError: The network failed.
        """
        ...

    def run_all(self, picture: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
        """One forward pass for networks whose result is in several outputs.

        Args:
            picture: A batch of one.

        Returns:
            Every output by its name, the caller's own.

        Raises:
            ModelError: The network failed.
        """
        ...


Forward = Callable[[NDArray[np.float32]], NDArray[np.float32]]


def run_any_batch(
    forward: Forward, batch: NDArray[np.float32], fixed: int | None
) -> NDArray[np.float32]:
    """Run a batch of any size through a network that may take one size only.

    Args:
        forward: One forward pass.
        batch: `(N, 3, H, W)`.
        fixed: The only size `forward` takes; None where it takes any.

    Raises:
        ModelError: `fixed` is neither 1 nor N.
    """
    if fixed is None or len(batch) == fixed:
        return forward(batch)
    if fixed != 1:
        raise ModelError(
            f"the model takes batches of exactly {fixed} pictures, got {len(batch)}; "
            "export it with a dynamic batch or a batch of 1"
        )
    return np.concatenate([forward(batch[i : i + 1]) for i in range(len(batch))])
