"""Where the keys come from that seal secrets: a setting, a file, a command, or one made here."""

import os
import secrets
import shlex
import subprocess
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable
from pathlib import Path

import structlog

from serving.settings import Settings
from serving.store.sealing import KEY_BYTES, Keyring, SealingError

log = structlog.get_logger()

COMMAND_S = 30.0
"""How long the command may take that tells the keys."""


def keys_of(settings: Settings) -> Callable[[], Keyring]:
    """The platform's keys; where the operator gives none, one is made beside the data.

    Raises:
        SealingError: They cannot be read, or are no such keys.
    """
    if settings.secret_keys is not None:
        fixed = Keyring(_parsed(settings.secret_keys.get_secret_value(), "LONGAN_SECRET_KEYS"))
        return lambda: fixed
    if settings.secret_keys_command is not None:
        told = Keyring(_parsed(_ask(settings.secret_keys_command), "LONGAN_SECRET_KEYS_COMMAND"))
        return lambda: told
    file = key_file(settings)
    if settings.secret_keys_file is None and not file.exists():
        write_keys(file, [secrets.token_bytes(KEY_BYTES)])
        log.warning("made a key that seals stored secrets; keep a copy of it", file=str(file))
    keys = KeyFile(file)
    keys()
    return keys


def key_file(settings: Settings) -> Path:
    """The file with the keys, where they lie in one."""
    return settings.secret_keys_file or settings.own_secret_keys_file


class KeyFile:
    """Keys in a file, read again whenever it changes: a rotation needs no restart."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen: tuple[int, int] | None = None

    def __call__(self) -> Keyring:
        try:
            about = self._file.stat()
            seen = (about.st_ino, about.st_mtime_ns)
            if seen != self._seen:
                self._keyring = Keyring(read_keys(self._file))
                self._seen = seen
        except OSError as error:
            raise SealingError(
                f"{self._file}: expected the keys that seal secrets, got {error.strerror}; put the "
                "file back, readable for Longan"
            ) from error
        return self._keyring


def read_keys(file: Path) -> list[bytes]:
    """The keys in a file, the one that seals first."""
    return _parsed(file.read_text(encoding="ascii", errors="replace"), str(file))


def write_keys(file: Path, keys: list[bytes]) -> None:
    """Replace the keys in a file, for its owner only, whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = file.with_name(f"{file.name}.new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as out:
        out.writelines(f"{b64encode(key).decode()}\n" for key in keys)
        out.flush()
        os.fsync(out.fileno())
    new.replace(file)


def _parsed(text: str, source: str) -> list[bytes]:
    keys: list[bytes] = []
    for number, word in enumerate(text.split(), 1):
        try:
            key = b64decode(word, validate=True)
        except NotBase64:
            key = b""
        if len(key) != KEY_BYTES:
            raise SealingError(
                f"{source}: expected keys of {KEY_BYTES} bytes in base64 with blanks between, and "
                f"number {number} is none; `openssl rand -base64 {KEY_BYTES}` makes one"
            )
        keys.append(key)
    if not keys:
        raise SealingError(
            f"{source}: expected at least one key, got none; "
            f"`openssl rand -base64 {KEY_BYTES}` makes one"
        )
    return keys


def _ask(command: str) -> str:
    program = shlex.split(command)
    try:
        done = subprocess.run(
            program, capture_output=True, timeout=COMMAND_S, check=False, encoding="utf-8"
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise SealingError(
            f"LONGAN_SECRET_KEYS_COMMAND: {program[:1]} could not be run ({type(error).__name__})"
        ) from error
    if done.returncode != 0:
        raise SealingError(
            f"LONGAN_SECRET_KEYS_COMMAND: expected keys on its standard output, got exit code "
            f"{done.returncode}: {done.stderr.strip()[-300:]}"
        )
    return done.stdout
