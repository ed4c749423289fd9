# pyright: basic
"""LibreYOLO, under the MIT licence: the only file that knows it.

It starts from one of its own checkpoints, or from nothing: `yolox-n.yaml` as weights is YOLOX of
the size n with fresh numbers.
"""

import json
import os
import shutil
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from algorithms.manifest import Family, InputSpec, OutputSpec
from training.backends import checkpoint
from training.backends.curve import read_curve, write_curve
from training.backends.exporting import write_onnx, write_reference
from training.backends.interface import Interface, write_interface
from training.backends.job import PROGRESS, TrainJob
from training.lifeline import end_with_parent

PACKAGE = "libreyolo"


def _centred(decoded: Any) -> Any:
    """`(batch, 4 + classes, anchors)`: corners first → centre, width and height first."""
    import torch

    low, high, scores = decoded[:, :2], decoded[:, 2:4], decoded[:, 4:]
    return torch.cat([(low + high) / 2, high - low, scores], 1)


def _as_it_is(decoded: Any) -> Any:
    return decoded


@dataclass(frozen=True)
class _Kind:
    """One of its families.

    Args:
        module: Where its class is.
        wrapper: The class.
        habits: How it prepares pictures, where that is not our default.
        family: The output family that its export has after `arranged`.
        arranged: Puts the exported tensor in the order of `family`.
    """

    module: str
    wrapper: str
    habits: dict[str, Any]
    family: Family
    arranged: Callable[[Any], Any] = _as_it_is


KINDS = {
    "yolox": _Kind(
        "libreyolo.models.yolox.model",
        "LibreYOLOX",
        {"colour": "bgr", "scale": 1.0, "letterbox": "top-left"},
        "yolov5",
    ),
    "yolo9": _Kind(
        "libreyolo.models.yolo9.model",
        "LibreYOLO9",
        {"letterbox": "top-left"},
        "yolov8",
        _centred,
    ),
}
"""By the name LibreYOLO gives the family."""


def environment(_home: Path) -> dict[str, str]:
    """What it must see in the environment to fetch nothing."""
    return {"HF_HUB_OFFLINE": "1", "PYTHONUNBUFFERED": "1"}


def run(folder: Path) -> None:
    """Do the job in `folder`, or what is left of it, and leave the files named in `job.py`."""
    job = TrainJob.model_validate_json((folder / "job.json").read_text(encoding="utf-8"))
    os.nice(job.niceness)
    end_with_parent()
    _check(job)
    socket.getaddrinfo = _refused  # it downloads weights by their names
    import torch

    torch.set_num_threads(job.threads)
    best = folder / "best.pt"
    if job.epochs and not best.is_file():
        _train(job, folder)
        # Where no epoch found anything there is no best one.
        kept = checkpoint.own(folder, checkpoint.BEST) or checkpoint.own(folder, checkpoint.LAST)
        part = folder / "best.part.pt"
        shutil.copyfile(str(kept), part)
        part.replace(best)
    _export(_opened(best if job.epochs else job.weights, job), job, folder)


def _check(job: TrainJob) -> None:
    if job.keep is not None or job.blend < 1 or job.multi_scale:
        sys.exit(
            "libreyolo: expected a job without `keep` and `multi_scale` and with `blend` 1, which "
            "this backend does not do; train this recipe with the backend ultralytics"
        )
    if job.weights.suffix != ".yaml" and not job.weights.is_file():
        sys.exit(f"libreyolo: expected weights in {job.weights}, which does not exist")


def _refused(*_args: object, **_kwargs: object) -> Any:
    raise OSError("training fetches nothing from the internet; name a file that is here")


def _opened(weights: Path, job: TrainJob) -> Any:
    """The network in a checkpoint, or a fresh one for `<kind>-<size>.yaml`."""
    import torch

    if weights.suffix == ".yaml":
        kind, _, size = weights.stem.partition("-")
        sizes = _wrapper(kind).INPUT_SIZES if kind in KINDS else {}
        if size not in sizes:
            sys.exit(
                "libreyolo: expected as weights one of its checkpoints, or <kind>-<size>.yaml with "
                f"a kind of {', '.join(KINDS)} and a size it has, such as yolox-n.yaml; "
                f"got {weights}"
            )
        return _wrapper(kind)._from_scratch(
            size=size, nb_classes=len(job.classes), device=_device(), seed=job.seed
        )
    try:
        state = torch.load(weights, map_location="cpu", weights_only=True)
        kind = state["model_family"]
        size, classes = state["size"], state["nc"]
    except Exception as error:  # torch raises no common base class
        sys.exit(f"{weights}: expected a checkpoint of LibreYOLO, got {error}")
    if kind not in KINDS:
        sys.exit(f"{weights}: expected a network of {', '.join(KINDS)}, got {kind}")
    return _wrapper(kind)(str(weights.absolute()), size=size, nb_classes=classes, device=_device())


def _wrapper(kind: str) -> Any:
    return getattr(import_module(KINDS[kind].module), KINDS[kind].wrapper)


def _device() -> str:
    import torch

    return "0" if torch.cuda.is_available() else "cpu"


def _train(job: TrainJob, folder: Path) -> None:
    last = checkpoint.own(folder, checkpoint.LAST)
    done = 0 if last is None else _epochs_done(last)
    if done >= job.epochs:
        return
    epochs = [row for row in read_curve(folder) if row["epoch"] <= done]

    def epoch_done(event: Any) -> None:
        metrics = dict(event.val_metrics)
        epochs.append(
            {
                "epoch": event.epoch,
                "map50": round(float(metrics["metrics/mAP50"]), 4),
                "map50_95": round(float(metrics["metrics/mAP50-95"]), 4),
                "learning_rate": next(iter(event.lr.values())),
                "train_loss": event.train_loss,
            }
        )
        write_curve(folder, epochs)
        made = Path(event.save_dir) / "weights"
        if event.is_best:
            checkpoint.keep(folder, made / "best.pt", checkpoint.BEST)
        checkpoint.keep(folder, made / "last.pt", checkpoint.LAST)
        told = {"epoch": event.epoch, "epochs": job.epochs, "map50": epochs[-1]["map50"]}
        print(PROGRESS + json.dumps(told), flush=True)  # noqa: T201

    network = _opened(last or job.weights, job)
    network.train(
        data=str(job.data),
        epochs=job.epochs,
        imgsz=job.image_px,
        batch=job.batch,
        optimizer=job.optimizer,
        lr0=job.learning_rate,
        min_lr_ratio=job.last_learning_rate,
        warmup_epochs=round(job.warmup_epochs),
        mosaic_prob=job.mosaic,
        mixup_prob=0.0,
        no_aug_epochs=job.close_mosaic,
        freeze=job.freeze or None,
        seed=job.seed,
        amp=False,
        workers=job.threads,
        device=_device(),
        patience=job.patience or job.epochs,
        eval_interval=1,
        project=str(folder),
        name=PACKAGE,
        exist_ok=True,
        resume=last is not None,
        callbacks=epoch_done,
    )


def _epochs_done(last: Path) -> int:
    import torch

    return torch.load(last, map_location="cpu", weights_only=True)["epoch"] + 1


def _export(network: Any, job: TrainJob, folder: Path) -> None:
    import torch

    found = tuple(network.names[i] for i in range(len(network.names)))
    if found != job.classes:
        sys.exit(f"libreyolo: expected the classes {job.classes}, found {found}")
    kind = KINDS[network.family]
    habits = dict(kind.habits)
    if getattr(network, "letterbox_pad", None) == "center":
        habits["letterbox"] = "centre"
    spec = InputSpec(width=job.export_width, height=job.export_height, **habits)

    class Arranged(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = network.model

        def forward(self, pictures: Any) -> Any:
            return kind.arranged(self.network(pictures))

    model = Arranged().eval().cpu()
    network.model.head.export = True
    write_interface(folder, Interface(input=spec, output=OutputSpec(family=kind.family)))
    write_reference(model, job.reference, spec, folder)
    if hasattr(network.model, "fuse"):
        network.model.fuse()
    part = folder / "model.part.onnx"
    write_onnx(model, spec, part)
    part.replace(folder / "model.onnx")


if __name__ == "__main__":
    run(Path(sys.argv[1]))
