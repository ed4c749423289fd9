# pyright: basic
"""Ultralytics: the only file that knows it. AGPL code, so it stays in a process of its own."""

import json
import os
import shutil
import sys
import time
from pathlib import Path
from threading import Thread
from typing import Any

from training.backends.job import PROGRESS, TrainJob

OPSET = 17


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
    """Do the job in `folder` and leave the files named in `job.py`."""
    job = TrainJob.model_validate_json((folder / "job.json").read_text(encoding="utf-8"))
    os.nice(job.niceness)
    Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    import torch

    torch.set_num_threads(job.threads)
    from ultralytics import settings

    settings.update(sync=False)
    weights = _train(job, folder) if job.epochs else job.weights
    _export(weights, job, folder / "model.onnx")


def _end_with(parent: int) -> None:
    """End this process soon after the one that started it: nobody would fetch the result."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _train(job: TrainJob, folder: Path) -> Path:
    from ultralytics import YOLO
    from ultralytics.models.yolo.detect import DetectionTrainer

    base = YOLO(str(job.weights))
    trainer = DetectionTrainer
    if job.keep is not None:
        cut = _cut_head(base.model, job)

        for weight in cut.parameters():
            weight.requires_grad = True

        class CutTrainer(DetectionTrainer):
            def get_model(self, cfg=None, weights=None, verbose=True):
                return cut

        trainer = CutTrainer
    base.add_callback("on_fit_epoch_end", _report)
    base.train(
        trainer=trainer,
        data=str(job.data),
        epochs=job.epochs,
        imgsz=job.image_px,
        batch=job.batch,
        optimizer=job.optimizer,
        lr0=job.learning_rate,
        lrf=job.last_learning_rate,
        warmup_epochs=job.warmup_epochs,
        mosaic=job.mosaic,
        close_mosaic=job.close_mosaic,
        freeze=job.freeze,
        seed=job.seed,
        deterministic=True,
        amp=False,  # its check downloads a model
        plots=False,
        workers=job.threads,
        device="cpu" if not _has_gpu() else 0,
        project=str(folder),
        name="ultralytics",
        exist_ok=True,
    )
    made = folder / "ultralytics"
    shutil.copyfile(made / "results.csv", folder / "curve.csv")
    best = folder / "best.pt"
    shutil.copyfile(made / "weights" / "best.pt", best)
    if job.blend < 1:
        _blend(best, job)
    return best


def _blend(best: Path, job: TrainJob) -> None:
    """Move the trained weights part of the way back to the base network's, in place."""
    import torch
    from ultralytics import YOLO

    base = _cut_head(YOLO(str(job.weights)).model, job).state_dict()
    checkpoint = torch.load(best, map_location="cpu", weights_only=False)
    model = checkpoint["model"].float()
    mixed = {
        name: value.lerp(base[name], 1 - job.blend) if value.is_floating_point() else value
        for name, value in model.state_dict().items()
    }
    model.load_state_dict(mixed)
    torch.save(checkpoint, best)


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


def _export(weights: Path, job: TrainJob, out: Path) -> None:
    """Write the raw-head ONNX: any batch, one fixed picture size.

    Ultralytics' own exporter makes height and width dynamic together with the batch, which
    costs graph optimisation and lets a wrong size pass.
    """
    import onnx
    import torch
    from ultralytics import YOLO

    model = _cut_head(YOLO(str(weights)).model, job)
    model = model.eval().fuse(verbose=False)
    found = tuple(model.names[i] for i in range(len(model.names)))
    if found != job.classes:
        sys.exit(f"{weights}: expected the classes {job.classes}, found {found}")
    head = model.model[-1]
    head.export, head.format, head.dynamic = True, "onnx", False
    # Two pictures, not one: a traced batch of 1 would be folded into the reshapes.
    example = torch.zeros(2, 3, job.export_height, job.export_width)
    with torch.no_grad():
        _, channels, anchors = model(example).shape
        torch.onnx.export(
            model,
            (example,),
            str(out),
            opset_version=OPSET,
            input_names=["images"],
            output_names=["output0"],
            dynamic_axes={"images": {0: "batch"}, "output0": {0: "batch"}},
            dynamo=False,
        )
    graph = onnx.load(out)
    dims = graph.graph.output[0].type.tensor_type.shape.dim
    dims[1].dim_value, dims[2].dim_value = channels, anchors  # the tracer leaves them open
    onnx.checker.check_model(graph, full_check=True)
    onnx.save(graph, out)


def _report(trainer) -> None:
    if trainer.epoch >= trainer.epochs:  # told once more after the last one
        return
    progress = {
        "epoch": trainer.epoch + 1,
        "epochs": trainer.epochs,
        "map50": round(float(trainer.metrics.get("metrics/mAP50(B)", 0.0)), 4),
    }
    print(PROGRESS + json.dumps(progress), flush=True)  # noqa: T201


def _has_gpu() -> bool:
    import torch

    return torch.cuda.is_available()


if __name__ == "__main__":
    run(Path(sys.argv[1]))
