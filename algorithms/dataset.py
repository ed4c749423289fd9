"""Labelled pictures in the two layouts the field uses: YOLO and COCO.

What comes back is supervision's `DetectionDataset`: `classes`, `image_paths`, and per path the
`annotations`; pictures are read when asked for.
"""

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import supervision as sv
import yaml

from algorithms.errors import DatasetError


def read_dataset(data: Path, split: str = "val") -> sv.DetectionDataset:
    """Read one split of a labelled data set.

    Args:
        data: One of
            a YOLO `data.yaml` (only its names and folders are read; it never runs anything);
            a folder with `classes.txt` (or `data.yaml`), `images/<split>`, `labels/<split>`;
            a COCO `.json`, its pictures beside it or in `images/` or `<split>/` nearby.
        split: `train`, `val`, or any other split the data has; a COCO file is one split.

    Raises:
        DatasetError: Nothing there, no such split, or a malformed file; names the path.
    """
    if not data.exists():
        raise DatasetError(
            f"{data}: not found; expected a data.yaml, a folder with classes.txt, or a COCO .json"
        )
    try:
        found = _read(data, split)
    except (ValueError, KeyError, OSError) as error:
        raise DatasetError(f"{data}: cannot be read: {error}") from error
    if len(found) == 0:
        raise DatasetError(f"{data}: the split {split!r} has no pictures")
    return found


def _read(data: Path, split: str) -> sv.DetectionDataset:
    if data.suffix == ".json":
        return _read_coco(data, split)
    return _read_yolo(*yolo_layout(data, split))


def yolo_layout(data: Path, split: str) -> tuple[list[str], Path, Path]:
    """Class names, folder of pictures and folder of labels of one split of YOLO data.

    Raises:
        DatasetError: Neither a `data.yaml` nor a folder with one or a `classes.txt`, or no such
            split.
    """
    if data.is_file():
        return _yaml_layout(data, split)
    if (data / "classes.txt").is_file():
        names = (data / "classes.txt").read_text(encoding="utf-8").split("\n")
        images = _existing([data / "images" / split], data)
        return [n.strip() for n in names if n.strip()], images, _labels_of(images)
    if (data / "data.yaml").is_file():
        return _yaml_layout(data / "data.yaml", split)
    raise DatasetError(f"{data}: expected a classes.txt or a data.yaml in this folder")


def _yaml_layout(file: Path, split: str) -> tuple[list[str], Path, Path]:
    try:
        content: Any = yaml.safe_load(file.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise DatasetError(f"{file}: not valid YAML: {error}") from error
    if not isinstance(content, Mapping) or "names" not in content:
        raise DatasetError(f"{file}: expected a mapping with `names`")
    settings = cast("Mapping[str, Any]", content)
    names: Any = settings["names"]
    if isinstance(names, Mapping):
        names = [name for _, name in sorted(cast("Mapping[int, str]", names).items())]
    root = file.parent / str(settings.get("path", "."))
    entry = str(settings.get(split, f"images/{split}"))
    # Exports often say `../train/images` and mean the folder of the file itself.
    folders = [root / entry, root / entry.removeprefix("../"), file.parent / entry]
    images = _existing(folders, file)
    return [str(name) for name in names], images, _labels_of(images)


def _labels_of(images: Path) -> Path:
    parts = list(images.parts)
    if "images" in parts:
        parts[len(parts) - 1 - parts[::-1].index("images")] = "labels"
    return Path(*parts)


def _read_yolo(names: Sequence[str], images: Path, labels: Path) -> sv.DetectionDataset:
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "data.yaml"
        file.write_text(yaml.safe_dump({"names": list(names)}), encoding="utf-8")
        return sv.DetectionDataset.from_yolo(str(images), str(labels), str(file))


def _read_coco(file: Path, split: str) -> sv.DetectionDataset:
    content = json.loads(file.read_text(encoding="utf-8"))
    first = str(content["images"][0]["file_name"]) if content["images"] else ""
    folders = [
        base / part for base in (file.parent, file.parent.parent)
        for part in (".", "images", split, f"images/{split}")
    ]  # fmt: skip
    images = _existing([folder for folder in folders if (folder / first).is_file()], file)
    for annotation in content["annotations"]:
        annotation.pop("segmentation", None)  # else a mask is drawn for every box
    with tempfile.TemporaryDirectory() as scratch:
        boxes = Path(scratch) / "boxes.json"
        boxes.write_text(json.dumps(content), encoding="utf-8")
        return sv.DetectionDataset.from_coco(str(images), str(boxes))


def _existing(folders: Sequence[Path], data: Path) -> Path:
    for folder in folders:
        if folder.is_dir():
            return folder
    looked = ", ".join(str(folder) for folder in folders) or "beside the file"
    raise DatasetError(f"{data}: no folder of pictures; looked for {looked}")
