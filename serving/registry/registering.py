"""How a version enters the registry: its file stored under its hash, its statement signed."""

import hashlib
import os
import shutil
import tomllib
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from algorithms.admission import TrialReport
from algorithms.catalog import shipped
from algorithms.manifest import AlgorithmManifest
from serving.registry import keys
from serving.registry.model_file import model_file
from serving.registry.statement import Provenance, Signed, manifest_text, opened, sign
from serving.settings import Settings
from serving.store import algorithms
from serving.store.errors import ConflictError
from serving.store.models import AlgorithmVersion, Submission

log = structlog.get_logger(__name__)


class Registry:
    """Signs what enters. Makes the platform's key where there is none.

    Args:
        settings: Of this platform.

    Raises:
        KeyFileError: A key that the operator named cannot be read.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._first_start = keys.is_new(settings)
        self._key = keys.signing_key(settings)
        self.own = keys.own(settings)
        self.trusted = keys.trusted(settings)

    def admit(self, session: Session, submission: Submission) -> AlgorithmVersion:
        """Sign the version that an accepted submission has become."""
        row = algorithms.get(session, submission.name, submission.version)
        origin: dict[str, Any] = {
            "submitted_by": submission.created_by,
            "submitted_at": submission.created_at,
            "submission_id": submission.id,
            "report": submission.report and TrialReport.model_validate(submission.report),
        }
        if submission.envelope is not None:
            statement, signer = opened(submission.envelope, self.trusted)
            origin["imported_from"] = signer
            origin["imported_statement"] = statement.predicate.model_dump(
                mode="json", exclude={"imported_statement"}
            )
        self._sign(row, **origin)
        session.flush()
        return row

    def register_shipped(self, session: Session) -> None:
        """Let the models that come with the platform enter as all others do, at their first start.

        Where another file or manifest has the name and version already, that one stays.
        """
        notes = _notes(self._settings.weights_dir)
        for manifest in shipped():
            file = self._settings.weights_dir / f"{manifest.name}-{manifest.version}.onnx"
            if not file.is_file():
                log.warning("shipped algorithm has no weights", algorithm=manifest.name)
                continue
            note = notes.get(file.name, {})
            with file.open("rb") as model:
                sha256 = hashlib.file_digest(model, "sha256").hexdigest()
            if note.get("sha256", sha256) != sha256:
                log.error("shipped model is not the released one", algorithm=manifest.name)
                continue
            try:
                row = algorithms.register_shipped(session, manifest, sha256)
            except ConflictError as error:
                log.error("shipped algorithm not registered", why=str(error))
                continue
            self._keep(file, sha256)
            if row.envelope is None:
                note_text = str(note.get("provenance", "")).strip()
                self._sign(
                    row, submitted_by="platform", submitted_at=row.created_at, note=note_text
                )
        session.flush()

    def sign_old(self, session: Session) -> None:
        """Sign what entered before there were signatures: once, when the key is made.

        Later an unsigned row is no old one but a forged one.
        """
        if not self._first_start:
            return
        unsigned = select(AlgorithmVersion).where(AlgorithmVersion.envelope.is_(None))
        for row in session.scalars(unsigned):
            file = model_file(row, self._settings)
            if not file.is_file():
                continue
            with file.open("rb") as model:
                found = hashlib.file_digest(model, "sha256").hexdigest()
            if found != row.sha256:
                log.error("model is not the accepted one", algorithm=row.name, version=row.version)
                continue
            note = "entered before versions were signed"
            self._sign(row, submitted_by="platform", submitted_at=row.created_at, note=note)
        session.flush()
        self._first_start = False

    def _keep(self, file: Path, sha256: str) -> None:
        """A copy in the content-addressed store, whole or not there."""
        stored = self._settings.models_dir / f"{sha256}.onnx"
        if stored.is_file():
            return
        stored.parent.mkdir(parents=True, exist_ok=True)
        coming = stored.with_suffix(f".{os.getpid()}.part")
        shutil.copyfile(file, coming)
        coming.replace(stored)

    def _sign(self, row: AlgorithmVersion, **origin: Any) -> None:
        manifest = AlgorithmManifest.model_validate(row.manifest)
        provenance = Provenance.model_validate(
            {
                "name": row.name,
                "version": row.version,
                "origin": row.origin,
                "training_data": manifest.training_data,
                "licence": manifest.licence,
                "team": manifest.team,
                **origin,
            }
        )
        row.envelope = sign(self._key, row.sha256, row.manifest, provenance)


def signed(row: AlgorithmVersion) -> Signed:
    """What is checked before a version is loaded."""
    return Signed(row.name, row.version, manifest_text(row.manifest), row.envelope)


def _notes(weights_dir: Path) -> dict[str, dict[str, Any]]:
    """What `weights/manifest.toml` says of each file."""
    file = weights_dir / "manifest.toml"
    if not file.is_file():
        return {}
    tables = tomllib.loads(file.read_text(encoding="utf-8")).get("weights", [])
    return {table["file"]: table for table in tables}
