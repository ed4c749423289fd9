"""What the supervisor needs of the machines: nodes that come and go, one pipeline on each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from serving.inference.preview import PreviewFrame, PreviewWant
from serving.streams.plan import CameraPlan


@dataclass(frozen=True, slots=True)
class NodeSeen:
    """A node that is alive."""

    node_id: str
    name: str
    labels: dict[str, Any]
    lanes: int
    gpus: float


@dataclass(frozen=True, slots=True)
class PipelineReport:
    """A pipeline's answer to its plans."""

    process_id: int
    version: str
    """Of Longan, as that process runs it."""
    ready: frozenset[str]
    """Cameras that bring pictures."""


class Fleet(Protocol):
    """Pipelines by name. Only `newest` is called from other threads than the supervisor's."""

    def nodes(self) -> list[NodeSeen]: ...

    def found(self) -> dict[str, str]:
        """Pipelines that run already: node → name of its newest; older ones are ended."""
        ...

    def start(self, node_id: str) -> str:
        """Start a pipeline there, never anywhere else; returns its name without waiting."""
        ...

    def apply(
        self, plans: Mapping[str, list[CameraPlan]], timeout_s: float
    ) -> dict[str, PipelineReport | None]:
        """Ask all of these pipelines at once.

        Returns:
            By pipeline: its answer, None where the process was lost and is starting again. One
            that is late is left out, and asked again once it has answered.
        """
        ...

    def ended(self, pipeline: str) -> bool:
        """Whether it will not come back by itself."""
        ...

    def stop(self, pipelines: Sequence[str], timeout_s: float) -> None:
        """End them all; those that answer in time end their events in order."""
        ...

    def newest(
        self, wants: Mapping[str, list[PreviewWant]], timeout_s: float
    ) -> list[PreviewFrame]:
        """Pictures of the first pipeline that has some."""
        ...
