"""Labelled pictures in the two layouts the field uses: YOLO and COCO.

What comes back is supervision's `DetectionDataset`: `classes`, `image_paths`, and per path the
`annotations`; pictures are read when asked for.
"""

import csv
import json
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
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


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a picture comes from, as far as the data say; None where they do not."""

    camera: str | None = None
    division: str | None = None


NOWHERE_KNOWN = Origin()


def read_origins(data: Path) -> dict[str, Origin]:
    """Camera and division of pictures, by file as the data name it, for `origin_of`.

    A COCO file says it in its `images` (`"camera"`, `"division"`), a YOLO folder in a
    `pictures.csv` with the columns `file`, `camera` and, if known, `division`.

    Raises:
        DatasetError: A malformed `pictures.csv`; names the path.
    """
    if data.suffix == ".json":
        rows: Iterable[Mapping[str, Any]] = json.loads(data.read_text(encoding="utf-8"))["images"]
        return _origins((str(row["file_name"]), row) for row in rows)
    table = (data if data.is_dir() else data.parent) / "pictures.csv"
    if not table.is_file():
        return {}
    with table.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if not {"file", "camera"} <= set(reader.fieldnames or ()):
            raise DatasetError(
                f"{table}: expected the columns file, camera and perhaps division, "
                f"got {', '.join(reader.fieldnames or ()) or 'nothing'}"
            )
        return _origins((row["file"], row) for row in reader)


def origin_of(picture: str, origins: Mapping[str, Origin]) -> Origin:
    """Where a picture comes from: data name their files from some folder above them."""
    parts = Path(picture).parts
    names = ("/".join(parts[start:]) for start in range(len(parts)))
    return next((origins[name] for name in names if name in origins), NOWHERE_KNOWN)


def _origins(rows: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[str, Origin]:
    return {
        name: Origin(*(str(row[k]) if row.get(k) else None for k in _KNOWN))
        for name, row in rows
        if any(row.get(k) for k in _KNOWN)
    }


_KNOWN = ("camera", "division")


def fingerprint(dataset: sv.DetectionDataset) -> str:
    """sha256 over the classes, the pictures' bytes and their labels, wherever they lie."""
    digest = sha256(json.dumps(dataset.classes, ensure_ascii=False).encode())
    for path in sorted(str(path) for path in dataset.image_paths):
        there = dataset.annotations[path]
        boxes = there.xyxy.round(2).tolist()
        classes: list[int] = [] if there.class_id is None else there.class_id.tolist()
        digest.update(json.dumps([Path(path).name, classes, boxes]).encode())
        digest.update(sha256(Path(path).read_bytes()).digest())
    return digest.hexdigest()


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
