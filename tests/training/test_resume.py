"""A training that is killed goes on from its last checkpoint."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from training.backends import checkpoint
from training.backends.curve import read_curve
from training.plugin import plugin

from .conftest import MakeData
from .test_process import LONGAN_TRAIN, backend_of, is_alive, wait_until

HEADS = ["with_helmet", "without_helmet"]
EPOCHS = 6
ASKED = ["--image-px", "64", "--weights", "yolov8n.yaml", "--epochs", str(EPOCHS), "--seed", "3"]


@pytest.mark.training
@pytest.mark.slow
def test_a_killed_training_goes_on_from_its_last_checkpoint(
    data: Path, make_data: MakeData, tmp_path: Path
) -> None:
    make_data("rider-helmet", HEADS)
    out = tmp_path / "run"
    asked = ["train", "rider-helmet", "--data", str(data), "--out", str(out), *ASKED]
    trainer = subprocess.Popen(
        [sys.executable, "-c", LONGAN_TRAIN, *asked], stderr=subprocess.DEVNULL
    )
    wait_until(lambda: len(read_curve(out)) >= 2)
    backend = backend_of(out)
    os.kill(backend, signal.SIGKILL)
    trainer.kill()
    trainer.wait()
    wait_until(lambda: not is_alive(backend))
    done = len(read_curve(out))
    assert not (out / "model.onnx").exists()

    result = longan_train("--resume", str(out))

    assert result.exit_code == 0, result.output
    assert result.stdout == f"{out / 'model.onnx'}\n"
    began = [int(n) for n in re.findall(r"from epoch (\d+) to", (out / "log.txt").read_text())]
    assert began in ([done], [done + 1])  # killed before, or after, the checkpoint was in place
    assert [row["epoch"] for row in read_curve(out)] == [1, 2, 3, 4, 5, 6]
    run = json.loads((out / "run.json").read_text())
    assert (run["state"], len(run["resumed_at"]), run["asked"]["seed"]) == ("done", 1, 3)
    assert "rider-helmet/val" in json.loads((out / "metrics.json").read_text())


def test_what_is_no_run_is_not_gone_on_with(tmp_path: Path) -> None:
    result = longan_train("--resume", str(tmp_path))

    assert "expected the folder of a training run" in str(result.exception)


def test_a_run_whose_data_were_not_prepared_is_started_anew(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text('{"recipe": "rider-helmet", "state": "running"}')

    result = longan_train("--resume", str(tmp_path))

    assert "start a new run" in str(result.exception)


def test_a_recipe_or_a_folder_is_needed(tmp_path: Path) -> None:
    assert longan_train().exit_code == 2
    assert longan_train("rider-helmet", "--resume", str(tmp_path)).exit_code == 2


def test_a_checkpoint_of_somebody_else_is_not_loaded(tmp_path: Path) -> None:
    strange = tmp_path / "strange.pt"
    strange.write_bytes(b"runs code")
    run = tmp_path / "run"
    run.mkdir()
    assert checkpoint.own(run, checkpoint.LAST) is None

    checkpoint.keep(run, strange, checkpoint.LAST)
    assert checkpoint.own(run, checkpoint.LAST) == run / "checkpoint" / "last.pt"

    kept = run / "checkpoint" / "last.pt"
    kept.chmod(0o666)
    with pytest.raises(SystemExit, match="loading it could run their code"):
        checkpoint.own(run, checkpoint.LAST)
    kept.unlink()
    kept.symlink_to(strange)
    with pytest.raises(SystemExit, match="found a link"):
        checkpoint.own(run, checkpoint.LAST)


def longan_train(*asked: str) -> Result:
    app = typer.Typer()
    app.callback()(lambda: None)
    plugin.cli(app)
    return CliRunner().invoke(app, ["train", *asked])
