"""The quality report as one HTML file that needs nothing beside it."""

import base64
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined
from numpy.typing import NDArray

from training.datasets.labelled import Box, Picture
from training.quality.finding import KINDS, Finding
from training.quality.report import QualityReport

SHEET = 24
"""Findings of one kind that are shown with pictures."""
_SIDE = 200


def page(title: str, report: QualityReport) -> str:
    """The HTML: score, tables, and a contact sheet for each kind of finding."""
    sheets: dict[str, list[dict[str, Any]]] = {}
    for kind in report.counts:
        of_kind = [finding for finding in report.findings if finding.kind == kind]
        sheets[kind] = [_shown(report, finding) for finding in of_kind[:SHEET]]
    pages = Environment(
        loader=PackageLoader("training.quality", "."), autoescape=True, undefined=StrictUndefined
    )
    template = pages.get_template("page.html")
    return template.render(title=title, report=report, kinds=KINDS, sheets=sheets)


def _shown(report: QualityReport, finding: Finding) -> dict[str, Any]:
    pictures = report.data.pictures
    thumbs: list[str] = []
    name = ""
    if finding.picture is not None:
        picture = pictures[finding.picture]
        name = f"{picture.split}/{picture.name}" if picture.split else picture.name
        marked = [picture.boxes[finding.box]] if finding.box is not None else []
        if finding.region is not None:
            x1, y1, x2, y2 = finding.region
            marked.append(Box("", x1, y1, x2 - x1, y2 - y1))
        thumbs.append(_thumbnail(picture, marked))
    if finding.other is not None:
        thumbs.append(_thumbnail(pictures[finding.other], ()))
    return {"name": name, "detail": finding.detail, "pictures": [one for one in thumbs if one]}


def _thumbnail(picture: Picture, marked: Sequence[Box]) -> str:
    """JPEG as base64, empty where the picture cannot be decoded; the marked boxes are red."""
    pixels = cv2.imread(str(picture.file)) if picture.width else None
    if pixels is None:
        return ""
    scale = _SIDE / max(pixels.shape[:2])
    size = [max(1, round(side * scale)) for side in (pixels.shape[1], pixels.shape[0])]
    small: NDArray[np.uint8] = np.asarray(cv2.resize(pixels, size), np.uint8)
    for box in marked:
        corners = np.array([box.x, box.y, box.x + box.width, box.y + box.height]) * scale
        x1, y1, x2, y2 = np.clip(corners, 0, _SIDE - 1).astype(int).tolist()
        cv2.rectangle(small, (x1, y1), (x2, y2), (30, 30, 220), 2)
    _, jpeg = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 70])
    return base64.b64encode(jpeg.tobytes()).decode()
