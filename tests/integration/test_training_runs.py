"""Training as a job of a real platform, on its Ray: killed, gone on with, cancelled, searched."""

import os
import re
import signal
import subprocess
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from tests.platform import Platform, running_platform, until

pytestmark = [pytest.mark.cluster, pytest.mark.training, pytest.mark.slow]

PATIENCE_S = 900
EPOCHS = 40
"""Enough that some are left when all its processes have been killed, also on a fast machine."""
TINY = {"image_px": 64, "weights": "yolov8n.yaml"}


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A platform's data folder with the data set of the recipe: a bright square a picture."""
    random = np.random.default_rng(0)
    folder = tmp_path / "data" / "datasets" / "rider-helmet"
    for split in ("train", "val"):
        for kind in ("images", "labels"):
            (folder / kind / split).mkdir(parents=True)
        for number in range(4):
            picture = random.integers(0, 60, (64, 64, 3), np.uint8)
            picture[20:44, 20:44] = 255
            cv2.imwrite(str(folder / "images" / split / f"{number}.png"), picture)
            (folder / "labels" / split / f"{number}.txt").write_text(f"{number % 2} .5 .5 .4 .4\n")
    (folder / "classes.txt").write_text("with_helmet\nwithout_helmet\n")
    return tmp_path / "data"


def test_a_run_outlives_its_processes_and_its_platform(data_dir: Path) -> None:
    with running_platform(data_dir) as platform:
        run = ask(platform, epochs=EPOCHS)
        until(lambda: epochs(platform, run) >= 2, PATIENCE_S, "two epochs are done")
        os.kill(backend(run), signal.SIGKILL)
        until(lambda: began_again(platform, run) == 1, PATIENCE_S, "Ray has it go on")
        until(lambda: epochs(platform, run) >= 4, PATIENCE_S, "two more are done")
        platform.process.kill()
        platform.process.wait()
    with running_platform(data_dir) as platform:
        done = ended(platform, run)
        model = platform.http.get(f"/training-runs/{run}/model").content
        curve = platform.call("GET", f"/training-runs/{run}/curves")["curves"][0]["points"]
        again = began_again(platform, run)

    assert (done["state"], done["message"], done["progress"]) == ("done", None, 1.0)
    assert done["metrics"]["rider-helmet/val"]["images"] == 4
    assert again == 2
    assert [point["epoch"] for point in curve] == list(range(1, EPOCHS + 1))
    assert len(model) > 1_000_000


def test_a_cancelled_run_ends_and_a_search_keeps_its_best_trial(data_dir: Path) -> None:
    with running_platform(data_dir) as platform:
        run = ask(platform, epochs=1000)
        until(lambda: epochs(platform, run) >= 1, PATIENCE_S, "an epoch is done")
        pid = backend(run)
        platform.call("PATCH", f"/training-runs/{run}", json={"state": "cancelled"})
        until(lambda: not is_alive(pid), 60, "its process has ended")

        search = {"learning_rate": [0.01, 0.00001]}
        found = ended(platform, ask(platform, epochs=3, search=search))
        failed = ended(platform, ask(platform, weights="missing.pt"))

    assert found["state"] == "done", found["message"]
    trials = found["metrics"]["search"]["trials"]
    assert [trial["settings"]["learning_rate"] for trial in trials] == search["learning_rate"]
    best = trials[found["metrics"]["search"]["best"]]
    assert best["map50"] == max(trial["map50"] for trial in trials if trial["finished"])
    assert failed["state"] == "failed"
    assert str(data_dir / "base-weights" / "missing.pt") in failed["message"]


def ask(platform: Platform, **spec: Any) -> str:
    order = {"recipe": "rider-helmet", "spec": {**TINY, **spec}}
    return platform.call("POST", "/training-runs", json=order)["id"]


def ended(platform: Platform, run: str) -> dict[str, Any]:
    def document() -> dict[str, Any]:
        return platform.call("GET", f"/training-runs/{run}")

    until(lambda: document()["state"] not in ("queued", "running"), PATIENCE_S, "the run is over")
    return document()


def epochs(platform: Platform, run: str) -> int:
    curves = platform.call("GET", f"/training-runs/{run}/curves")["curves"]
    found = platform.call("GET", f"/training-runs/{run}")
    assert found["state"] in ("queued", "running"), found["message"]
    return len(curves[0]["points"]) if curves else 0


def began_again(platform: Platform, run: str) -> int:
    """How often it went on from an epoch that was not the first."""
    text = platform.http.get(f"/training-runs/{run}/log", params={"lines": 5000}).text
    return len(re.findall(r"Resuming training .* from epoch ([2-9]|\d\d+) to", text))


def backend(run: str) -> int:
    command = ["pgrep", "-f", f"training.backends.ultralytics .*{run}"]
    return int(subprocess.run(command, capture_output=True, check=True).stdout.split()[0])


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
