# pyright: basic
"""A detector that really is trained, in seconds: a small PyTorch network finds bright things.

    python -m tests.tiny_torch FOLDER

writes `tiny.onnx` there (family yolov8, one class), `reference.npz` with what the network itself
makes of some inputs, and `set`, a YOLO folder of pictures that it was not trained on.
"""

import sys
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from tests.tiny_training import SIZE, scene

CELL = 8
STEPS, BATCH = 250, 32
MEASURED, REFERENCE = 40, 4


class TinyDetector(nn.Module):
    """Each cell of a grid says whether the middle of a thing lies in it, and where its box is."""

    def __init__(self) -> None:
        super().__init__()
        sides = [3, 8, 16, 32]
        layers = [
            nn.Sequential(nn.Conv2d(a, b, 5, stride=2, padding=2), nn.BatchNorm2d(b), nn.ReLU())
            for a, b in pairwise(sides)
        ]
        around = nn.Sequential(nn.Conv2d(32, 32, 7, padding=3), nn.ReLU())
        self.layers = nn.Sequential(*layers, around, nn.Conv2d(32, 5, 1))
        cells = (torch.arange(SIZE // CELL) + 0.5) * CELL
        self.register_buffer("x", cells[None, :].expand(SIZE // CELL, -1).clone())
        self.register_buffer("y", cells[:, None].expand(-1, SIZE // CELL).clone())

    def raw(self, pictures: Tensor) -> Tensor:
        """`(N, 5, 12, 12)`: box and the logit of its score."""
        out = self.layers(pictures)
        x, y = self.x + out[:, 0] * CELL, self.y + out[:, 1] * CELL
        width, height = SIZE * out[:, 2].sigmoid(), SIZE * out[:, 3].sigmoid()
        return torch.stack([x, y, width, height, out[:, 4]], 1)

    def forward(self, pictures: Tensor) -> Tensor:
        """`(N, 5, 144)` as YOLOv8 has it: centre x, centre y, width, height, score."""
        raw = self.raw(pictures)
        return torch.cat([raw[:, :4], raw[:, 4:].sigmoid()], 1).flatten(2)


def train(random: np.random.Generator) -> TinyDetector:
    torch.manual_seed(0)
    torch.set_num_threads(1)
    network = TinyDetector()
    optimizer = torch.optim.Adam(network.parameters(), lr=0.005)
    for _ in range(STEPS):
        pictures, boxes = _batch(random, BATCH)
        raw = network.raw(_tensor(pictures))
        one = torch.arange(len(boxes))
        column, row = (boxes[:, :2] // CELL).long().T
        there = torch.zeros_like(raw[:, 4])
        there[one, row, column] = 1
        away = (raw[one, :4, row, column] - boxes).abs().mean() / CELL
        wrong = functional.binary_cross_entropy_with_logits(
            raw[:, 4], there, pos_weight=torch.tensor(20.0)
        )
        optimizer.zero_grad()
        (away + wrong).backward()
        optimizer.step()
    return network.eval()


def write(folder: Path) -> None:
    random = np.random.default_rng(0)
    network = train(random)
    for part in ("images/val", "labels/val"):
        (folder / "set" / part).mkdir(parents=True)
    (folder / "set" / "classes.txt").write_text("person\n")
    for number in range(MEASURED):
        picture, box = scene(random)
        cv2.imwrite(str(folder / f"set/images/val/{number}.png"), picture)
        label = " ".join(["0", *(f"{side:.6f}" for side in box)])
        (folder / f"set/labels/val/{number}.txt").write_text(label)
    inputs = _tensor(_batch(random, REFERENCE)[0])
    file = str(folder / "tiny.onnx")
    torch.onnx.export(
        network,
        (inputs[:1],),
        file,
        dynamo=False,
        opset_version=17,
        input_names=["images"],
        output_names=["output0"],
    )
    with torch.no_grad():
        np.savez(folder / "reference.npz", images=inputs.numpy(), output0=network(inputs).numpy())


def _batch(random: np.random.Generator, count: int) -> tuple[np.ndarray, Tensor]:
    """Pictures `(N, SIZE, SIZE, 3)` and their boxes `(N, 4)` in pixels."""
    pictures, boxes = zip(*(scene(random) for _ in range(count)), strict=True)
    return np.stack(pictures), torch.tensor(boxes) * SIZE


def _tensor(pictures: np.ndarray) -> Tensor:
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255


if __name__ == "__main__":
    write(Path(sys.argv[1]).absolute())
