"""Versions of other platforms, and the keys by which platforms know each other."""

from http import HTTPStatus

from fastapi import APIRouter, UploadFile
from starlette.responses import Response

from serving.api.context import Caller, Checked, Registered, Stored
from serving.api.documents import Document
from serving.api.idempotency import Made, OnlyOnce
from serving.api.problems import FieldError, ProblemError
from serving.api.submissions import SubmissionDocument, document_of, refuse_known
from serving.registry.bundle import BundleError, unpack
from serving.registry.keys import as_text
from serving.store import submissions
from serving.store.models import new_id

router = APIRouter(tags=["algorithms"])


class SigningKeyDocument(Document):
    """A key whose signature counts here."""

    key_id: str
    public_key: str
    """Ed25519, 32 bytes in base64: what another platform puts into `LONGAN_TRUSTED_KEYS`."""

    own: bool
    """Of this platform: it signs what enters here, and nothing else is loaded."""


@router.get("/signing-keys")
def list_signing_keys(registry: Registered) -> list[SigningKeyDocument]:
    """This platform's key, and those of the platforms whose bundles it takes."""
    return [
        SigningKeyDocument(key_id=name, public_key=as_text(key), own=name in registry.own)
        for name, key in registry.trusted.items()
    ]


@router.post(
    "/algorithm-imports", status_code=HTTPStatus.ACCEPTED, response_model=SubmissionDocument
)
def create_import(
    bundle: UploadFile,
    store: Stored,
    checking: Checked,
    registry: Registered,
    caller: Caller,
    once: OnlyOnce,
) -> Response:
    """Take a version that a trusted platform signed; it is checked as a submission is."""
    submission_id = new_id()
    uploaded = checking.file_of(submission_id)
    made = False

    def make() -> Made:
        nonlocal made
        made = True
        refuse_known(session, came.manifest)
        submission = submissions.create(
            session,
            came.manifest,
            came.sha256,
            submission_id,
            by=caller.name,
            envelope=came.envelope,
        )
        return document_of(submission), {"Location": f"/api/v1/submissions/{submission_id}"}

    try:
        came = unpack(bundle.file, uploaded, registry.trusted)
        with store.write() as session:
            answer = once.answer(session, HTTPStatus.ACCEPTED, came.envelope, make)
    except BundleError as error:
        uploaded.unlink(missing_ok=True)
        told = str(error)
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            told,
            errors=[FieldError(where="body.bundle", message=told)],
        ) from error
    except BaseException:
        uploaded.unlink(missing_ok=True)
        raise
    if made:
        checking.check(submission_id)
    else:
        uploaded.unlink(missing_ok=True)
    return answer
