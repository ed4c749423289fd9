"""Setting pictures on fire: flames that were cut out, and smoke that is drawn, with their boxes.

Few cameras ever saw a fire. A flame gives light and takes none, so that it can be added to any
picture ("screen"); smoke is a veil of one grey (alpha), thicker in lumps.
"""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import supervision as sv
from numpy.typing import NDArray

from algorithms.errors import DatasetError

Pixels = NDArray[np.float32]
"""Height × width, or height × width × 3 (BGR), 0–1."""

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels."""

SEEN = 0.25
"""A box holds what is at least so opaque."""


CONTRAST = 0.25


def flames_of(pictures: sv.DetectionDataset, most: float = 0.4) -> list[Pixels]:
    """The light of what is labelled `fire`: the boxes that fill at most `most` of their picture.

    Returns:
        One light a box, height × width, 0–1: 0 is as dark as the box's edge or darker.

    Raises:
        DatasetError: A picture cannot be read.
    """
    found: list[Pixels] = []
    for path, boxes in pictures.annotations.items():
        picture = _read(path)
        height, width = picture.shape[:2]
        names = [str(name) for name in boxes.data.get("class_name", [])]
        for name, (x1, y1, x2, y2) in zip(names, boxes.xyxy.astype(int).tolist(), strict=True):
            if name != "fire" or (x2 - x1) * (y2 - y1) > most * height * width:
                continue
            light = picture[max(y1, 0) : y2, max(x1, 0) : x2].max(axis=2)
            if min(light.shape) >= 16:
                found.append(_flame(light))
    return found


def burning(
    pictures: sv.DetectionDataset, flames: Sequence[Pixels], folder: Path, seed: int = 0
) -> sv.DetectionDataset:
    """A copy of each picture with a flame, smoke, or smoke over a flame.

    Args:
        pictures: Nothing burns in them; their boxes are dropped.
        flames: As `flames_of` cuts them out.
        folder: Where the copies are written, as JPEG.
        seed: The same seed gives the same copies.

    Returns:
        The copies, with boxes `fire` and `smoke`.

    Raises:
        DatasetError: A picture cannot be read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    annotations: dict[str, sv.Detections] = {}
    for path in pictures.image_paths:
        picture = _no_wider(_read(path))
        height, width = picture.shape[:2]
        kind = random.choice(["fire", "smoke", "both"], p=[0.35, 0.3, 0.35])
        size = height * float(random.uniform(0.07, 0.4))
        x, y = width * float(random.uniform(0.1, 0.9)), height * float(random.uniform(0.35, 0.95))
        boxes: list[Box] = []
        if kind != "fire":
            veil = _plume(size * float(random.uniform(1, 2.2)), random)
            boxes.append(_lay(picture, veil, x, y - size / 3, _grey(float(picture.mean()), random)))
        if kind != "smoke":
            flame = flames[int(random.integers(len(flames)))]
            scale = size / flame.shape[0]
            flame = np.clip(cv2.resize(flame, None, fx=scale, fy=scale), 0, 1)[:, :: _sign(random)]
            boxes.append(_light_up(picture, np.asarray(flame, np.float32), x, y, random))
        file = folder / f"{Path(path).stem}.jpg"
        cv2.imwrite(str(file), np.round(picture * 255).astype(np.uint8))
        names = {"fire": ["fire"], "smoke": ["smoke"], "both": ["smoke", "fire"]}[str(kind)]
        annotations[str(file)] = sv.Detections(
            xyxy=np.array(boxes, np.float32),
            class_id=np.array([["fire", "smoke"].index(name) for name in names], np.int64),
            data={"class_name": np.array(names, dtype=str)},
        )
    return sv.DetectionDataset(["fire", "smoke"], list(annotations), annotations)


def _flame(light: Pixels) -> Pixels:
    edge = np.concatenate([light[0], light[-1], light[:, 0], light[:, -1]])
    dark = float(np.percentile(edge, 75))
    above: Pixels = np.clip((light - dark) / max(1 - dark, 0.1) * 1.4, 0, 1)
    height, width = light.shape
    rows, columns = np.arange(height, dtype=np.float32), np.arange(width, dtype=np.float32)
    fade_y: Pixels = np.minimum(1, 3 * np.sin(np.pi * (rows + 0.5) / height))
    fade_x: Pixels = np.minimum(1, 3 * np.sin(np.pi * (columns + 0.5) / width))
    return np.asarray(above * fade_y[:, None] * fade_x[None], np.float32)


def _light_up(
    picture: Pixels, flame: Pixels, x: float, y: float, random: np.random.Generator
) -> Box:
    """Add a flame that stands on (x, y), yellow where it is brightest, red at its rim."""
    warm = float(random.uniform(0.2, 1))
    heat = (flame + cv2.GaussianBlur(flame, (0, 0), max(flame.shape[0] / 12, 1))) / 2
    power = np.array([1 + 3 * warm, 1 + 1.5 * warm, 1 - 0.4 * warm], np.float32)  # B, G, R
    most = np.array([1 - 0.7 * warm, 1 - 0.2 * warm, 1], np.float32)
    colour = np.power(heat[:, :, None], power) * most
    canvas, box = _placed(picture, flame, colour, x, y)
    glow = cv2.GaussianBlur(canvas, (0, 0), max(flame.shape[0] / 2, 1)) * 0.35
    picture[:] = 1 - (1 - picture) * (1 - np.clip(canvas + glow, 0, 1))
    return box


def _lay(picture: Pixels, veil: Pixels, x: float, y: float, grey: float) -> Box:
    """Hang a veil of one grey over the picture, its foot at (x, y)."""
    canvas, box = _placed(picture, veil, np.repeat(veil[:, :, None], 3, axis=2), x, y)
    picture[:] = picture * (1 - canvas) + grey * canvas
    return box


def _placed(
    picture: Pixels, shape: Pixels, pixels: Pixels, x: float, y: float
) -> tuple[Pixels, Box]:
    """The pixels on a black picture of the same size, and the box of what is seen of them."""
    height, width = picture.shape[:2]
    tall, wide = shape.shape
    left, top = int(np.clip(x - wide / 2, 0, max(width - wide, 0))), int(max(y - tall, 0))
    right, low = min(left + wide, width), min(top + tall, height)
    canvas = np.zeros_like(picture)
    canvas[top:low, left:right] = pixels[tall - (low - top) :, : right - left]
    rows, columns = np.nonzero(canvas.max(axis=2) > SEEN)
    if not len(rows):
        return canvas, (left, top, right, low)
    return canvas, (
        int(columns.min()),
        int(rows.min()),
        int(columns.max()) + 1,
        int(rows.max()) + 1,
    )


def _plume(height: float, random: np.random.Generator) -> Pixels:
    """Puffs that rise, drift and widen, with lumps of several sizes."""
    tall = max(int(height), 24)
    wide = int(tall * 1.2)
    drift, spread = float(random.uniform(-0.35, 0.35)), float(random.uniform(0.12, 0.3))
    veil = np.zeros((tall, wide), np.float32)
    ys, xs = np.mgrid[0:tall, 0:wide].astype(np.float32)
    for rise in np.linspace(0, 1, 12).tolist():
        radius = tall * (0.04 + spread * rise) * float(random.uniform(0.8, 1.2))
        centre_x = wide * (0.5 + drift * rise + float(random.uniform(-0.05, 0.05)))
        centre_y = tall * (1 - 0.9 * rise) - radius / 2
        far = ((xs - centre_x) ** 2 + (ys - centre_y) ** 2) / radius**2
        veil = np.maximum(veil, np.exp(-far) * (1 - 0.45 * rise))
    lumps = np.zeros((tall, wide), np.float32)
    for weight, lumps_across in ((1, 4), (1 / 2, 8), (1 / 3, 16), (1 / 4, 32)):
        coarse = random.random((lumps_across, lumps_across)).astype(np.float32)
        lumps += weight * cv2.resize(coarse, (wide, tall), interpolation=cv2.INTER_CUBIC)
    lumps = np.clip(lumps / 1.4, 0.25, 1.3)
    thick = float(random.uniform(1.2, 2.6))
    return np.asarray(np.clip(veil * lumps * thick, 0, 0.97), np.float32)


def _grey(behind: float, random: np.random.Generator) -> float:
    """One that is seen before this background."""
    greys = random.uniform(0.05, 0.9, 16)
    return float(greys[int(np.argmax(np.abs(greys - behind) > CONTRAST))])


def _sign(random: np.random.Generator) -> int:
    return 1 if random.random() < 0.5 else -1


def _no_wider(picture: Pixels, most: int = 640) -> Pixels:
    scale = most / picture.shape[1]
    if scale >= 1:
        return picture
    smaller = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(smaller, np.float32)


def _read(path: str) -> Pixels:
    picture = cv2.imread(path)
    if picture is None:
        raise DatasetError(f"{path}: not a picture OpenCV can read")
    return np.asarray(picture / 255, np.float32)
