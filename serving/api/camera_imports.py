"""Many cameras at once, from a spreadsheet; and all of them as one."""

from hashlib import sha256
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from sqlalchemy.orm import Session

from serving.api.address import hide_secrets, kind_of
from serving.api.body_limit import MIB
from serving.api.camera_csv import Row, cameras_csv, read_cameras, template_csv
from serving.api.cameras import CameraOrder
from serving.api.context import Stored
from serving.api.csv_body import CSV_BODY, CsvContent
from serving.api.documents import Document
from serving.api.idempotency import Made, OnlyOnce
from serving.store import cameras
from serving.store.models import Camera

router = APIRouter(tags=["cameras"])

LIMITS = {"/api/v1/camera-imports": 8 * MIB}
"""Ten thousand rows."""

FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string"}}}}
}


class MistakeDocument(Document):
    """A cell that cannot be used."""

    column: str
    """Empty: the row as a whole."""

    expected: str
    got: str | None
    """Null where it may carry a password."""


class ImportedRowDocument(Document):
    """What becomes of one row."""

    line: int
    """In the file."""

    name: str
    outcome: Literal["new", "known", "wrong"]
    """`new`: a camera is made of it; `known`: there is one with this name and address, which
    stays; `wrong`: it is left out."""

    camera_id: str | None
    """Of the camera that was made; null in a dry run."""

    mistakes: list[MistakeDocument]


class CameraImportDocument(Document):
    """What becomes of a file."""

    dry_run: bool
    new: int
    known: int
    wrong: int
    rows: list[ImportedRowDocument]
    """In the order of the file."""


@router.post(
    "/camera-imports",
    status_code=HTTPStatus.OK,
    response_model=CameraImportDocument,
    openapi_extra=CSV_BODY,
)
def import_cameras(
    content: CsvContent,
    store: Stored,
    once: OnlyOnce,
    dry_run: Annotated[bool, Query(description="Only say what would become of each row.")] = False,
) -> Response:
    """Register a camera for every row that is right, and say of each what became of it.

    Heads, in English or Chinese: `name` 名称 and `url` 地址 must be there; `sub_url` 子码流,
    `kind` 类型, `division` 区划, `tags` 标签 (with blanks between), `lon` 经度, `lat` 纬度 and
    `analysed_fps` 分析帧率 may be. `GET /api/v1/camera-imports/template` is a file to fill in.
    Sending a file again makes nothing twice.
    """
    rows = read_cameras(content)

    if dry_run:
        with store.read() as session:
            found = _take(session, rows, dry_run)
        return Response(found.model_dump_json(), media_type="application/json")

    def make() -> Made:
        return _take(session, rows, dry_run), {}

    with store.write() as session:
        return once.answer(session, HTTPStatus.OK, sha256(content).hexdigest(), make)


@router.get("/camera-imports/template", response_class=Response, responses=FILE)
def get_camera_import_template() -> Response:
    """A file to fill in, with one row as an example."""
    return _file(template_csv(), "cameras-template.csv")


@router.get("/camera-exports", response_class=Response, responses=FILE)
def export_cameras(store: Stored) -> Response:
    """All cameras as CSV, passwords shown as `***`; no cell is a formula to a spreadsheet."""
    with store.read() as session:
        return _file(cameras_csv(cameras.all_of(session)), "cameras.csv")


def _take(session: Session, rows: list[Row], dry_run: bool) -> CameraImportDocument:
    known = {
        (camera.name, url)
        for camera in cameras.all_of(session)
        for url in (camera.url, hide_secrets(camera.url))
    }
    taken: list[ImportedRowDocument] = []
    for row in rows:
        outcome, camera_id = "wrong", None
        if row.order is not None:
            told = (row.order.name, row.order.url)
            outcome = "known" if told in known else "new"
            known |= {told, (row.order.name, hide_secrets(row.order.url))}
            if outcome == "new" and not dry_run:
                camera_id = _add(session, row.order)
        taken.append(
            ImportedRowDocument(
                line=row.line,
                name=row.name,
                outcome=outcome,
                camera_id=camera_id,
                mistakes=[
                    MistakeDocument(column=each.column, expected=each.expected, got=each.got)
                    for each in row.mistakes
                ],
            )
        )
    counts = {kind: sum(row.outcome == kind for row in taken) for kind in ("new", "known", "wrong")}
    return CameraImportDocument(dry_run=dry_run, rows=taken, **counts)


def _add(session: Session, order: CameraOrder) -> str:
    fields = order.model_dump(mode="json")
    fields["kind"] = order.kind or kind_of(order.url)
    return cameras.create(session, Camera(**fields)).id


def _file(content: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type="text/csv", headers=headers)
