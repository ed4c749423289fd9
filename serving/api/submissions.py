"""Handing in a model."""

import json
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any, BinaryIO

from fastapi import APIRouter, Form, UploadFile
from sqlalchemy.orm import Session
from starlette.responses import JSONResponse, Response

from algorithms.admission import TrialReport, manifest_in
from algorithms.errors import AdmissionError, ManifestError
from algorithms.manifest import AlgorithmManifest
from serving.api.body_limit import MIB
from serving.api.context import WORD, Caller, Checked, Configured, Id, Stored
from serving.api.documents import Document, Word
from serving.api.idempotency import Made, OnlyOnce
from serving.api.paging import Cursor, Limit, Page, id_cursor, read_id_cursor
from serving.api.problems import FieldError, ProblemError
from serving.api.uploads import Uploading
from serving.settings import Settings
from serving.store import Store, algorithms, challenges, submissions
from serving.store.errors import ConflictError
from serving.store.models import Submission, new_id, now

router = APIRouter(prefix="/submissions", tags=["algorithms"])

MANIFEST_BYTES = MIB // 4


class SubmissionDocument(Document):
    """A model that was handed in."""

    id: str
    state: str
    """`checking`, then `accepted` or `rejected`."""

    name: str
    version: str
    sha256: str
    reasons: list[str]
    """Why it was rejected, one sentence each."""

    report: TrialReport | None
    """What the trial in the sandbox measured; null where the check did not get that far."""

    created_by: str
    """Name of the token that was used."""

    created_at: datetime
    decided_at: datetime | None


@router.post("", status_code=HTTPStatus.ACCEPTED, response_model=SubmissionDocument)
def create_submission(
    store: Stored,
    checking: Checked,
    settings: Configured,
    caller: Caller,
    once: OnlyOnce,
    uploads: Uploading,
    model: UploadFile | None = None,
    upload: Annotated[str | None, Form(pattern=WORD, description="Id of a whole upload.")] = None,
    manifest: UploadFile | None = None,
    reference: UploadFile | None = None,
    challenge: Annotated[Word | None, Form()] = None,
) -> Response:
    """Hand in an ONNX file, as `model` or by the id of its `upload`; the check runs on its own.

    Its `algorithm.yaml` comes as `manifest`, or in the file itself (`metadata_props`). As
    `reference`, an `.npz` of what the network it was exported from gave: the model must give the
    same. With the id of a challenge, what is accepted is scored there.
    """
    sent = _read_manifest(manifest.file) if manifest else None
    submission_id = upload or new_id()
    waiting = checking.file_of(submission_id)
    if model is not None and upload is None:
        digest = _save(model.file, waiting)
    elif upload is not None and model is None:
        if earlier := _handed_in(store, upload):
            return earlier
        digest = uploads.take(upload, caller.id, waiting)
    else:
        raise _refused("expected the file as `model`, or the id of its `upload`", "body")
    told, beside = checking.reference_of(submission_id), ""
    made = False

    def make() -> Made:
        nonlocal made
        made = True
        refuse_known(session, document)
        submission = submissions.create(session, document, digest, submission_id, by=caller.name)
        if challenge is not None:
            zone = settings.time_zone
            challenges.enter(session, challenge, submission, caller.id, now(), zone)
        return document_of(submission), {"Location": f"/api/v1/submissions/{submission_id}"}

    def put_back() -> None:
        told.unlink(missing_ok=True)
        if upload is None:
            waiting.unlink(missing_ok=True)
        else:
            uploads.give_back(upload, waiting)

    try:
        document = sent or _manifest_in(waiting, settings)
        if reference is not None:
            beside = _save(reference.file, told)
        with store.write() as session:
            asked = f"{digest}\n{document.model_dump_json()}\n{challenge or ''}\n{beside}"
            answer = once.answer(session, HTTPStatus.ACCEPTED, asked, make)
    except BaseException:
        put_back()
        raise
    if made:
        if upload is not None:
            uploads.forget(upload)
        checking.check(submission_id)
    else:
        put_back()
    return answer


@router.get("")
def list_submissions(
    store: Stored, cursor: Cursor = None, limit: Limit = 100
) -> Page[SubmissionDocument]:
    """All submissions, newest first."""
    with store.read() as session:
        rows = submissions.page(session, before=read_id_cursor(cursor), limit=limit + 1)
    items = [document_of(row) for row in rows[:limit]]
    return Page(items=items, next_cursor=id_cursor(items[-1].id) if len(rows) > limit else None)


@router.get("/{submission_id}")
def get_submission(submission_id: Id, store: Stored) -> SubmissionDocument:
    """One submission; ask again until it is decided."""
    with store.read() as session:
        return document_of(submissions.get(session, submission_id))


def refuse_known(session: Session, manifest: AlgorithmManifest) -> None:
    """Raise a ConflictError where the version is there already."""
    if algorithms.exists(session, manifest.name, manifest.version):
        raise ConflictError(
            f"{manifest.name} {manifest.version} is there already and versions never "
            "change; raise `version` in the manifest and submit again"
        )


def _handed_in(store: Store, upload: str) -> Response | None:
    """The submission that an upload has become, where its answer got lost: they share the id."""
    with store.read() as session:
        submission = session.get(Submission, upload)
        if submission is None:
            return None
        body = document_of(submission).model_dump(mode="json")
    headers = {"Location": f"/api/v1/submissions/{upload}"}
    return JSONResponse(body, HTTPStatus.ACCEPTED, headers)


def _manifest_in(uploaded: Path, settings: Settings) -> AlgorithmManifest:
    """The manifest that the model itself carries."""
    try:
        return manifest_in(uploaded, unprotected=settings.unprotected_admission)
    except (ManifestError, AdmissionError) as error:
        raise _refused(str(error)) from error


def _read_manifest(file: BinaryIO) -> AlgorithmManifest:
    content = file.read(MANIFEST_BYTES + 1)
    try:
        if len(content) > MANIFEST_BYTES:
            raise ManifestError(f"manifest: expected at most {MANIFEST_BYTES} bytes of YAML")
        manifest = AlgorithmManifest.from_yaml(content.decode(), where="manifest")
        json.dumps(manifest.model_dump(mode="json"), allow_nan=False)
    except (ManifestError, ValueError) as error:  # ValueError: not UTF-8, or a number JSON lacks
        told = str(error) if isinstance(error, ManifestError) else f"manifest: {error}"
        raise _refused(told) from error
    return manifest


def _refused(told: str, where: str = "body.manifest") -> ProblemError:
    return ProblemError(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        told,
        errors=[FieldError(where=where, message=told)],
    )


def _save(source: BinaryIO, target: Path) -> str:
    """Copy an upload to disk; returns its sha256."""
    digest = sha256()
    with target.open("wb") as file:
        while chunk := source.read(MIB):
            digest.update(chunk)
            file.write(chunk)
    return digest.hexdigest()


def document_of(submission: Submission) -> SubmissionDocument:
    fields: dict[str, Any] = {
        name: getattr(submission, name) for name in SubmissionDocument.model_fields
    }
    return SubmissionDocument(**fields)
