"""The files that show what happened: masked for everybody, as they were for the few who may.

A file that everybody sees lies in the evidence folder; its original has the same path in a folder
of its own beside it, which only the platform's user can open.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from scenarios.events import Box, Event, EventObject
from serving.events.clip import Cut
from serving.events.masking import mask, regions
from serving.events.privacy import Outline
from serving.store.archive import write_whole

JPEG_QUALITY = 88
CROP_MARGIN = 1.5
"""Share of the box added on every side of a crop, so that the rider is seen with the head."""

JPEG, MP4 = "image/jpeg", "video/mp4"

FILE = re.compile(r"([0-9A-Z]{26})-(snapshot|crop|clip)\.(jpg|mp4|json|part)")
"""Names of the files here: `<event id>-<kind>`; `clip.json` says what was seen in a clip, and
`clip.part` is a clip that is being masked."""


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written: the columns of `models.Evidence` but for the event."""

    kind: str
    path: str
    """Relative to the evidence folder, and to that of the originals."""
    media_type: str
    sha256: str | None
    """Of the masked file; None: a clip is masked when somebody asks for it."""
    size_bytes: int | None
    original_sha256: str
    original_size_bytes: int
    opened_s: float | None = None
    """Seconds into a clip at which the event opened."""
    masked_by: str | None = None
    """The algorithm that found faces and plates; None: they are masked where they must be."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What was seen at one moment of a clip, `at_s` seconds after its beginning."""

    at_s: float
    things: tuple[EventObject, ...]


def originals_dir(evidence_dir: Path) -> Path:
    """Where the originals lie."""
    return evidence_dir.with_name("originals")


def write_pictures(
    folder: Path,
    event: Event,
    image: NDArray[np.uint8],
    seen: Sequence[EventObject] = (),
    masked_by: str | None = None,
) -> list[Written]:
    """Write the whole picture and the crop of what the event is about, masked and as they are.

    Args:
        folder: The evidence folder; a folder a day is made below it and in the originals'.
        event: Just opened: its objects are in this picture.
        image: `(H, W, 3)` uint8 RGB.
        seen: All that was detected in it, to be masked; the event's own objects always are.
        masked_by: The algorithm whose faces and plates are among it; None: nobody looked.

    Raises:
        OSError: The disk does not take them.
    """
    shown = mask(image, regions([*event.objects, *seen]))
    around = _around(event)
    written: list[Written] = []
    for kind, masked, original in (
        ("snapshot", shown, image),
        ("crop", _crop(shown, around), _crop(image, around)),
    ):
        path = _path(event.opened_at, event.id, kind)
        data, kept = encode_jpeg(masked), encode_jpeg(original)
        _write(folder / path, data)
        _write(_private_place(folder, path), kept)
        sizes = (_digest(data), len(data), _digest(kept), len(kept))
        written.append(Written(kind, path, JPEG, *sizes, masked_by=masked_by))
    return written


def write_shadow_snapshot(
    folder: Path, event: Event, image: NDArray[np.uint8], seen: Sequence[EventObject] = ()
) -> str:
    """Write the whole picture of an event in shadow, masked only; arguments as `write_pictures`.

    Returns:
        Its path, relative to the evidence folder.

    Raises:
        OSError: The disk does not take it.
    """
    path = _path(event.opened_at, event.id, "snapshot")
    _write(folder / path, encode_jpeg(mask(image, regions([*event.objects, *seen]))))
    return path


def write_replay_picture(
    folder: Path, event: Event, image: NDArray[np.uint8], seen: Sequence[EventObject]
) -> None:
    """Write the whole picture of an event of a replay, masked only.

    No row claims it: `retention.sweep` removes it after its grace, two days.

    Args:
        folder: The evidence folder.
        event: Just opened: its objects are in this picture.
        image: `(H, W, 3)` uint8 RGB.
        seen: All that was detected in it, to be masked.

    Raises:
        OSError: The disk does not take it.
    """
    picture = encode_jpeg(mask(image, regions([*event.objects, *seen])))
    _write(replay_picture(folder, event.id), picture)


def replay_picture(folder: Path, event_id: str) -> Path:
    """Where it lies: clips have no clock, so below the day on which time begins."""
    return folder / "1970/01/01" / f"{event_id}-snapshot.jpg"


def write_clip(
    folder: Path, event_id: str, opened_at: datetime, cut: Cut, sights: Sequence[Sight]
) -> Written:
    """Write a clip among the originals, and beside it what is to be masked in it.

    Raises:
        ClipError: It makes no MP4.
        OSError: The disk does not take it.
    """
    path = _path(opened_at, event_id, "clip")
    file = _private_place(folder, path)
    digest, size = "", 0

    def write(part: Path) -> None:
        nonlocal digest, size
        cut.write(part)
        digest, size = digest_of(part), part.stat().st_size

    write_whole(file, write)
    try:
        _write(sights_file(file), _to_json(sights, cut.private).encode())
    except OSError:
        with suppress(OSError):
            file.unlink(missing_ok=True)
        raise
    return Written("clip", path, MP4, None, None, digest, size, cut.opened_s)


def sights_file(clip: Path) -> Path:
    """Beside the original of a clip: what was seen in it."""
    return clip.with_suffix(".json")


def read_sights(file: Path) -> list[Sight]:
    """What was seen in a clip, oldest first."""
    return [
        Sight(at_s, tuple(EventObject(track, name, 1.0, box) for track, name, box in things))
        for at_s, things in _read(file)["sights"]
    ]


def read_private(file: Path) -> list[Outline]:
    """What nobody may see of a clip, of the same file as `read_sights`."""
    return [tuple((x, y) for x, y in area) for area in _read(file)["private"]]


def encode_jpeg(image: NDArray[np.uint8], quality: int = JPEG_QUALITY) -> bytes:
    """An RGB picture as JPEG."""
    bgr = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    _, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return data.tobytes()


def _path(opened_at: datetime, event_id: str, kind: str) -> str:
    return f"{opened_at:%Y/%m/%d}/{event_id}-{kind}.{'mp4' if kind == 'clip' else 'jpg'}"


def digest_of(file: Path) -> str:
    """SHA-256 of a file."""
    with file.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


def _write(file: Path, data: bytes) -> None:
    write_whole(file, lambda part: part.write_bytes(data))


def _private_place(folder: Path, path: str) -> Path:
    originals = originals_dir(folder)
    originals.mkdir(mode=0o700, parents=True, exist_ok=True)
    return originals / path


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _read(file: Path) -> dict[str, Any]:
    read: Any = json.loads(file.read_text())
    return {"sights": read, "private": []} if isinstance(read, list) else read  # 0.1: a list


def _to_json(sights: Sequence[Sight], private: Sequence[Outline]) -> str:
    seen = [
        [round(sight.at_s, 3), [[t.track_id, t.class_name, t.box] for t in sight.things]]
        for sight in sights
    ]
    return json.dumps({"sights": seen, "private": private})


def _around(event: Event) -> Box:
    """The smallest box around everything that took part; of a place where nothing did, its own."""
    boxes = np.array([o.box for o in event.objects] or [event.path[0][1]])
    x1, y1 = boxes[:, :2].min(axis=0)
    x2, y2 = boxes[:, 2:].max(axis=0)
    return (float(x1), float(y1), float(x2), float(y2))


def _crop(image: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    height, width = image.shape[:2]
    x1, y1, x2, y2 = box[0] * width, box[1] * height, box[2] * width, box[3] * height
    margin = CROP_MARGIN * min(x2 - x1, y2 - y1)
    left, top = max(0, int(x1 - margin)), max(0, int(y1 - margin))
    right, bottom = min(width, int(x2 + margin) + 1), min(height, int(y2 + margin) + 1)
    return np.ascontiguousarray(image[top:bottom, left:right])
