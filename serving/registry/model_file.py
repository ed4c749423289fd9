"""Where the file of an algorithm version lies: under its sha256, whoever brought it."""

from pathlib import Path

from serving.settings import Settings
from serving.store.models import AlgorithmVersion


def model_file(version: AlgorithmVersion, settings: Settings) -> Path:
    """Its file; a shipped one that this machine has no copy of lies beside the code."""
    stored = settings.models_dir / f"{version.sha256}.onnx"
    if version.origin == "shipped" and not stored.is_file():
        return settings.weights_dir / f"{version.name}-{version.version}.onnx"
    return stored
