"""A picture in, what an algorithm version sees in it out."""

from functools import partial
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from serving.api.asking import Approved, Asked, Served
from serving.api.context import Id
from serving.api.documents import Document
from serving.api.problems import ProblemError
from serving.api.wires import Inference, PredictedBox, Prediction

router = APIRouter(prefix="/algorithms", tags=["algorithms"])

PICTURES = ("image/jpeg", "image/png")

_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in PICTURES},
    }
}


class BoxDocument(Document):
    """A rectangle from its upper left corner `x1 y1` to its lower right corner `x2 y2`."""

    x1: float
    y1: float
    x2: float
    y2: float


class DetectionDocument(Document):
    """One thing in the picture."""

    class_name: str
    """The class's key in rules, events and data sets."""

    zh: str
    en: str
    confidence: float
    box: BoxDocument
    """Fractions 0–1 of the picture."""

    box_px: BoxDocument
    """Pixels of the picture."""


class PredictionDocument(Document):
    """What a version sees in a picture, best first."""

    algorithm: str
    version: str
    sha256: str
    """Of the model file."""

    width_px: int
    """Of the picture, upright as its EXIF says."""

    height_px: int
    took_ms: float
    """Decoding the picture and running the model."""

    detections: list[DetectionDocument]


@router.post("/{name}/versions/{version}/predictions", openapi_extra=_BODY)
async def predict(
    name: Id,
    version: Id,
    request: Request,
    served: Approved,
    asking: Asked,
    confidence: Annotated[float | None, Query(ge=0, le=1)] = None,
) -> PredictionDocument:
    """Find things in a JPEG or PNG, sent as the body; at most 16 MiB and 25 megapixels.

    `confidence` is the lowest score kept; without it, the version's operating point.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in PICTURES:
        raise ProblemError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"Expected Content-Type {' or '.join(PICTURES)}, got {kind[:64]!r}.",
        )
    found = await asking.ask(
        request, served.key, partial(_predict, served=served, confidence=confidence)
    )
    return _document(served, found)


def _predict(
    inference: Inference, picture: bytes, *, served: Served, confidence: float | None
) -> Prediction:
    return inference.predict(served.key, picture, confidence)


def _document(served: Served, found: Prediction) -> PredictionDocument:
    return PredictionDocument(
        algorithm=served.key.name,
        version=served.key.version,
        sha256=served.key.sha256,
        width_px=found.width_px,
        height_px=found.height_px,
        took_ms=found.took_ms,
        detections=[_detection(served, found, box) for box in found.boxes],
    )


def _detection(served: Served, found: Prediction, box: PredictedBox) -> DetectionDocument:
    titles = next(each for each in served.manifest.classes if each.key == box.class_name)
    width, height = found.width_px, found.height_px
    return DetectionDocument(
        class_name=box.class_name,
        zh=titles.zh,
        en=titles.en,
        confidence=box.confidence,
        box=BoxDocument(
            x1=round(box.x1 / width, 6),
            y1=round(box.y1 / height, 6),
            x2=round(box.x2 / width, 6),
            y2=round(box.y2 / height, 6),
        ),
        box_px=BoxDocument(x1=box.x1, y1=box.y1, x2=box.x2, y2=box.y2),
    )
