"""COCO: `annotations/<split>.json`, `images/<split>`."""

import json
from dataclasses import replace
from pathlib import Path

from training.datasets.exporters.pictures import place
from training.datasets.labelled import coco
from training.datasets.library import Release


def write(release: Release, folder: Path) -> str:
    """Write into an empty folder."""
    data = release.data
    files = {id(p): place(p, number, folder).name for number, p in enumerate(data.pictures)}
    (folder / "annotations").mkdir(parents=True)
    splits = sorted({str(picture.split) for picture in data.pictures})
    for split in splits:
        part = replace(data, pictures=tuple(p for p in data.pictures if p.split == split))
        content = coco(part, lambda picture: files[id(picture)])
        content["info"] = {"description": f"Longan release {release.id}", "version": release.id}
        text = json.dumps(content, ensure_ascii=False, indent=1)
        (folder / "annotations" / f"{split}.json").write_text(text, encoding="utf-8")
    return "annotations/" + ", ".join(f"{split}.json" for split in splits)
