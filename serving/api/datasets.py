"""Data sets of the library, their releases, and how good they are: quality reports, as jobs.

What there is lies in files: `imports/<name>/about.json` and `releases/<id>/about.json`, as
`training.datasets.library` writes them.
"""

import csv
import io
import json
from collections.abc import Iterable
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import StringConstraints
from starlette.responses import FileResponse

from serving.api.context import Assessed, Caller, Configured, Id, Stored
from serving.api.documents import Document, Order
from serving.api.headers import PAGE_POLICY
from serving.api.idempotency import Made, OnlyOnce
from serving.api.paging import Cursor, Limit, Page, id_cursor, read_id_cursor
from serving.api.problems import ProblemError
from serving.api.tables import safe_cell
from serving.settings import Settings
from serving.store import quality_reports
from serving.store.errors import NotFoundError
from serving.store.quality_models import QualityReport

router = APIRouter(prefix="/datasets", tags=["training"])

NOT_INSTALLED = (
    "Quality reports need training, which is not installed on this platform: "
    "pip install 'longan[training]' and start it again."
)
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
HTML: dict[int | str, dict[str, Any]] = {200: {"content": {"text/html": {}}}}
CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}}}}


class DatasetDocument(Document):
    """A data set that was imported."""

    name: str
    pictures: int
    boxes: dict[str, int]
    """By class."""

    splits: dict[str, int]
    """Pictures in each; `-`: in none."""

    licence: str
    """The most restrictive of its pictures; `unknown` as soon as one is."""

    at: datetime


class DatasetReleaseDocument(Document):
    """A data set that does not change any more."""

    id: str
    """sha256 of its manifest."""

    imports: list[str]
    """Data sets it was made of."""

    parent: str | None
    """The release it goes on from."""

    pictures: int
    boxes: dict[str, int]
    splits: dict[str, int]
    licence: str
    at: datetime


class QualityReportOrder(Order):
    """What to look at."""

    release: Digest | None = None
    """A release made of the data set; null: the data set as it was imported."""


class QualityReportDocument(Document):
    """A data set looked at."""

    id: str
    dataset: str
    release: str | None
    state: Literal["queued", "running", "done", "failed"]
    progress: float
    """0–1."""

    message: str | None
    """Why it failed."""

    score: float | None
    """0–100, once it is done."""

    passes: bool | None
    """Whether it may be trained on."""

    reasons: list[str] | None
    """Why not."""

    counts: dict[str, int] | None
    """Findings by kind; docs/quality.md says what they mean."""

    pictures: int | None
    boxes: int | None
    created_by: str
    created_at: datetime
    ended_at: datetime | None


class PictureNamed(Document):
    """A picture of the data set."""

    picture: str
    split: str | None
    sha256: str


class FindingBox(Document):
    """A labelled box, in pixels of the picture."""

    index: int
    class_name: str
    x: float
    y: float
    width: float
    height: float


class FindingDocument(Document):
    """One thing to fix; without a picture it is about the whole."""

    kind: str
    detail: str
    picture: str | None = None
    split: str | None = None
    sha256: str | None = None
    width: int | None = None
    height: int | None = None
    box: FindingBox | None = None
    other: PictureNamed | None = None
    """The other picture of a pair."""

    region: tuple[float, float, float, float] | None = None
    """`x1 y1 x2 y2` of what a model saw."""

    says: str | None = None
    """The class a model says it is."""


@router.get("")
def list_datasets(
    settings: Configured, cursor: Cursor = None, limit: Limit = 20
) -> Page[DatasetDocument]:
    """All imported data sets, by name."""
    after = read_id_cursor(cursor) or ""
    files = sorted(settings.datasets_dir.glob("imports/*/about.json"), key=lambda f: f.parent.name)
    files = [file for file in files if file.parent.name > after]
    items = [_dataset(file) for file in files[:limit]]
    more = len(files) > limit
    return Page(items=items, next_cursor=id_cursor(items[-1].name) if more else None)


@router.get("/{name}")
def get_dataset(name: Id, settings: Configured) -> DatasetDocument:
    """One data set."""
    return _dataset(_about(settings, name))


@router.get("/{name}/releases")
def list_dataset_releases(
    name: Id, settings: Configured, cursor: Cursor = None, limit: Limit = 20
) -> Page[DatasetReleaseDocument]:
    """The releases made of a data set, by id."""
    _about(settings, name)
    after = read_id_cursor(cursor) or ""
    files = sorted(settings.datasets_dir.glob("releases/*/about.json"), key=lambda f: f.parent.name)
    found = [_release(file) for file in files if file.parent.name > after]
    items = [one for one in found if name in one.imports]
    more = len(items) > limit
    items = items[:limit]
    return Page(items=items, next_cursor=id_cursor(items[-1].id) if more else None)


@router.post(
    "/{name}/quality-reports",
    status_code=HTTPStatus.ACCEPTED,
    response_model=QualityReportDocument,
)
def create_quality_report(
    name: Id,
    order: QualityReportOrder,
    store: Stored,
    settings: Configured,
    caller: Caller,
    assessing: Assessed,
    once: OnlyOnce,
) -> Response:
    """Look at every picture and every box, one data set at a time; ask again until it is done.

    Answers 501 where training is not installed.
    """
    if not assessing.is_installed:
        raise ProblemError(HTTPStatus.NOT_IMPLEMENTED, NOT_INSTALLED)

    def make() -> Made:
        _about(settings, name)
        if order.release is not None:
            _check_release(settings, name, order.release)
        row = QualityReport(dataset=name, release=order.release, created_by=caller.name)
        quality_reports.add(session, row)
        return _document(row), {"Location": f"/api/v1/datasets/{name}/quality-reports/{row.id}"}

    with store.write() as session:
        return once.answer(session, HTTPStatus.ACCEPTED, order.model_dump_json(), make)


@router.get("/{name}/quality-reports")
def list_quality_reports(
    name: Id, store: Stored, settings: Configured, cursor: Cursor = None, limit: Limit = 20
) -> Page[QualityReportDocument]:
    """All reports on a data set, newest first."""
    _about(settings, name)
    with store.read() as session:
        rows = quality_reports.page(session, name, before=read_id_cursor(cursor), limit=limit + 1)
    items = [_document(row) for row in rows[:limit]]
    return Page(items=items, next_cursor=id_cursor(items[-1].id) if len(rows) > limit else None)


@router.get("/{name}/quality-reports/{report_id}")
def get_quality_report(name: Id, report_id: Id, store: Stored) -> QualityReportDocument:
    """One report: how far it is, and what came out."""
    with store.read() as session:
        return _document(quality_reports.of_dataset(session, name, report_id))


@router.get("/{name}/quality-reports/{report_id}/page", responses=HTML)
def get_quality_report_page(
    name: Id, report_id: Id, store: Stored, settings: Configured
) -> FileResponse:
    """The report with pictures: one HTML file without scripts that needs nothing beside it."""
    file = _file(name, report_id, "index.html", store, settings)
    return FileResponse(file, media_type="text/html", headers=PAGE_POLICY)


@router.get("/{name}/quality-reports/{report_id}/findings")
def list_findings(
    name: Id,
    report_id: Id,
    store: Stored,
    settings: Configured,
    kind: Annotated[str | None, Query(max_length=32, description="Only of this kind.")] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[FindingDocument]:
    """The list to fix."""
    after = read_id_cursor(cursor) or "0"
    start = int(after) if after.isdigit() else 0
    found = [one for one in _findings(name, report_id, store, settings) if kind in (None, one.kind)]
    more = len(found) > start + limit
    return Page(
        items=found[start : start + limit],
        next_cursor=id_cursor(str(start + limit)) if more else None,
    )


@router.get("/{name}/quality-reports/{report_id}/findings.csv", responses=CSV)
def get_findings_as_csv(name: Id, report_id: Id, store: Stored, settings: Configured) -> Response:
    """The list to fix as a table, for a spreadsheet."""
    text = _table(_findings(name, report_id, store, settings))
    headers = {"Content-Disposition": f'attachment; filename="{name}-to-fix.csv"'}
    return Response(text, media_type="text/csv", headers=headers)


COLUMNS = (
    "kind", "detail", "split", "picture", "sha256",
    "class_name", "x", "y", "width", "height", "other_split", "other_picture", "says",
)  # fmt: skip


def _table(found: Iterable[FindingDocument]) -> str:
    out = io.StringIO()
    out.write("\ufeff")  # else Excel takes it for something else than UTF-8
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for one in found:
        box, other = one.box, one.other
        row: list[object] = [one.kind, one.detail, one.split, one.picture, one.sha256]
        row += [box.class_name, box.x, box.y, box.width, box.height] if box else [None] * 5
        row += [other.split, other.picture] if other else [None] * 2
        writer.writerow([safe_cell(value) for value in [*row, one.says]])
    return out.getvalue()


def _findings(
    name: str, report_id: str, store: Stored, settings: Settings
) -> list[FindingDocument]:
    content = json.loads(
        _file(name, report_id, "report.json", store, settings).read_text(encoding="utf-8")
    )
    return [FindingDocument.model_validate(entry) for entry in content["to_fix"]]


def _file(name: str, report_id: str, file: str, store: Stored, settings: Settings) -> Path:
    with store.read() as session:
        row = quality_reports.of_dataset(session, name, report_id)
    path = settings.quality_reports_dir / row.id / file
    if row.state != "done" or not path.is_file():
        raise NotFoundError(f"the quality report {report_id} is {row.state}; there is no {file}")
    return path


def _about(settings: Settings, name: str) -> Path:
    file = settings.datasets_dir / "imports" / name / "about.json"
    if name.startswith(".") or not file.is_file():
        raise NotFoundError(
            f"there is no data set {name!r}; GET /api/v1/datasets lists them, "
            "`longan dataset import` brings one"
        )
    return file


def _check_release(settings: Settings, name: str, release: str) -> None:
    file = settings.datasets_dir / "releases" / release / "about.json"
    if not file.is_file() or name not in _release(file).imports:
        raise NotFoundError(
            f"there is no release {release} of {name!r}; GET /api/v1/datasets/{name}/releases "
            "lists them"
        )


def _dataset(file: Path) -> DatasetDocument:
    about = json.loads(file.read_text(encoding="utf-8"))
    return DatasetDocument.model_validate({"name": file.parent.name, **about})


def _release(file: Path) -> DatasetReleaseDocument:
    about = json.loads(file.read_text(encoding="utf-8"))
    return DatasetReleaseDocument.model_validate({"id": file.parent.name, **about})


def _document(row: QualityReport) -> QualityReportDocument:
    names = set(QualityReportDocument.model_fields) - {"passes"}
    fields = {name: getattr(row, name) for name in names}
    passes = None if row.reasons is None else not row.reasons
    return QualityReportDocument.model_validate({**fields, "passes": passes})
