"""Label Studio: `labels.xml` to paste, `tasks.json` to import, `images/` as local files.

What people have labelled goes along as annotations, what a network suggests as predictions.
"""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from training.datasets.labelled import Box, Picture
from training.datasets.labelling.sheet import colour, place
from training.datasets.prelabels import ToLabel


def write(work: ToLabel, folder: Path) -> str:
    """Write into an empty folder; what to do with it."""
    folder = folder.absolute()
    names = place(work, folder)
    (folder / "labels.xml").write_text(_labels(work), encoding="utf-8")
    tasks = [_task(work, index, f"{folder.name}/images/{name}") for index, name in enumerate(names)]
    text = json.dumps(tasks, ensure_ascii=False, indent=1)
    (folder / "tasks.json").write_text(text, encoding="utf-8")
    return f"labels.xml as labelling interface, import tasks.json; local files in {folder.parent}"


def _labels(work: ToLabel) -> str:
    view = Element("View")
    SubElement(view, "Image", name="image", value="$image", zoom="true")
    labels = SubElement(view, "RectangleLabels", name="label", toName="image")
    for index, name in enumerate(work.classes):
        # Without a category, Label Studio's COCO and YOLO sort the classes by their names.
        SubElement(labels, "Label", value=name, background=colour(index), category=str(index))
    indent(view)
    return tostring(view, encoding="unicode")


def _task(work: ToLabel, index: int, name: str) -> dict[str, Any]:
    picture = work.data.pictures[index]
    task: dict[str, Any] = {"data": {"image": f"/data/local-files/?d={quote(name)}"}}
    if picture.boxes:
        regions = [_region(box, picture, f"{index}-{n}") for n, box in enumerate(picture.boxes)]
        task["annotations"] = [{"result": regions, "was_cancelled": False}]
    if work.made_by:
        suggested = work.suggested(index)
        task["predictions"] = [
            {
                "model_version": work.made_by,
                "score": min((one.score for one in suggested), default=0.0),
                "result": [
                    {**_region(one.box, picture, f"{index}-p{n}"), "score": one.score}
                    for n, one in enumerate(suggested)
                ],
            }
        ]
    return task


def _region(box: Box, picture: Picture, identity: str) -> dict[str, Any]:
    return {
        "id": identity,
        "type": "rectanglelabels",
        "from_name": "label",
        "to_name": "image",
        "original_width": picture.width,
        "original_height": picture.height,
        "image_rotation": 0,
        "value": {
            "x": 100 * box.x / picture.width,
            "y": 100 * box.y / picture.height,
            "width": 100 * box.width / picture.width,
            "height": 100 * box.height / picture.height,
            "rotation": 0,
            "rectanglelabels": [box.class_name],
        },
    }
