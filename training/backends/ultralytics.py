# pyright: basic
"""Ultralytics: the only file that knows it. AGPL code, so it stays in a process of its own."""

import csv
import json
import os
import shutil
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from algorithms.manifest import InputSpec
from training.backends import checkpoint
from training.backends.curve import write_curve
from training.backends.exporting import write_onnx, write_reference
from training.backends.job import PROGRESS, TrainJob
from training.lifeline import end_with_parent


def environment(home: Path) -> dict[str, str]:
    """What Ultralytics must see in the environment to fetch nothing and phone nobody.

    Args:
        home: A folder for its settings and the font its plots ask for; made here.
    """
    import matplotlib

    settings = home / "Ultralytics"
    settings.mkdir(parents=True, exist_ok=True)
    fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    for name in ("Arial.ttf", "Arial.Unicode.ttf"):  # else it downloads them
        shutil.copyfile(fonts / "DejaVuSans.ttf", settings / name)
    return {
        "YOLO_OFFLINE": "1",
        "YOLO_AUTOINSTALL": "false",
        "YOLO_CONFIG_DIR": str(home),
        "PYTHONUNBUFFERED": "1",
    }


def run(folder: Path) -> None:
    """Do the job in `folder`, or what is left of it, and leave the files named in `job.py`."""
    job = TrainJob.model_validate_json((folder / "job.json").read_text(encoding="utf-8"))
    os.nice(job.niceness)
    end_with_parent()
    import torch

    torch.set_num_threads(job.threads)
    from ultralytics import settings

    settings.update(sync=False)
    weights = _trained(job, folder) if job.epochs else job.weights
    part = folder / "model.part.onnx"
    _export(weights, job, folder, part)
    part.replace(folder / "model.onnx")


def _trained(job: TrainJob, folder: Path) -> Path:
    """`best.pt`: it is there once the training is over."""
    best = folder / "best.pt"
    if best.is_file():
        return best
    last = checkpoint.own(folder, checkpoint.LAST)
    if last is None or _epochs_done(last) < job.epochs:
        _train(job, folder, last)
    from ultralytics.utils.torch_utils import strip_optimizer

    part = folder / "best.part.pt"
    strip_optimizer(folder / "checkpoint" / checkpoint.BEST, str(part))
    if job.blend < 1:
        _blend(part, job)
    part.replace(best)
    return best


def _epochs_done(last: Path) -> int:
    import torch

    return torch.load(last, map_location="cpu", weights_only=False)["epoch"] + 1


def _train(job: TrainJob, folder: Path, last: Path | None) -> None:
    """Train to the end, from the checkpoint `last` if there is one."""
    from ultralytics import YOLO
    from ultralytics.models.yolo.detect import DetectionTrainer

    made = folder / "ultralytics"
    if last is not None:
        best = checkpoint.own(folder, checkpoint.BEST)
        if best is not None:  # its own may be half a file
            shutil.copyfile(best, made / "weights" / "best.pt")
    base = YOLO(str(last or job.weights))
    trainer = DetectionTrainer
    if job.keep is not None:
        cut = _cut_head(base.model, job)

        for weight in cut.parameters():
            weight.requires_grad = True

        class CutTrainer(DetectionTrainer):
            def get_model(self, cfg=None, weights=None, verbose=True):
                return cut

        trainer = CutTrainer

    def keep(trainer) -> None:
        if trainer.best_fitness == trainer.fitness:
            checkpoint.keep(folder, trainer.best, checkpoint.BEST)
        checkpoint.keep(folder, trainer.last, checkpoint.LAST)

    base.add_callback("on_model_save", keep)
    base.add_callback("on_fit_epoch_end", lambda trainer: _report(trainer, folder))
    base.train(
        trainer=trainer,
        data=str(job.data),
        epochs=job.epochs,
        imgsz=job.image_px,
        batch=job.batch,
        nbs=job.step_images,
        optimizer=job.optimizer,
        lr0=job.learning_rate,
        lrf=job.last_learning_rate,
        warmup_epochs=job.warmup_epochs,
        mosaic=job.mosaic,
        close_mosaic=job.close_mosaic,
        multi_scale=job.multi_scale,
        freeze=job.freeze,
        seed=job.seed,
        deterministic=True,
        amp=False,  # its check downloads a model
        plots=False,
        workers=job.threads,
        device="cpu" if not _has_gpu() else 0,
        patience=job.patience,
        project=str(folder),
        name=made.name,
        save_dir=str(made),
        exist_ok=True,
        resume=False if last is None else str(last),
    )


def _blend(best: Path, job: TrainJob) -> None:
    """Move the trained weights part of the way back to the base network's, in place."""
    import torch
    from ultralytics import YOLO

    base = _cut_head(YOLO(str(job.weights)).model, job).state_dict()
    trained = torch.load(best, map_location="cpu", weights_only=False)
    model = trained["model"].float()
    mixed = {
        name: value.lerp(base[name], 1 - job.blend) if value.is_floating_point() else value
        for name, value in model.state_dict().items()
    }
    model.load_state_dict(mixed)
    torch.save(trained, best)


def _cut_head(model: Any, job: TrainJob) -> Any:
    """The same network, its last class layer sliced to the classes kept; once only."""
    import torch

    if job.keep is None or tuple(model.names.values()) == job.classes:
        return model.float()
    head = model.model[-1]
    rows = list(job.keep)
    for branch in head.cv3:
        old = branch[-1]
        new: Any = torch.nn.Conv2d(old.in_channels, len(rows), 1)
        with torch.no_grad():
            new.weight.copy_(old.weight[rows])
            new.bias.copy_(old.bias[rows])
        branch[-1] = new
    head.nc = len(rows)
    head.no = len(rows) + 4 * head.reg_max
    model.nc = len(rows)
    model.yaml["nc"] = len(rows)
    model.names = dict(enumerate(job.classes))
    return model.float()


def _export(weights: Path, job: TrainJob, folder: Path, out: Path) -> None:
    """Write the raw-head ONNX.

    Ultralytics' own exporter makes height and width dynamic together with the batch, which
    costs graph optimisation and lets a wrong size pass.
    """
    from ultralytics import YOLO

    model = _cut_head(YOLO(str(weights)).model, job).eval()
    found = tuple(model.names[i] for i in range(len(model.names)))
    if found != job.classes:
        sys.exit(f"{weights}: expected the classes {job.classes}, found {found}")
    head = model.model[-1]
    head.export, head.format, head.dynamic = True, "onnx", False
    spec = InputSpec(width=job.export_width, height=job.export_height)
    write_reference(model, job.reference, spec, folder)
    write_onnx(model.fuse(verbose=False), spec, out)


def _report(trainer, folder: Path) -> None:
    with trainer.csv.open(newline="", encoding="utf-8") as file:
        rows = [_epoch(row) for row in csv.DictReader(file)]
    # An epoch that was begun twice is there twice: the later one counts.
    epochs = list({row["epoch"]: row for row in rows if row is not None}.values())
    write_curve(folder, epochs)
    progress = {
        "epoch": epochs[-1]["epoch"],
        "epochs": trainer.epochs,
        "map50": epochs[-1]["map50"],
    }
    print(PROGRESS + json.dumps(progress), flush=True)  # noqa: T201


def _epoch(row: Mapping[str, str]) -> dict[str, float] | None:
    """A line of Ultralytics' `results.csv`; None if it is half a line."""
    with suppress(KeyError, TypeError, ValueError):
        losses = {
            name.replace("train/", "").replace("/", "_"): float(value)
            for name, value in row.items()
            if name.endswith("_loss")
        }
        return {
            "epoch": int(row["epoch"]),
            "map50": float(row["metrics/mAP50(B)"]),
            "map50_95": float(row["metrics/mAP50-95(B)"]),
            "learning_rate": float(row["lr/pg0"]),
            **losses,
        }
    return None


def _has_gpu() -> bool:
    import torch

    return torch.cuda.is_available()


if __name__ == "__main__":
    run(Path(sys.argv[1]))
