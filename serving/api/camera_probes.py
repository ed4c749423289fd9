"""A look at a camera's address before it is added: what is there, and one picture of it."""

from base64 import b64encode
from http import HTTPStatus

from fastapi import APIRouter

from serving.api.address import Kind, kind_of
from serving.api.cameras import Address, refuse_hidden
from serving.api.context import Configured, Probing
from serving.api.documents import Document, Order
from serving.api.problems import ProblemError
from serving.api.reach import refuse_forbidden
from serving.api.wires import BusyError

router = APIRouter(prefix="/camera-probes", tags=["cameras"])

RETRY_S = 5


class CameraProbeOrder(Order):
    """An address to look at."""

    url: Address
    """As a camera's: rtsp://, rtsps://, http://, https://, file:/// or a file on the server."""

    kind: Kind | None = None
    """How the address is read; left out: told by the address itself."""


class CameraProbeDocument(Document):
    """What is there now. Nothing of it is kept."""

    kind: Kind
    """How the address was read."""

    reason: str | None
    """Why there is no picture, in a word: `auth_failed`, `unreachable`, `timeout`, `not_found`,
    `not_video`, `unsupported` or `decode_errors`; null: there is one."""

    message: str | None
    """The same in a sentence."""

    codec: str | None
    """Such as `h264`."""

    width_px: int | None
    height_px: int | None
    fps: float | None
    """As the source says, or as pictures came."""

    picture: str | None
    """A JPEG, in base64."""


@router.post("")
def probe_camera(
    order: CameraProbeOrder, probing: Probing, settings: Configured
) -> CameraProbeDocument:
    """Open an address for some seconds and say what is there; nothing is stored.

    An address that gives no picture is an answer too, with its `reason`. 503 while as many are
    being looked at as may be, or where nobody looks.
    """
    refuse_hidden("url", order.url)
    refuse_forbidden("body.url", order.url, settings.outbound)
    kind = order.kind or kind_of(order.url)
    if probing is None:
        raise ProblemError(
            HTTPStatus.SERVICE_UNAVAILABLE, "This process opens no cameras; ask the platform's."
        )
    try:
        found = probing(order.url, kind)
    except BusyError as error:
        headers = {"Retry-After": str(RETRY_S)}
        raise ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, str(error), headers=headers) from error
    return CameraProbeDocument(
        kind=kind,
        reason=found.reason,
        message=found.message,
        codec=found.codec,
        width_px=found.width_px,
        height_px=found.height_px,
        fps=found.fps,
        picture=None if found.jpeg is None else b64encode(found.jpeg).decode(),
    )
