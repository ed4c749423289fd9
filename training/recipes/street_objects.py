"""People, cycles, vehicles and dogs, as a street camera sees them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import supervision as sv
from numpy.typing import NDArray

from algorithms.catalog import manifest
from algorithms.dataset import read_dataset
from algorithms.detector import Detector
from training.backends.job import TrainJob
from training.backends.process import run_backend
from training.datasets.teacher import completed
from training.datasets.yolo_folder import write_yolo_folder
from training.recipes.recipe import Check, Ingredients, Plan, existing

BASE = Path("../shared/weights/yolov8n_coco.pt")

COCO = {"person": 0, "bicycle": 1, "car": 2, "motorcycle": 3, "bus": 5, "truck": 7, "dog": 16}
"""Where our classes stand in the base network's head."""

HAND_LABELS: dict[str, dict[str, str]] = {
    "traffic-motorbikes": {"car": "car", "motorbike": "motorcycle"},
    "rider-cctv": {},  # its boxes are rider and bike in one, which is no class of ours
    "street-camera-unlabelled": {},
}
"""Data set → label there → class here. What the labels leave out, the base network fills in."""

TEACHER_CONFIDENCE = 0.5


def _unheard(_done: int, _epochs: int, _map50: float) -> None:
    """An export has no epochs to tell of."""


def street_objects(given: Ingredients) -> Plan:
    """The base network with its head cut to the street, then a short, gentle fine-tune."""
    algorithm = manifest("street-objects")
    epochs = 4 if given.epochs is None else given.epochs
    cut = TrainJob(
        data=Path("data.yaml"),
        weights=given.base(BASE),
        classes=algorithm.class_names,
        keep=tuple(COCO[name] for name in algorithm.class_names),
        epochs=0,
        export_width=algorithm.input.width,
        export_height=algorithm.input.height,
    )
    checks = existing(
        Check(given.data / "general-voc100", "train"),  # never trained on
        Check(given.data / "traffic-motorbikes", "val"),
    )
    if epochs == 0:
        return Plan(algorithm, cut, checks)
    model = run_backend(cut, given.folder / "teacher", _unheard)
    teacher = Detector.load(algorithm, model, threads=cut.threads)

    def teach(images: Sequence[NDArray[np.uint8]]) -> list[sv.Detections]:
        return teacher.detect(images, TEACHER_CONFIDENCE)

    splits = {
        split: [
            completed(read_dataset(given.dataset(name), split), labels, teach)
            for name, labels in HAND_LABELS.items()
            if (given.dataset(name) / "images" / split).is_dir()
        ]
        for split in ("train", "val")
    }
    job = cut.model_copy(
        update={
            "data": write_yolo_folder(splits, algorithm.class_names, given.folder / "data"),
            "epochs": epochs,
            "image_px": given.image_px or 640,
            "batch": 8,
            "learning_rate": 1e-4,
            "last_learning_rate": 0.1,
            "warmup_epochs": 0.0,  # its high bias rate would undo what the head knows
            "mosaic": 0.0,
            "close_mosaic": 0,
            "freeze": 10,
            "blend": 0.5,
        }
    )
    return Plan(algorithm, job, checks)
