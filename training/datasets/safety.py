"""Reading what a stranger sent: names that lead elsewhere, bombs, giants, files that run code."""

import json
import stat
from pathlib import Path, PurePosixPath
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import yaml
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from PIL import Image, UnidentifiedImageError

from algorithms.errors import DatasetError
from training.datasets.orientation import orientation

MAX_TEXT_MIB = 256
"""Largest label file read: a COCO file of a million boxes has about 150 MiB."""

MAX_MEGAPIXELS = 100
"""Largest picture decoded; a 4K frame has 8."""

PICTURES = {".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff"}


def inside(root: Path, name: str) -> Path:
    """The regular file `name` below `root`.

    Raises:
        DatasetError: It is absolute, leads out of `root` (by `..` or a link), or is not a file.
    """
    parts = PurePosixPath(name.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts or ":" in name.split("/")[0] or "\0" in name:
        raise DatasetError(f"{root}: file name {name!r} refused: it leads out of the data set")
    file = root / parts
    try:
        kind = file.stat().st_mode
    except OSError as error:
        raise DatasetError(f"{file}: named in the labels, but cannot be read: {error}") from error
    if not file.resolve().is_relative_to(root.resolve()):
        raise DatasetError(f"{file}: refused: a link that leads out of {root}")
    if not stat.S_ISREG(kind):
        raise DatasetError(f"{file}: refused: expected a regular file")
    return file


def text(file: Path) -> str:
    """A label file's text.

    Raises:
        DatasetError: It is too large, unreadable or not UTF-8.
    """
    try:
        size = file.stat().st_size
        if size > MAX_TEXT_MIB * 2**20:
            raise DatasetError(
                f"{file}: {size / 2**20:.0f} MiB refused: expected at most {MAX_TEXT_MIB} MiB; "
                "split it into parts"
            )
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{file}: cannot be read: {error}") from error


def json_of(file: Path) -> Any:
    """A JSON file's content. Raises DatasetError where it is none, too deep or too large."""
    try:
        return json.loads(text(file))
    except (ValueError, RecursionError) as error:
        raise DatasetError(f"{file}: not valid JSON: {error}") from error


def yaml_of(file: Path) -> Any:
    """A YAML file's content, without tags that make objects. Raises DatasetError."""
    try:
        return yaml.safe_load(text(file))
    except (yaml.YAMLError, RecursionError) as error:
        raise DatasetError(f"{file}: not valid YAML: {error}") from error


def xml_of(file: Path) -> Element:
    """An XML file's root, without entities. Raises DatasetError."""
    try:
        return fromstring(text(file))
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise DatasetError(f"{file}: not XML that is safe to read: {error!r}") from error


def picture_size(file: Path) -> tuple[int, int]:
    """Width and height of the picture as shown (see `header`)."""
    width, height, _ = header(file)
    return width, height


def header(file: Path) -> tuple[int, int, int]:
    """Width and height of the picture as shown, and its EXIF orientation.

    Returns:
        `(0, 0, 1)` where it is no picture.

    Raises:
        DatasetError: It would decode to more than `MAX_MEGAPIXELS`.
    """
    try:
        with Image.open(file) as picture:
            width, height = picture.size
            turn = orientation(picture)
    except Image.DecompressionBombError as error:
        raise DatasetError(f"{file}: refused: {error}") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return 0, 0, 1
    if width * height > MAX_MEGAPIXELS * 1_000_000:
        raise DatasetError(
            f"{file}: refused: {width} × {height} pixels; expected at most "
            f"{MAX_MEGAPIXELS} megapixels"
        )
    return (height, width, turn) if turn > 4 else (width, height, turn)
