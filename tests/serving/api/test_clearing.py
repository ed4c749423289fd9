import os
from datetime import timedelta
from pathlib import Path

from serving.api.clearing import Clearing, clear
from serving.store import Store, training_runs
from serving.store.models import now
from serving.store.training_models import TrainingRun
from tests.platform import until

DAYS = 30


def made(store: Store, runs: Path, state: str, days_ago: float) -> Path:
    """The folder of a run whose files are so many days old; it ended then, if it has."""
    at = now() - timedelta(days=days_ago)
    with store.write() as session:
        run = training_runs.request(session, recipe="tiny", spec={}, why="person: test", by="t")
        row = session.get_one(TrainingRun, run.id)
        row.state = state
        row.ended_at = at if state in ("done", "failed", "cancelled") else None
    folder = runs / run.folder
    (folder / "checkpoint").mkdir(parents=True)
    (folder / "trials" / "00").mkdir(parents=True)
    for name in ("model.onnx", "curve.csv", "checkpoint/last.pt", "trials/00/best.pt"):
        (folder / name).touch()
        os.utime(folder / name, (at.timestamp(), at.timestamp()))
    return folder


def left(folder: Path) -> list[str]:
    return sorted(part.name for part in folder.iterdir())


def test_of_a_run_that_ended_long_ago_only_its_files_stay(store: Store, tmp_path: Path) -> None:
    old = [made(store, tmp_path, s, DAYS + 1) for s in ("done", "failed", "cancelled")]
    young = made(store, tmp_path, "failed", DAYS - 1)
    going_on = [made(store, tmp_path, s, DAYS + 1) for s in ("queued", "running")]

    clearing = Clearing(store, tmp_path, DAYS, every_s=0.01)
    clearing.start()
    try:
        until(lambda: all(len(left(folder)) == 2 for folder in old), 60, "old runs are cleared")
    finally:
        clearing.stop()

    assert [left(folder) for folder in old] == [["curve.csv", "model.onnx"]] * 3
    for folder in (young, *going_on):
        assert left(folder) == ["checkpoint", "curve.csv", "model.onnx", "trials"]


def test_a_run_that_somebody_went_on_with_by_hand_is_left_alone(
    store: Store, tmp_path: Path
) -> None:
    folder = made(store, tmp_path, "failed", DAYS + 1)
    (folder / "curve.csv").write_text("epoch\n")

    assert not clear(folder, now() - timedelta(days=DAYS))

    assert (folder / "checkpoint" / "last.pt").is_file()
