"""YOLO: `data.yaml`, `images/<split>`, `labels/<split>`."""

from collections.abc import Sequence
from pathlib import Path

import yaml

from training.datasets.exporters.pictures import place
from training.datasets.labelled import Box, Picture
from training.datasets.library import Release


def write(release: Release, folder: Path) -> str:
    """Write into an empty folder. Boxes are written as they are, unclipped."""
    names = sorted(release.data.classes)
    for number, picture in enumerate(release.data.pictures):
        image = place(picture, number, folder)
        labels = folder / "labels" / str(picture.split) / f"{image.stem}.txt"
        labels.parent.mkdir(parents=True, exist_ok=True)
        labels.write_text("".join(label_lines(picture, names)), encoding="utf-8")
    splits = sorted({str(picture.split) for picture in release.data.pictures})
    content = {
        "path": ".",
        **{split: f"images/{split}" for split in splits},
        "names": dict(enumerate(names)),
        "release": release.id,
        "licence": release.licence,
    }
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
    (folder / "data.yaml").write_text(text, encoding="utf-8")
    return "data.yaml"


def label_lines(picture: Picture, names: Sequence[str]) -> list[str]:
    """A picture's boxes, a line each; classes by their place in `names`."""
    return [f"{names.index(box.class_name)} {_sides(box, picture)}\n" for box in picture.boxes]


def _sides(box: Box, picture: Picture) -> str:
    wide, high = picture.width, picture.height
    x, y = box.x + box.width / 2, box.y + box.height / 2
    return f"{x / wide:.12g} {y / high:.12g} {box.width / wide:.12g} {box.height / high:.12g}"
