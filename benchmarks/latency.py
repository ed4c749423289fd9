"""From the capture of the deciding picture to the event on SSE, at 80 % and at 200 % load.

    python benchmarks/latency.py [--seconds 120]

A whole platform (`longan up`). Eight cameras see a light go on every ten seconds, each at its
own time, and a tiny submitted model makes an event of it. Beside them cameras of 720p25 with
street-objects want 80 %, then 200 %, of the pictures that the node does at full load.

Two clocks: from `opened_at`, when the deciding picture arrived, as the bar has it; and from the
light itself, which our own clock cannot flatter: what the rule and the tracker want to see before
they decide is in it.
"""

import json
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx

from benchmarks.harness import Bar, arguments, percentile, write
from benchmarks.lights import PERIOD_S, Lights
from benchmarks.video import street
from tests.models import manifest, sees_light
from tests.platform import Platform, running_platform, until

LIGHTS = 8
FORCE = {"force": True}
Found = TypeVar("Found")


class Follower:
    """Notes when each event reaches a client."""

    def __init__(self, platform: Platform) -> None:
        self.opened: list[tuple[datetime, dict[str, Any]]] = []
        self.platform = platform
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        headers = {"Authorization": f"Bearer {self.platform.token}"}
        address = f"{self.platform.url}/api/v1/events/stream"
        try:
            with httpx.stream("GET", address, headers=headers, timeout=None) as answer:
                for line in answer.iter_lines():
                    if line.startswith("data:"):
                        said = json.loads(line.removeprefix("data:"))
                        if said["type"] == "longan.event.opened.v1":
                            self.opened.append((datetime.now(UTC), said["data"]))
        except httpx.TransportError:
            return  # the platform stops


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--seconds", type=float, default=120.0, help="for each load")
    asked = parser.parse_args()
    seconds = 20.0 if asked.quick else asked.seconds
    clip = street(asked.media, 720)
    lights = Lights(LIGHTS)
    with (
        tempfile.TemporaryDirectory(prefix="longan-bench-") as folder,
        running_platform(Path(folder) / "data") as platform,
    ):
        submit_light_seer(platform, Path(folder))
        full_fps: float = at_load(platform, clip, 2, 30.0, lambda ids: rate(platform, ids, 15.0))
        numbers = watch_lights(platform, lights)
        follower = Follower(platform)
        found: dict[str, dict[str, Any]] = {}
        for percent, count in ((80, 4), (200, 8)):
            fps = min(30.0, percent / 100 * full_fps / count)

            def look(ids: list[str]) -> dict[str, Any]:
                follower.opened.clear()
                reached = rate(platform, ids, seconds)
                shone = round(seconds / PERIOD_S * LIGHTS)
                told = {"load_analysed_fps": reached, "lights_that_shone": shone}
                return {**told, **latencies(follower, numbers, lights)}

            found[f"at_{percent}_pct"] = at_load(platform, clip, count, fps, look)
    lights.close()
    bars = [
        bar("p99 from capture to SSE at 80 % load", "≤ 1 s", 1.0, found["at_80_pct"]),
        bar("the same at 200 % load", "bounded (≤ 3 s)", 3.0, found["at_200_pct"]),
    ]
    write("latency", {"full_load_fps": full_fps, **found}, bars, quick=asked.quick)


def bar(figure: str, asked: str, limit_s: float, found: dict[str, Any]) -> Bar:
    late_s: float | None = found["to_sse_s_p99"]
    if late_s is None:
        return Bar(figure, asked, "no events", False)
    return Bar(figure, asked, f"{late_s:.2f} s of {found['events']}", late_s <= limit_s)


def submit_light_seer(platform: Platform, folder: Path) -> None:
    model = sees_light(folder / "light.onnx")
    document = manifest("person", name="light-seer").model_dump_json().encode()
    with model.open("rb") as file:
        files = {"model": file, "manifest": ("algorithm.yaml", document)}
        submission = platform.call("POST", "/submissions", files=files)
    path = f"/submissions/{submission['id']}"
    until(lambda: platform.call("GET", path)["state"] == "accepted", 120, "the model is accepted")


def watch_lights(platform: Platform, lights: Lights) -> dict[str, int]:
    """Camera id → number of its light."""
    numbers = {
        platform.add_camera(f"light {i}", lights.url(i), kind="stream"): i for i in range(LIGHTS)
    }
    body = {"scenario": "danger-zone", "camera_ids": list(numbers), "algorithm": "light-seer"}
    platform.call("POST", "/deployments", params=FORCE, json=body)
    return numbers


def at_load(
    platform: Platform, clip: Path, count: int, fps: float, look: Callable[[list[str]], Found]
) -> Found:
    """Run so many load cameras while `look` measures, and take them away again."""
    fps = max(0.1, round(fps, 2))
    ids = [
        platform.add_camera(f"load {i}", str(clip), kind="file", loop=True, analysed_fps=fps)
        for i in range(count)
    ]
    body = {"scenario": "danger-zone", "camera_ids": ids}
    deployment = platform.call("POST", "/deployments", params=FORCE, json=body)["id"]
    until(lambda: all(platform.status(i)["analysed_fps"] for i in ids), 120, "the load runs")
    time.sleep(10)
    found = look(ids)
    platform.call("DELETE", f"/deployments/{deployment}")
    for camera_id in ids:
        platform.call("DELETE", f"/cameras/{camera_id}")
    return found


def rate(platform: Platform, ids: list[str], seconds: float) -> float:
    """Pictures a second over all of these cameras, as their status says."""
    seen: list[float] = []
    deadline_s = time.monotonic() + seconds
    while time.monotonic() < deadline_s:
        time.sleep(2)
        seen.append(sum(platform.status(i)["analysed_fps"] or 0.0 for i in ids))
    return round(sum(seen) / len(seen), 2)


def latencies(follower: Follower, numbers: dict[str, int], lights: Lights) -> dict[str, Any]:
    to_sse: list[float] = []
    from_light: list[float] = []
    for arrived_at, event in list(follower.opened):
        number = numbers.get(event["camera"]["id"])
        if number is None:
            continue
        opened_at = datetime.fromisoformat(event["opened_at"])
        to_sse.append(round((arrived_at - opened_at).total_seconds(), 3))
        lit_at = lights.lit_at(number, opened_at)
        from_light.append(round((arrived_at - lit_at).total_seconds(), 3))
    return {
        "lights_analysed_fps": rate(follower.platform, list(numbers), 2.0),
        "events": len(to_sse),
        "to_sse_s_p50": percentile(to_sse, 50),
        "to_sse_s_p99": percentile(to_sse, 99),
        "from_light_s_p50": percentile(from_light, 50),
        "from_light_s_p99": percentile(from_light, 99),
    }


if __name__ == "__main__":
    main()
