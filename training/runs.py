"""One training run: a folder that says what was asked, what happened and what came out.

| file | what |
| --- | --- |
| `run.json` | recipe, what was asked, versions, state (`running`, `done`, `failed`), times |
| `job.json` | every setting the backend was given |
| `log.txt` | all that the backend printed |
| `model.onnx`, `best.pt`, `curve.csv` | what the backend made (`backends/job.py`) |
| `metrics.json` | the model measured through `model.onnx`, per data set and split |
"""

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from training.errors import TrainingError

_RECORDED = ("longan", "torch", "ultralytics", "onnx", "onnxruntime", "numpy")


def new_folder(runs: Path, recipe: str, now: datetime) -> Path:
    """Where the next run of a recipe goes: `<runs>/<recipe>-<UTC time>`."""
    return runs / f"{recipe}-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"


@contextmanager
def recorded(folder: Path, recipe: str, asked: Mapping[str, Any]) -> Generator[None]:
    """Keep `run.json` in `folder` (made here) while the run goes on.

    Raises:
        TrainingError: The folder holds an earlier run.
    """
    if (folder / "run.json").exists():
        raise TrainingError(f"{folder}: holds an earlier run; choose another --out")
    folder.mkdir(parents=True, exist_ok=True)
    run = {
        "recipe": recipe,
        "asked": dict(asked),
        "versions": _versions(),
        "started_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "state": "running",
    }
    _write(folder, run)
    run["state"] = "failed"
    try:
        yield
        run["state"] = "done"
    finally:
        run["ended_at"] = datetime.now(UTC).isoformat(timespec="seconds")
        _write(folder, run)


def _write(folder: Path, run: Mapping[str, Any]) -> None:
    text = json.dumps(run, indent=2, default=str, ensure_ascii=False)
    (folder / "run.json").write_text(text + "\n", encoding="utf-8")


def _versions() -> dict[str, str]:
    found: dict[str, str] = {}
    for name in _RECORDED:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found
