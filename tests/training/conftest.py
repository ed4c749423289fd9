from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
import pytest

from training.quality.drafting import ACCEPTABLE
from training.quality.patch import Acceptance, Patch


class MakeData(Protocol):
    def __call__(self, name: str, classes: list[str], pictures: int = 4) -> Path: ...


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Where the data sets of a test lie."""
    return tmp_path / "data sets"


@pytest.fixture
def anything_goes(tmp_path: Path) -> Path:
    """A patch file that lets data sets of a few pictures pass the quality gate."""
    file = tmp_path / "anything-goes.yaml"
    accept = [Acceptance(kind=kind, at_most=10_000, why="a test") for kind in ACCEPTABLE]
    file.write_text(Patch(accept=tuple(accept)).to_yaml(), encoding="utf-8")
    return file


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
                blocks = random.integers(0, 200, (8, 8, 3), np.uint8)
                picture = cv2.resize(blocks, (64, 64), interpolation=cv2.INTER_NEAREST)
                x, y = (int(side) for side in random.integers(4, 36, 2))
                picture[y : y + 24, x : x + 24] = 255
                cv2.imwrite(str(images / f"{number}.png"), picture)
                label = f"{number % len(classes)} {(x + 12) / 64} {(y + 12) / 64} 0.375 0.375\n"
                (labels / f"{number}.txt").write_text(label)
        (folder / "classes.txt").write_text("\n".join(classes) + "\n")
        return folder

    return make
