"""Riders' heads, second stage: heads of every size.

The first version was trained at 416 px and loses large heads in larger inputs and small ones in
far lanes. This goes on from it with larger pictures and stronger changes of scale.
"""

from pathlib import Path

from algorithms.catalog import manifest
from algorithms.dataset import read_dataset
from training.backends.job import TrainJob
from training.datasets.yolo_folder import write_yolo_folder
from training.recipes.recipe import Check, Ingredients, Plan, existing

FIRST = Path("../shared/weights/rider_helmet_baseline.pt")


def rider_helmet_refine(given: Ingredients) -> Plan:
    """Goes on from a first version of `rider-helmet`, at the size it is served in."""
    algorithm = manifest("rider-helmet")
    data = given.dataset("rider-helmet")
    epochs = 2 if given.epochs is None else given.epochs
    splits = {split: [read_dataset(data, split)] for split in ("train", "val")} if epochs else {}
    job = TrainJob(
        data=write_yolo_folder(splits, algorithm.class_names, given.folder / "data"),
        weights=given.base(FIRST),
        classes=algorithm.class_names,
        epochs=epochs,
        image_px=given.image_px or 544,
        batch=16,
        optimizer="AdamW",
        learning_rate=3e-4,
        last_learning_rate=0.1,
        warmup_epochs=0.3,
        scale=0.8,
        close_mosaic=min(1, epochs),
        export_width=algorithm.input.width,
        export_height=algorithm.input.height,
        niceness=15,
    )
    return Plan(algorithm, job, existing(Check(data, "val"), Check(data, "stress")))
