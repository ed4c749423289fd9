# pyright: basic
"""The two networks that are measured: the shipped one, and a plain square one of 640 pixels."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import onnx

from algorithms.catalog import manifest
from algorithms.manifest import AlgorithmManifest
from benchmarks.harness import CACHE, SHARED, skip
from serving.inference.pool import Model
from serving.settings import Settings
from training.backends.ultralytics import environment

COCO_WEIGHTS = SHARED / "weights" / "yolov8n_coco.pt"

EXPORT = """
import sys
from ultralytics import YOLO, settings
settings.update(sync=False)
model = YOLO(sys.argv[1])
made = model.export(format="onnx", imgsz=640, opset=17, simplify=False, device="cpu")
import json, pathlib, shutil
shutil.move(made, sys.argv[2])
pathlib.Path(sys.argv[2]).with_suffix(".json").write_text(json.dumps(list(model.names.values())))
"""


@dataclass(frozen=True, slots=True)
class Network:
    """One ONNX file, as every peer gets it, and what ours is told about it."""

    model: Model
    shipped: bool


def rider_helmet() -> Network:
    """The shipped helmet network, 544×416."""
    given = manifest("rider-helmet")
    file = Settings().weights_dir / f"{given.name}-{given.version}.onnx"
    return Network(Model(given, "rider-helmet", _labelled(file, given)), shipped=True)


def square() -> Network:
    """YOLOv8n of 80 COCO classes at 640×640; exported by Ultralytics once, offline."""
    if not COCO_WEIGHTS.is_file():
        skip(f"{COCO_WEIGHTS} is not here")
    file = CACHE / "yolov8n-640.onnx"
    if not file.is_file():
        weights = CACHE / COCO_WEIGHTS.name  # the export writes beside its input
        CACHE.mkdir(parents=True, exist_ok=True)
        weights.write_bytes(COCO_WEIGHTS.read_bytes())
        command = [sys.executable, "-c", EXPORT, str(weights), str(file)]
        subprocess.run(command, env=offline(), cwd=CACHE, check=True, stdout=sys.stderr)
    names = json.loads(file.with_suffix(".json").read_text())
    given = AlgorithmManifest.model_validate(
        {
            "name": "yolov8n-640",
            "version": "1.0.0",
            "title_zh": "通用目标",
            "title_en": "COCO objects",
            "classes": [{"key": name.replace(" ", "_"), "zh": name, "en": name} for name in names],
            "input": {"width": 640, "height": 640},
            "output": {"family": "yolov8"},
            "licence": "AGPL-3.0",
            "training_data": "COCO",
            "team": "benchmarks",
            "contact": "benchmarks",
        }
    )
    return Network(Model(given, "yolov8n-640", file), shipped=False)


def offline() -> dict[str, str]:
    """An environment in which Ultralytics fetches nothing."""
    return {**os.environ, **environment(CACHE / "ultralytics")}


def _labelled(file: Path, given: AlgorithmManifest) -> Path:
    """The same network with the metadata that Ultralytics asks for.

    Its batch is fixed: where the batch is open, Ultralytics takes height and width for open too.
    """
    target = CACHE / f"labelled-{file.name}"
    if not target.is_file():
        network = onnx.load(file)
        told = {
            "task": "detect",
            "stride": "32",
            "batch": "1",
            "imgsz": str([given.input.height, given.input.width]),
            "names": str(dict(enumerate(given.class_names))),
        }
        for key, value in told.items():
            network.metadata_props.add(key=key, value=value)
        for value in (*network.graph.input, *network.graph.output):
            value.type.tensor_type.shape.dim[0].dim_value = 1
        target.parent.mkdir(parents=True, exist_ok=True)
        onnx.save(network, target)
    return target
