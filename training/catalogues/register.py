"""Cameras of open networks, registered on a running platform over its public API."""

from collections.abc import Iterable
from typing import Any

import httpx

from serving.settings import Settings
from training.catalogues.records import SnapshotCamera
from training.errors import CatalogueError


def register(cameras: Iterable[SnapshotCamera], settings: Settings) -> list[str]:
    """Register those whose address the platform does not have yet.

    Returns:
        Ids of the new cameras.

    Raises:
        CatalogueError: The platform cannot be reached or refuses.
    """
    with httpx.Client(
        base_url=f"{settings.url}/api/v1",
        headers={"Authorization": f"Bearer {_token(settings)}"},
        timeout=60,
    ) as http:
        known = _addresses(http)
        return [
            _call(http, "POST", json=camera.order())["id"]
            for camera in cameras
            if camera.url not in known
        ]


def _addresses(http: httpx.Client) -> set[str]:
    found: set[str] = set()
    cursor: str | None = None
    while True:
        page = _call(http, "GET", params={"cursor": cursor} if cursor else None)
        found |= {camera["spec"]["url"] for camera in page["items"]}
        cursor = page["next_cursor"]
        if cursor is None:
            return found


def _call(http: httpx.Client, method: str, **request: Any) -> Any:
    try:
        answer = http.request(method, "/cameras", **request)
    except httpx.TransportError as error:
        raise CatalogueError(
            f"no platform answers at {http.base_url.host} ({error}); start one with `longan up`, "
            "or set LONGAN_URL"
        ) from None
    if answer.is_error:
        raise CatalogueError(f"the platform refused a camera: {answer.text[:500]}")
    return answer.json()


def _token(settings: Settings) -> str:
    if settings.token:
        return settings.token
    try:
        return settings.admin_token_file.read_text(encoding="utf-8").strip()
    except OSError:
        raise CatalogueError(
            f"no token: expected LONGAN_TOKEN or {settings.admin_token_file}"
        ) from None
