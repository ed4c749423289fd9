from pathlib import Path

import onnx
import pytest
from typer.testing import CliRunner

from algorithms import embedded
from algorithms.errors import ManifestError
from algorithms.manifest import AlgorithmManifest
from serving.cli import app
from tests.models import always_sees


def longan(*words: str) -> str:
    done = CliRunner().invoke(app, ["algorithm", *words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def test_a_draft_is_written_and_embedded(tmp_path: Path) -> None:
    model = always_sees(tmp_path / "rider.onnx", [(32, 32, 8, 8)], [[0.5, 0.5]])
    manifest = tmp_path / "algorithm.yaml"

    longan("init", str(model), "--out", str(manifest))
    with pytest.raises(ManifestError, match="team, contact: expected what the team says"):
        longan("embed", str(model), "--manifest", str(manifest))
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("FILL IN", "said"))
    longan("embed", str(model), "--manifest", str(manifest))

    assert AlgorithmManifest.from_file(manifest).name == "rider"
    inside = embedded.text_in(onnx.ModelProto.FromString(model.read_bytes()))
    assert inside == manifest.read_text(encoding="utf-8")


def test_a_manifest_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    model = always_sees(tmp_path / "rider.onnx", [(32, 32, 8, 8)], [[0.5]])
    manifest = tmp_path / "algorithm.yaml"
    manifest.write_text("mine")

    with pytest.raises(ManifestError, match="is there already"):
        longan("init", str(model), "--out", str(manifest))

    assert manifest.read_text() == "mine"


def test_a_file_that_is_no_model_is_named(tmp_path: Path) -> None:
    model = tmp_path / "rider.onnx"
    model.write_bytes(b"not a model")

    with pytest.raises(ManifestError, match=r"rider\.onnx: expected an ONNX file"):
        longan("init", str(model), "--out", str(tmp_path / "a.yaml"))
