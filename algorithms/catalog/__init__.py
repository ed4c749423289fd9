"""The algorithms shipped with the platform: one folder each, `algorithm.yaml` and a card."""

from pathlib import Path

from algorithms.errors import ManifestError
from algorithms.manifest import AlgorithmManifest

_FOLDER = Path(__file__).parent


def shipped() -> list[AlgorithmManifest]:
    """Every manifest of the catalogue, by name."""
    return [AlgorithmManifest.from_file(file) for file in sorted(_FOLDER.glob("*/algorithm.yaml"))]


def manifest(name: str) -> AlgorithmManifest:
    """One manifest of the catalogue.

    Raises:
        ManifestError: The catalogue has no such algorithm.
    """
    file = _FOLDER / name / "algorithm.yaml"
    if not file.is_file():
        known = ", ".join(found.name for found in shipped())
        raise ManifestError(f"{name}: not in the catalogue; it has {known}")
    return AlgorithmManifest.from_file(file)
