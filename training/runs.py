"""One training run: a folder that says what was asked, what happened and what came out.

| file | what |
| --- | --- |
| `run.json` | recipe, what was asked, versions, state (`running`, `done`, `failed`), times |
| `plan.json` | algorithm, job and checks, as the recipe made them: now it can be resumed |
| `job.json` | every setting the backend was given |
| `log.txt` | all that the backend printed |
| `curve.csv` | how far it is, live (`backends/curve.py`) |
| `checkpoint/` | what it goes on from (`backends/checkpoint.py`); gone once it is done |
| `trials/<number>/` | of a search, each trial with files as here |
| `model.onnx`, `best.pt` | what the backend made (`backends/job.py`) |
| `algorithm.yaml` | the manifest of the network that came out, to submit it with |
| `metrics.json` | the model measured through `model.onnx`, per data set and split |
| `parity.json` | how far `model.onnx` is from what the framework answered |
| `MODEL_CARD.md`, `example.jpg` | what somebody should know before using it |
| `model-fp16.onnx`, `model-int8.onnx`, `export.json` | smaller ones, and what they lose |
"""

import json
import shutil
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from algorithms.manifest import AlgorithmManifest
from training.backends import BACKENDS
from training.errors import TrainingError
from training.recipes.recipe import Plan

_RECORDED = ("longan", "torch", "ultralytics", "libreyolo", "onnx", "onnxruntime", "numpy", "ray")
_SCRATCH = ("checkpoint", "ray", "settings", *BACKENDS)
MANIFEST = "algorithm.yaml"
METRICS = "metrics.json"
PARITY = "parity.json"
EXPORT = "export.json"

_PLAN: TypeAdapter[Plan] = TypeAdapter(Plan)


def new_folder(runs: Path, recipe: str, now: datetime) -> Path:
    """Where the next run of a recipe goes: `<runs>/<recipe>-<UTC time>`."""
    return runs / f"{recipe}-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"


@contextmanager
def recorded(
    folder: Path, recipe: str, asked: Mapping[str, Any], releases: Mapping[str, Any]
) -> Generator[None]:
    """Keep `run.json` in `folder` (made here) while the run goes on.

    Args:
        folder: The run's.
        recipe: Its name.
        asked: For the record.
        releases: By data set, what it is trained on; filled while the run goes on.

    Raises:
        TrainingError: The folder holds an earlier run.
    """
    if (folder / "run.json").exists():
        raise TrainingError(
            f"{folder}: holds an earlier run; choose another --out, or go on with it by --resume"
        )
    folder.mkdir(parents=True, exist_ok=True)
    run: dict[str, Any] = {
        "recipe": recipe,
        "asked": dict(asked),
        "releases": releases,
        "versions": _versions(),
        "started_at": _now(),
    }
    with _going_on(folder, run):
        yield


@contextmanager
def resumed(folder: Path) -> Generator[str]:
    """Keep `run.json` while a run that was interrupted, or failed, goes on; gives its recipe.

    Raises:
        TrainingError: There is no run in the folder.
    """
    try:
        run: dict[str, Any] = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        recipe = str(run["recipe"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TrainingError(f"{folder}: expected the folder of a training run: {error}") from error
    run["resumed_at"] = [*run.get("resumed_at", []), _now()]
    with _going_on(folder, run):
        yield recipe


def keep_plan(folder: Path, plan: Plan) -> None:
    """From here on the run can be resumed."""
    _put(folder / "plan.json", _PLAN.dump_json(plan, indent=2).decode())


def keep_releases(folder: Path, releases: Mapping[str, Any]) -> None:
    """Note in `run.json` what is trained on, so that a run that is killed knows it."""
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    _write(folder, {**run, "releases": releases})


def keep_manifest(folder: Path, manifest: AlgorithmManifest) -> None:
    """Write `algorithm.yaml`."""
    content = manifest.model_dump(mode="json", exclude_unset=True)
    _put(folder / MANIFEST, yaml.safe_dump(content, allow_unicode=True, sort_keys=False).rstrip())


def kept_manifest(folder: Path) -> AlgorithmManifest:
    """What a finished run made.

    Raises:
        TrainingError: The run is not done.
    """
    if not (folder / MANIFEST).is_file():
        raise TrainingError(
            f"{folder}: expected the folder of a training run that is done, with {MANIFEST}; "
            "train first, or go on with it by `longan train --resume`"
        )
    return AlgorithmManifest.from_file(folder / MANIFEST)


def kept(folder: Path, name: str) -> dict[str, Any]:
    """One of the run's JSON files; empty where it is not there."""
    file = folder / name
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def keep(folder: Path, name: str, content: Mapping[str, Any]) -> None:
    """Write one of the run's JSON files."""
    _put(folder / name, json.dumps(content, indent=2, ensure_ascii=False))


def drop_scratch(folder: Path) -> None:
    """Remove what only a run under way needs: its trials' too.

    What cannot be removed now, as Ray may still write there, goes with the rest after
    `LONGAN_RUN_DAYS`.
    """
    for place in (folder, *folder.glob("trials/*")):
        for name in _SCRATCH:
            shutil.rmtree(place / name, ignore_errors=True)


def is_prepared(folder: Path) -> bool:
    """Whether the run in the folder can be resumed; else it has not begun to train."""
    return (folder / "plan.json").is_file()


def kept_plan(folder: Path) -> Plan:
    """What the recipe made of the run in `folder`.

    Raises:
        TrainingError: It ended before its data were prepared, or another version wrote it.
    """
    if not is_prepared(folder):
        raise TrainingError(
            f"{folder}: expected plan.json, which is there once the data are prepared; there is "
            "nothing to go on from, start a new run"
        )
    try:
        return _PLAN.validate_json((folder / "plan.json").read_bytes())
    except ValidationError as error:
        raise TrainingError(
            f"{folder / 'plan.json'}: another version of Longan wrote it; start a new run"
        ) from error


@contextmanager
def _going_on(folder: Path, run: dict[str, Any]) -> Generator[None]:
    run.pop("ended_at", None)
    run["state"] = "running"
    _write(folder, run)
    run["state"] = "failed"
    try:
        yield
        run["state"] = "done"
    finally:
        run["ended_at"] = _now()
        _write(folder, run)


def _write(folder: Path, run: Mapping[str, Any]) -> None:
    _put(folder / "run.json", json.dumps(run, indent=2, default=str, ensure_ascii=False))


def _put(file: Path, text: str) -> None:
    part = file.with_name(f"{file.name}.part")
    part.write_text(text + "\n", encoding="utf-8")
    part.replace(file)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _versions() -> dict[str, str]:
    found: dict[str, str] = {}
    for name in _RECORDED:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found
