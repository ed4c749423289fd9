"""The platform's Ed25519 key, and the keys of others whose bundles it takes."""

import base64
import binascii
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from algorithms.errors import LonganError
from serving.settings import Settings


class KeyFileError(LonganError):
    """A key cannot be read."""


Keys = dict[str, Ed25519PublicKey]
"""Key id → key."""


def key_id(key: Ed25519PublicKey) -> str:
    """What signatures name a key by: the SHA-256 of its 32 bytes."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()


def as_text(key: Ed25519PublicKey) -> str:
    """The 32 bytes of a public key in base64, as `LONGAN_TRUSTED_KEYS` takes it."""
    return base64.b64encode(key.public_bytes_raw()).decode()


def signing_key(settings: Settings) -> Ed25519PrivateKey:
    """The platform's own key; made at the first start unless the operator gives one.

    The public half is written beside the data, where every node finds it.

    Raises:
        KeyFileError: The file is not there, though the operator named it, or holds no such key.
    """
    file = settings.signing_key_file or settings.own_signing_key_file
    if settings.signing_key_file is None:
        _make(file)
    try:
        key = load_pem_private_key(file.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyFileError(
            f"{file}: expected an Ed25519 private key in PEM without a password, got {error}; "
            "`openssl genpkey -algorithm ed25519` makes one"
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(f"{file}: expected an Ed25519 key, got {type(key).__name__}")
    text = as_text(key.public_key())
    if not settings.public_key_file.is_file() or settings.public_key_file.read_text() != text:
        settings.public_key_file.write_text(text)
    return key


def is_new(settings: Settings) -> bool:
    """Whether this platform has never signed anything."""
    return not settings.public_key_file.is_file()


def own(settings: Settings) -> Keys:
    """The public half of the platform's key; empty before its first start."""
    if is_new(settings):
        return {}
    return _read([settings.public_key_file.read_text()], str(settings.public_key_file))


def trusted(settings: Settings) -> Keys:
    """Whose bundles are taken: the platform's own key and those the operator named."""
    return own(settings) | _read(settings.trusted_keys, "LONGAN_TRUSTED_KEYS")


def _read(texts: Iterable[str], where: str) -> Keys:
    keys: Keys = {}
    for text in texts:
        try:
            key = Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))
        except (ValueError, binascii.Error) as error:
            raise KeyFileError(
                f"{where}: expected an Ed25519 public key, 32 bytes in base64, got {text[:60]!r}; "
                "GET /api/v1/signing-keys on the other platform shows its"
            ) from error
        keys[key_id(key)] = key
    return keys


def _make(file: Path) -> None:
    """A fresh key, readable by its owner only, unless there is one."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    text = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "wb") as out:
        out.write(text)
