"""The second backend, as the platform would serve what it makes."""

import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from algorithms.admission import graph
from algorithms.detector import Detector
from tests.models import manifest
from tests.tiny_training import SIZE, scene
from training.backends.curve import best_map50
from training.backends.interface import suited
from training.backends.job import TrainJob
from training.backends.process import run_backend
from training.parity import parity

ROOT = Path(__file__).parents[2]


def job(data: Path, weights: str, epochs: int, **more: object) -> TrainJob:
    return TrainJob.model_validate(
        {
            "backend": "libreyolo",
            "data": data,
            "weights": weights,
            "classes": ("person",),
            "epochs": epochs,
            "image_px": SIZE,
            "mosaic": 0.0,
            "warmup_epochs": 1,
            "close_mosaic": 0,
            "learning_rate": 2e-3,
            "export_width": SIZE,
            "export_height": SIZE,
            "niceness": 0,
            **more,
        }
    )


def bright_things(folder: Path, *, train: int, val: int) -> Path:
    """So many pictures of a bright thing in the dark; gives their `data.yaml`."""
    random = np.random.default_rng(0)
    for split, pictures in (("train", train), ("val", val)):
        for kind in ("images", "labels"):
            (folder / kind / split).mkdir(parents=True)
        for number in range(pictures):
            picture, box = scene(random)
            cv2.imwrite(str(folder / "images" / split / f"{number}.png"), picture)
            label = " ".join(["0", *(f"{side:.6f}" for side in box)])
            (folder / "labels" / split / f"{number}.txt").write_text(label)
    (folder / "data.yaml").write_text(
        f"path: {folder}\ntrain: images/train\nval: images/val\nnames: {{0: person}}\n"
    )
    return folder / "data.yaml"


@pytest.mark.training
@pytest.mark.slow
@pytest.mark.parametrize(
    ("weights", "family"), [("yolox-n.yaml", "yolov5"), ("yolo9-t.yaml", "yolov8")]
)
def test_what_it_trains_is_served_and_admitted(tmp_path: Path, weights: str, family: str) -> None:
    pytest.importorskip("libreyolo")
    data = bright_things(tmp_path / "set", train=16, val=16)
    out, told = tmp_path / "run", list[tuple[int, int]]()
    pictures = tuple(sorted(data.parent.glob("images/val/*.png"))[:2])

    model = run_backend(
        job(data, weights, 1, reference=pictures),
        out,
        lambda done, epochs, _map50: told.append((done, epochs)),
    )

    assert told == [(1, 1)]
    assert (out / "best.pt").is_file()
    assert len((out / "curve.csv").read_text().splitlines()) == 2
    fitted = suited(manifest("person", size=SIZE), out)
    assert fitted.output.family == family
    assert graph.check(model.read_bytes(), fitted) == []
    detector = Detector.load(fitted, model)
    assert parity(detector, out) is not None
    (found,) = detector.detect([np.zeros((SIZE, SIZE, 3), np.uint8)], 1e-6)
    assert len(found) > 0


@pytest.mark.training
@pytest.mark.slow
def test_it_learns_from_nothing_within_two_hundred_steps(tmp_path: Path) -> None:
    pytest.importorskip("libreyolo")
    data = bright_things(tmp_path / "set", train=320, val=16)

    run_backend(job(data, "yolox-n.yaml", 5, batch=8, threads=1), tmp_path / "run", _unheard)

    # 0.40 on one kind of processor, above 0.5 on another; 0.0 where nothing is learnt.
    assert best_map50(tmp_path / "run") > 0.1


@pytest.mark.training
def test_weights_that_are_missing_are_named_and_never_fetched(tmp_path: Path) -> None:
    assert "LibreYOLOXn.pt, which does not exist" in refusal(tmp_path, "LibreYOLOXn.pt")


@pytest.mark.training
def test_what_it_cannot_do_sends_to_the_other_backend(tmp_path: Path) -> None:
    assert "train this recipe with the backend ultralytics" in refusal(
        tmp_path, "yolox-n.yaml", keep=(0,)
    )


def _unheard(_done: int, _epochs: int, _map50: float) -> None:
    """The curve tells it."""


def refusal(folder: Path, weights: str, **more: object) -> str:
    """What the backend says when it ends before it has begun."""
    asked = job(folder / "data.yaml", weights, 1, **more)
    (folder / "job.json").write_text(asked.model_dump_json())
    ended = subprocess.run(
        [sys.executable, "-m", "training.backends.libreyolo", str(folder)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    return ended.stderr
