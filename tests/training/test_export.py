"""`longan export`, with a network that needs no training."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from algorithms.detector import Detector
from algorithms.manifest import AlgorithmManifest
from tests.labelled import lights
from tests.models import manifest, sees_light
from training.backends.interface import Interface, suited, write_interface
from training.backends.job import TrainJob
from training.card import write_card
from training.errors import TrainingError
from training.export import calibration_pictures, export
from training.measuring import measured
from training.parity import parity, reference_pictures
from training.recipes.recipe import Check, Plan
from training.runs import METRICS, keep, keep_manifest, keep_plan, kept_plan

SEEN = "BBBbDd"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run that is done: trained on `lights`, measured on others."""
    folder, trained_on = tmp_path / "run", lights(tmp_path / "seen", "BbDd")
    for part in ("images", "labels"):
        shutil.move(trained_on / part / "val", trained_on / part / "train")
    (trained_on / "SOURCE.txt").write_text("repo: a street; licence CC BY 4.0\nimages kept: 4\n")
    folder.mkdir()
    sees_light(folder / "model.onnx")
    check = Check(lights(tmp_path / "unseen", SEEN, cameras=list("aabbcc")), "val")
    job = TrainJob(
        data=trained_on, weights=Path("light.yaml"), classes=("person",), epochs=3, seed=7
    )
    keep_plan(folder, Plan(described(), job, (check,)))
    keep_manifest(folder, described())
    keep(folder, "run.json", {"recipe": "street-light"})
    detector = Detector.load(described(), folder / "model.onnx")
    keep(folder, METRICS, {check.name: measured(detector, check)})
    return folder


def described() -> AlgorithmManifest:
    return manifest("person")


def test_each_version_is_measured_on_what_the_training_never_saw(run: Path) -> None:
    said = export(run, ["fp16", "int8"], lambda _text: None)

    assert list(said["versions"]) == ["fp32", "fp16", "int8"]
    for version in said["versions"].values():
        assert (run / version["file"]).is_file()
    scores = {p: v["checks"]["unseen/val"]["ap50"]["person"] for p, v in said["versions"].items()}
    metrics = json.loads((run / METRICS).read_text())["unseen/val"]
    assert scores["fp32"] == metrics["classes"]["person"]["ap50"]
    assert len(set(scores.values())) == 1  # it has no convolution, so that nothing is rounded
    assert said["calibration"]["pictures"] == 4
    assert json.loads((run / "export.json").read_text()) == said


def test_a_version_made_later_joins_those_made_before(run: Path) -> None:
    export(run, ["int8"], lambda _text: None)

    said = export(run, ["fp16"], lambda _text: None)

    assert list(said["versions"]) == ["fp32", "int8", "fp16"]


def test_a_run_that_is_not_done_has_nothing_to_export(run: Path) -> None:
    (run / "algorithm.yaml").unlink()

    with pytest.raises(TrainingError, match="training run that is done"):
        export(run, ["fp16"], lambda _text: None)


def test_scales_do_not_come_from_the_pictures_that_it_is_measured_on(tmp_path: Path) -> None:
    data = lights(tmp_path / "only", SEEN)
    for part in ("images", "labels"):
        (data / part / "train").symlink_to(data / part / "val")

    with pytest.raises(TrainingError, match="6 pictures of its split train are those"):
        calibration_pictures(data, [Check(data, "val")])


def test_without_training_pictures_it_says_where_to_name_some(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="--calibrate-on"):
        calibration_pictures(lights(tmp_path / "only", SEEN), [])


def test_the_metrics_have_slices_with_bounds(run: Path) -> None:
    slices = json.loads((run / METRICS).read_text())["unseen/val"]["scorecard"]["slices"]

    dark = next(part for part in slices if (part["by"], part["name"]) == ("light", "dark"))
    assert (dark["pictures"], dark["recall"]["hits"], dark["recall"]["n"]) == (2, 0, 1)
    assert 0.5 < dark["recall"]["high"] < 1
    assert {part["name"] for part in slices if part["by"] == "camera"} == {"a", "b", "c"}


def test_the_card_tells_what_the_run_left(run: Path) -> None:
    export(run, ["fp16"], lambda _text: None)

    card = write_card(run).read_text()

    for told in (
        "repo: a street; licence CC BY 4.0",
        "3 epochs",
        "seed 7",
        "`longan train street-light`",
        "6 pictures of 3 cameras; the training never saw them",
        "| light dark | 2 | 1 | 0.000 (0.000–",
        "`model-fp16.onnx`",
        "识别person",
    ):
        assert told in card


def test_the_card_says_when_pictures_were_trained_on(run: Path) -> None:
    plan = kept_plan(run)
    (check,) = plan.checks
    for part in ("images", "labels"):
        (check.data / part / "train").symlink_to(check.data / part / "val")
    job = plan.job.model_copy(update={"data": check.data})
    keep_plan(run, replace(plan, job=job))

    assert "**6 of them were trained on" in write_card(run).read_text()


def test_the_same_answers_before_and_after_the_export_pass(run: Path) -> None:
    detector = Detector.load(described(), run / "model.onnx")
    pictures = np.random.default_rng(0).random((3, 3, 64, 64), np.float32)
    np.savez(run / "reference.npz", input=pictures, output=detector.engine.run(pictures))

    told = parity(detector, run)

    assert told is not None
    assert (told["pictures"], told["largest_difference"] < 1e-4) == (3, True)


def test_other_answers_after_the_export_fail_the_run(run: Path) -> None:
    detector = Detector.load(described(), run / "model.onnx")
    pictures = np.zeros((1, 3, 64, 64), np.float32)
    np.savez(run / "reference.npz", input=pictures, output=detector.engine.run(pictures) + 0.1)

    with pytest.raises(TrainingError, match="answers other than the framework did"):
        parity(detector, run)


def test_references_are_spread_over_the_first_check(tmp_path: Path) -> None:
    check = Check(lights(tmp_path / "only", "BBBBBBBB"), "val")

    assert [path.stem for path in reference_pictures([check])] == ["0", "2", "4", "6"]


def test_a_backend_may_say_how_its_network_is_used(tmp_path: Path) -> None:
    said = manifest("person", size=32, family="yolox")
    write_interface(tmp_path, Interface(input=said.input, output=said.output))

    fitted = suited(described(), tmp_path)

    assert (fitted.input.width, fitted.output.family) == (32, "yolox")
    assert fitted.class_names == described().class_names
