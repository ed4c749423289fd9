"""A finished run's model is handed in like anyone's; the platform's checks decide about it.

Once it is accepted and measured, `serving.store.retraining.follow` lets the alias `candidate` stand
for it.
"""

import hashlib
from pathlib import Path
from typing import Any

import onnx
import yaml

from algorithms import embedded
from algorithms.manifest import AlgorithmManifest
from serving.settings import Settings
from serving.store import Store, algorithms, retraining, submissions
from serving.store.deployments import PLATFORM
from serving.store.models import new_id
from serving.store.retraining_models import Retraining
from training.errors import TrainingError


def hand_in(store: Store, settings: Settings, retraining_id: str, folder: Path) -> str:
    """Submit the model of a retraining whose run is done; returns the submission's id.

    Its manifest is that in `model.onnx` or in `algorithm.yaml` beside it; where there is neither,
    the champion's. Where its version is taken, it gets the champion's next patch and the run's id.

    Raises:
        TrainingError: The folder holds no `model.onnx` of that algorithm.
        ManifestError: The manifest in the folder is wrong.
    """
    model = folder / "model.onnx"
    if not model.is_file():
        raise TrainingError(f"expected {model}, which does not exist")
    proto = onnx.load_model_from_string(model.read_bytes())
    with store.read() as session:
        row = session.get_one(Retraining, retraining_id)
        name = retraining.get(session, row.policy_id).algorithm
        champion = AlgorithmManifest.model_validate(algorithms.resolve(session, name).manifest)
        manifest = _manifest(proto, folder) or champion
        if manifest.name != name:
            raise TrainingError(f"{model}: expected a model of {name}, got one of {manifest.name}")
        if algorithms.exists(session, name, manifest.version):
            changed: dict[str, Any] = {
                "version": _next(champion.version, row.run_id or row.id),
                "training_data": f"dataset release {row.release_id}",
            }
            manifest = AlgorithmManifest.model_validate({**manifest.model_dump(), **changed})
    embedded.put(proto, yaml.safe_dump(manifest.model_dump(mode="json"), allow_unicode=True))
    submission_id = new_id()
    # Where the platform looks for what waits for its check; before the row, so that it is there.
    waiting = settings.models_dir / "checking" / f"{submission_id}.onnx"
    waiting.parent.mkdir(parents=True, exist_ok=True)
    content = proto.SerializeToString()
    waiting.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    with store.write() as session:
        submissions.create(session, manifest, digest, submission_id, by=PLATFORM)
        retraining.handed_in(session, retraining_id, submission_id)
    return submission_id


def _manifest(proto: onnx.ModelProto, folder: Path) -> AlgorithmManifest | None:
    text = embedded.text_in(proto)
    if text is not None:
        return embedded.read(text)
    beside = folder / "algorithm.yaml"
    return AlgorithmManifest.from_file(beside) if beside.is_file() else None


def _next(version: str, run_id: str) -> str:
    """The patch after a version, marked with the run.

    >>> _next("0.1.0", "01JDA"), _next("0.1.1-01JDA", "01JDB")
    ('0.1.1-01JDA', '0.1.2-01JDB')
    """
    major, minor, patch = version.partition("-")[0].split(".")
    return f"{major}.{minor}.{int(patch) + 1}-{run_id}"
