"""What the sandbox does with a model once its limits hold."""

from typing import Any

import onnx
from google.protobuf.message import DecodeError

from algorithms import embedded
from algorithms.admission import graph, trial
from algorithms.manifest import AlgorithmManifest


def judge(model: bytes, manifest_json: bytes, reference: bytes = b"") -> dict[str, Any]:
    """Reasons against a model and what its trial measured."""
    manifest = AlgorithmManifest.model_validate_json(manifest_json)
    reasons, report = graph.check(model, manifest), None
    if not reasons:
        reasons, report = trial.check(model, manifest, reference)
    return {"reasons": reasons, "report": report.model_dump(mode="json") if report else None}


def carried(model: bytes) -> dict[str, Any]:
    """The text of the manifest inside a model; None where there is none."""
    try:
        return {"text": embedded.text_in(onnx.ModelProto.FromString(model))}
    except DecodeError:
        return {"text": None}
