"""Croissant: a `croissant.json` whose record sets `pictures` and `boxes` name CSV files.

The standard leaves open what a data set of boxes looks like; read is the layout we export:
fields `picture`, `split`, `licence`, `source` and `picture`, `class_name`, `x`, `y`, `width`,
`height`, in whatever columns their `source` says.
"""

import csv
import hashlib
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

from algorithms.errors import DatasetError
from training.datasets.croissant import Croissant
from training.datasets.importers.importer import Importer
from training.datasets.labelled import UNKNOWN, Box, Labelled, boxed, opened
from training.datasets.safety import inside, json_of, text


def _accepts(data: Path) -> bool:
    return data.name == "croissant.json" or (data / "croissant.json").is_file()


def _read(data: Path, _: Path | None) -> Labelled:
    file = data if data.is_file() else data / "croissant.json"
    about = Croissant.model_validate(json_of(file))
    boxes: dict[str, list[Box]] = {}
    for row in _rows(about, file.parent, "boxes"):
        sides = (float(row[side]) for side in ("x", "y", "width", "height"))
        boxes.setdefault(row["picture"], []).append(Box(row["class_name"], *sides))
    pictures = [
        replace(
            boxed(
                opened(file.parent, row["picture"], row.get("split") or None),
                boxes.get(row["picture"], ()),
            ),
            licence=row.get("licence") or about.license or UNKNOWN,
            source=row.get("source") or about.name,
        )
        for row in _rows(about, file.parent, "pictures")
    ]
    classes = {row["class_name"] for row in _rows(about, file.parent, "classes")}
    return Labelled(tuple(sorted(classes)), tuple(pictures))


def _rows(about: Croissant, root: Path, name: str) -> list[dict[str, Any]]:
    records = next((one for one in about.recordSet if one.name == name), None)
    if records is None:
        raise DatasetError(f"{root}: expected a recordSet named {name}")
    files = {one.id: one for one in about.distribution}
    asked = files[records.field[0].source.fileObject.id]
    file = inside(root, asked.contentUrl)
    content = text(file)
    if hashlib.sha256(file.read_bytes()).hexdigest() != asked.sha256:
        raise DatasetError(f"{file}: its sha256 is not the one in croissant.json")
    columns = {field.name: field.source.extract.column for field in records.field}
    rows = csv.DictReader(io.StringIO(content))
    return [{name: row[column] for name, column in columns.items()} for row in rows]


IMPORTER = Importer(_accepts, _read)
