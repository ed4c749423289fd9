"""The common way to a first version: the base network's head cut to our classes, fine-tuned."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import supervision as sv

from algorithms.catalog import manifest
from algorithms.manifest import AlgorithmManifest
from training.backends.job import TrainJob
from training.datasets.yolo_folder import write_yolo_folder
from training.recipes.recipe import Check, Ingredients, Plan, existing

BASE = Path("../shared/weights/yolov8n_coco.pt")


def fine_tune(
    given: Ingredients,
    name: str,
    pictures: Mapping[str, Sequence[sv.DetectionDataset]],
    *,
    start: Mapping[str, int],
    epochs: int,
    image_px: int,
    freeze: int = 10,
    algorithm: AlgorithmManifest | None = None,
) -> Plan:
    """A plan of few epochs on a small machine.

    Args:
        given: What was asked.
        name: The algorithm in the catalogue.
        pictures: By part: `train`, `val` (chooses the epoch), `unseen` (only measured on).
        start: Class key → row of the base network's class head it starts from. A class that COCO
            lacks starts from any other: it is the layers before the last that are worth keeping.
        epochs: Unless another number was asked for.
        image_px: Likewise.
        freeze: First layers that keep their weights; 10 is YOLOv8's backbone.
        algorithm: Where the catalogue has none of this name yet.
    """
    algorithm = algorithm or manifest(name)
    data = given.folder / name
    job = TrainJob(
        data=write_yolo_folder(pictures, algorithm.class_names, data),
        weights=given.base(BASE),
        classes=algorithm.class_names,
        keep=tuple(start[key] for key in algorithm.class_names),
        epochs=epochs if given.epochs is None else given.epochs,
        image_px=given.image_px or image_px,
        batch=8,
        step_images=8,
        close_mosaic=3,
        warmup_epochs=0.0,  # its high bias rate would undo what the head knows
        freeze=freeze,
        export_width=algorithm.input.width,
        export_height=algorithm.input.height,
    )
    return Plan(algorithm, job, existing(Check(data, "val"), Check(data, "unseen")))
