"""Versions in a test's store as the platform registers what is shipped: signed."""

from hashlib import sha256

from sqlalchemy.orm import Session

from algorithms.manifest import AlgorithmManifest
from serving.registry.keys import signing_key
from serving.registry.statement import Provenance, sign
from serving.settings import Settings
from serving.store import algorithms


def register_shipped(session: Session, settings: Settings, manifest: AlgorithmManifest) -> None:
    """Register and sign the version whose file lies in `settings.weights_dir`."""
    file = settings.weights_dir / f"{manifest.name}-{manifest.version}.onnx"
    row = algorithms.register_shipped(session, manifest, sha256(file.read_bytes()).hexdigest())
    provenance = Provenance(
        name=manifest.name,
        version=manifest.version,
        origin="shipped",
        submitted_by="platform",
        submitted_at=row.created_at,
        training_data=manifest.training_data,
        licence=manifest.licence,
        team=manifest.team,
    )
    row.envelope = sign(signing_key(settings), row.sha256, row.manifest, provenance)
