"""What travels over `/api/v1/live`.

The client sends JSON, told apart by `type`:

    {"type": "sub", "rev": 1, "credit": 8, "tiles": [{"slot": 0, "camera": "<id>", "w": 320, "fps": 5}]}
    {"type": "ack", "n": 1}        n more messages with a picture were decoded
    {"type": "pause"}              send nothing until the next sub

The server sends binary, big-endian: a head of 24 bytes, the boxes of 16 bytes each, the body.

    head  u8 version, u8 kind, u16 slot, u16 rev, u16 boxes, u32 seq, u32 reserved, f64 UTC ms
    box   u16 x, u16 y, u16 w, u16 h (of 65535), u16 class, u16 score (of 65535), u32 track
    kind 1   the body is a JPEG; `class` is a position in `classes` of the last kind 3 of the slot
    kind 3   no boxes; the body is JSON {"camera", "state", "reason", "message", "classes"}
"""  # noqa: E501

import json
from collections.abc import Sequence
from datetime import datetime
from struct import Struct
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from serving.api.wires import PreviewBox, PreviewFrame

VERSION = 1
PICTURE = 1
STATE = 3

_HEAD = Struct(">BBHHHIId")
_BOX = Struct(">HHHHHHI")
_U16 = 65535
_U32 = 0xFFFFFFFF


class _Received(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Tile(_Received):
    """A place on the wall."""

    slot: int = Field(ge=0, le=_U16)
    camera: str = Field(max_length=64)
    w: int = Field(default=320, ge=1, le=7680)
    fps: float = Field(default=5, gt=0, le=60)


class Subscribe(_Received):
    """All that the client wants to see; replaces what it wanted before."""

    type: Literal["sub"]
    rev: int = Field(ge=0, le=_U16)
    credit: int = Field(default=8, ge=0, le=64)
    tiles: list[Tile] = Field(max_length=256)


class Acknowledge(_Received):
    """So many more pictures were decoded."""

    type: Literal["ack"]
    n: int = Field(default=1, ge=0, le=1000)


class Pause(_Received):
    """Nobody looks."""

    type: Literal["pause"]


_CLIENT: TypeAdapter[Subscribe | Acknowledge | Pause] = TypeAdapter(
    Annotated[Subscribe | Acknowledge | Pause, Field(discriminator="type")]
)


def read_message(text: str) -> Subscribe | Acknowledge | Pause:
    """What the client said; raises ValueError."""
    return _CLIENT.validate_json(text)


def picture(
    slot: int, rev: int, frame: PreviewFrame, boxes: Sequence[tuple[PreviewBox, int]]
) -> bytes:
    """A message of kind 1.

    Args:
        slot: Of the tile.
        rev: Of the subscription.
        frame: The picture.
        boxes: Each with the position of its class.
    """
    packed = [
        _BOX.pack(
            *(_fraction(v) for v in (box.x, box.y, box.w, box.h)),
            position,
            _fraction(box.confidence),
            box.track_id & _U32,
        )
        for box, position in boxes
    ]
    head = _head(PICTURE, slot, rev, len(packed), frame.seq, frame.captured_at)
    return b"".join((head, *packed, frame.jpeg))


def state(slot: int, rev: int, at: datetime, body: object) -> bytes:
    """A message of kind 3."""
    return _head(STATE, slot, rev, 0, 0, at) + json.dumps(body, ensure_ascii=False).encode()


def _head(kind: int, slot: int, rev: int, boxes: int, seq: int, at: datetime) -> bytes:
    return _HEAD.pack(VERSION, kind, slot, rev, boxes, seq & _U32, 0, at.timestamp() * 1000)


def _fraction(value: float) -> int:
    return round(min(max(value, 0.0), 1.0) * _U16)
