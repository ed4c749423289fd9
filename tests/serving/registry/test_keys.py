import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from serving.registry.keys import KeyFileError, as_text, key_id, own, signing_key, trusted
from serving.settings import Settings


def test_the_first_start_makes_a_key_that_only_its_owner_reads(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")

    key = signing_key(settings)

    file = settings.own_signing_key_file
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert signing_key(settings).private_bytes_raw() == key.private_bytes_raw()
    assert list(own(settings)) == [key_id(key.public_key())]


def test_an_operator_may_give_the_key(tmp_path: Path) -> None:
    given = Ed25519PrivateKey.generate()
    file = tmp_path / "key.pem"
    file.write_bytes(given.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    settings = Settings(data_dir=tmp_path, signing_key_file=file)

    signing_key(settings)

    assert list(own(settings)) == [key_id(given.public_key())]
    assert not settings.own_signing_key_file.exists()


def test_other_platforms_are_trusted_by_name_only(tmp_path: Path) -> None:
    other = Ed25519PrivateKey.generate().public_key()
    settings = Settings(data_dir=tmp_path, trusted_keys=[as_text(other)])
    signing_key(settings)

    assert key_id(other) in trusted(settings)
    assert key_id(other) not in own(settings)


@pytest.mark.parametrize("text", ["", "not base64", "AAAA"])
def test_a_wrong_trusted_key_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(KeyFileError, match="LONGAN_TRUSTED_KEYS: expected an Ed25519 public key"):
        trusted(Settings(data_dir=tmp_path, trusted_keys=[text]))


@pytest.mark.parametrize("content", [b"", b"nonsense"])
def test_a_key_file_that_is_none_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "key.pem"
    file.write_bytes(content)

    with pytest.raises(KeyFileError, match=r"key\.pem: expected an Ed25519 private key"):
        signing_key(Settings(data_dir=tmp_path, signing_key_file=file))
