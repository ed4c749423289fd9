"""Clips are masked when somebody asks for the first time: one after the other."""

from functools import partial
from http import HTTPStatus
from threading import Lock

import cv2
import numpy as np
import structlog
from numpy.typing import NDArray

from scenarios.events import EventObject
from serving.api.asking import Asking
from serving.api.problems import ProblemError
from serving.api.wires import BadInputError, CannotRunError, ModelKey, NotReadyError
from serving.events.clip import ClipError
from serving.events.evidence import encode_jpeg
from serving.events.masked_clip import make_masked_clip
from serving.events.masking import PRIVACY
from serving.store import Store, algorithms, events
from serving.store import evidence as stored
from serving.store.archive import Archive
from serving.store.errors import NotFoundError
from serving.store.models import Evidence

log = structlog.get_logger(__name__)

WAIT_S = 10.0
"""Who asks while another clip is masked waits so long and is then sent away."""

LOOKED_AT_PX = 1280
"""Width of the pictures that are sent to the model: twice what it sees."""

_masking = Lock()


def masked(store: Store, archive: Archive, asking: Asking, row: Evidence) -> Evidence:
    """The clip's row once it is masked.

    Raises:
        ProblemError: Not now, or never.
    """
    if not _masking.acquire(timeout=WAIT_S):
        raise _later("Another clip is being masked; ask again.", 5)
    try:
        with store.read() as session:  # somebody may have asked for it meanwhile
            row = events.evidence(session, row.event_id, row.kind)
        if row.sha256 is not None:
            return row
        digest, size, masked_by = _mask(archive, row, asking, _privacy(store))
        with store.write() as session:
            return stored.set_masked(session, row.event_id, row.kind, digest, size, masked_by)
    except NotReadyError as error:
        raise _later(str(error), error.retry_after_s) from error
    except ClipError as error:
        raise ProblemError(
            HTTPStatus.CONFLICT, f"{error}. The snapshot shows the moment of the event."
        ) from error
    finally:
        _masking.release()


def _privacy(store: Store) -> ModelKey | None:
    """What finds faces and plates; None where it is not registered, or was revoked."""
    with store.read() as session:
        try:
            row = algorithms.resolve(session, PRIVACY)
        except NotFoundError:
            return None
        return ModelKey(row.name, row.version, row.sha256)


def _mask(
    archive: Archive, row: Evidence, asking: Asking, model: ModelKey | None
) -> tuple[str, int, str | None]:
    """SHA-256 and size of the masked file, and which algorithm found faces and plates, if any."""
    if model is not None:
        find = partial(faces, asking, model)
        try:
            digest, size = make_masked_clip(archive, row.path, find)
        except (BadInputError, CannotRunError) as error:
            log.warning("nobody looked for faces", event_id=row.event_id, why=str(error))
        else:
            return digest, size, f"{model.name}@{model.version}"
    return *make_masked_clip(archive, row.path), None


def faces(asking: Asking, model: ModelKey, image: NDArray[np.uint8]) -> list[EventObject]:
    """Faces and plates in an RGB picture; raises NotReadyError."""
    height, width = image.shape[:2]
    if width > LOOKED_AT_PX:
        size = (LOOKED_AT_PX, round(height * LOOKED_AT_PX / width))
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    found = asking.predict(model, encode_jpeg(image))
    width, height = found.width_px, found.height_px
    return [
        EventObject(
            -1,
            box.class_name,
            box.confidence,
            (box.x1 / width, box.y1 / height, box.x2 / width, box.y2 / height),
        )
        for box in found.boxes
    ]


def _later(why: str, retry_after_s: int) -> ProblemError:
    headers = {"Retry-After": str(retry_after_s)}
    return ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, why, kind="masking", headers=headers)
