"""CPU time per analysed frame, end to end, against the bare network on the same frames.

    python benchmarks/pipeline.py [CLIP]

Writes `results/pipeline.json` and a line to standard output. CPU time, not wall time: the machine
may be shared.
"""

import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from algorithms.catalog import manifest
from algorithms.detector import Detector
from scenarios.scenario import load_catalog
from serving.demo.cameras import clip_cameras
from serving.inference.pool import Model
from serving.settings import Settings
from serving.streams.offline import analyze_clip
from serving.streams.plan import CameraPlan, WatchPlan
from serving.streams.sources import SourceSpec

ALGORITHM = "rider-helmet"
FPS = 5.0
RESULTS = Path(__file__).parent / "results"


def main() -> None:
    clip = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(clip_cameras([])[0].url)
    given = manifest(ALGORITHM)
    file = Settings().weights_dir / f"{given.name}-{given.version}.onnx"

    watch = WatchPlan(
        deployment_id="bench",
        deployment_revision=1,
        scenario="rider-helmet",
        severity="major",
        rule=load_catalog()["rider-helmet"].rule,
        zones=(),
        models=(Model(given, "bench", file),),
    )
    source = SourceSpec(str(clip), "file", realtime=False)
    plan = CameraPlan("bench", clip.name, source, FPS, watches=(watch,))
    list(analyze_clip(plan))  # warm
    started = time.process_time()
    images = [s.frame.image for s in analyze_clip(plan) if s.frame is not None]
    whole_ms = 1000 * (time.process_time() - started) / len(images)

    detector = Detector.load(given, file, threads=os.cpu_count() or 1)
    batch = np.zeros((1, 3, given.input.height, given.input.width), np.float32)
    detector.engine.run(batch)
    started = time.process_time()
    for _ in images:
        detector.engine.run(batch)
    bare_ms = 1000 * (time.process_time() - started) / len(images)

    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    result = {
        "command": " ".join(["python", *sys.argv]),
        "commit": commit.stdout.strip(),
        "machine": f"{os.cpu_count()} × {_processor()}",
        "clip": clip.name,
        "frames": len(images),
        "cpu_ms_per_frame": round(whole_ms, 1),
        "bare_engine_cpu_ms_per_frame": round(bare_ms, 1),
        "ratio_to_bare_engine": round(whole_ms / bare_ms, 3),
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "pipeline.json").write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result))


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


if __name__ == "__main__":
    main()
