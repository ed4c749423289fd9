"""What runs a network. Each engine is one file and the only importer of its library."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Engine(Protocol):
    """A loaded network."""

    @property
    def description(self) -> str:
        """Library, device and precision, for the log."""
        ...

    def run(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """One forward pass; safe to call from several threads.

        Args:
            batch: `(N, 3, H, W)` as the manifest's input says.

        Returns:
            The first output, `(N, …)`.

        Raises:
            ModelError: The network failed.
        """
        ...
