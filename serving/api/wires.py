"""What the API needs from the rest of the platform, handed in by `app.py`."""

from pathlib import Path
from typing import Protocol

from algorithms.admission import Verdict
from algorithms.manifest import AlgorithmManifest
from serving.inference.discovery import Device, Discover
from serving.inference.preview import (
    NOTHING_SEEN,
    Preview,
    PreviewBox,
    PreviewFrame,
    PreviewWant,
)
from serving.inference.probe import BusyError, Probe, Probed
from serving.inference.wire import (
    BadInputError,
    CannotRunError,
    InferAnswer,
    Inference,
    ModelKey,
    NotReadyError,
    PredictedBox,
    Prediction,
)

__all__ = [
    "NOTHING_SEEN",
    "Admission",
    "BadInputError",
    "BusyError",
    "CannotRunError",
    "Device",
    "Discover",
    "InferAnswer",
    "Inference",
    "Jobs",
    "ModelKey",
    "NotReadyError",
    "PredictedBox",
    "Prediction",
    "Preview",
    "PreviewBox",
    "PreviewFrame",
    "PreviewWant",
    "Probe",
    "Probed",
]


class Admission(Protocol):
    """The check of a submitted model."""

    def __call__(
        self, model: Path, manifest: AlgorithmManifest, reference: Path | None = None
    ) -> Verdict:
        """Why the model is refused, if it is, and what was measured."""
        ...


class Jobs(Protocol):
    """Does long work of one kind: replays, evaluations, or training runs."""

    def run(self, job_id: str) -> str | None:
        """Run one to its end; returns why it failed, None if it did not."""
        ...

    def stop(self) -> None:
        """End the one that runs."""
        ...
