"""A node that is asked for more than it can do: it must go on doing what it can, and not be late.

    python benchmarks/overload.py [--seconds 30] [--control]

First two cameras that want more than the node has: its capacity. Then 16 cameras of 720p25 that
together want just that: the node at full load, with sixteen streams to receive and decode. Then
the same cameras wanting twice the capacity, and five pictures a second each. All over RTSP. No
gate: every picture is wanted. YOLOv8n at 640×640 on ONNX Runtime. `--control` adds the shape
Longan does not have: a process a camera.
"""

import os
import subprocess
import sys
import time
from dataclasses import asdict

from benchmarks.harness import Bar, arguments, cpu_s, percentile, pss_mb, write
from benchmarks.models import square
from benchmarks.node import Feed, Measured, running_node
from benchmarks.plans import model_watch
from benchmarks.rtsp import rtsp_cameras
from benchmarks.video import street

CAMERAS = 16
LATE_S = 3.0
"""More than this is a queue."""


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--control", action="store_true")
    parser.add_argument(
        "--alone", type=float, metavar="FPS", help="one camera only, as `--control` starts it"
    )
    asked = parser.parse_args()
    clip, watch = street(asked.media, 720), model_watch(square().model)
    seconds = 5.0 if asked.quick else asked.seconds

    def measure(count: int, fps: float) -> Measured:
        with rtsp_cameras(clip, count) as urls, running_node("onnxruntime") as node:
            node.run([Feed(url) for url in urls], watch, fps, gate=False)
            found = node.measure(10.0, seconds)
            print(count, "cameras at", round(fps, 2), found, flush=True)
            return found

    if asked.alone:
        measure(1, asked.alone)
        return
    full = measure(2, 30.0)
    once = measure(CAMERAS, full.analysed_fps / CAMERAS)
    twice = measure(CAMERAS, 2 * full.analysed_fps / CAMERAS)
    many = measure(CAMERAS, 5.0)
    figures: dict[str, object] = {
        "full_load_two_cameras": asdict(full),
        "full_load_sixteen_cameras": asdict(once),
        "twice_the_capacity": asdict(twice),
        "five_a_second_each": asdict(many),
    }
    if asked.control:
        figures["a_process_a_camera"] = control(2 * full.analysed_fps / CAMERAS, seconds)
    least = min(twice.analysed_fps, many.analysed_fps)
    asked_too_much = "16 cameras at 640 px, twice the capacity and more: analysed rate"
    late_ms = max(twice.latency_ms_p99 or 0.0, many.latency_ms_p99 or 0.0)
    bars = [
        _share(f"{asked_too_much} ÷ two cameras' at full load", least / full.analysed_fps),
        _share(f"{asked_too_much} ÷ the same cameras' at full load", least / once.analysed_fps),
        Bar(
            "the same: p99 latency from capture to the end of analysis",
            "bounded (≤ 3 s)",
            f"{late_ms / 1000:.2f} s",
            late_ms <= 1000 * LATE_S,
        ),
    ]
    write("overload", {"cameras": CAMERAS, **figures}, bars, quick=asked.quick)


def _share(figure: str, share: float) -> Bar:
    return Bar(figure, "≥ 80 %", f"{100 * share:.0f} %", share >= 0.8)


def control(fps: float, seconds: float) -> dict[str, object]:
    """Sixteen processes that know nothing of each other."""
    command = [sys.executable, __file__, "--alone", str(fps), "--seconds", str(seconds)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(CAMERAS)]
    time.sleep(10 + seconds / 2)
    pids = [process.pid for process in running]
    memory_mb, before_s = pss_mb(pids), cpu_s(pids)
    time.sleep(2)
    cores = (cpu_s(pids) - before_s) / 2
    said = [process.communicate()[0] for process in running]
    rates = [_number(text, "analysed_fps=") for text in said]
    late = [_number(text, "latency_ms_p99=") for text in said]
    return {
        "analysed_fps": round(sum(rates), 2),
        "latency_ms_p99": percentile(late, 100),
        "pss_mb": round(memory_mb),
        "cpu_cores": round(min(cores, os.cpu_count() or 1), 2),
    }


def _number(text: str, key: str) -> float:
    word = text.rpartition(key)[2].partition(",")[0]
    return float(word) if word and word != "None" else 0.0


if __name__ == "__main__":
    main()
