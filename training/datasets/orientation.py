"""Pictures whose EXIF says that they are to be turned before they are shown.

CVAT, Label Studio, OpenCV and Ultralytics turn them; Pillow and pycocotools don't. Here a
picture's size and boxes are always those of the picture as shown, and the store keeps it upright.
"""

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageOps

_TAG = 0x0112
_EXIF_AT_OPENING = {"JPEG", "MPO", "WEBP"}
"""Pillow turns a TIFF itself, and reads a PNG's EXIF at its opening where it comes first."""


def orientation(picture: Image.Image) -> int:
    """The EXIF orientation of an opened picture, 1 to 8; 1 where it is shown as it is stored."""
    if picture.format not in _EXIF_AT_OPENING and "exif" not in picture.info:
        return 1
    if picture.format == "TIFF":
        return 1
    value = picture.getexif().get(_TAG, 1)
    return value if value in range(1, 9) else 1


def shown(
    x: float, y: float, width: float, height: float, size: tuple[int, int], orientation: int
) -> tuple[float, float, float, float]:
    """A box of the stored pixels as a box of the picture as shown.

    Args:
        x: Left.
        y: Top.
        width: Pixels.
        height: Pixels.
        size: Width and height of the picture as shown.
        orientation: 1 to 8, as in EXIF.
    """
    if orientation > 4:  # rows are columns
        x, y, width, height = y, x, height, width
    if orientation in {2, 3, 6, 7}:
        x = size[0] - x - width
    if orientation in {3, 4, 7, 8}:
        y = size[1] - y - height
    return x, y, width, height


@contextmanager
def upright(file: Path, orientation: int) -> Generator[Path]:
    """The file itself, or for as long as the context lasts one with the turn done in its pixels.

    JPEG is encoded again with quality 95, so its sha256 depends on the version of libjpeg.
    """
    if orientation == 1:
        yield file
        return
    with Image.open(file) as picture, tempfile.TemporaryDirectory() as scratch:
        kind = "JPEG" if picture.format == "MPO" else str(picture.format)
        turned = ImageOps.exif_transpose(picture)
        if kind == "WEBP":
            turned.save(Path(scratch, "turned"), kind, lossless=True)
        elif kind == "JPEG":
            turned.save(Path(scratch, "turned"), kind, quality=95, subsampling=0)
        else:
            turned.save(Path(scratch, "turned"), kind)
        yield Path(scratch, "turned")
