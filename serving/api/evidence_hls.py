"""Clips of evidence for players that speak HLS; made of the MP4 when they are asked for."""

from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi import Path as InPath
from starlette.responses import Response

from serving.api.asking import Asked
from serving.api.context import Archived, Id, Stored
from serving.api.evidence import shown
from serving.api.headers import FOR_EVER
from serving.api.problems import ProblemError
from serving.events.clip import ClipError
from serving.events.hls import Hls, cut
from serving.store.archive import Archive
from serving.store.errors import NotFoundError

router = APIRouter(prefix="/events/{event_id}/evidence", tags=["evidence"])

PLAYLIST = "application/vnd.apple.mpegurl"
SEGMENT = "video/iso.segment"
INIT = "video/mp4"

_KEPT_CLIPS = 2
"""Clips whose fragments stay in memory: who plays one asks for them one after the other."""


def _answers(*media_types: str) -> dict[int | str, dict[str, Any]]:
    binary = {"schema": {"type": "string", "format": "binary"}}
    return {200: {"content": dict.fromkeys(media_types, binary)}}


@router.get("/clip.m3u8", response_class=Response, responses=_answers(PLAYLIST))
def get_clip_playlist(event_id: Id, store: Stored, archive: Archived, asking: Asked) -> Response:
    """The clip of an event as an HLS playlist, masked as the clip is; its parts are `clip.hls/…`.

    They are cut from the MP4 at its keyframes, without encoding anything anew.
    """
    row, file = shown(store, archive, asking, event_id, "clip")
    text = _cut(archive, file, row.sha256 or "").playlist("clip.hls")
    return Response(text, media_type=PLAYLIST, headers={"Cache-Control": FOR_EVER})


@router.get("/clip.hls/{part}", response_class=Response, responses=_answers(INIT, SEGMENT))
def get_clip_part(
    event_id: Id,
    part: Annotated[str, InPath(pattern=r"^(init\.mp4|\d{1,4}\.m4s)$")],
    store: Stored,
    archive: Archived,
    asking: Asked,
) -> Response:
    """A part that the playlist names (`init.mp4`, `0.m4s`, `1.m4s` and so on)."""
    row, file = shown(store, archive, asking, event_id, "clip")
    hls = _cut(archive, file, row.sha256 or "")
    headers = {"Cache-Control": FOR_EVER}
    if part == "init.mp4":
        return Response(hls.init, media_type=INIT, headers=headers)
    number = int(part.removesuffix(".m4s"))
    if number >= len(hls.segments):
        raise NotFoundError(
            f"the clip of event {event_id} has {len(hls.segments)} segments, from 0.m4s on"
        )
    return Response(hls.segments[number].data, media_type=SEGMENT, headers=headers)


@lru_cache(_KEPT_CLIPS)
def _cut(archive: Archive, file: Path, sha256: str) -> Hls:
    """Of the file as it is with this digest."""
    del sha256
    try:
        with archive.at_hand(file) as (here,):
            return cut(here)
    except ClipError as error:
        raise ProblemError(
            HTTPStatus.CONFLICT, f"{error}. GET …/evidence/clip is the clip as MP4."
        ) from error
