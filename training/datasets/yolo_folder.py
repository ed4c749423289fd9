"""Laying a data set out the way the backends read it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
import supervision as sv
import yaml

from algorithms.errors import DatasetError


def write_yolo_folder(
    splits: Mapping[str, Sequence[sv.DetectionDataset]], classes: Sequence[str], folder: Path
) -> Path:
    """Write labels and links to the pictures; the source folders are never written to.

    Args:
        splits: `train` and `val`, each of one or more data sets joined; boxes whose class name
            is not in `classes` are left out.
        classes: Class keys in the order of the model's outputs.
        folder: Where to write `images/`, `labels/` and `data.yaml`.

    Returns:
        The `data.yaml`.
    """
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    for split, datasets in splits.items():
        images, labels = folder / "images" / split, folder / "labels" / split
        images.mkdir(parents=True, exist_ok=True)
        labels.mkdir(parents=True, exist_ok=True)
        for number, dataset in enumerate(datasets):
            for path in map(Path, dataset.image_paths):
                name = f"{number}-{path.stem}"
                (images / f"{name}{path.suffix}").symlink_to(path.absolute())
                lines = _lines(dataset.annotations[str(path)], classes, path)
                (labels / f"{name}.txt").write_text("".join(lines), encoding="utf-8")
    file = folder / "data.yaml"
    content = {
        "path": str(folder),
        **{split: f"images/{split}" for split in splits},
        "names": dict(enumerate(classes)),
    }
    file.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return file


def _lines(labels: sv.Detections, classes: Sequence[str], path: Path) -> list[str]:
    names = [str(name) for name in labels.data.get("class_name", [])]
    if not names:
        return []
    picture = cv2.imread(str(path))
    if picture is None:
        raise DatasetError(f"{path}: not a picture OpenCV can read")
    height, width = picture.shape[:2]
    size = np.array([width, height, width, height], np.float32)
    boxes = np.clip(np.asarray(labels.xyxy, np.float32) / size, 0, 1)
    lines: list[str] = []
    for name, (x1, y1, x2, y2) in zip(names, boxes.tolist(), strict=True):
        if name in classes and x2 > x1 and y2 > y1:
            centre = f"{(x1 + x2) / 2:.6f} {(y1 + y2) / 2:.6f}"
            lines.append(f"{classes.index(name)} {centre} {x2 - x1:.6f} {y2 - y1:.6f}\n")
    return lines
