# pyright: basic
"""A clip with faces, plates and privacy areas masked: made when somebody asks.

It must be encoded anew for that.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import av.container
import av.error
import numpy as np
from numpy.typing import NDArray

from scenarios.events import EventObject
from serving.events.clip import ClipError
from serving.events.evidence import Sight, digest_of, read_private, read_sights, sights_file
from serving.events.masking import Region, grown, mask, regions
from serving.events.privacy import Outline, blacken
from serving.store.archive import Archive, write_whole

REMEMBERED_S = 1.5
"""A thing is masked for so long before it was first and after it was last seen."""

LOOK_EVERY_S = 0.2
"""Faces and plates are looked for so often: to look at every picture would take minutes."""

LOOK_LASTS_S = 2 * LOOK_EVERY_S
"""What was found in a look is masked for so long before and after it: one look may miss it."""

GROWS_PER_S = 1.0
"""By so many times its size, on every side, the region of a thing grows that is not seen now."""

Find = Callable[[NDArray[np.uint8]], Sequence[EventObject]]
"""Faces and plates in an RGB picture."""

QUALITY = {"preset": "veryfast", "crf": "26", "bf": "0"}


def make_masked_clip(archive: Archive, path: str, find: Find | None = None) -> tuple[str, int]:
    """Make what everybody sees of a clip; takes about as long as the clip.

    Args:
        archive: Where its original is.
        path: Of the clip, relative to the evidence folder and to that of the originals.
        find: Looks for faces and plates; what it raises is passed on. None: nobody looks.

    Returns:
        SHA-256 and size of the masked file.

    Raises:
        ClipError: The original, or what was seen in it, is gone or damaged.
    """
    kept = archive.originals_dir / path
    digest, size = "", 0
    try:
        with archive.at_hand(kept, sights_file(kept)) as (original, beside):
            sights, private = read_sights(beside), read_private(beside)
            looks = [] if find is None else look_through(original, find)

            def write(part: Path) -> None:
                nonlocal digest, size
                mask_clip(original, part, sights, looks, private)
                digest, size = digest_of(part), part.stat().st_size

            write_whole(archive.evidence_dir / path, write)
    except (OSError, ValueError) as error:
        raise ClipError(f"the clip cannot be masked: {error}") from error
    return digest, size


def look_through(clip: Path, find: Find) -> list[Sight]:
    """What is found in a clip, looked at every `LOOK_EVERY_S`; raises a ClipError."""
    looks: list[Sight] = []
    try:
        with av.open(str(clip)) as container:
            container.streams.video[0].codec_context.thread_count = 1
            for picture in container.decode(video=0):
                at_s = float(picture.time or 0)
                if not looks or at_s - looks[-1].at_s > LOOK_EVERY_S - 0.01:  # times are rounded
                    looks.append(Sight(at_s, tuple(find(_upright(picture)))))
    except av.error.FFmpegError as error:
        raise ClipError(f"the clip cannot be looked through: {error}") from error
    return looks


def mask_clip(
    original: Path,
    target: Path,
    sights: Sequence[Sight],
    looks: Sequence[Sight] = (),
    private: Sequence[Outline] = (),
) -> None:
    """Decode a clip, mask every picture, and encode it again, frame for frame at the same times.

    Args:
        original: As it was recorded.
        target: The MP4 to write.
        sights: What was seen in it, oldest first: rarer than its pictures.
        looks: Faces and plates that were found in it; see `look_through`.
        private: What nobody may see of it.

    Raises:
        ClipError: It cannot be decoded, or FFmpeg here has no encoder for H.264.
    """
    seen, found = _Seen(sights, REMEMBERED_S), _Seen(looks, LOOK_LASTS_S)
    options = {"movflags": "faststart"}
    try:
        with (
            av.open(str(original)) as clip,
            av.open(str(target), "w", format="mp4", options=options) as out,
        ):
            clip.streams.video[0].codec_context.thread_count = 1
            stream = None
            for picture in clip.decode(video=0):
                image = _upright(picture)
                if stream is None:
                    stream = _encoder(out, image.shape[1], image.shape[0])
                at_s = float(picture.time or 0)
                masked = mask(image, seen.regions(at_s) + found.regions(at_s))
                blacken(masked, private)
                shown = av.VideoFrame.from_ndarray(masked, format="rgb24")
                shown.pts, shown.time_base = picture.pts, picture.time_base
                out.mux(stream.encode(shown.reformat(format="yuv420p")))
            if stream is None:
                raise ClipError("no picture of the clip can be decoded")
            out.mux(stream.encode(None))
    except (av.error.FFmpegError, ValueError) as error:
        raise ClipError(f"the clip cannot be masked: {error}") from error


class _Seen:
    """Where faces and plates are at any moment of a clip.

    Args:
        sights: What was seen.
        remembered_s: For so long it is masked before it was first and after it was last seen.
    """

    def __init__(self, sights: Sequence[Sight], remembered_s: float) -> None:
        self._remembered_s = remembered_s
        self._tracks: dict[int | tuple[int, int], list[tuple[float, Region]]] = {}
        for number, sight in enumerate(sights):
            for place, thing in enumerate(sight.things):
                # What was seen only once has no track: it stands for itself.
                key = thing.track_id if thing.track_id >= 0 else (number, place)
                for region in regions([thing]):
                    self._tracks.setdefault(key, []).append((sight.at_s, region))

    def regions(self, at_s: float) -> list[Region]:
        """Between two sights of a thing all that lies between; before and after, ever more."""
        found: list[Region] = []
        for sights in self._tracks.values():
            before = max((s for s in sights if s[0] <= at_s), key=_when, default=None)
            after = min((s for s in sights if s[0] > at_s), key=_when, default=None)
            near = [s for s in (before, after) if s and abs(s[0] - at_s) <= self._remembered_s]
            if len(near) == 2:
                found.append(_around(near[0][1], near[1][1]))
            found += [grown(r, GROWS_PER_S * abs(s - at_s)) for s, r in near if len(near) == 1]
        return found


def _when(sight: tuple[float, Region]) -> float:
    return sight[0]


def _around(one: Region, other: Region) -> Region:
    a, b = one.box, other.box
    box = (min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))
    return Region(box, min(one.blocks, other.blocks))


def _upright(picture: av.VideoFrame) -> np.ndarray:
    """`(H, W, 3)` RGB, even in height and width as H.264 wants it."""
    image = picture.to_ndarray(format="rgb24", threads=1)
    image = np.rot90(image, round(picture.rotation / 90) % 4)
    height, width = image.shape[:2]
    return np.ascontiguousarray(image[: height // 2 * 2, : width // 2 * 2])


def _encoder(out: av.container.OutputContainer, width: int, height: int) -> av.VideoStream:
    stream = out.add_stream("h264", options=QUALITY)
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    stream.codec_context.time_base = Fraction(1, 90_000)
    stream.codec_context.thread_count = 1  # always the same bytes, and one core at most
    return stream
