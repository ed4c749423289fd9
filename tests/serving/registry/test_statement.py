import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from serving.registry.keys import key_id
from serving.registry.statement import (
    Provenance,
    SignatureError,
    Signed,
    manifest_text,
    opened,
    sign,
    verify,
)

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
KEYS = {key_id(KEY.public_key()): KEY.public_key()}
ABOUT = Provenance(
    name="seer",
    version="1.0.0",
    origin="submitted",
    submitted_by="team",
    submitted_at=datetime(2026, 11, 24, tzinfo=UTC),
    training_data="six public sources",
    licence="Apache-2.0",
    team="tests",
)
MANIFEST: dict[str, Any] = {"name": "seer", "scale": 1.0, "title": "看"}


@pytest.fixture
def model(tmp_path: Path) -> Path:
    file = tmp_path / "model"
    file.write_bytes(b"a network")
    return file


@pytest.fixture
def version(model: Path) -> Signed:
    envelope = sign(KEY, hashlib.sha256(model.read_bytes()).hexdigest(), MANIFEST, ABOUT)
    return Signed("seer", "1.0.0", manifest_text(MANIFEST), envelope)


def changed(envelope: str | None, change: Callable[[dict[str, Any]], None]) -> str:
    """An envelope whose statement somebody has changed and not signed."""
    document = json.loads(envelope or "")
    statement = json.loads(base64.b64decode(document["payload"]))
    change(statement)
    document["payload"] = base64.b64encode(json.dumps(statement).encode()).decode()
    return json.dumps(document)


def test_what_was_signed_is_loaded(version: Signed, model: Path) -> None:
    statement = verify(version, model, KEYS)

    assert statement.predicate == ABOUT


def test_the_statement_is_in_totos(version: Signed) -> None:
    payload = json.loads(base64.b64decode(json.loads(version.envelope or "")["payload"]))

    assert payload["_type"] == "https://in-toto.io/Statement/v1"
    assert [subject["name"] for subject in payload["subject"]] == ["model.onnx", "manifest.json"]
    assert payload["predicate"]["training_data"] == "six public sources"


def test_a_changed_file_is_not_loaded(version: Signed, model: Path) -> None:
    model.write_bytes(b"another network")

    with pytest.raises(SignatureError, match=r"seer@1\.0\.0: expected model\.onnx with sha256"):
        verify(version, model, KEYS)


def test_a_lost_file_is_not_loaded(version: Signed, model: Path) -> None:
    model.unlink()

    with pytest.raises(SignatureError, match="No such file"):
        verify(version, model, KEYS)


def test_a_changed_manifest_is_not_loaded(version: Signed, model: Path) -> None:
    other = replace(version, manifest=manifest_text({**MANIFEST, "scale": 2.0}))

    with pytest.raises(SignatureError, match=r"expected manifest\.json with sha256"):
        verify(other, model, KEYS)


def test_a_changed_statement_is_not_loaded(version: Signed, model: Path) -> None:
    def relicense(statement: dict[str, Any]) -> None:
        statement["predicate"]["licence"] = "MIT"

    forged = replace(version, envelope=changed(version.envelope, relicense))

    with pytest.raises(SignatureError, match="changed after it was signed"):
        verify(forged, model, KEYS)


def test_a_statement_of_a_stranger_is_not_loaded(version: Signed, model: Path) -> None:
    digest = hashlib.sha256(model.read_bytes()).hexdigest()
    forged = replace(version, envelope=sign(OTHER, digest, MANIFEST, ABOUT))

    with pytest.raises(SignatureError, match="expected the signature of a trusted key"):
        verify(forged, model, KEYS)


def test_a_stranger_who_names_our_key_is_not_believed(version: Signed, model: Path) -> None:
    digest = hashlib.sha256(model.read_bytes()).hexdigest()
    document = json.loads(sign(OTHER, digest, MANIFEST, ABOUT))
    document["signatures"][0]["keyid"] = key_id(KEY.public_key())

    with pytest.raises(SignatureError, match="changed after it was signed"):
        verify(replace(version, envelope=json.dumps(document)), model, KEYS)


def test_the_statement_about_another_version_does_not_do(version: Signed, model: Path) -> None:
    with pytest.raises(SignatureError, match=r"seer@2\.0\.0: expected a statement about it"):
        verify(replace(version, version="2.0.0"), model, KEYS)


def test_an_unsigned_version_is_not_loaded(version: Signed, model: Path) -> None:
    with pytest.raises(SignatureError, match="without a signature"):
        verify(replace(version, envelope=None), model, KEYS)


@pytest.mark.parametrize(
    "envelope",
    [
        "",
        "null",
        "[]",
        "{}",
        "[" * 100_000,
        '{"payload": "###", "payloadType": "", "signatures": []}',
        '{"payload": "", "payloadType": "", "signatures": 3}',
        '{"payload": "", "payloadType": "", "signatures": [{"keyid": 1, "sig": 2}]}',
        '{"payload": "", "payloadType": "application/vnd.in-toto+json", "signatures": []}',
    ],
)
def test_nonsense_is_no_envelope(envelope: str) -> None:
    with pytest.raises(SignatureError, match="the statement: expected"):
        opened(envelope, KEYS)
