"""Cameras of every kind behind one interface."""

from serving.streams.sources.file import FileSource
from serving.streams.sources.packets import Packets
from serving.streams.sources.snapshot import SnapshotSource
from serving.streams.sources.source import (
    Checkpoint,
    Decoding,
    Picture,
    Sign,
    Source,
    SourceKind,
    SourceSpec,
    StreamInfo,
)
from serving.streams.sources.video import VideoSource

__all__ = [
    "Checkpoint",
    "Decoding",
    "Packets",
    "Picture",
    "Sign",
    "Source",
    "SourceKind",
    "SourceSpec",
    "StreamInfo",
    "open_source",
]


def open_source(
    spec: SourceSpec,
    camera_id: str,
    checkpoint: Checkpoint | None = None,
    packets: Packets | None = None,
) -> Source:
    """The source for `spec`, not connected yet: its `open()` does that.

    Args:
        spec: Address and kind.
        camera_id: Goes into every frame.
        checkpoint: What an earlier file source of this camera said about where it stood.
        packets: Is given what is read of a video; single pictures have none.
    """
    match spec.kind:
        case "stream":
            return VideoSource(spec, camera_id, packets)
        case "snapshot":
            return SnapshotSource(spec, camera_id)
        case "file":
            return FileSource(spec, camera_id, checkpoint, packets)
