# pyright: basic
"""Clips as a camera's footage hands them over."""

from pathlib import Path

import av

from serving.events.clip import Coding, Cut
from tests.numbered import numbered_clip


def cut_of(folder: Path, count: int = 50, opened: int = 30) -> Cut:
    """The packets of a numbered clip, whose event opened with this picture."""
    with av.open(str(numbered_clip(folder / "camera.mp4", count))) as clip:
        video = clip.streams.video[0]
        coding = Coding(video)
        packets = [(packet.pts or 0, packet) for packet in clip.demux(video) if packet.size]
    return Cut(coding, tuple(packets), sorted(pts for pts, _ in packets)[opened])
