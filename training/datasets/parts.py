"""Sharing the pictures of a data set out anew, by a rule that the recipe states."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath

import numpy as np
import supervision as sv

from algorithms.dataset import read_dataset
from algorithms.errors import DatasetError
from training.datasets.labelled import Labelled

PartOf = Callable[[str], str | None]
"""File name without its ending → `train`, `val` or another part; None leaves the picture out."""


def shared_out(data: Labelled, part_of: PartOf) -> Labelled:
    """The same data with each picture in its part, whatever split it lay in."""
    parted = ((picture, part_of(PurePosixPath(picture.name).stem)) for picture in data.pictures)
    pictures = (replace(picture, split=part) for picture, part in parted if part is not None)
    return replace(data, pictures=tuple(pictures))


def parts(data: Path, labels: Mapping[str, str]) -> dict[str, list[sv.DetectionDataset]]:
    """The pictures of a data set by the part they lie in, to add others to.

    Args:
        data: A folder with `classes.txt` and `images/<part>`.
        labels: Name in the data → class key; other labels are dropped, and so is a box that is
            written twice.

    Raises:
        DatasetError: The folder cannot be read.
    """
    folder = data / "images"
    if not folder.is_dir():
        raise DatasetError(f"{folder}: not found; expected a folder for each split")
    classes = sorted({*labels.values()})
    found: dict[str, list[sv.DetectionDataset]] = {}
    for part in sorted(entry.name for entry in folder.iterdir() if entry.is_dir()):
        boxes = read_dataset(data, part).annotations
        kept = {path: _renamed(boxes[path], labels, classes) for path in sorted(boxes)}
        found[part] = [sv.DetectionDataset(classes, list(kept), kept)]
    return found


def with_boxes(pictures: sv.DetectionDataset) -> sv.DetectionDataset:
    """Only the pictures in which something is labelled."""
    kept = {path: boxes for path, boxes in pictures.annotations.items() if len(boxes)}
    return sv.DetectionDataset(pictures.classes, list(kept), kept)


def _renamed(boxes: sv.Detections, labels: Mapping[str, str], classes: list[str]) -> sv.Detections:
    names = [labels.get(str(name)) for name in boxes.data.get("class_name", [])]
    first: dict[tuple[object, ...], int] = {}
    for index, (name, box) in enumerate(zip(names, boxes.xyxy.round(1).tolist(), strict=True)):
        first.setdefault((name, *box), index)
    keep = [index for index in first.values() if names[index] is not None]
    kept = [str(names[index]) for index in keep]
    return sv.Detections(
        xyxy=np.asarray(boxes.xyxy, np.float32)[keep].reshape(-1, 4),
        class_id=np.array([classes.index(name) for name in kept], np.int64),
        data={"class_name": np.array(kept, dtype=str)},
    )
