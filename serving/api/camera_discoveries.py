"""Cameras that are on the network and not yet here."""

from http import HTTPStatus
from urllib.parse import urlsplit

from fastapi import APIRouter

from serving.api.context import Finding, Stored
from serving.api.documents import Document
from serving.api.problems import ProblemError
from serving.api.wires import BusyError
from serving.store import cameras

router = APIRouter(prefix="/camera-discoveries", tags=["cameras"])

RETRY_S = 5


class DiscoveredDocument(Document):
    """A camera that answered."""

    host: str
    """The address it answered from."""

    name: str | None
    """As it calls itself."""

    hardware: str | None
    """Its model."""

    service: str | None
    """Where it says that its ONVIF service is. Nobody has asked there."""

    camera_ids: list[str]
    """Cameras that are registered with this host."""


class CameraDiscoveryDocument(Document):
    """Who answered, by host."""

    items: list[DiscoveredDocument]


@router.post("")
def discover_cameras(store: Stored, finding: Finding) -> CameraDiscoveryDocument:
    """Ask the network that the platform is in for ONVIF cameras; takes seconds, stores nothing.

    They say who they are, not what their stream's address is: add them with its path and password.
    503 while somebody asks already, or where there is no network.
    """
    if finding is None:
        raise ProblemError(
            HTTPStatus.SERVICE_UNAVAILABLE, "This process asks no network; ask the platform's."
        )
    try:
        devices = finding()
    except BusyError as error:
        headers = {"Retry-After": str(RETRY_S)}
        raise ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, str(error), headers=headers) from error
    except OSError as error:
        raise ProblemError(
            HTTPStatus.SERVICE_UNAVAILABLE,
            f"There is no network here that takes a multicast ({error.strerror}); "
            "add cameras by their addresses.",
        ) from error
    with store.read() as session:
        known = [(camera.id, _host(camera.url)) for camera in cameras.all_of(session)]
    return CameraDiscoveryDocument(
        items=[
            DiscoveredDocument(
                host=device.host,
                name=device.name,
                hardware=device.hardware,
                service=device.service,
                camera_ids=[camera_id for camera_id, host in known if host == device.host],
            )
            for device in devices
        ]
    )


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
