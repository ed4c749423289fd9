from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
import pytest


class MakeData(Protocol):
    def __call__(self, name: str, classes: list[str], pictures: int = 4) -> Path: ...


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Where the data sets of a test lie."""
    return tmp_path / "data sets"


@pytest.fixture
def make_data(data: Path) -> MakeData:
    """Makes a YOLO folder with `train` and `val`: one bright square a picture."""

    def make(name: str, classes: list[str], pictures: int = 4) -> Path:
        random = np.random.default_rng(0)
        folder = data / name
        for split in ("train", "val"):
            images, labels = folder / "images" / split, folder / "labels" / split
            images.mkdir(parents=True)
            labels.mkdir(parents=True)
            for number in range(pictures):
                picture = random.integers(0, 60, (64, 64, 3), np.uint8)
                x, y = (int(side) for side in random.integers(4, 36, 2))
                picture[y : y + 24, x : x + 24] = 255
                cv2.imwrite(str(images / f"{number}.png"), picture)
                label = f"{number % len(classes)} {(x + 12) / 64} {(y + 12) / 64} 0.375 0.375\n"
                (labels / f"{number}.txt").write_text(label)
        (folder / "classes.txt").write_text("\n".join(classes) + "\n")
        return folder

    return make
