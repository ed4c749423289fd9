"""The models of one node: each loaded once, shared by all of its cameras."""

import os
import threading
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog
import supervision as sv

from algorithms.decoders.family import Memory
from algorithms.detector import Detector
from algorithms.engines.choose import Choice, EngineReport
from algorithms.engines.onnxruntime import NO_GPU_OPTIONS, GpuOptions
from algorithms.errors import ModelError
from algorithms.frame import Frame
from algorithms.manifest import AlgorithmManifest
from scenarios.rollout import Usage
from serving.registry.keys import Keys
from serving.registry.statement import Signed, verify

log = structlog.get_logger(__name__)

LARGEST_BATCH = 8
CALM_S = 10.0
"""Cameras that have just started have the machine for themselves so long before engines are
compared: a pipeline that was restarted has footage to make up for."""

RETRY_S = 60.0
"""A model that could not be loaded is not tried again before."""


@dataclass(frozen=True, slots=True)
class Model:
    """An algorithm version and its file on this machine."""

    manifest: AlgorithmManifest
    sha256: str
    path: Path
    signed: Signed | None = None
    """What the registry says of it; None outside of the platform."""


class ModelPool:
    """Loads models when they are first asked for; goes over to the fastest engine. Safe to share.

    Args:
        lanes: How many threads detect at once, each on one core; None: one thread on all cores,
            and no engines are compared.
        engine: What engines are compared.
        gpu: Limits on a GPU.
        keys: Whose signature a model needs to be loaded; None: there is no registry behind the
            models, as for one clip without a platform.
    """

    def __init__(
        self,
        lanes: int | None = None,
        engine: Choice = "auto",
        gpu: GpuOptions = NO_GPU_OPTIONS,
        keys: Keys | None = None,
    ) -> None:
        self._lanes = lanes
        self._engine: Choice = engine
        self._gpu = gpu
        self._keys = keys
        self._detectors: dict[str, Detector] = {}
        self._memories: dict[tuple[str, str], Memory] = {}
        """By model and camera."""
        self._failed: dict[str, tuple[float, str]] = {}
        self._reports: list[tuple[str, EngineReport]] = []
        self._outcomes: list[tuple[Model, str | None]] = []
        self._loading = threading.Lock()
        self._comparing = threading.Lock()
        self._used: dict[str, Usage] = {}
        self._counting = threading.Lock()

    def detect(self, model: Model, frames: Sequence[Frame]) -> list[sv.Detections]:
        """Run one model over pictures of any number of cameras.

        Returns:
            One `Detections` per picture.

        Raises:
            ModelError: The model cannot be loaded or run.
        """
        busy_s, failed = 0.0, True
        try:
            detector = self.load(model)
            began_s = time.perf_counter()
            found: list[sv.Detections] = []
            for start in range(0, len(frames), LARGEST_BATCH):
                some = frames[start : start + LARGEST_BATCH]
                images = [frame.pixels for frame in some]
                found += detector.detect(images, memories=self._recall(model, detector, some))
            busy_s, failed = time.perf_counter() - began_s, False
        finally:
            used = Usage(len(frames), len(frames) if failed else 0, busy_s)
            with self._counting:
                self._used[model.sha256] = self._used.get(model.sha256, Usage()) + used
        return found

    def _recall(
        self, model: Model, detector: Detector, frames: Sequence[Frame]
    ) -> list[tuple[Memory, datetime]]:
        """What the frames' cameras remember; nothing for most models."""
        recalled: list[tuple[Memory, datetime]] = []
        for frame in frames:
            key = model.sha256, frame.camera_id
            memory = self._memories.get(key) or detector.memory()
            if memory is None:
                return []
            self._memories[key] = memory
            recalled.append((memory, frame.captured_at))
        return recalled

    def take_usage(self) -> dict[str, Usage]:
        """What each model was asked since this was last called, by sha256."""
        with self._counting:
            used, self._used = self._used, {}
        return used

    def keep(self, wanted: Collection[str], cameras: Collection[str]) -> None:
        """Unload every model whose sha256 is not wanted any more, and forget other cameras."""
        for sha256 in self._detectors.keys() - set(wanted):
            log.info("model unloaded", sha256=sha256[:12])
            self._detectors.pop(sha256, None)
        for sha256, camera in list(self._memories):
            if sha256 not in wanted or camera not in cameras:
                self._memories.pop((sha256, camera), None)

    def new_reports(self) -> list[tuple[str, EngineReport]]:
        """What was measured since the last call: sha256 and how its engine was chosen."""
        with self._loading:
            reports, self._reports = self._reports, []
        return reports

    def new_outcomes(self) -> list[tuple[Model, str | None]]:
        """What was loaded since the last call, and what could not be: with the reason why."""
        with self._loading:
            outcomes, self._outcomes = self._outcomes, []
        return outcomes

    def load(self, model: Model) -> Detector:
        """The model, loaded when it is first asked for.

        Raises:
            ModelError: The file cannot be loaded, or is not what was signed.
        """
        detector = self._detectors.get(model.sha256)
        if detector is not None:
            return detector
        with self._loading:
            detector = self._detectors.get(model.sha256)
            return detector if detector is not None else self._load(model)

    def _load(self, model: Model) -> Detector:
        failed_s, why = self._failed.get(model.sha256, (0.0, ""))
        if why and time.monotonic() - failed_s < RETRY_S:
            raise ModelError(why)
        threads = 1 if self._lanes else os.cpu_count() or 1
        try:
            self._verify(model)
            detector = Detector.load(model.manifest, model.path, threads=threads)
        except ModelError as error:
            self._failed[model.sha256] = (time.monotonic(), str(error))
            self._outcomes.append((model, str(error)))
            raise
        self._outcomes.append((model, None))
        self._use(model, detector)
        if self._lanes:  # cameras do not wait until the engines are compared
            later = threading.Timer(CALM_S, self.compare, (model, self._lanes))
            later.daemon = True
            later.start()
        return detector

    def compare(self, model: Model, lanes: int) -> None:
        """Measure the engines there are and go over to the fastest; takes seconds.

        Args:
            model: One that is loaded.
            lanes: How many threads will detect at once.
        """
        with self._comparing:
            try:
                self._verify(model)
                detector = Detector.load_fastest(
                    model.manifest, model.path, engine=self._engine, lanes=lanes, gpu=self._gpu
                )
            except ModelError:
                log.exception("engines not compared", algorithm=model.manifest.name)
                return
            with self._loading:
                if detector.report and model.sha256 in self._detectors:
                    self._use(model, detector)
                    self._reports.append((model.sha256, detector.report))

    def _verify(self, model: Model) -> None:
        if self._keys is None:
            return
        if model.signed is None:
            raise ModelError(f"{model.manifest.name}: expected a version of the registry, got none")
        verify(model.signed, model.path, self._keys)

    def _use(self, model: Model, detector: Detector) -> None:
        self._detectors[model.sha256] = detector
        log.info(
            "model loaded",
            algorithm=model.manifest.name,
            version=model.manifest.version,
            engine=detector.engine.description,
            tried=detector.report.as_json()["candidates"] if detector.report else None,
        )
