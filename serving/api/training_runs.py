"""Training runs: a recipe at work, as a job, with its curves, its log and its model."""

import csv
import os
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from fastapi.responses import PlainTextResponse
from starlette.responses import FileResponse

from serving.api.context import Caller, Configured, Id, Stored, Trained
from serving.api.documents import Document, Note, Order, Word
from serving.api.idempotency import Made, OnlyOnce
from serving.api.paging import Cursor, Limit, Page, id_cursor, read_id_cursor
from serving.api.problems import FieldError, ProblemError
from serving.settings import Settings
from serving.store import training_runs
from serving.store.errors import NotFoundError
from serving.store.training_models import TrainingRun
from serving.store.training_spec import TrainingSpec

router = APIRouter(prefix="/training-runs", tags=["training"])

NOT_INSTALLED = (
    "Training is not installed on this platform: pip install 'longan[training]' and start it again."
)

LOG_BYTES = 256 * 1024
"""Of a log that are read at most, from its end."""

FILES: dict[int | str, dict[str, Any]] = {200: {"content": {"application/octet-stream": {}}}}
Trial = Annotated[int | None, Query(ge=0, le=63, description="Of a search; leave out else.")]


class TrainingOrder(Order):
    """What to run."""

    recipe: Word
    """Such as `rider-helmet`; `longan train --help` lists them."""

    spec: TrainingSpec = TrainingSpec()
    reason: Note | None = None
    """Why, for those who look at it later."""


class TrainingChange(Order):
    """What to make of a run."""

    state: Literal["cancelled"]


class TrainingRunDocument(Document):
    """A recipe at work."""

    id: str
    recipe: str
    spec: TrainingSpec
    why: str
    """`person`, `schedule` or `drift`, a colon and a sentence."""

    state: Literal["queued", "running", "done", "failed", "cancelled"]
    progress: float
    """0–1."""

    message: str | None
    """What it is doing; why it failed."""

    metrics: dict[str, Any] | None
    """Once it is done: by data set and split, and the trials of a search under `search`."""

    submission_id: str | None
    """The result, handed in like any other model."""

    started_by: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class EpochDocument(Document):
    """How far the training was after an epoch."""

    epoch: int
    """From 1."""

    map50: float | None
    """On the validation split; null: the framework does not say."""

    learning_rate: float | None
    losses: dict[str, float]
    """By name, such as `box_loss`."""


class CurveDocument(Document):
    """A training by epochs."""

    trial: int | None
    """Of a search; null: the run itself, or the best trial once the search is over."""

    points: list[EpochDocument]


class CurvesDocument(Document):
    """All curves of a run."""

    curves: list[CurveDocument]


@router.post("", status_code=HTTPStatus.ACCEPTED, response_model=TrainingRunDocument)
def create_training_run(
    order: TrainingOrder, store: Stored, caller: Caller, training: Trained, once: OnlyOnce
) -> Response:
    """Train by a recipe; one run at a time, ask again until it has ended.

    Answers 501 where training is not installed.
    """
    if not training.is_installed:
        raise ProblemError(HTTPStatus.NOT_IMPLEMENTED, NOT_INSTALLED)

    def make() -> Made:
        try:
            run = training_runs.request(
                session,
                recipe=order.recipe,
                spec=order.spec,
                why=f"person: {order.reason or f'{caller.name} asked for it'}",
                by=caller.name,
            )
        except ValueError as error:
            errors = [FieldError(where="body", message=str(error))]
            raise ProblemError(
                HTTPStatus.UNPROCESSABLE_ENTITY, str(error), errors=errors
            ) from error
        return _document(run), {"Location": f"/api/v1/training-runs/{run.id}"}

    with store.write() as session:
        return once.answer(session, HTTPStatus.ACCEPTED, order.model_dump_json(), make)


@router.get("")
def list_training_runs(
    store: Stored, cursor: Cursor = None, limit: Limit = 20
) -> Page[TrainingRunDocument]:
    """All runs, newest first."""
    with store.read() as session:
        rows = training_runs.page(session, before=read_id_cursor(cursor), limit=limit + 1)
    items = [_document(row) for row in rows[:limit]]
    return Page(items=items, next_cursor=id_cursor(items[-1].id) if len(rows) > limit else None)


@router.get("/{run_id}")
def get_training_run(run_id: Id, store: Stored) -> TrainingRunDocument:
    """One run: what was asked, how far it is, and what came out."""
    with store.read() as session:
        return _document(training_runs.get(session, run_id))


@router.patch("/{run_id}")
def change_training_run(run_id: Id, change: TrainingChange, store: Stored) -> TrainingRunDocument:
    """Cancel a run; its process ends within seconds, its folder stays. Again changes nothing."""
    with store.write() as session:
        return _document(training_runs.cancel(session, run_id))


@router.get("/{run_id}/curves")
def get_training_curves(run_id: Id, store: Stored, settings: Configured) -> CurvesDocument:
    """How the training goes, epoch by epoch, while it does; of a search, of each trial."""
    folder = _folder(run_id, store, settings)
    parts = [(None, folder)]
    parts += [(int(trial.name), trial) for trial in sorted(folder.glob("trials/[0-9][0-9]"))]
    curves = [CurveDocument(trial=trial, points=_points(part)) for trial, part in parts]
    return CurvesDocument(curves=[curve for curve in curves if curve.points])


@router.get("/{run_id}/log", response_class=PlainTextResponse)
def get_training_log(
    run_id: Id,
    store: Stored,
    settings: Configured,
    lines: Annotated[int, Query(ge=1, le=5000, description="The last so many.")] = 200,
    trial: Trial = None,
) -> PlainTextResponse:
    """What the framework printed, from the end."""
    folder = _folder(run_id, store, settings)
    part = folder if trial is None else folder / "trials" / f"{trial:02}"
    try:
        with (part / "log.txt").open("rb") as file:
            file.seek(max(file.seek(0, os.SEEK_END) - LOG_BYTES, 0))
            text = file.read().decode(errors="replace")
    except FileNotFoundError as error:
        raise NotFoundError(
            f"training run {run_id} has written no log{'' if trial is None else ' of this trial'} "
            "yet; of a search, ask with trial=0 and so on"
        ) from error
    return PlainTextResponse("".join(text.splitlines(keepends=True)[-lines:]))


@router.get("/{run_id}/model", response_class=FileResponse, responses=FILES)
def get_trained_model(run_id: Id, store: Stored, settings: Configured) -> FileResponse:
    """The ONNX file of a run that is done."""
    with store.read() as session:
        run = training_runs.get(session, run_id)
    model = settings.runs_dir / run.folder / "model.onnx"
    if run.state != "done" or not model.is_file():
        raise NotFoundError(f"training run {run_id} is {run.state}; there is no model of it")
    return FileResponse(model, media_type="application/octet-stream", filename=f"{run.folder}.onnx")


def _folder(run_id: str, store: Stored, settings: Settings) -> Path:
    with store.read() as session:
        return settings.runs_dir / training_runs.get(session, run_id).folder


def _points(folder: Path) -> list[EpochDocument]:
    """`curve.csv`, as `training.backends.curve` writes it."""
    try:
        with (folder / "curve.csv").open(newline="", encoding="utf-8") as file:
            rows = [
                {name: float(value) for name, value in row.items() if value}
                for row in csv.DictReader(file)
            ]
    except FileNotFoundError:
        return []
    return [
        EpochDocument(
            epoch=int(row["epoch"]),
            map50=row.get("map50"),
            learning_rate=row.get("learning_rate"),
            losses={name: value for name, value in row.items() if name.endswith("_loss")},
        )
        for row in rows
    ]


def _document(run: TrainingRun) -> TrainingRunDocument:
    fields = {name: getattr(run, name) for name in TrainingRunDocument.model_fields}
    return TrainingRunDocument.model_validate(fields)
