"""A camera's address: how it is read, and how it is shown without its password."""

import re
from pathlib import PurePosixPath, PureWindowsPath
from typing import Literal
from urllib.parse import SplitResult, urlsplit, urlunsplit

Kind = Literal["stream", "snapshot", "file"]

HIDDEN = "***"

_STREAMS = ("rtsp", "rtsps", "http", "https")
_PICTURES = (".jpg", ".jpeg", ".png", ".webp")
_SECRET_IN_QUERY = re.compile(
    r"(?i)((?:^|[&;])[^=&;]*(?:pass|pwd|token|secret|key|auth|sig)[^=&;]*=)[^&;]*"
)


def check_address(url: str) -> str:
    """The address, if it is one that can be read.

    Raises:
        ValueError: Says what is expected; never repeats the address.
    """
    if any(ord(c) < 32 for c in url):
        raise ValueError("must be one line without control characters")
    if _is_path(url):
        return url
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise ValueError(
            "host and port cannot be told apart; write special characters in the password as "
            "%40 (@), %3A (:), %2F (/), %23 (#)"
        ) from error
    if parts.scheme == "file" and parts.path and not parts.netloc:
        return url
    if parts.scheme not in _STREAMS or not parts.hostname:
        raise ValueError(
            "expected rtsp://, rtsps://, http:// or https:// with a host, file:///, "
            "or the full path of a file on the server"
        )
    return url


def check_sub_address(url: str) -> str:
    """The address, if a live stream can be there.

    Raises:
        ValueError: Says what is expected; never repeats the address.
    """
    if kind_of(url) != "stream":
        raise ValueError("expected the address of a live stream: rtsp://, rtsps://, http(s)://")
    return url


def kind_of(url: str) -> Kind:
    """How an address is read unless its owner says otherwise."""
    if _is_path(url) or urlsplit(url).scheme == "file":
        return "file"
    parts = urlsplit(url)
    if parts.scheme.startswith("http") and parts.path.lower().endswith(_PICTURES):
        return "snapshot"
    return "stream"


def hide_secrets(url: str) -> str:
    """The address with its password, and whatever looks like one in its query, as `***`."""
    if _is_path(url):
        return url
    parts = urlsplit(url)
    return urlunsplit(
        SplitResult(
            parts.scheme,
            _hide_password(parts.netloc),
            parts.path,
            _SECRET_IN_QUERY.sub(rf"\1{HIDDEN}", parts.query),
            parts.fragment,
        )
    )


def has_hidden_secret(url: str) -> bool:
    """Whether an address is one we have shown, its password replaced."""
    return f":{HIDDEN}@" in url or f"={HIDDEN}" in url


def _hide_password(netloc: str) -> str:
    user, at, host = netloc.rpartition("@")
    name, colon, _ = user.partition(":")
    return f"{name}{colon and f':{HIDDEN}'}{at}{host}"


def _is_path(url: str) -> bool:
    return PurePosixPath(url).is_absolute() or PureWindowsPath(url).is_absolute()
