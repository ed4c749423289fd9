"""Whether the cameras' addresses answer from here."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from serving.doctor.finding import Finding, ok, warning
from serving.doctor.secret_keys import keyring
from serving.settings import Settings
from serving.store import Store, sealing
from serving.store.models import Camera
from serving.store.sealing import SealingError

PATIENCE_S = 3.0
TOLD = 5
PORTS = {"rtsp": 554, "rtsps": 322, "http": 80, "https": 443, "rtmp": 1935}


def cameras(settings: Settings) -> Iterator[Finding]:
    """A connection to each host and port, without a password; the first few that fail by name."""
    if settings.database_url is None and not (settings.data_dir / "longan.db").exists():
        return
    store = Store(settings.store_url)
    try:
        keys = keyring(settings)
        if keys is None:
            return
        sealing.hold(lambda: keys)
        with store.read() as session:
            rows = [(camera.name, camera.url) for camera in session.scalars(select(Camera))]
    except (SealingError, SQLAlchemyError):
        return  # the checks of the keys and of the store say why
    finally:
        store.dispose()
    asked = [(name, at) for name, url in rows if (at := _place(url)) is not None]
    with ThreadPoolExecutor(64) as pool:
        silent = [
            f"{name} ({at[0]}:{at[1]}: {why})"
            for (name, at), why in zip(
                asked, pool.map(_why_silent, [a for _, a in asked]), strict=True
            )
            if why
        ]
    if silent:
        more = f" and {len(silent) - TOLD} more" if len(silent) > TOLD else ""
        yield warning(
            "cameras",
            f"{len(silent)} of {len(asked)} do not answer: {', '.join(silent[:TOLD])}{more}",
            "see to the network between this machine and theirs: routes, VLAN, firewall",
        )
    elif rows:
        yield ok("cameras", f"{len(asked)} of {len(rows)} have an address, and each answers")


def _place(url: str) -> tuple[str, int] | None:
    parts = urlsplit(url)
    if parts.hostname is None or parts.scheme not in PORTS:
        return None
    return parts.hostname, parts.port or PORTS[parts.scheme]


def _why_silent(at: tuple[str, int]) -> str:
    try:
        with socket.create_connection(at, timeout=PATIENCE_S):
            return ""
    except OSError as silent:
        return silent.strerror or str(silent)
