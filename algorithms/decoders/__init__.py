"""From a model's raw output to boxes: one file per output family.

To add a family: a file with a `candidates` function, its name in `manifest.Family`, and one
line in `DECODERS`.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from algorithms.decoders import yolov8, yolox
from algorithms.decoders.candidates import Candidates
from algorithms.manifest import AlgorithmManifest, Family

Decoder = Callable[[NDArray[np.float32], AlgorithmManifest, float], Candidates]
"""`(raw output of one picture, manifest, confidence)` → boxes in input pixels."""

DECODERS: dict[Family, Decoder] = {
    "yolov8": yolov8.candidates,
    "yolox": yolox.candidates,
}
