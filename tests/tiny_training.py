# pyright: basic
"""A detector that really was trained, small enough for a test: it finds bright things in the dark.

    python -m tests.tiny_training FOLDER

writes `best.pt` there, an Ultralytics checkpoint of one class `person`. Run it with the environment
of `training.backends.ultralytics.environment`.
"""

import sys
from pathlib import Path

import cv2
import numpy as np
import yaml
from numpy.typing import NDArray

SIZE = 96
PICTURES = 64
EPOCHS = 30


def scene(random: np.random.Generator) -> tuple[NDArray[np.uint8], list[float]]:
    """A picture `(SIZE, SIZE, 3)` and the box in it: centre x, y, width, height as fractions."""
    picture = random.integers(10, 40, (SIZE, SIZE, 3)).astype(np.uint8)
    width, height = random.integers(20, 40, 2)
    x, y = (int(random.integers(2, SIZE - side - 2)) for side in (width, height))
    picture[y : y + height, x : x + width] = random.integers(190, 255)
    box = np.array([x + width / 2, y + height / 2, width, height]) / SIZE
    return picture, box.tolist()


def train(folder: Path) -> None:
    from ultralytics import YOLO

    random = np.random.default_rng(0)
    for kind in ("images", "labels"):
        (folder / "set" / kind).mkdir(parents=True)
    for number in range(PICTURES):
        picture, box = scene(random)
        cv2.imwrite(str(folder / "set" / "images" / f"{number}.png"), picture)
        label = " ".join(["0", *(f"{side:.6f}" for side in box)])
        (folder / "set" / "labels" / f"{number}.txt").write_text(label)
    data = folder / "set" / "data.yaml"
    paths = {"path": str(folder / "set"), "train": "images", "val": "images"}
    data.write_text(yaml.safe_dump({**paths, "names": ["person"]}))
    model = YOLO("yolov8n.yaml")
    model.train(
        data=str(data),
        imgsz=SIZE,
        epochs=EPOCHS,
        batch=16,
        optimizer="AdamW",
        lr0=0.002,
        warmup_epochs=1,
        mosaic=0.0,
        workers=0,
        device="cpu",
        amp=False,
        plots=False,
        val=False,
        project=str(folder),
        name="run",
        verbose=False,
    )
    (folder / "run" / "weights" / "last.pt").replace(folder / "best.pt")


if __name__ == "__main__":
    train(Path(sys.argv[1]).absolute())
