"""What shows an event: the picture it opened in, and all in it that must be masked."""

from dataclasses import dataclass, replace

import numpy as np
import structlog
from numpy.typing import NDArray

from algorithms.frame import Frame, ImagePixels
from scenarios.events import EventObject
from serving.inference.pool import Model, ModelPool
from serving.streams.analysis import Analysed
from serving.streams.camera import RunningCamera
from serving.streams.footage import things_of
from serving.streams.sources.packets import Moment

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """One picture, for all events that opened in it.

    Args:
        image: `(H, W, 3)` uint8 RGB.
        moment: Where it is in the camera's footage; None: nowhere.
        seen: What was tracked in it, and the faces and plates that were found.
        masked_by: The algorithm that found those; None: nobody looked for them.
    """

    image: NDArray[np.uint8]
    moment: Moment | None
    seen: tuple[EventObject, ...]
    masked_by: str | None


def show(camera: RunningCamera, frame: Frame, analysed: Analysed, pool: ModelPool) -> Shown:
    """The picture of a frame in which events have opened; takes as long as one more model."""
    image, moment = camera.evidence_of(frame)
    seen = things_of(analysed.detections, frame.width_px, frame.height_px)
    model = camera.plan.masking
    faces = model and faces_in(replace(frame, pixels=ImagePixels(image)), model, pool)
    if model is None or faces is None:
        return Shown(image, moment, seen, None)
    version = f"{model.manifest.name}@{model.manifest.version}"
    return Shown(image, moment, seen + faces, version)


def faces_in(frame: Frame, model: Model, pool: ModelPool) -> tuple[EventObject, ...] | None:
    """Faces and plates; None where the model cannot say: then it is masked as without it."""
    try:
        (found,) = pool.detect(model, [frame])
    # A stranger's network may fail in any way: the event must not be lost for it.
    except Exception:
        log.exception("nobody looked for faces and plates", camera_id=frame.camera_id)
        return None
    found.tracker_id = np.full(len(found), -1)
    return things_of(found, frame.width_px, frame.height_px)
