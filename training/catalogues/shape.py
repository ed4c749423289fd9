"""Reading foreign JSON: what was expected there, and what came."""

import mimetypes
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any, cast
from urllib.parse import unquote, urlsplit

from training.errors import CatalogueError

_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')
_NAME_MAX_BYTES = 200  # file systems take 255, and our own endings come behind


def mapping(value: Any, where: str) -> Mapping[str, Any]:
    """The value, if it is a JSON object.

    Args:
        value: What came.
        where: Catalogue and place, for the message.

    Raises:
        CatalogueError: It is something else.
    """
    if not isinstance(value, dict):
        raise _other(where, "a JSON object", value)
    return cast("Mapping[str, Any]", value)


def listing(value: Any, where: str) -> Sequence[Any]:
    """The value, if it is a JSON array; arguments and error as `mapping`."""
    if not isinstance(value, list):
        raise _other(where, "a JSON array", value)
    return cast("Sequence[Any]", value)


def needed(value: Any, where: str) -> str:
    """The value as text; arguments and error as `mapping`."""
    found = text(value)
    if found is None:
        raise _other(where, "a text", value)
    return found


def text(value: Any) -> str | None:
    """A text or a number as text; None where there is none or it is blank."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    said = str(value).encode("utf-8", "replace").decode()  # JSON can hold half a character
    return said.strip() or None


def number(value: Any) -> float | None:
    """A number, also one written as text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if abs(found) < float("inf") else None


def count(value: Any) -> int | None:
    """A whole number of things, from 0 up; None for anything else."""
    found = number(value)
    return int(found) if found is not None and found >= 0 else None


def moment(value: Any) -> datetime | None:
    """A time in UTC out of ISO 8601 (without offset: UTC) or Unix seconds or milliseconds."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        seconds = number(value)
        if seconds is None:
            return None
        try:
            return datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC)
        except (ValueError, OverflowError, OSError):
            return None
    said = text(value)
    if said is None:
        return None
    try:
        found = datetime.fromisoformat(said)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def web_address(value: Any) -> str | None:
    """An http(s) address, without user and password; None for anything else."""
    said = text(value)
    if said is None or not said.lower().startswith(("http://", "https://")):
        return None
    try:
        parts = urlsplit(said)
        _ = parts.port
    except ValueError:
        return None
    if not parts.hostname:
        return None
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def file_name(name: str | None, url: str, suffix: str = "") -> str:
    """A name that is safe in one folder, from what the publisher calls a file or its address.

    Args:
        name: The publisher's name.
        url: Its address, for a name or an ending the publisher leaves out.
        suffix: With its dot; added where neither has an ending.
    """
    path = PurePosixPath(unquote(urlsplit(url).path))
    found = _FORBIDDEN.sub("_", name or path.name).strip(". ") or "file"
    ending = PurePosixPath(found).suffix
    if not re.fullmatch(r"\.[A-Za-z][A-Za-z0-9]{0,7}", ending):
        ending = path.suffix if re.fullmatch(r"\.[A-Za-z0-9]{1,8}", path.suffix) else suffix
        found += ending
    stem = found.removesuffix(ending).encode()[: _NAME_MAX_BYTES - len(ending)]
    return stem.decode("utf-8", "ignore") + ending


def suffix_of(kind: str | None) -> str:
    """The ending of files of a media type or of a format's short name, such as `.csv`; or ""."""
    kind = (kind or "").strip().lower()
    if "/" in kind:
        return mimetypes.guess_extension(kind) or ""
    return f".{kind}" if re.fullmatch(r"[a-z][a-z0-9]{0,7}", kind) else ""


def checksums(value: Any) -> tuple[str | None, str | None]:
    """SHA-256 and MD5 out of what a catalogue calls a hash: bare hex, or `sha256:` before it."""
    name, _, rest = (text(value) or "").lower().rpartition(":")
    if not re.fullmatch(r"[0-9a-f]+", rest) or name not in ("", "sha256", "sha-256", "md5"):
        return None, None
    return (rest if len(rest) == 64 else None), (rest if len(rest) == 32 else None)


def _other(where: str, expected: str, value: Any) -> CatalogueError:
    kind = "nothing" if value is None else type(value).__name__
    return CatalogueError(
        f"{where}: expected {expected}, got {kind}; the catalogue does not answer as its "
        "documentation says"
    )
