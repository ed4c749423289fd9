# pyright: basic
"""The models on Ray Serve: a process that holds a few versions and answers for them.

Imports Ray: nothing may import it before Ray is set up.
"""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import structlog
from ray import serve

from algorithms.detector import Detector
from algorithms.manifest import AlgorithmManifest
from serving.inference import oip, picture
from serving.inference.wire import InferAnswer, ModelKey, Prediction
from serving.log import configure_logging
from serving.registry import keys
from serving.registry.model_file import model_file
from serving.registry.registering import signed
from serving.registry.statement import verify
from serving.settings import Settings
from serving.store import Store, algorithms

log = structlog.get_logger(__name__)

Result = TypeVar("Result")

MODELS = 3
"""Held by one replica; the one unused for longest makes room."""

AT_ONCE = 2
"""Requests a replica works on."""

QUEUED = 4
"""Requests that may wait for a replica; more are refused."""

BEHIND_CAMERAS = 10
"""Niceness: programs that ask wait for cameras, not the other way round."""


@serve.deployment(
    max_ongoing_requests=AT_ONCE,
    max_queued_requests=QUEUED,
    ray_actor_options={"num_cpus": 0},  # as the pipelines: niceness decides, not reservation
)
class Replica:
    """Answers `Inference` calls for every version."""

    def __init__(self, settings: Settings) -> None:
        configure_logging(settings.data_dir / "logs" / "inference.log")
        os.nice(BEHIND_CAMERAS)
        # Few threads: each keeps the input buffers and the memory of its largest request.
        self._threads = ThreadPoolExecutor(AT_ONCE)
        self._settings = settings
        self._store = Store(settings.store_url)

    async def infer(self, model: ModelKey, body: bytes, json_bytes: int | None) -> InferAnswer:
        detector = await self.detector(model_id(model))  # pyright: ignore[reportCallIssue]
        return await self._work(oip.infer, detector, model, body, json_bytes)

    async def predict(
        self, model: ModelKey, content: bytes, confidence: float | None
    ) -> Prediction:
        detector = await self.detector(model_id(model))  # pyright: ignore[reportCallIssue]
        return await self._work(picture.predict, detector, content, confidence)

    @serve.multiplexed(max_num_models_per_replica=MODELS)
    async def detector(self, model: str) -> Detector:
        return await self._work(self._load, model)

    async def _work(self, call: Callable[..., Result], *args: Any) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call, *args)

    def _load(self, model: str) -> Detector:
        with self._store.read() as session:
            row = algorithms.resolve(session, model.partition(" ")[0])
            manifest = AlgorithmManifest.model_validate(row.manifest)
            file = model_file(row, self._settings)
            verify(signed(row), file, keys.own(self._settings))
            detector = Detector.load(manifest, file)
        log.info("model loaded", model=model, engine=detector.engine.description)
        return detector


def model_id(model: ModelKey) -> str:
    """What Serve routes by: a changed file is another model, and so is another manifest."""
    return f"{model.name}@{model.version} {model.sha256}"
