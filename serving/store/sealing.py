"""Secrets are sealed before the database sees them, and bound to where they lie.

A sealed text is `sealed:<key id>:<base64 of nonce, ciphertext and tag>` (AES-256-GCM). Table,
column and row are authenticated with it: moved elsewhere, it does not open. Rows keep it sealed; it
is opened when somebody reads the attribute, so that a process that reads none needs no key.
"""

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any, Generic, Self, TypeVar, cast, overload

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from algorithms.errors import LonganError

T = TypeVar("T")

KEY_BYTES = 32
START = "sealed:"
_NONCE_BYTES = 12


class SealingError(LonganError):
    """A secret cannot be sealed or opened."""


class Keyring:
    """Keys of 32 bytes: the first one seals, all of them open."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = tuple(keys)
        self._ciphers = {key_id(key): AESGCM(key) for key in keys}
        self.first = key_id(keys[0])
        """The id of the key that seals."""

    @property
    def ids(self) -> set[str]:
        """Of all keys."""
        return set(self._ciphers)

    def derived(self, purpose: str) -> list[bytes]:
        """A key for something else out of each key, in their order."""
        info = f"longan {purpose}".encode()
        return [HKDF(SHA256(), KEY_BYTES, None, info).derive(key) for key in self._keys]

    def seal(self, text: str, where: str) -> str:
        """The text for nobody else, and for this place only."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._ciphers[self.first].encrypt(nonce, text.encode(), where.encode())
        return f"{START}{self.first}:{b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, where: str) -> str:
        """What was sealed there.

        Raises:
            SealingError: By a key that is not here, for another place, or it was altered.
        """
        _, _, rest = sealed.partition(START)
        used, _, content = rest.partition(":")
        cipher = self._ciphers.get(used)
        if cipher is None:
            raise SealingError(
                f"{where} is sealed by the key {used or '(none)'}, and this platform has "
                f"{', '.join(sorted(self._ciphers))}; add that key (docs/security.md)"
            )
        try:
            data = b64decode(content, validate=True)
            plain = cipher.decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], where.encode())
        except (InvalidTag, ValueError):
            raise SealingError(
                f"{where} does not open: it was altered, or moved here from elsewhere; set it anew"
            ) from None
        return plain.decode()


def key_id(key: bytes) -> str:
    """What a sealed text names its key by; says nothing of the key."""
    return sha256(b"longan key id" + key).hexdigest()[:12]


_held: list[Callable[[], Keyring]] = []


def hold(keys: Callable[[], Keyring]) -> None:
    """From now on this process seals and opens with these keys."""
    _held[:] = [keys]


def held() -> Keyring:
    """The keys of this process.

    Raises:
        SealingError: It has none: only the platform's own process is given them.
    """
    if not _held:
        raise SealingError("this process holds no keys, so it can neither seal nor open a secret")
    return _held[0]()


class Secret(Generic[T]):
    """An attribute that is open, over a column that is sealed.

    Args:
        column: The mapped attribute below; its name in the database is this attribute's.
        row: The attribute that names the row; set before the secret is.
    """

    def __init__(self, column: str, row: str = "id") -> None:
        self._column = column
        self._row = row

    def __set_name__(self, owner: type[Any], name: str) -> None:
        self._name = name

    @overload
    def __get__(self, row: None, owner: type[Any]) -> Self: ...
    @overload
    def __get__(self, row: Any, owner: type[Any]) -> T: ...
    def __get__(self, row: Any, owner: type[Any]) -> Self | T:
        if row is None:
            return self
        return cast("T", self._opened(row))

    def __set__(self, row: Any, value: T) -> None:
        if value is None:
            setattr(row, self._column, None)
        elif not self._holds(row, value):
            setattr(row, self._column, held().seal(self._write(value), self._at(row)))

    def _holds(self, row: Any, value: T) -> bool:
        """Whether it is there already: sealed again, it would look changed."""
        try:
            return self._opened(row) == value
        except SealingError:
            return False  # what is set anew mends what was altered

    def _opened(self, row: Any) -> Any:
        sealed = getattr(row, self._column)
        return None if sealed is None else self._read(held().open(sealed, self._at(row)))

    def _at(self, row: Any) -> str:
        return place(row.__tablename__, self._name, getattr(row, self._row))

    def _read(self, text: str) -> Any:
        return text

    def _write(self, value: Any) -> str:
        return value


class SecretJson(Secret[T]):
    """The same for what JSON can hold. What was read is a copy: set it to change it."""

    def _read(self, text: str) -> Any:
        return json.loads(text)

    def _write(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)


def place(table: str, column: str, row: str) -> str:
    """Where a secret lies."""
    return f"{table}/{column}/{row}"
