"""CPU per analysed picture, end to end, against the peers: same clip, same ONNX, same run.

    python benchmarks/peers.py [--rounds 3] [--seconds 20]

Every loop (`loops/`) is a process of its own and counts its own CPU time, all threads, after a
warm-up. Rounds are interleaved, so that a noisy neighbour meets everybody; medians count. All look
at every fifth picture of 720p25. Ours runs on the engine that a node would choose, which may
compute in bf16 (`engine` says): the bars are about what a user gets; `on_onnxruntime_f32` is the
same on the peers' own engine. `…_per_video_second` is another question: what a second of video
costs as each is used, ours at 5 pictures a second with the gate, Ultralytics on every picture.
`floor_of_…` is what the ratio would be if ours cost nothing beyond its engine and decoding.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.harness import CACHE, Bar, arguments, write
from benchmarks.models import Network, offline, rider_helmet, square
from benchmarks.video import FPS, street

LOOPS = Path(__file__).parent / "loops"
STRIDE = 5
ROBOFLOW = CACHE / "roboflow"
INSTALL_S = 900
Said = dict[str, Any]


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=19, help="of video in each round")
    asked = parser.parse_args()
    rounds, seconds = (1, 3) if asked.quick else (asked.rounds, asked.seconds)
    clip = street(asked.media, 720)
    peers = Peers(clip, seconds * FPS // STRIDE)
    found = {
        network.model.manifest.name: compare(peers, network, rounds)
        for network in (rider_helmet(), square())
    }
    worst = {
        key: max(result[key] for result in found.values())
        for key in ("ratio_to_limit", "ratio_to_ultralytics_track", "ratio_to_best_other_peer")
        if all(key in result for result in found.values())
    }
    figures = {
        "clip": clip.name,
        "pictures_a_round": peers.limit,
        "rounds": rounds,
        **found["rider-helmet"],
        **worst,
        "ratios_are": "the worse of the two networks",
        "by_network": found,
        "not_measured": peers.missing,
    }
    write("peers", figures, bars(worst), quick=asked.quick)


def bars(worst: dict[str, float]) -> list[Bar]:
    asked = {
        "ratio_to_limit": (
            "CPU per analysed picture ÷ (bare engine + decode of the pictures it needs)",
            1.15,
            "≤ 1.15",
        ),
        "ratio_to_ultralytics_track": (
            "CPU per analysed picture ÷ Ultralytics `track`, same ONNX and clip",
            1 / 3,
            "≤ 1/3",
        ),
        "ratio_to_best_other_peer": (
            "CPU per analysed picture ÷ the best other peer that installs",
            1 / 2,
            "≤ 1/2",
        ),
    }
    return [
        Bar(words, bar, f"{worst[key]:.3f}", worst[key] <= limit)
        if key in worst
        else Bar(words, bar, "not measured", None)
        for key, (words, limit, bar) in asked.items()
    ]


def compare(peers: "Peers", network: Network, rounds: int) -> Said:
    """One network: what everything costs, and the ratios."""
    loops = peers.loops(network)
    costs: dict[str, list[float]] = {name: [] for name in loops}
    engine = ""
    for number in range(rounds):
        for name, run in loops.items():
            if (said := run()) is None:
                continue
            print(f"round {number + 1} {network.model.manifest.name} {name}: {said['cpu_ms']:.1f}")
            costs[name].append(said["cpu_ms"])
            engine = said.get("engine") or engine if name == "engine" else engine
    cost = {name: median(values) for name, values in costs.items() if values}
    ours = cost["ours"]
    others = [cost[name] for name in ("opencv_dnn", "roboflow") if name in cost]
    result: Said = {
        "engine": engine,
        "cpu_ms_per_frame": ours,
        "bare_engine_cpu_ms": cost["engine"],
        "decode_cpu_ms": cost["decode"],
        "ratio_to_limit": ours / (cost["engine"] + cost["decode"]),
        "on_onnxruntime_f32": {
            "cpu_ms_per_frame": cost["ours on onnxruntime"],
            "bare_engine_cpu_ms": cost["onnxruntime"],
            "ratio_to_limit": cost["ours on onnxruntime"] / (cost["onnxruntime"] + cost["decode"]),
            "ratio_to_best_other_peer": cost["ours on onnxruntime"] / min(others),
            "ratio_to_ultralytics_track": cost["ours on onnxruntime"] / cost["ultralytics_track"]
            if "ultralytics_track" in cost
            else None,
        },
        "ratio_to_best_other_peer": ours / min(others),
        "ours_cpu_ms_per_video_second": cost["ours, as used"] * FPS / STRIDE,
    }
    for peer in ("ultralytics_track", "opencv_dnn", "roboflow"):
        if peer in cost:
            result[f"{peer}_cpu_ms_per_frame"] = cost[peer]
            result[f"ratio_to_{peer}"] = ours / cost[peer]
            result[f"floor_of_ratio_to_{peer}"] = (cost["engine"] + cost["decode"]) / cost[peer]
    if "ultralytics_track, as used" in cost:
        theirs = cost["ultralytics_track, as used"] * FPS
        result["ultralytics_track_cpu_ms_per_video_second"] = theirs
        result["ratio_per_video_second_to_ultralytics_track"] = (
            result["ours_cpu_ms_per_video_second"] / theirs
        )
    return json.loads(json.dumps(result), parse_float=lambda text: round(float(text), 3))


class Peers:
    """Starts the loops; one that cannot run here is noted in `missing` and left out."""

    def __init__(self, clip: Path, limit: int) -> None:
        self.clip = clip
        self.limit = limit
        self.missing: dict[str, str] = {}
        self._ultralytics = {**offline(), "PYTHONPATH": str(_lap())}
        self._roboflow = self._install_roboflow()

    def loops(self, network: Network) -> dict[str, Callable[[], Said | None]]:
        given = network.model.manifest
        file, size = str(network.model.path), (str(given.input.height), str(given.input.width))

        def ours(stride: int, *more: str) -> Said | None:
            return self._run("ours", sys.executable, given.name, stride, more)

        def limit(*more: str) -> Said | None:
            return self._run("limit", sys.executable, given.name, STRIDE, more)

        def peer(name: str, stride: int = STRIDE, python: str = sys.executable) -> Said | None:
            return self._run(name, python, file, stride, size)

        loops: dict[str, Callable[[], Said | None]] = {
            "engine": lambda: limit("engine", "auto"),
            "ours": lambda: ours(STRIDE, "all", "auto"),
            "decode": lambda: limit("decode"),
            "onnxruntime": lambda: limit("engine", "onnxruntime"),
            "ours on onnxruntime": lambda: ours(STRIDE, "all", "onnxruntime"),
            "ultralytics_track": lambda: peer("ultralytics_track"),
            "ours, as used": lambda: ours(STRIDE, "gate", "auto"),
            "opencv_dnn": lambda: peer("opencv_dnn"),
            "ultralytics_track, as used": lambda: peer("ultralytics_track", stride=1),
        }
        if self._roboflow is not None:
            python = str(self._roboflow)
            loops["roboflow"] = lambda: peer("roboflow", python=python)
        return loops

    def _run(
        self, loop: str, python: str, model: str, stride: int, more: tuple[str, ...]
    ) -> Said | None:
        if loop in self.missing:
            return None
        command = [python, str(LOOPS / f"{loop}.py"), model, str(self.clip), str(stride)]
        environment = {
            "ultralytics_track": self._ultralytics,
            "roboflow": {**os.environ, "TELEMETRY_OPT_OUT": "True", "HF_HUB_OFFLINE": "1"},
        }.get(loop, dict(os.environ))
        done = subprocess.run(
            [*command, str(self.limit), *more],
            env=environment,
            cwd=CACHE,
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )
        if done.returncode == 0:
            return json.loads(done.stdout.strip().splitlines()[-1])
        if loop in ("ours", "limit"):
            raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr}")
        self.missing[loop] = "\n".join(done.stderr.strip().splitlines()[-5:])
        return None

    def _install_roboflow(self) -> Path | None:
        """In an environment of its own: it pins other versions."""
        python = ROBOFLOW / "bin" / "python"
        ready = ROBOFLOW / ".ready"
        if ready.exists():
            return python
        try:
            subprocess.run([sys.executable, "-m", "venv", str(ROBOFLOW)], check=True)
            install = [str(python), "-m", "pip", "install", "--quiet", "inference-cpu"]
            subprocess.run(install, check=True, timeout=INSTALL_S)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            self.missing["roboflow"] = f"does not install here: {error}"
            return None
        ready.touch()
        return python


def _lap() -> Path:
    """`lap`, which Ultralytics' trackers want and its package does not ask for."""
    folder = CACHE / "lap"
    if not folder.is_dir():
        install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target"]
        subprocess.run([*install, str(folder), "lap"], check=False)
    return folder


if __name__ == "__main__":
    main()
