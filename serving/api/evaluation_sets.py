"""Evaluation sets: labelled data on the server that versions are measured on."""

from datetime import datetime
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import AfterValidator

from algorithms.dataset import fingerprint, read_dataset, read_origins
from algorithms.errors import DatasetError
from serving.api.context import Caller, Configured, Id, Stored
from serving.api.documents import Document, Order, Text, Word
from serving.api.idempotency import Made, OnlyOnce
from serving.api.paging import Cursor, Limit, Page, id_cursor, read_id_cursor
from serving.api.problems import FieldError, ProblemError
from serving.settings import Settings
from serving.store import evaluation_sets
from serving.store.evaluation_models import EvaluationSet

router = APIRouter(prefix="/evaluation-sets", tags=["algorithms"])


def _inside(folder: str) -> str:
    path = PurePosixPath(folder)
    if path.is_absolute() or ".." in path.parts:
        raise ValueError("expected a path below the platform's `datasets` folder, without `..`")
    return folder


class EvaluationSetOrder(Order):
    """A set to register. Its files never change afterwards: another version is another set."""

    name: Word
    title: Text
    folder: Annotated[Text, AfterValidator(_inside)]
    """Below `datasets` in the platform's data folder (a link there will do): a YOLO folder or
    `data.yaml`, or a COCO `.json`."""

    split: Word = "val"
    licence: Text
    """Of the pictures, such as `CC-BY-4.0`."""

    hidden: bool = False
    """Nothing but aggregates over the whole set ever leaves. Cannot be changed."""


class EvaluationSetDocument(Document):
    """A registered set; its pictures cannot be read here."""

    name: str
    title: str
    folder: str | None
    """Null where it is hidden."""

    split: str
    licence: str
    hidden: bool
    pictures: int
    classes: list[str]
    fingerprint: str
    """sha256 over pictures and labels."""

    created_by: str
    created_at: datetime


@router.post("", status_code=HTTPStatus.CREATED, response_model=EvaluationSetDocument)
def create_evaluation_set(
    order: EvaluationSetOrder, store: Stored, settings: Configured, caller: Caller, once: OnlyOnce
) -> Response:
    """Register labelled data that lies on the server. Reads all of it once, which takes a while."""
    row = _read(order, settings)
    row.created_by = caller.name

    def make() -> Made:
        made = evaluation_sets.add(session, row)
        return _document(made), {"Location": f"/api/v1/evaluation-sets/{made.name}"}

    with store.write() as session:
        return once.answer(session, HTTPStatus.CREATED, order.model_dump_json(), make)


@router.get("")
def list_evaluation_sets(
    store: Stored, cursor: Cursor = None, limit: Limit = 100
) -> Page[EvaluationSetDocument]:
    """All sets, oldest first."""
    with store.read() as session:
        rows = evaluation_sets.page(session, after=read_id_cursor(cursor), limit=limit + 1)
    items = [_document(row) for row in rows[:limit]]
    return Page(
        items=items, next_cursor=id_cursor(rows[limit - 1].id) if len(rows) > limit else None
    )


@router.get("/{name}")
def get_evaluation_set(name: Id, store: Stored) -> EvaluationSetDocument:
    """One set."""
    with store.read() as session:
        return _document(evaluation_sets.get(session, name))


@router.delete("/{name}", status_code=HTTPStatus.NO_CONTENT)
def delete_evaluation_set(name: Id, store: Stored) -> None:
    """Forget a set on which nothing was measured yet; its files stay."""
    with store.write() as session:
        evaluation_sets.delete(session, name)


def _read(order: EvaluationSetOrder, settings: Settings) -> EvaluationSet:
    try:
        data = settings.datasets_dir / order.folder
        dataset = read_dataset(data, order.split)
        read_origins(data)
        digest = fingerprint(dataset)
    except (DatasetError, OSError) as error:
        told = str(error).replace(f"{settings.datasets_dir}/", "")
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            told,
            errors=[FieldError(where="body.folder", message=told)],
        ) from error
    return EvaluationSet(
        name=order.name,
        title=order.title,
        folder=order.folder,
        split=order.split,
        licence=order.licence,
        hidden=order.hidden,
        fingerprint=digest,
        pictures=len(dataset),
        classes=list(dataset.classes),
    )


def _document(row: EvaluationSet) -> EvaluationSetDocument:
    fields = {name: getattr(row, name) for name in EvaluationSetDocument.model_fields}
    if row.hidden:
        fields["folder"] = None
    return EvaluationSetDocument(**fields)
