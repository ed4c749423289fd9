from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
import pytest

from training.datasets.labelled import Box, Labelled, Picture


class MakePicture(Protocol):
    def __call__(self, file: Path, seed: int, size: tuple[int, int] = ...) -> Path: ...


def textured(file: Path, seed: int, size: tuple[int, int] = (96, 64)) -> Path:
    """A sharp picture, unlike any of another seed."""
    random = np.random.default_rng(seed)
    blocks = random.integers(20, 235, (8, 12), np.uint8)
    pixels = cv2.resize(blocks, size, interpolation=cv2.INTER_NEAREST)
    file.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(file), pixels)
    return file


@pytest.fixture
def make_picture() -> MakePicture:
    return textured


@pytest.fixture
def clean(tmp_path: Path) -> Labelled:
    """Forty pictures of two classes in two splits, without a fault."""
    pictures: list[Picture] = []
    for number in range(80):
        file = textured(tmp_path / "clean" / f"{number}.png", number)
        split = "val" if number % 4 < 2 else "train"
        name = ("helmet", "bare head")[number % 2]
        box = Box(name, 10.25, 8.5, 40, 30.125)
        about: dict[str, Any] = {"split": split, "licence": "CC-BY-4.0", "source": "street"}
        pictures.append(Picture(file, f"{number}.png", 96, 64, (box,), **about))
    return Labelled(("helmet", "bare head"), tuple(pictures))
