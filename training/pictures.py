"""Pictures as a network sees them."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from algorithms.errors import DatasetError
from algorithms.frame import ImagePixels
from algorithms.letterbox import fill
from algorithms.manifest import InputSpec


def as_input(picture: Path, spec: InputSpec) -> NDArray[np.float32]:
    """A picture prepared as it is when served.

    Returns:
        `(3, spec.height, spec.width)`.

    Raises:
        DatasetError: OpenCV cannot read the file.
    """
    image = cv2.imread(str(picture))
    if image is None:
        raise DatasetError(f"{picture}: not a picture OpenCV can read")
    out = np.empty((3, spec.height, spec.width), np.float32)
    fill(ImagePixels(np.ascontiguousarray(image[:, :, ::-1], np.uint8)), spec, out)
    return out
