"""A POST that is sent again, because its answer got lost, makes nothing twice."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Header, Request
from pydantic import BaseModel
from sqlalchemy import delete
from sqlalchemy.orm import Session
from starlette.responses import JSONResponse, Response

from serving.api.context import Caller
from serving.api.problems import ProblemError
from serving.store.models import IdempotencyKey, now

KEPT_FOR = timedelta(hours=24)

Made = tuple[BaseModel, dict[str, str]]
"""What was made, and the headers of the answer."""


class Once:
    """The `Idempotency-Key` of one request; without one every request makes something."""

    def __init__(self, key: str | None, path: str) -> None:
        self._key = key
        self._path = path

    def answer(
        self, session: Session, status: HTTPStatus, asked: str, make: Callable[[], Made]
    ) -> Response:
        """Make something, or repeat the answer of the first time.

        Args:
            session: A write transaction; the answer is kept in it.
            status: Of a first answer.
            asked: All that the request asks for; another text under the same key is refused.
            make: Makes it.
        """
        digest = sha256(f"{self._path}\n{asked}".encode()).hexdigest()
        if self._key is not None:
            session.execute(
                delete(IdempotencyKey).where(IdempotencyKey.created_at < now() - KEPT_FOR)
            )
            if kept := session.get(IdempotencyKey, self._key, with_for_update=True):
                return _repeat(kept, digest)
        made, headers = make()
        body = made.model_dump(mode="json")
        if self._key is not None:
            session.add(
                IdempotencyKey(
                    key=self._key,
                    request_sha256=digest,
                    status_code=status.value,
                    headers=headers,
                    body=body,
                )
            )
            session.flush()
        return JSONResponse(body, status.value, headers)


def _repeat(kept: IdempotencyKey, digest: str) -> Response:
    if kept.request_sha256 != digest:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "This Idempotency-Key was used for another request; use a new key for each.",
        )
    return JSONResponse(kept.body, kept.status_code, kept.headers)


async def _once(
    request: Request,
    caller: Caller,
    idempotency_key: Annotated[
        str | None,
        Header(
            min_length=1,
            max_length=200,
            pattern=r"^[\x21-\x7e]+$",
            description="Any text; sending the same request again with it makes nothing twice.",
        ),
    ] = None,
) -> Once:
    key = None if idempotency_key is None else f"{caller.id}:{idempotency_key}"
    return Once(key, request.url.path)


OnlyOnce = Annotated[Once, Depends(_once)]
