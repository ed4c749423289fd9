"""What a training backend is told, and what it leaves behind.

A backend reads `job.json` in its run folder and writes beside it:

| file | what |
| --- | --- |
| `model.onnx` | the network as served: input `(batch, 3, height, width)`, raw head output |
| `best.pt` | the backend's own weights, to go on from |
| `curve.csv` | one line an epoch (`curve.py`), rewritten while it goes on |
| `checkpoint/` | what it goes on from if it was killed (`checkpoint.py`) |
| `interface.json` | how the network takes pictures, where it is not as the recipe's manifest says |
| `reference.npz` | what the network answered before its export (`exporting.py`) |

Started again in the same folder it does only what is left.

On standard output it prints, among whatever else, one `PROGRESS` line an epoch.
"""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, PositiveFloat, PositiveInt

from training.backends import Backend

PROGRESS = "longan-progress "
"""Begins a line of JSON: `{"epoch": 1, "epochs": 14, "map50": 0.71}`."""

REFERENCE = "reference.npz"
"""`input` and `output`, one row a picture."""


class TrainJob(BaseModel):
    """Everything one training run depends on, so that it can be run again."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    backend: Backend = "ultralytics"

    data: Path
    """A YOLO `data.yaml`."""

    weights: Path
    """The network to start from."""

    classes: tuple[str, ...]
    """Keys in the order of the model's outputs."""

    keep: tuple[int, ...] | None = None
    """Cut the class head of `weights` to these of its classes, in this order, and go on from
    there. Without it a head of another size starts fresh."""

    epochs: NonNegativeInt
    """0 exports `weights` as they are."""

    image_px: PositiveInt = 416
    batch: PositiveInt = 16
    step_images: PositiveInt = 64
    """Pictures for one step of the optimiser: the gradients of smaller batches are added up. With
    few pictures and epochs 64 leaves hardly any steps."""

    optimizer: Literal["AdamW", "SGD"] = "AdamW"
    learning_rate: PositiveFloat = 1e-3

    last_learning_rate: PositiveFloat = 0.05
    """As a share of `learning_rate`."""

    warmup_epochs: float = 3.0
    mosaic: float = 1.0
    """Share of pictures pasted together from four."""

    close_mosaic: NonNegativeInt = 3
    """Last epochs without it."""

    multi_scale: float = Field(default=0.0, ge=0, lt=1)
    """Each batch at a size up to this share below or above `image_px`; only `ultralytics`."""

    freeze: NonNegativeInt = 0
    """First layers that keep their weights."""

    blend: float = Field(default=1.0, ge=0, le=1)
    """Share of the trained weights in what is kept; the rest is the network it started from.
    Half-way keeps more of what the base knew than training alone (Wortsman et al., Robust
    fine-tuning of zero-shot models, 2022). Below 1 the base must have the same layers."""

    export_width: PositiveInt = 416
    export_height: PositiveInt = 416
    patience: NonNegativeInt = 0
    """Stop after so many epochs without a better mAP50; 0: never."""

    reference: tuple[Path, ...] = ()
    """Pictures that the network answers before its export, to see that ONNX answers the same."""

    seed: int = 0
    threads: PositiveInt = 2
    niceness: NonNegativeInt = 10
    """Training gives way to serving on the same machine."""
