"""What happens around a backend's process."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import MakeData

LONG_ENOUGH_S = 600

LONGAN_TRAIN = """
import typer
from training.plugin import plugin

app = typer.Typer()
plugin.cli(app)
app()
"""


@pytest.mark.training
@pytest.mark.slow
def test_a_backend_ends_with_the_process_that_started_it(
    data: Path, make_data: MakeData, tmp_path: Path
) -> None:
    make_data("rider-helmet", ["with_helmet", "without_helmet"])
    out = tmp_path / "run"
    asked = ["train", "rider-helmet", "--data", str(data), "--out", str(out), "--image-px", "64"]
    trainer = subprocess.Popen(
        [
            sys.executable,
            "-c",
            LONGAN_TRAIN,
            *asked,
            "--weights",
            "yolov8n.yaml",
            "--epochs",
            "1000",
        ],
        stderr=subprocess.DEVNULL,
    )
    wait_until(lambda: "Starting training" in read(out / "log.txt"))
    backend = backend_of(out)

    trainer.kill()
    trainer.wait()

    wait_until(lambda: not is_alive(backend))


def backend_of(out: Path) -> int:
    found = subprocess.run(
        ["pgrep", "-f", f"training.backends.ultralytics {out}"], capture_output=True, check=True
    )
    return int(found.stdout.split()[0])


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def read(file: Path) -> str:
    return file.read_text(errors="replace") if file.exists() else ""


def wait_until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + LONG_ENOUGH_S
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.2)
