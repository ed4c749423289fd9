"""The real command, as small as it gets."""

import json
from importlib.metadata import entry_points
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner, Result

from algorithms.catalog import manifest
from algorithms.detector import Detector
from algorithms.manifest import AlgorithmManifest
from training.errors import TrainingError

from .conftest import MakeData

HEADS = ["with_helmet", "without_helmet"]
FROM_SCRATCH = "yolov8n.yaml"


@pytest.mark.training
@pytest.mark.slow
def test_a_recipe_ends_in_a_model_the_detector_loads(
    data: Path, make_data: MakeData, anything_goes: Path, tmp_path: Path
) -> None:
    make_data("rider-helmet", HEADS)
    out = tmp_path / "run"

    asked = ["--weights", FROM_SCRATCH, "--epochs", "1", "--accept-findings", anything_goes]
    result = longan_train("rider-helmet", data, out, *asked)

    assert result.exit_code == 0, result.output
    assert result.stdout == f"{out / 'model.onnx'}\n"
    detector = Detector.load(manifest("rider-helmet"), out / "model.onnx")
    found = detector.detect([np.zeros((64, 96, 3), np.uint8)] * 3)
    assert len(found) == 3
    metrics = json.loads((out / "metrics.json").read_text())
    assert metrics["rider-helmet/val"]["images"] == 4
    assert metrics["rider-helmet/val"]["scorecard"]["slices"]
    parity = json.loads((out / "parity.json").read_text())
    assert (parity["pictures"], parity["largest_difference"] < 0.05) == (4, True)
    assert AlgorithmManifest.from_file(out / "algorithm.yaml") == manifest("rider-helmet")
    assert "seed 0" in (out / "MODEL_CARD.md").read_text()
    assert (out / "example.jpg").is_file()
    run = json.loads((out / "run.json").read_text())
    assert (run["recipe"], run["state"]) == ("rider-helmet", "done")
    assert len(run["releases"]["rider-helmet"]["release"]) == 64
    assert len((out / "curve.csv").read_text().splitlines()) == 2
    assert (out / "best.pt").is_file()


@pytest.mark.training
@pytest.mark.slow
def test_the_base_networks_head_is_cut_to_the_street(
    data: Path, make_data: MakeData, anything_goes: Path, tmp_path: Path
) -> None:
    for name in ("traffic-motorbikes", "rider-cctv", "street-camera-unlabelled"):
        make_data(name, ["vehicles", "car", "motorbike"], pictures=3)
    out = tmp_path / "run"

    asked = ["--weights", FROM_SCRATCH, "--epochs", "1", "--accept-findings", anything_goes]
    result = longan_train("street-objects", data, out, *asked)

    assert result.exit_code == 0, result.output
    Detector.load(manifest("street-objects"), out / "model.onnx")
    labels = (out / "data" / "labels" / "train").glob("0-*.txt")
    assert {file.read_text()[0] for file in labels if file.read_text()} == {"2", "3"}


@pytest.mark.training
def test_a_failed_run_ends_with_the_backends_last_words(
    data: Path, make_data: MakeData, anything_goes: Path, tmp_path: Path
) -> None:
    make_data("rider-helmet", HEADS)
    weights, out = tmp_path / "broken.pt", tmp_path / "run"
    weights.write_bytes(b"not a network")

    asked = ["--weights", weights, "--accept-findings", anything_goes]
    result = longan_train("rider-helmet", data, out, *asked)

    assert isinstance(result.exception, TrainingError)
    assert str(out / "log.txt") in str(result.exception)
    assert json.loads((out / "run.json").read_text())["state"] == "failed"


def test_missing_data_names_the_folder_expected(data: Path, tmp_path: Path) -> None:
    result = longan_train("rider-helmet", data, tmp_path / "run")

    assert isinstance(result.exception, TrainingError)
    assert str(data / "rider-helmet") in str(result.exception)


def test_missing_weights_name_the_file_expected(
    data: Path, make_data: MakeData, anything_goes: Path, tmp_path: Path
) -> None:
    make_data("rider-helmet", HEADS)

    asked = ["--weights", "nowhere.pt", "--accept-findings", anything_goes]
    result = longan_train("rider-helmet", data, tmp_path / "run", *asked)

    assert isinstance(result.exception, TrainingError)
    assert "nowhere.pt" in str(result.exception)


def test_data_that_do_not_pass_stop_the_run_with_the_findings_and_a_page(
    data: Path, make_data: MakeData, tmp_path: Path
) -> None:
    label = make_data("rider-helmet", HEADS) / "labels" / "train" / "0.txt"
    label.write_text("0 0.5 0.5 0.4 0\n")
    out = tmp_path / "run"

    result = longan_train("rider-helmet", data, out)

    assert isinstance(result.exception, TrainingError)
    assert "1 × box without area (degenerate)" in str(result.exception)
    assert str(out / "rider-helmet-quality.html") in str(result.exception)
    assert (out / "rider-helmet-quality.html").read_text().startswith("<!doctype html>")
    assert json.loads((out / "run.json").read_text())["state"] == "failed"


def test_an_earlier_run_is_not_written_over(data: Path, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{}")

    result = longan_train("rider-helmet", data, tmp_path)

    assert "holds an earlier run" in str(result.exception)


def test_an_unknown_recipe_says_which_there_are(data: Path, tmp_path: Path) -> None:
    result = longan_train("rider-hat", data, tmp_path / "run")

    assert "rider-helmet, street-objects" in str(result.exception)


@pytest.fixture(autouse=True)
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LONGAN_DATA_DIR", str(tmp_path / "longan"))


def longan_train(recipe: str, data: Path, out: Path, *more: str | Path) -> Result:
    app = typer.Typer()
    app.callback()(lambda: None)
    (plugin,) = entry_points(group="longan.plugins", name="training")
    plugin.load().cli(app)
    asked = ["train", recipe, "--data", str(data), "--out", str(out), "--image-px", "64"]
    return CliRunner().invoke(app, [*asked, *map(str, more)])
