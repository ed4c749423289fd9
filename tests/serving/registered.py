"""Versions in a test's store as the platform registers what is shipped: signed."""

from hashlib import sha256

from sqlalchemy.orm import Session

from algorithms.manifest import AlgorithmManifest
from serving.registry.registering import Registry
from serving.settings import Settings
from serving.store import algorithms


def register_shipped(session: Session, settings: Settings, manifest: AlgorithmManifest) -> None:
    """Register and sign the version whose file lies in `settings.weights_dir`."""
    file = settings.weights_dir / f"{manifest.name}-{manifest.version}.onnx"
    algorithms.register_shipped(session, manifest, sha256(file.read_bytes()).hexdigest())
    Registry(settings).sign_old(session)
