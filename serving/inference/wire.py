"""The live wire from the API to the models: what is asked, what comes back, what can go wrong.

InferenceError (LonganError)
├── BadInputError     what was sent cannot be used; says what was expected
└── NotReadyError     it could be used, but not now; says when to try again
    └── CannotRunError    not before somebody sees to the model
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from algorithms.errors import LonganError


class InferenceError(LonganError):
    """The models gave no answer."""


class BadInputError(InferenceError):
    """What was sent is no input of this model."""


class NotReadyError(InferenceError):
    """The models are starting, busy or gone."""

    def __init__(self, message: str, retry_after_s: int = 2) -> None:
        super().__init__(message, retry_after_s)  # all of them, or pickling loses one
        self.retry_after_s = retry_after_s

    def __str__(self) -> str:
        return str(self.args[0])


class CannotRunError(NotReadyError):
    """The model cannot be loaded here, or nothing runs models."""


@dataclass(frozen=True, slots=True)
class ModelKey:
    """The algorithm version that is asked.

    Args:
        name: Of the algorithm.
        version: Of the algorithm.
        sha256: Of its file.
    """

    name: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class InferAnswer:
    """An answer of the Open Inference Protocol.

    Args:
        body: JSON, followed by the binary tensors when there are any.
        json_bytes: How much of it is JSON; None: all.
    """

    body: bytes
    json_bytes: int | None


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a model sees in one picture.

    Args:
        width_px: Of the picture, upright.
        height_px: Of the picture, upright.
        boxes: Best first.
        took_ms: Decoding the picture and running the model.
    """

    width_px: int
    height_px: int
    boxes: Sequence["PredictedBox"]
    took_ms: float


@dataclass(frozen=True, slots=True)
class PredictedBox:
    """One thing; `x1 y1 x2 y2` are pixels of the picture."""

    class_name: str
    confidence: float
    x1: float
    y1: float
    x2: float
    y2: float


class Inference(Protocol):
    """Every approved algorithm version, loaded when it is first asked."""

    def why_not_ready(self) -> str | None:
        """A sentence while nothing can be answered; None when it can."""
        ...

    def infer(self, model: ModelKey, body: bytes, json_bytes: int | None) -> InferAnswer:
        """Answer a request of the Open Inference Protocol.

        Args:
            model: Which.
            body: JSON, followed by the binary tensors when there are any.
            json_bytes: How much of it is JSON; None: all.

        Raises:
            BadInputError: The request is wrong.
            NotReadyError: Try again later.
        """
        ...

    def predict(self, model: ModelKey, picture: bytes, confidence: float | None) -> Prediction:
        """Find things in a JPEG or PNG; raises as `infer` does.

        Args:
            model: Which.
            picture: The file.
            confidence: Lowest score kept; None: the model's operating point.
        """
        ...
