"""Croissant: `croissant.json`, three CSV files and `images/<split>`."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from training.datasets.croissant import CONTEXT, validate
from training.datasets.exporters.pictures import place
from training.datasets.library import Release
from training.datasets.store import sha256_of

_TYPES: dict[str, str] = dict.fromkeys(("x", "y", "width", "height"), "sc:Float")


def write(release: Release, folder: Path) -> str:
    """Write into an empty folder, and validate. Raises DatasetError where it is not valid."""
    pictures: list[Sequence[Any]] = []
    boxes: list[Sequence[Any]] = []
    for number, picture in enumerate(release.data.pictures):
        name = place(picture, number, folder).relative_to(folder).as_posix()
        pictures.append([name, picture.split, picture.licence, picture.source or ""])
        boxes += [[name, b.class_name, b.x, b.y, b.width, b.height] for b in picture.boxes]
    tables = {
        "pictures": (("picture", "split", "licence", "source"), pictures),
        "boxes": (("picture", "class_name", "x", "y", "width", "height"), boxes),
        "classes": (("class_name",), [[name] for name in sorted(release.data.classes)]),
    }
    for name, (columns, rows) in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([columns, *rows])
    licence = release.licence
    content = {
        "@context": CONTEXT,
        "@type": "Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": f"longan-{release.id[:12]}",
        "description": f"Longan release {release.id}: {len(pictures)} pictures, "
        f"{len(boxes)} boxes (x and y left and top in pixels).",
        "version": "1.0.0",
        "datePublished": release.lineage["released_at"][:10],
        "license": licence,
        "url": f"urn:sha256:{release.id}",
        "creator": {"@type": "Organization", "name": "Longan"},
        "citeAs": f"Longan release {release.id}",
        "distribution": [_file(folder, f"{name}.csv") for name in tables],
        "recordSet": [_records(name, columns) for name, (columns, _) in tables.items()],
    }
    file = folder / "croissant.json"
    file.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    return f"croissant.json, valid by {validate(file, content)}"


def _file(folder: Path, name: str) -> dict[str, str]:
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "contentUrl": name,
        "encodingFormat": "text/csv",
        "sha256": sha256_of(folder / name),
    }


def _records(name: str, columns: Sequence[str]) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{name}/{column}",
                "name": column,
                "dataType": _TYPES.get(column, "sc:Text"),
                "source": {"fileObject": {"@id": f"{name}.csv"}, "extract": {"column": column}},
            }
            for column in columns
        ],
    }
