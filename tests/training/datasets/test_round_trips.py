import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from algorithms.dataset import read_dataset
from training.datasets.exporters import EXPORTERS
from training.datasets.importers import read
from training.datasets.labelled import Box, Labelled, Picture
from training.datasets.library import Library, Release

NOW = datetime(2026, 11, 24, tzinfo=UTC)
WIDTH, HEIGHT = 120, 70

names = st.lists(
    st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=8),
    min_size=2,
    max_size=5,
    unique=True,
)
side = st.floats(0, 60, allow_nan=False)


@st.composite
def labels(draw: st.DrawFn) -> tuple[list[str], list[Box]]:
    classes = draw(names)
    box = st.builds(Box, st.sampled_from(classes), side, side, side, side)
    return classes, draw(st.lists(box, max_size=4))


@pytest.mark.parametrize("kind", sorted(EXPORTERS))
@settings(max_examples=10, deadline=None)
@given(labels())
def test_an_export_read_again_has_the_same_boxes_under_the_same_names(
    kind: str, drawn: tuple[list[str], list[Box]]
) -> None:
    classes, boxes = drawn
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)

        EXPORTERS[kind](released(folder, classes, boxes), folder / "out")

        found = read(folder / "out", kind)
    assert sorted(found.classes) == sorted(classes)
    assert_same(found, boxes)


@pytest.mark.parametrize("kind", ["coco", "yolo", "cvat", "datumaro", "voc"])
@settings(max_examples=10, deadline=None)
@given(labels())
def test_a_format_is_read_by_class_name_whatever_the_order(
    kind: str, drawn: tuple[list[str], list[Box]]
) -> None:
    classes, boxes = drawn
    with tempfile.TemporaryDirectory() as scratch:
        one, other = Path(scratch, "one"), Path(scratch, "other")
        WRITERS[kind](one, classes, boxes)
        WRITERS[kind](other, classes[::-1], boxes)

        found = [read(one, kind), read(other)]
    for data in found:
        assert_same(data, boxes)


def test_the_reader_of_evaluation_reads_what_is_exported(tmp_path: Path) -> None:
    box = Box("helmet", 10, 10, 20, 30)

    EXPORTERS["yolo"](released(tmp_path, ["helmet", "bare"], [box]), tmp_path / "out")

    data = read_dataset(tmp_path / "out" / "data.yaml", "train")
    (path,) = data.image_paths
    assert data.annotations[path].xyxy.tolist() == [[10, 10, 30, 40]]
    assert list(data.annotations[path].data["class_name"]) == ["helmet"]


def test_mlcroissant_accepts_the_croissant_export(tmp_path: Path) -> None:
    pytest.importorskip("mlcroissant")

    said = EXPORTERS["croissant"](
        released(tmp_path, ["helmet"], [Box("helmet", 1, 2, 3, 4)]), tmp_path / "out"
    )

    assert said == "croissant.json, valid by mlcroissant"


def released(folder: Path, classes: list[str], boxes: list[Box]) -> Release:
    picture = Picture(grey(folder / "a.png"), "a.png", WIDTH, HEIGHT, tuple(boxes), split="train")
    library = Library(folder / "library")
    library.add("a", Labelled(tuple(classes), (picture,)), lambda done, total: None)
    (folder / "out").mkdir()
    return library.release(library.imported("a"), [0], imports=["a"], now=NOW)


def grey(file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(file), np.zeros((HEIGHT, WIDTH), np.uint8))
    return file


def assert_same(found: Labelled, boxes: list[Box]) -> None:
    (picture,) = found.pictures
    left = list(picture.boxes)
    for box in boxes:
        left.remove(next(one for one in left if same(one, box)))
    assert left == []


def same(one: Box, other: Box) -> bool:
    sides = (other.x, other.y, other.width, other.height)
    near = (one.x, one.y, one.width, one.height) == pytest.approx(sides, abs=1e-6)
    return one.class_name == other.class_name and near


def write_coco(folder: Path, classes: list[str], boxes: list[Box]) -> None:
    grey(folder / "images" / "a.png")
    content = {
        "images": [{"id": 7, "file_name": "a.png", "width": WIDTH, "height": HEIGHT}],
        "categories": [{"id": n * 3, "name": name} for n, name in enumerate(classes)],
        "annotations": [
            {
                "id": n,
                "image_id": 7,
                "category_id": classes.index(b.class_name) * 3,
                "bbox": [b.x, b.y, b.width, b.height],
            }
            for n, b in enumerate(boxes)
        ],
    }
    (folder / "annotations").mkdir()
    (folder / "annotations" / "a.json").write_text(json.dumps(content))


def write_yolo(folder: Path, classes: list[str], boxes: list[Box]) -> None:
    grey(folder / "train" / "images" / "a.png")
    content = {"names": classes, "train": "../train/images"}
    (folder / "data.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    (folder / "train" / "labels").mkdir()
    lines = (
        f"{classes.index(b.class_name)} {(b.x + b.width / 2) / WIDTH!r} "
        f"{(b.y + b.height / 2) / HEIGHT!r} {b.width / WIDTH!r} {b.height / HEIGHT!r}\n"
        for b in boxes
    )
    (folder / "train" / "labels" / "a.txt").write_text("".join(lines))


def write_cvat(folder: Path, classes: list[str], boxes: list[Box]) -> None:
    grey(folder / "images" / "a.png")
    known = "".join(f"<label><name>{name}</name></label>" for name in classes)
    drawn = "".join(
        f'<box label="{b.class_name}" xtl="{b.x!r}" ytl="{b.y!r}" xbr="{b.x + b.width!r}" '
        f'ybr="{b.y + b.height!r}"/>'
        for b in boxes
    )
    (folder / "annotations.xml").write_text(
        f"<annotations><meta><task><labels>{known}</labels></task></meta>"
        f'<image id="0" name="a.png" width="{WIDTH}" height="{HEIGHT}">{drawn}</image>'
        "</annotations>",
        encoding="utf-8",
    )


def write_datumaro(folder: Path, classes: list[str], boxes: list[Box]) -> None:
    grey(folder / "images" / "train" / "a.png")
    content = {
        "categories": {"label": {"labels": [{"name": name} for name in classes]}},
        "items": [
            {
                "id": "a",
                "image": {"path": "a.png"},
                "annotations": [
                    {
                        "type": "bbox",
                        "label_id": classes.index(b.class_name),
                        "bbox": [b.x, b.y, b.width, b.height],
                    }
                    for b in boxes
                ],
            }
        ],
    }
    (folder / "annotations").mkdir()
    (folder / "annotations" / "train.json").write_text(json.dumps(content))


def write_voc(folder: Path, classes: list[str], boxes: list[Box]) -> None:
    grey(folder / "JPEGImages" / "a.png")
    things = "".join(
        f"<object><name>{b.class_name}</name><bndbox><xmin>{b.x!r}</xmin><ymin>{b.y!r}</ymin>"
        f"<xmax>{b.x + b.width!r}</xmax><ymax>{b.y + b.height!r}</ymax></bndbox></object>"
        for b in boxes
    )
    (folder / "Annotations").mkdir()
    (folder / "Annotations" / "a.xml").write_text(
        f"<annotation><filename>a.png</filename>{things}</annotation>", encoding="utf-8"
    )


WRITERS = {
    "coco": write_coco,
    "yolo": write_yolo,
    "cvat": write_cvat,
    "datumaro": write_datumaro,
    "voc": write_voc,
}
