# pyright: basic
"""A node's pipeline as a Ray actor: Ray places it and starts it again when its process dies."""

import os
from collections.abc import Sequence

import ray

from serving.events.recorder import Recorder
from serving.inference.preview import PreviewFrame, PreviewWant
from serving.log import configure_logging
from serving.settings import Settings
from serving.store import Store
from serving.streams.pipeline import Pipeline
from serving.streams.plan import CameraPlan

LOOKERS = 8
"""Calls answered at the same time: previews wait for the next picture."""


@ray.remote(num_cpus=0, max_restarts=-1, max_concurrency=LOOKERS)  # pyright: ignore[reportCallIssue]
class PipelineActor:
    """Answers from Ray's threads; the pipeline runs in its own."""

    def __init__(self, settings: Settings, node: str) -> None:
        configure_logging(settings.data_dir / "logs" / f"pipeline-{node[:8]}.log")
        store = Store(settings.store_url)
        recorder = Recorder(store, settings.evidence_dir, settings.spool_dir / node[:8])
        self._pipeline = Pipeline(store, recorder, node)
        self._pipeline.start()

    def apply(self, plans: list[CameraPlan]) -> int:
        """Run exactly these cameras; returns the process id."""
        self._pipeline.apply(plans)
        return os.getpid()

    def newest(self, wants: Sequence[PreviewWant], timeout_s: float) -> list[PreviewFrame]:
        return self._pipeline.previews.newest(wants, timeout_s)

    def stop(self) -> None:
        self._pipeline.stop()
