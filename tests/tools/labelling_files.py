# pyright: basic, reportMissingImports=false
"""Makes tests/training/data/labelling with the tools' own writers.

Run by hand, in an environment of its own:

python3 -m venv /tmp/v && /tmp/v/bin/pip install label-studio-sdk==2.1.2 datumaro==1.13.12
/tmp/v/bin/python tests/tools/labelling_files.py
"""

import shutil
import tempfile
from pathlib import Path

import numpy as np
from datumaro.components.annotation import AnnotationType, Bbox, LabelCategories
from datumaro.components.dataset import Dataset
from datumaro.components.dataset_base import DatasetItem
from datumaro.components.media import Image
from label_studio_sdk._extensions.label_studio_tools.core.utils import io as files
from label_studio_sdk.converter import Converter
from PIL import Image as Pillow

HERE = Path(__file__).parents[1] / "training" / "data" / "labelling"
SIZE = (200, 100)
CLASSES = ["rider", "helmet", "bare_head"]  # neither alphabetical nor reversed
BOXES = {
    "street_a": [("rider", 20, 10, 60, 80), ("helmet", 30, 12, 20, 16)],
    "street_b": [("bare_head", 100, 5, 25, 20)],
    "street_c": [],
}
PICTURES = [*BOXES, "street_d", "street_e", "street_f"]


def label_studio(category: bool, folder: Path) -> None:
    """Each export that Label Studio offers for boxes, of tasks.json."""
    ids = {"rider": 2, "helmet": 0, "bare_head": 1}
    labels = "".join(
        f'<Label value="{name}"' + (f' category="{ids[name]}"' if category else "") + "/>"
        for name in CLASSES
    )
    config = (
        '<View><Image name="image" value="$image"/><RectangleLabels name="label" toName="image">'
        f"{labels}</RectangleLabels></View>"
    )
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch, "root")
        (root / "street" / "images").mkdir(parents=True)
        for name in PICTURES:
            Pillow.new("RGB", SIZE).save(root / "street" / "images" / f"{name}.jpg")
        files.LOCAL_FILES_DOCUMENT_ROOT = str(root) if category else None  # "with images" or not
        converter = Converter(config, project_dir=scratch, download_resources=category)
        shutil.rmtree(folder, ignore_errors=True)
        images = "_WITH_IMAGES" if category else ""
        for kind in ("JSON_MIN", f"COCO{images}", f"YOLO{images}", "VOC"):
            out = folder / kind.removesuffix("_WITH_IMAGES").lower()
            converter.convert(
                str(HERE / "label_studio" / "tasks.json"), str(out), kind, is_dir=False
            )
        for pictures in folder.rglob("images"):
            shutil.rmtree(pictures)


def cvat(folder: Path) -> None:
    """COCO 1.0, YOLO 1.1 and Datumaro 1.0, with the library that CVAT writes them with."""
    shutil.rmtree(folder, ignore_errors=True)
    items = [
        DatasetItem(
            id=name,
            subset="train",
            media=Image.from_numpy(data=np.zeros((SIZE[1], SIZE[0], 3), np.uint8), ext=".jpg"),
            annotations=[
                Bbox(*sides, label=CLASSES.index(label), id=n, attributes={"occluded": n == 0})
                for n, (label, *sides) in enumerate(boxes)
            ],
        )
        for name, boxes in BOXES.items()
    ]
    categories = {AnnotationType.label: LabelCategories.from_iterable(CLASSES)}
    for kind in ("coco_instances", "yolo", "datumaro", "cvat", "voc_detection"):
        data = Dataset.from_iterable(items, categories=categories)
        data.export(str(folder / kind), kind, save_media=False)


label_studio(False, HERE / "label_studio" / "plain")
label_studio(True, HERE / "label_studio" / "category")
cvat(HERE / "datumaro")
