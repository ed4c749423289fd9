import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from training.datasets.importers import read
from training.datasets.library import Library
from training.datasets.orientation import shown

BOX = (8, 4, 30, 10)
"""Left, top, width and height on the stored pixels, 96 wide and 64 high."""


def turned(file: Path, orientation: int) -> Path:
    """A picture with a bright box on its stored pixels, to be shown turned."""
    pixels = np.zeros((64, 96), np.uint8)
    pixels[BOX[1] : BOX[1] + BOX[3], BOX[0] : BOX[0] + BOX[2]] = 255
    exif = Image.Exif()
    exif[0x0112] = orientation
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(file, exif=exif, quality=95)
    return file


def bright(file: Path) -> tuple[int, int, int, int]:
    """Where it is bright on the picture as shown."""
    with Image.open(file) as picture:
        pixels = np.asarray(ImageOps.exif_transpose(picture).convert("L")) > 128
    ys, xs = np.flatnonzero(pixels.any(axis=1)), np.flatnonzero(pixels.any(axis=0))
    return int(xs[0]), int(ys[0]), int(xs[-1] - xs[0] + 1), int(ys[-1] - ys[0] + 1)


def coco(folder: Path, box: tuple[int, int, int, int], size: tuple[int, int]) -> Path:
    content = {
        "images": [{"id": 1, "file_name": "a.jpg", "width": size[0], "height": size[1]}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": box}],
        "categories": [{"id": 1, "name": "helmet"}],
    }
    (folder / "labels.json").write_text(json.dumps(content))
    return folder / "labels.json"


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_box_of_stored_pixels_is_found_again_on_the_picture_as_shown(
    tmp_path: Path, orientation: int
) -> None:
    file = turned(tmp_path / "a.jpg", orientation)
    size = (64, 96) if orientation > 4 else (96, 64)

    assert shown(*BOX, size, orientation) == bright(file)


def test_the_size_in_the_labels_tells_what_their_boxes_refer_to(tmp_path: Path) -> None:
    file = turned(tmp_path / "a.jpg", 6)
    seen = bright(file)

    stored = read(coco(tmp_path, BOX, (96, 64)))
    shown_by_tool = read(coco(tmp_path, seen, (64, 96)))

    for data in (stored, shown_by_tool):
        (picture,) = data.pictures
        (box,) = picture.boxes
        assert (picture.width, picture.height) == (64, 96)
        assert (box.x, box.y, box.width, box.height) == seen
        assert data.notes == ("1 pictures are shown turned (EXIF): an import keeps them upright",)


@pytest.mark.parametrize("suffix", ["jpg", "png"])
def test_an_import_keeps_the_picture_upright_and_leaves_the_source_alone(
    tmp_path: Path, suffix: str
) -> None:
    file = turned(tmp_path / "set" / f"a.{suffix}", 6)
    before, seen = file.read_bytes(), bright(file)
    library = Library(tmp_path / "library")

    library.add("a", read(tmp_path / "set", "pictures"), lambda done, total: None)

    (kept,) = library.imported("a").pictures
    assert (kept.width, kept.height, kept.orientation) == (64, 96, 1)
    assert bright(kept.file) == seen
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("sides", "box"),
    [
        (["1", "1", "96", "64"], (0, 0, 96, 64)),
        (["11", "21", "30", "50"], (10, 20, 20, 30)),
        (["0", "21", "30", "50"], (0, 21, 30, 29)),
        (["11.0", "21.0", "30.0", "50.0"], (11, 21, 19, 29)),
    ],
)
def test_voc_counts_pixels_from_one_unless_a_zero_or_a_fraction_says_otherwise(
    tmp_path: Path, sides: list[str], box: tuple[int, int, int, int]
) -> None:
    turned(tmp_path / "JPEGImages" / "a.jpg", 1)
    (tmp_path / "Annotations").mkdir()
    drawn = "".join(
        f"<{name}>{side}</{name}>"
        for name, side in zip(("xmin", "ymin", "xmax", "ymax"), sides, strict=True)
    )
    (tmp_path / "Annotations" / "a.xml").write_text(
        "<annotation><filename>a.jpg</filename><object><name>helmet</name>"
        f"<bndbox>{drawn}</bndbox></object></annotation>"
    )

    (found,) = read(tmp_path).pictures[0].boxes

    assert (found.x, found.y, found.width, found.height) == box
