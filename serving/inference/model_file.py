"""Where the file of an algorithm version lies on this machine."""

from pathlib import Path

from serving.settings import Settings
from serving.store.models import AlgorithmVersion


def model_file(version: AlgorithmVersion, settings: Settings) -> Path:
    """Shipped ones lie beside the code, submitted ones in the data."""
    if version.origin == "shipped":
        return settings.weights_dir / f"{version.name}-{version.version}.onnx"
    return settings.models_dir / f"{version.sha256}.onnx"
