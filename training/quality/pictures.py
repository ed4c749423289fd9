"""Checks that look at pixels: decoding, sharpness, light. Each picture is decoded once."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from training.datasets.labelled import Picture
from training.datasets.near_duplicates import perceptual_hash
from training.datasets.safety import picture_size
from training.datasets.store import sha256_of
from training.quality.finding import Finding

BLURRED_BELOW = 40.0
"""Variance of the Laplacian in the sharpest of 4 × 4 parts, with the long side at 640 px: a sharp
rider before smooth sand is not blurred. A Gaussian of σ 2.5 px puts street pictures below it."""
DARK_BELOW = 30.0
"""95 % of the pixels are darker; of 255."""
BRIGHT_ABOVE = 0.5
"""Share of pixels at 250 and above."""
_SIDE = 640


@dataclass(frozen=True)
class Look:
    """What one look at a picture gives."""

    sha256: str
    perceptual: int | None
    """None where it cannot be decoded."""
    sharpness: float = 0.0
    p95: float = 0.0
    white: float = 0.0
    brightness: float = 0.0


def look(file: Path) -> Look:
    """Decode a picture and measure it. Raises DatasetError for a decompression bomb."""
    digest = sha256_of(file)
    if picture_size(file) == (0, 0):
        return Look(digest, None)
    grey = _grey(file)
    if grey is None:
        return Look(digest, None)
    scale = _SIDE / max(grey.shape)
    size = (max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale)))
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA) if scale < 1 else grey
    return Look(
        digest,
        perceptual_hash(grey),
        sharpness=_sharpness(np.asarray(small, np.uint8)),
        p95=float(np.percentile(small, 95)),
        white=float((small >= 250).mean()),
        brightness=float(small.mean()),
    )


def check(index: int, picture: Picture, seen: Look) -> Iterator[Finding]:
    """Findings on one picture."""
    if seen.perceptual is None:
        yield Finding("broken", f"{picture.name}: cannot be decoded", index)
        return
    if seen.p95 < DARK_BELOW:
        yield Finding("dark", f"95 % of the pixels are below {seen.p95:.0f} of 255", index)
    elif seen.white > BRIGHT_ABOVE:
        yield Finding("bright", f"{seen.white:.0%} of the pixels are white", index)
    elif seen.sharpness < BLURRED_BELOW:
        yield Finding("blurred", f"sharpness {seen.sharpness:.0f}, below {BLURRED_BELOW}", index)


def _sharpness(grey: NDArray[np.uint8]) -> float:
    edges = np.asarray(cv2.Laplacian(grey, cv2.CV_64F))
    parts = (p for row in np.array_split(edges, 4) for p in np.array_split(row, 4, axis=1))
    return max(float(part.var()) for part in parts if part.size)


def _grey(file: Path) -> NDArray[np.uint8] | None:
    content = np.fromfile(file, np.uint8)
    if content[:2].tobytes() == b"\xff\xd8" and b"\xff\xd9" not in content[-4096:].tobytes():
        return None  # OpenCV fills the missing half of a cut JPEG with grey
    found = cv2.imdecode(content, cv2.IMREAD_GRAYSCALE)
    return None if found is None else np.asarray(found, np.uint8)
