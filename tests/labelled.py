"""Tiny labelled data sets for tests, made on the spot."""

import csv
from pathlib import Path

import cv2
import numpy as np

MIDDLE = (24, 24, 40, 40)
"""Where `tests.models.sees_light` finds its box in a picture of 64 × 64."""


def lights(
    folder: Path, pattern: str, cameras: list[str] | None = None, name: str = "person"
) -> Path:
    """A YOLO folder of 64 × 64 pictures.

    Args:
        folder: Made here.
        pattern: A letter a picture: `B` bright with a thing in the middle, `b` bright with nothing,
            `D` dark with a thing (which nobody sees), `d` dark with nothing.
        cameras: Which one each picture comes from.
        name: Of the one class.
    """
    for part in ("images/val", "labels/val"):
        (folder / part).mkdir(parents=True)
    (folder / "classes.txt").write_text(f"{name}\n")
    for number, letter in enumerate(pattern):
        grey = 240 if letter in "Bb" else 10
        picture = np.full((64, 64, 3), grey, np.uint8)
        picture[0, 0] = number  # no two are the same
        cv2.imwrite(str(folder / f"images/val/{number}.png"), picture)
        x1, y1, x2, y2 = MIDDLE
        box = f"0 {(x1 + x2) / 128} {(y1 + y2) / 128} {(x2 - x1) / 64} {(y2 - y1) / 64}"
        (folder / f"labels/val/{number}.txt").write_text(box if letter in "BD" else "")
    if cameras is not None:
        with (folder / "pictures.csv").open("w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["file", "camera", "division"])
            rows.writerows([f"{i}.png", camera, "Longcheng"] for i, camera in enumerate(cameras))
    return folder
