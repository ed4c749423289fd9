"""CVAT: `labels.json` to paste, and `task.zip` (CVAT 1.1: `annotations.xml` and pictures)."""

import json
import zipfile
from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from training.datasets.importers.cvat import PRE_LABELS
from training.datasets.labelled import Box
from training.datasets.labelling.sheet import colour, place
from training.datasets.prelabels import ToLabel

MADE_BY = "made_by"
"""Attribute of a pre-label: the version that made it, and its score."""


def write(work: ToLabel, folder: Path) -> str:
    """Write into an empty folder; what to do with it."""
    names = place(work, folder)
    labels = json.dumps(_labels(work), ensure_ascii=False, indent=1)
    (folder / "labels.json").write_text(labels, encoding="utf-8")
    tree = ElementTree(_annotations(work, names))
    indent(tree)
    tree.write(folder / "annotations.xml", encoding="utf-8", xml_declaration=True)
    with zipfile.ZipFile(folder / "task.zip", "w", zipfile.ZIP_STORED) as archive:
        archive.write(folder / "annotations.xml", "annotations.xml")
        for name in names:
            archive.write(folder / "images" / name, f"images/{name}")
    return "new project with labels.json (Raw), then Import dataset: CVAT 1.1, task.zip"


def _labels(work: ToLabel) -> list[dict[str, object]]:
    made_by = {
        "name": MADE_BY,
        "mutable": False,
        "input_type": "text",
        "default_value": "",
        "values": [""],
    }
    return [
        {
            "name": name,
            "color": colour(index),
            "type": "rectangle",
            "attributes": [made_by] if work.made_by else [],
        }
        for index, name in enumerate(work.classes)
    ]


def _annotations(work: ToLabel, names: list[str]) -> Element:
    root = Element("annotations")
    SubElement(root, "version").text = "1.1"
    meta = SubElement(root, "meta")
    if any(work.suggestions):
        SubElement(meta, PRE_LABELS).text = f"pre-labels of {work.made_by}, seen by nobody yet"
    task = SubElement(meta, "task")
    for key, value in {
        "id": "0",
        "name": "longan",
        "size": len(names),
        "mode": "annotation",
    }.items():
        SubElement(task, key).text = str(value)
    labels = SubElement(task, "labels")
    for index, name in enumerate(work.classes):
        label = SubElement(labels, "label")
        SubElement(label, "name").text = name
        SubElement(label, "color").text = colour(index)
        SubElement(label, "type").text = "rectangle"
        attributes = SubElement(label, "attributes")
        if work.made_by:
            attribute = SubElement(attributes, "attribute")
            SubElement(attribute, "name").text = MADE_BY
            SubElement(attribute, "mutable").text = "False"
            SubElement(attribute, "input_type").text = "text"
            SubElement(attribute, "default_value").text = ""
            SubElement(attribute, "values").text = ""
    for index, (picture, name) in enumerate(zip(work.data.pictures, names, strict=True)):
        about = {"id": str(index), "name": name}
        size = {"width": str(picture.width), "height": str(picture.height)}
        image = SubElement(root, "image", about | size)
        for box in picture.boxes:
            _box(image, box, "manual")
        for one in work.suggested(index):
            made = SubElement(_box(image, one.box, "auto"), "attribute", name=MADE_BY)
            made.text = f"{work.made_by} {one.score:.2f}"
    return root


def _box(image: Element, box: Box, source: str) -> Element:
    sides = {"xtl": box.x, "ytl": box.y, "xbr": box.x + box.width, "ybr": box.y + box.height}
    about = {"label": box.class_name, "source": source, "occluded": "0"}
    written = {side: f"{value:.2f}" for side, value in sides.items()}
    return SubElement(image, "box", about | written | {"z_order": "0"})
