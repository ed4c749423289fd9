"""The models of one node: each loaded once, shared by all of its cameras."""

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog
import supervision as sv

from algorithms.detector import Detector
from algorithms.frame import Pixels
from algorithms.manifest import AlgorithmManifest

log = structlog.get_logger(__name__)

LARGEST_BATCH = 8


@dataclass(frozen=True, slots=True)
class Model:
    """An algorithm version and its file on this machine."""

    manifest: AlgorithmManifest
    sha256: str
    path: Path


class ModelPool:
    """Loads models when they are first asked for; used from one thread."""

    def __init__(self) -> None:
        self._detectors: dict[str, Detector] = {}

    def detect(self, model: Model, images: Sequence[Pixels]) -> list[sv.Detections]:
        """Run one model over pictures of any number of cameras.

        Returns:
            One `Detections` per picture.

        Raises:
            ModelError: The model cannot be loaded or run.
        """
        detector = self.load(model)
        found: list[sv.Detections] = []
        for start in range(0, len(images), LARGEST_BATCH):
            found += detector.detect(images[start : start + LARGEST_BATCH])
        return found

    def keep(self, wanted: Collection[str]) -> None:
        """Unload every model whose sha256 is not wanted any more."""
        for sha256 in self._detectors.keys() - set(wanted):
            log.info("model unloaded", sha256=sha256[:12])
            del self._detectors[sha256]

    def load(self, model: Model) -> Detector:
        """The model, loaded when it is first asked for.

        Raises:
            ModelError: The file cannot be loaded.
        """
        detector = self._detectors.get(model.sha256)
        if detector is None:
            detector = Detector.load(model.manifest, model.path, threads=os.cpu_count() or 1)
            self._detectors[model.sha256] = detector
            log.info(
                "model loaded",
                algorithm=model.manifest.name,
                version=model.manifest.version,
                engine=detector.engine.description,
            )
        return detector
