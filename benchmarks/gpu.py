"""CUDA and TensorRT against the CPU: pictures a second, latency and memory, by batch.

    python benchmarks/gpu.py [MODEL.onnx]

NOT RUN YET: no machine with an NVIDIA GPU was at hand when this was written, so there is no
`results/gpu.json`, and no figure of ours for a GPU anywhere. It needs `onnxruntime-gpu` in the
place of `onnxruntime` (Dockerfile.gpu), the driver, CUDA and cuDNN, and for TensorRT its libraries.

Writes `results/gpu.json` and a line for each engine and batch to standard output. Memory is what
nvidia-smi sees for the whole card, less what it saw before the engine was loaded.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from algorithms.engines import Device, Engine
from algorithms.engines.choose import difference, drawn_picture
from algorithms.engines.onnxruntime import GpuOptions, OnnxRuntimeEngine, devices
from algorithms.errors import ModelError

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results"
BATCHES = (1, 4, 8, 16)
SECONDS = 5.0


def main() -> None:
    model = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "weights/street-objects-1.0.0.onnx"
    if devices() == ("cpu",):
        print(
            "benchmarks/gpu.py needs an NVIDIA GPU and onnxruntime-gpu; this ONNX Runtime has "
            "neither CUDA nor TensorRT. Nothing was measured."
        )
        return  # not a failure: `make bench` goes on
    reference = OnnxRuntimeEngine(model, threads=os.cpu_count() or 1)
    picture = drawn_picture(reference.input_shape, 1.0)
    right = reference.run(picture)
    rows: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as plans:
        for device in devices(GpuOptions(plan_folder=Path(plans))):
            for fp16 in (False, True) if device == "tensorrt" else (False,):
                gpu = GpuOptions(plan_folder=Path(plans) / str(fp16), fp16=fp16)
                for row in measured(model, device, gpu, picture, right):
                    rows.append(row)
                    print(json.dumps(row), flush=True)
    result = {
        "command": " ".join(["python", *sys.argv]),
        "commit": said("git", "rev-parse", "--short", "HEAD"),
        "machine": f"{os.cpu_count()} × {platform.machine()}",
        "gpu": said("nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"),
        "model": model.name,
        "rows": rows,
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "gpu.json").write_text(json.dumps(result, indent=2) + "\n")


def measured(
    model: Path,
    device: Device,
    gpu: GpuOptions,
    picture: NDArray[np.float32],
    right: NDArray[np.float32],
) -> list[dict[str, object]]:
    before_mib = card_memory_mib()
    started = time.perf_counter()
    try:
        threads = (os.cpu_count() or 1) if device == "cpu" else 1
        engine = OnnxRuntimeEngine(model, device=device, threads=threads, gpu=gpu)
        mean, largest = difference(engine.run(picture), right)
    except ModelError as error:
        return [{"engine": device, "failed": str(error)}]
    load_s = time.perf_counter() - started
    return [
        {
            "engine": engine.description,
            "batch": size,
            **timed(engine, np.repeat(picture, size, axis=0)),
            "card_mib": card_memory_mib() - before_mib,
            "load_s": round(load_s, 1),
            "mean_error": round(mean, 6),
            "largest_error": round(largest, 6),
        }
        for size in BATCHES
    ]


def timed(engine: Engine, batch: NDArray[np.float32]) -> dict[str, float]:
    for _ in range(3):
        engine.run(batch)
    calls: list[float] = []
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        started = time.perf_counter()
        engine.run(batch)
        calls.append(time.perf_counter() - started)
    return {
        "images_per_s": round(len(batch) * len(calls) / sum(calls), 1),
        "ms_p50": round(1000 * float(np.median(calls)), 2),
        "ms_p99": round(1000 * float(np.quantile(calls, 0.99)), 2),
    }


def card_memory_mib() -> int:
    return int(said("nvidia-smi", "--query-gpu=memory.used", "--format=csv,noheader,nounits") or 0)


def said(*command: str) -> str:
    """First line a command prints; empty where it fails or is not there."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return next(iter(done.stdout.splitlines()), "").strip()


if __name__ == "__main__":
    main()
