"""Riders' heads, with and without a helmet."""

from pathlib import Path

from algorithms.catalog import manifest
from algorithms.dataset import read_dataset
from training.backends.job import TrainJob
from training.datasets.yolo_folder import write_yolo_folder
from training.recipes.recipe import Check, Ingredients, Plan, existing

BASE = Path("../shared/weights/yolov8n_coco.pt")


def rider_helmet(given: Ingredients) -> Plan:
    """The settings of the first version: 54 minutes on 2 cores."""
    algorithm = manifest("rider-helmet")
    data = given.dataset("rider-helmet")
    epochs = 14 if given.epochs is None else given.epochs
    splits = {split: [read_dataset(data, split)] for split in ("train", "val")} if epochs else {}
    job = TrainJob(
        data=write_yolo_folder(splits, algorithm.class_names, given.folder / "data"),
        weights=given.base(BASE),
        classes=algorithm.class_names,
        epochs=epochs,
        image_px=given.image_px or 416,
        batch=16,
        optimizer="AdamW",
        learning_rate=1e-3,
        last_learning_rate=0.05,
        close_mosaic=min(3, epochs),
        export_width=algorithm.input.width,
        export_height=algorithm.input.height,
    )
    return Plan(algorithm, job, existing(Check(data, "val"), Check(data, "stress")))
