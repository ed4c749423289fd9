"""Every error leaves as RFC 9457 problem details: what is wrong and what to do."""

import json
import traceback
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from algorithms.errors import LonganError
from serving.store.errors import (
    ConflictError,
    ElsewhereError,
    NotFoundError,
    ObjectsAwayError,
    RevokedError,
    StaleError,
)
from serving.store.sealing import SealingError

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"


class FieldError(BaseModel):
    """One thing that is wrong in what was sent."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    where: str
    """Such as `body.name` or `query.since`."""

    message: str


class Missing(BaseModel):
    """What the nodes lack for a change, and what would fit."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    needed_cores: float
    """What the change asks for on top of what is asked already."""

    free_cores: float
    usable_cores: float
    """What the nodes may be asked for in all."""

    missing_cores: float
    fits_analysed_fps: float | None
    """What fits as the rate of each camera that the change makes dearer; null: not the slowest."""

    fewer_cameras: int | None
    """Leaving out so many of those cameras fits, whichever; null: leaving out all but one does
    not."""


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    type: str
    """`urn:longan:problem:<kind>`, for programs."""

    title: str
    status: int
    detail: str
    """What was expected, what came, what to do."""

    errors: list[FieldError] = []
    """Each field that is wrong, when the request itself is."""

    missing: Missing | None = None
    """What the nodes lack, when that is why (`no-capacity`)."""


class ProblemError(LonganError):
    """Raised in an endpoint to answer with a problem."""

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        *,
        kind: str | None = None,
        errors: list[FieldError] | None = None,
        missing: Missing | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.kind = kind
        self.errors = errors or []
        self.missing = missing
        self.headers = headers


def problem(
    status: HTTPStatus,
    detail: str,
    *,
    kind: str | None = None,
    errors: list[FieldError] | None = None,
    missing: Missing | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """A problem as a response; its kind is that of the status, unless it has one of its own."""
    kind = kind or status.phrase.lower().replace(" ", "-")
    body = Problem(
        type=f"urn:longan:problem:{kind}",
        title=status.phrase,
        status=status.value,
        detail=detail,
        errors=errors or [],
        missing=missing,
    )
    content = body.model_dump(exclude={"missing"} if missing is None else None)
    return _ProblemResponse(content, status.value, headers, MEDIA_TYPE)


class _ProblemResponse(JSONResponse):
    def render(self, content: Any) -> bytes:
        # What a client sent may come back in a message; half a surrogate pair must not break it.
        return json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")


def answer_with_problems(app: FastAPI) -> None:
    """Let every exception of the app leave as a problem."""
    handlers: dict[Any, Any] = {
        ProblemError: _from_problem_error,
        StaleError: _from_stale,
        ConflictError: _from_conflict,
        ElsewhereError: _from_elsewhere,
        RevokedError: _from_revoked,
        NotFoundError: _from_not_found,
        ObjectsAwayError: _from_objects_away,
        RequestValidationError: _from_validation,
        HTTPException: from_http_exception,
        SealingError: _from_sealing,
        OperationalError: _from_store_away,
        PoolTimeoutError: _from_store_away,
        Exception: _from_anything_else,
    }
    for exception, handler in handlers.items():
        app.add_exception_handler(exception, handler)


async def _from_problem_error(_: Request, error: ProblemError) -> Response:
    return problem(
        error.status,
        error.detail,
        kind=error.kind,
        errors=error.errors,
        missing=error.missing,
        headers=error.headers,
    )


async def _from_stale(_: Request, error: StaleError) -> Response:
    return problem(HTTPStatus.PRECONDITION_FAILED, str(error))


async def _from_conflict(_: Request, error: ConflictError) -> Response:
    return problem(HTTPStatus.CONFLICT, str(error))


async def _from_elsewhere(_: Request, error: ElsewhereError) -> Response:
    return problem(HTTPStatus.FORBIDDEN, str(error))


async def _from_revoked(_: Request, error: RevokedError) -> Response:
    return problem(HTTPStatus.GONE, str(error), kind="revoked")


async def _from_not_found(_: Request, error: NotFoundError) -> Response:
    return problem(HTTPStatus.NOT_FOUND, str(error))


async def _from_objects_away(_: Request, error: ObjectsAwayError) -> Response:
    # Not the error itself: it names places inside.
    log.error("evidence bucket does not answer", error=str(error))
    return problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The bucket that keeps evidence does not answer. Try again; if it lasts, look into the "
        "platform's log.",
        headers={"Retry-After": "5"},
    )


async def _from_sealing(_: Request, error: SealingError) -> Response:
    log.error("a secret does not open", why=str(error))
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, str(error), kind="sealed")


async def _from_validation(_: Request, error: RequestValidationError) -> Response:
    found = error.errors()
    errors = [
        FieldError(where=".".join(map(str, e["loc"])) or "request", message=e["msg"]) for e in found
    ]
    if any(e["type"] == "json_invalid" for e in found):
        return problem(
            HTTPStatus.BAD_REQUEST, "The body is not JSON; check its syntax.", errors=errors
        )
    first = errors[0]
    detail = f"{first.where}: {first.message}"
    if len(errors) > 1:
        detail += f" (and {len(errors) - 1} more, see errors)"
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, errors=errors)


_WHAT_TO_DO = {
    404: "There is nothing at {path}; GET /openapi.json lists what there is.",
    405: "{path} does not do {method}; the Allow header and GET /openapi.json say what it does.",
}


async def from_http_exception(request: Request, error: HTTPException) -> Response:
    told = _WHAT_TO_DO.get(error.status_code)
    detail = (
        str(error.detail)
        if told is None
        else told.format(path=request.url.path, method=request.method)
    )
    headers = dict(error.headers) if error.headers else None
    return problem(HTTPStatus(error.status_code), detail, headers=headers)


async def _from_store_away(_: Request, error: SQLAlchemyError) -> Response:
    return store_away(error)


STORE_AWAY = (OperationalError, PoolTimeoutError)
"""What SQLAlchemy raises when the database does not answer."""


def store_away(error: SQLAlchemyError) -> Response:
    """The answer while the store does not answer."""
    # Not the error itself: it repeats the statement with its values, addresses among them.
    log.error("store does not answer", error=str(getattr(error, "orig", type(error).__name__)))
    return problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The store does not answer. Try again; if it lasts, GET /readyz and look whether the "
        "database runs and its disk has space.",
        headers={"Retry-After": "2"},
    )


async def _from_anything_else(request: Request, error: Exception) -> Response:
    # Starlette answers this outside of all middleware, so the id is added here.
    request_id = str(request.scope.get("state", {}).get("request_id", "none"))
    # As text: structlog's own rendering may show local variables, and so secrets.
    told = "".join(traceback.format_exception(error))
    log.error("a request broke", request_id=request_id, exception=told)
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        f"This is a mistake of the platform. Its log holds the traceback, by the request id "
        f"{request_id}; please report it.",
        headers={"X-Request-Id": request_id},
    )
