"""Label Studio's JSON and JSON-MIN (COCO, YOLO and VOC are read by the importers of those).

Truth is what a person submitted. Predictions and drafts are not; a task that was skipped or never
submitted is left out, because a picture without boxes would say that nothing is on it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, cast
from urllib.parse import parse_qs, unquote, urlsplit

from algorithms.errors import DatasetError
from training.datasets.importers.importer import Importer
from training.datasets.importers.rotated import bounds
from training.datasets.labelled import Box, Labelled, Picture, boxed, located, opened
from training.datasets.safety import PICTURES, json_of

_SIDES = ("x", "y", "width", "height")


@dataclass(frozen=True)
class _Annotation:
    """What one person submitted for one task."""

    regions: Sequence[Mapping[str, Any]]
    ground_truth: bool
    updated_at: str
    number: int


@dataclass
class _Task:
    """One picture."""

    url: str
    submitted: list[_Annotation]
    skipped: bool = False


def _accepts(data: Path) -> bool:
    if data.suffix != ".json" or not data.is_file():
        return False
    with data.open("rb") as stream:
        return stream.read(64).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"[")


def _read(data: Path, pictures: Path | None) -> Labelled:
    tasks = _tasks(json_of(data))
    roots = [pictures] if pictures else [data.parent, data.parent / "images"]
    found: list[Picture] = []
    counts: Counter[str] = Counter()
    for task in tasks:
        if not task.submitted:
            counts["skipped" if task.skipped else "not submitted"] += 1
            continue
        counts["several"] += len(task.submitted) > 1
        chosen = max(task.submitted, key=lambda a: (a.ground_truth, a.updated_at, a.number))
        if any(region.get("image_rotation") for region in chosen.regions):
            counts["rotated"] += 1
            continue
        picture = _picture(task.url, roots)
        counts["shapes"] += sum(_labels(region) == [] for region in chosen.regions)
        boxes = [box for region in chosen.regions for box in _boxes(region, picture)]
        found.append(boxed(picture, boxes) if picture.width else picture)
    if not found:
        raise DatasetError(
            f"{data}: none of {len(tasks)} tasks has a submitted annotation; predictions are no "
            "truth: open them in Label Studio, submit them, export them as JSON"
        )
    names = dict.fromkeys(box.class_name for picture in found for box in picture.boxes)
    notes = tuple(said.format(counts[kind]) for kind, said in _SAID.items() if counts[kind])
    return Labelled(tuple(names), tuple(found), notes)


_SAID = {
    "not submitted": "left out: {} tasks that nobody submitted",
    "skipped": "left out: {} tasks that were skipped",
    "rotated": "left out: {} pictures that were turned by hand in Label Studio",
    "several": "{} tasks have several annotations: taken was the one marked as ground truth, else "
    "the newest",
    "shapes": "left out: {} regions that are no labelled box",
}


def _tasks(content: Any) -> list[_Task]:
    tasks: dict[Any, _Task] = {}
    for row in content:
        if "data" in row:
            made = row.get("annotations", row.get("completions", []))
            skipped = any(one.get("was_cancelled") for one in made)
            there = [one for one in made if not one.get("was_cancelled")]
            task = _Task(_url(row["data"]), list(map(_annotation, there)), skipped)
            tasks[len(tasks)] = task
        else:  # JSON-MIN: a row for each annotation, one without a number for an open task
            task = tasks.setdefault(("min", row.get("id"), _url(row)), _Task(_url(row), []))
            task.submitted += [_annotation(row)] if row.get("annotation_id") is not None else []
    return list(tasks.values())


def _annotation(one: Mapping[str, Any]) -> _Annotation:
    if "result" in one:
        regions: list[Any] = [
            {**region, **region["value"]} for region in one["result"] if "value" in region
        ]
    else:
        lists = (cast("list[Any]", value) for value in one.values() if isinstance(value, list))
        regions = [region for regions in lists for region in regions if isinstance(region, Mapping)]
    return _Annotation(
        [region for region in regions if _is_drawn(region)],
        bool(one.get("ground_truth")),
        str(one.get("updated_at") or ""),
        int(one.get("id") or one.get("annotation_id") or 0),
    )


def _url(values: Mapping[str, Any]) -> str:
    """The picture among a task's values: `image` before others."""
    urls = {
        key: value
        for key, value in values.items()
        if isinstance(value, str) and PurePosixPath(path_of(value)).suffix.lower() in PICTURES
    }
    if "image" not in urls and len(urls) != 1:
        raise DatasetError(
            f"a task with the values {', '.join(values)}: expected the address of one picture"
        )
    return urls.get("image") or next(iter(urls.values()))


def path_of(url: str) -> str:
    """The file that an address means.

    >>> path_of("/data/local-files/?d=street/a%20b.jpg")
    'street/a b.jpg'
    """
    parts = urlsplit(url)
    local = parse_qs(parts.query).get("d")
    return local[0] if local else unquote(parts.path)


def _picture(url: str, roots: Sequence[Path]) -> Picture:
    for root in roots:
        name = located(root, path_of(url))
        if not name.startswith("/") and (root / name).is_file():
            return opened(root, name)
    raise DatasetError(
        f"{url}: not found in {', '.join(map(str, roots))}; Label Studio's JSON brings no "
        "pictures: give --exported (the folder that was exported for it) or --pictures"
    )


def _is_drawn(region: Mapping[str, Any]) -> bool:
    """Whether it is a shape of its own, no choice or text about one."""
    labelled = any(key.endswith("labels") for key in region)
    return labelled or str(region.get("type")).startswith("rectangle")


def _labels(region: Mapping[str, Any]) -> list[str]:
    names = cast("list[Any]", region.get("rectanglelabels") or region.get("labels") or [])
    return [str(name) for name in names] if {*_SIDES} <= {*region} else []


def _boxes(region: Mapping[str, Any], picture: Picture) -> Iterator[Box]:
    """Sides are per cent of the picture as shown; a turned box turns about its first corner."""
    for name in _labels(region):
        x, width = (float(region[side]) * picture.width / 100 for side in ("x", "width"))
        y, height = (float(region[side]) * picture.height / 100 for side in ("y", "height"))
        degrees = float(region.get("rotation") or 0)
        yield Box(name, *bounds(x, y, width, height, degrees, (x, y)))


IMPORTER = Importer(_accepts, _read)
