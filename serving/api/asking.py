"""Brings what a client sends to the models: bounded in number, in size and in time."""

from collections.abc import Callable
from http import HTTPStatus
from time import monotonic
from typing import Annotated, TypeVar, cast

from anyio import CapacityLimiter, fail_after
from anyio.to_thread import run_sync
from fastapi import Depends, Request
from prometheus_client import CollectorRegistry, Gauge, Histogram
from starlette.requests import ClientDisconnect

from algorithms.manifest import AlgorithmManifest
from serving.api.body_limit import MIB
from serving.api.context import Id, Stored
from serving.api.problems import ProblemError
from serving.api.wires import (
    BadInputError,
    CannotRunError,
    Inference,
    ModelKey,
    NotReadyError,
    Prediction,
)
from serving.store import algorithms
from serving.store.errors import NotFoundError

AT_ONCE = 8
"""Requests to models that are read or answered; each may hold a body."""

BODY_S = 30.0
"""How long a client may take to send one."""

TENSOR_BYTES = 32 * MIB
PICTURE_BYTES = 16 * MIB

LIMITS = {
    r"/v2/models/.+/infer": TENSOR_BYTES,
    r"/api/v1/algorithms/.+/predictions": PICTURE_BYTES,
}
"""Bodies that may be larger than usual."""

APPROVED = "approved"

_threads = CapacityLimiter(AT_ONCE)
"""Threads that wait for models; not the API's, which must stay free for other requests."""

Answer = TypeVar("Answer")


class Asking:
    """The way to the models.

    Args:
        inference: They themselves; None: this process runs none.
        registry: Where the numbers for Prometheus go.
    """

    def __init__(self, inference: Inference | None, registry: CollectorRegistry) -> None:
        self._inference = inference
        self._open = 0
        in_flight = Gauge(
            "longan_inference_requests_open", "Requests to models now.", registry=registry
        )
        in_flight.set_function(lambda: self._open)
        self._duration_s = Histogram(
            "longan_inference_duration_seconds",
            "From the whole body to the models' answer.",
            ("algorithm", "version", "outcome"),
            registry=registry,
        )

    def why_not_ready(self) -> str | None:
        """A sentence while no model answers."""
        if self._inference is None:
            return "This process runs no models; ask the one that `longan up` started."
        return self._inference.why_not_ready()

    def predict(self, model: ModelKey, picture: bytes) -> Prediction:
        """What a model sees in a picture of ours.

        Raises:
            BadInputError: The picture is too large.
            NotReadyError: It cannot say now, or, a CannotRunError, never here.
        """
        why_not = self.why_not_ready()
        if self._inference is None:
            raise CannotRunError(str(why_not))
        if why_not is not None:
            raise NotReadyError(why_not)
        return self._inference.predict(model, picture, None)

    async def ask(
        self, request: Request, model: ModelKey, call: Callable[[Inference, bytes], Answer]
    ) -> Answer:
        """Read the body and let the models answer it.

        Raises:
            ProblemError: Not now (503), or what was sent cannot be used (400, 408, 415).
        """
        why_not = self.why_not_ready()
        if self._inference is None or why_not is not None:
            raise _unavailable(why_not or "The models have just gone. Try again.", 2)
        if self._open >= AT_ONCE:
            raise _unavailable(f"{AT_ONCE} requests to models are being answered. Try again.", 1)
        self._open += 1
        try:
            body = await _body(request)
            return await self._answer(self._inference, model, call, body)
        finally:
            self._open -= 1

    async def _answer(
        self,
        inference: Inference,
        model: ModelKey,
        call: Callable[[Inference, bytes], Answer],
        body: bytes,
    ) -> Answer:
        began, outcome = monotonic(), "unavailable"
        try:
            answer = await run_sync(call, inference, body, limiter=_threads)
            outcome = "ok"
        except BadInputError as error:
            outcome = "refused"
            raise ProblemError(HTTPStatus.BAD_REQUEST, str(error)) from error
        except NotReadyError as error:
            raise _unavailable(str(error), error.retry_after_s) from error
        finally:
            labels = self._duration_s.labels(model.name, model.version, outcome)
            labels.observe(monotonic() - began)
        return answer


async def _asking(request: Request) -> Asking:
    return cast("Asking", request.app.state.asking)


def _approved(request: Request, name: Id, store: Stored) -> "Served":
    version = request.path_params.get("version")
    with store.read() as session:
        known = algorithms.versions(session, name)
        rows = [row for row in known if row.state == APPROVED]
        wanted = version or algorithms.aliases(session, name).get(algorithms.CHAMPION)
        for row in known:
            if row.version == wanted and row.state == "revoked":
                raise algorithms.revoked(row)
        row = next((row for row in rows if row.version == wanted), None)
        if row is None:
            there = ", ".join(row.version for row in rows) or "none"
            raise NotFoundError(
                f"{name} has no approved version {wanted!r}; approved are: {there}"
                if wanted
                else f"{name} has no champion; name a version, approved are: {there}"
            )
        return Served(row.name, row.version, row.sha256, row.manifest, [r.version for r in rows])


class Served:
    """An approved version that a path names; without a version, the champion."""

    def __init__(
        self, name: str, version: str, sha256: str, manifest: object, versions: list[str]
    ) -> None:
        self.key = ModelKey(name, version, sha256)
        self.manifest = AlgorithmManifest.model_validate(manifest)
        self.versions = versions


Asked = Annotated[Asking, Depends(_asking)]
Approved = Annotated[Served, Depends(_approved)]


async def _body(request: Request) -> bytes:
    encoding = request.headers.get("content-encoding", "identity")
    if encoding.lower() != "identity":
        raise ProblemError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "Compressed bodies are not read; send it without Content-Encoding.",
        )
    try:
        with fail_after(BODY_S):
            return await request.body()
    except TimeoutError:
        raise ProblemError(
            HTTPStatus.REQUEST_TIMEOUT, f"The body did not arrive within {BODY_S:g} s."
        ) from None
    except ClientDisconnect:  # nobody reads this
        raise ProblemError(HTTPStatus.BAD_REQUEST, "The body ended early.") from None


def _unavailable(why: str, retry_after_s: int) -> ProblemError:
    headers = {"Retry-After": str(retry_after_s)}
    return ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, why, headers=headers)
