"""The signed statement about a version: in-toto's shape, in a DSSE envelope.

https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md
https://github.com/secure-systems-lab/dsse/blob/master/protocol.md

Its subjects are the model file and the manifest, each by SHA-256; its predicate says where the
version comes from.
"""

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from algorithms.admission import TrialReport
from algorithms.errors import ModelError
from serving.registry.keys import Keys, key_id

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "urn:longan:algorithm-version:v1"

MODEL, MANIFEST = "model.onnx", "manifest.json"
"""Names of the two subjects."""

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class SignatureError(ModelError):
    """A version is not what was signed: its file, its manifest or the statement was changed."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Provenance(_Part):
    """Where a version comes from."""

    name: str
    version: str
    origin: Literal["shipped", "submitted", "imported"]

    submitted_by: str
    """Name of the token that was used; `platform` for what it came with."""

    submitted_at: AwareDatetime
    submission_id: str | None = None

    training_data: str
    """What the manifest says it was trained on, or a reference to it."""

    licence: str
    team: str

    report: TrialReport | None = None
    """What the trial in the sandbox measured."""

    note: str = ""
    """What `weights/manifest.toml` says of a shipped one."""

    imported_from: str | None = None
    """Key id of the platform whose bundle it was."""

    imported_statement: dict[str, Any] | None = None
    """That platform's own provenance, as it signed it."""


class _Digest(_Part):
    sha256: Sha256


class _Subject(_Part):
    name: str
    digest: _Digest


class Statement(_Part):
    """What is signed."""

    type: Literal["https://in-toto.io/Statement/v1"] = Field(alias="_type", default=STATEMENT_TYPE)
    subject: tuple[_Subject, _Subject]
    predicate_type: Literal["urn:longan:algorithm-version:v1"] = Field(
        alias="predicateType", default=PREDICATE_TYPE
    )
    predicate: Provenance

    @property
    def digests(self) -> dict[str, str]:
        """SHA-256 of each subject."""
        return {subject.name: subject.digest.sha256 for subject in self.subject}


@dataclass(frozen=True, slots=True)
class Signed:
    """A version as the registry keeps it, about to be loaded.

    Args:
        name: Of the algorithm.
        version: Of the algorithm.
        manifest: As the store has it, as `manifest_text` writes it.
        envelope: The DSSE envelope as JSON; None: it was never signed.
    """

    name: str
    version: str
    manifest: str
    envelope: str | None


def sign(
    key: Ed25519PrivateKey, sha256: str, manifest: dict[str, Any], provenance: Provenance
) -> str:
    """The envelope around a signed statement, as JSON.

    Args:
        key: Who says it.
        sha256: Of the model file.
        manifest: As the store will have it.
        provenance: Where it comes from.
    """
    digests = {MODEL: sha256, MANIFEST: _sha256(manifest_text(manifest))}
    subject = tuple(_Subject(name=n, digest=_Digest(sha256=d)) for n, d in digests.items())
    statement = Statement(subject=(subject[0], subject[1]), predicate=provenance)
    payload = statement.model_dump_json(by_alias=True).encode()
    signature = key.sign(_signed_bytes(payload))
    envelope = {
        "payloadType": PAYLOAD_TYPE,
        "payload": base64.b64encode(payload).decode(),
        "signatures": [
            {"keyid": key_id(key.public_key()), "sig": base64.b64encode(signature).decode()}
        ],
    }
    return json.dumps(envelope, sort_keys=True)


def opened(envelope: str, keys: Keys) -> tuple[Statement, str]:
    """The statement inside, and the id of the trusted key that signed it.

    Raises:
        SignatureError: No envelope, signed by nobody who is trusted, or changed since.
    """
    try:
        document = json.loads(envelope)
        payload = base64.b64decode(document["payload"], validate=True)
        signatures = {
            str(each["keyid"]): base64.b64decode(each["sig"], validate=True)
            for each in document["signatures"][:8]
        }
        typed = document["payloadType"] == PAYLOAD_TYPE
    except (ValueError, TypeError, LookupError, RecursionError, binascii.Error) as error:
        raise SignatureError(
            f"the statement: expected a DSSE envelope, got something else ({type(error).__name__})"
        ) from error
    signer = next((known for known in signatures if known in keys), None)
    if signer is None or not typed:
        named = ", ".join(each[:16] for each in signatures) or "nobody"
        raise SignatureError(
            f"the statement: expected the signature of a trusted key, got that of {named}; an "
            "operator adds the keys of other platforms to LONGAN_TRUSTED_KEYS"
        )
    try:
        keys[signer].verify(signatures[signer], _signed_bytes(payload))
    except InvalidSignature as error:
        raise SignatureError(
            f"the statement: expected what key {signer[:16]} signed, got another text; it was "
            "changed after it was signed"
        ) from error
    try:
        return Statement.model_validate_json(payload), signer
    except ValidationError as error:
        raise SignatureError(
            f"the statement: expected {PREDICATE_TYPE} in {STATEMENT_TYPE}, got something else"
        ) from error


def verify(signed: Signed, model: Path, keys: Keys) -> Statement:
    """Hold a version against its signed statement before it is loaded.

    Args:
        signed: The version.
        model: Its file on this machine.
        keys: The platform's own.

    Raises:
        SignatureError: The file, the manifest or the statement is not what was signed.
    """
    who = f"{signed.name}@{signed.version}"
    if signed.envelope is None:
        raise SignatureError(
            f"{who}: expected a signed version, got one without a signature; submit it again"
        )
    try:
        statement, _ = opened(signed.envelope, keys)
    except SignatureError as error:
        raise SignatureError(f"{who}: {error}") from error
    about = statement.predicate
    if (about.name, about.version) != (signed.name, signed.version):
        raise SignatureError(
            f"{who}: expected a statement about it, got one about {about.name}@{about.version}"
        )
    try:
        with model.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise SignatureError(f"{who}: expected its file {model}, got {error.strerror}") from error
    came = {MODEL: found, MANIFEST: _sha256(signed.manifest)}
    for subject, expected in statement.digests.items():
        if came.get(subject) != expected:
            raise SignatureError(
                f"{who}: expected {subject} with sha256 {expected[:16]}…, as signed, got "
                f"{came.get(subject, 'none')[:16]}…; it was changed: bring back the file or the "
                "row from a backup, or revoke the version and submit a new one"
            )
    return statement


def manifest_text(manifest: dict[str, Any]) -> str:
    """A manifest as sorted, compact JSON: the same whatever a database does to its text."""
    return json.dumps(
        manifest, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _signed_bytes(payload: bytes) -> bytes:
    """DSSE's pre-authentication encoding."""
    kind = PAYLOAD_TYPE.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)
