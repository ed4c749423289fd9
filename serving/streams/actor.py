# pyright: basic
"""Pipelines as Ray actors: Ray starts one again, on its own node, when its process dies."""

import os
import time
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any, cast

import ray
import structlog
from ray.exceptions import (
    ActorDiedError,
    ActorUnschedulableError,
    GetTimeoutError,
    RayActorError,
    RayError,
)
from ray.util import list_named_actors
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from algorithms.engines.onnxruntime import GpuOptions
from serving.events.recorder import Recorder
from serving.inference.preview import PreviewFrame, PreviewWant
from serving.log import configure_logging
from serving.registry import keys
from serving.settings import Settings
from serving.store import Store
from serving.store.models import new_id
from serving.streams.fleet import NodeSeen, PipelineReport
from serving.streams.footage import Clipping
from serving.streams.pipeline import Pipeline
from serving.streams.plan import CameraPlan
from serving.trimming import Trimming

log = structlog.get_logger(__name__)

LOOKERS = 8
"""Calls answered at the same time: previews wait for the next picture."""

SILENT_S = 60.0
"""A process that owes an answer for so long hangs; Ray is told to start it again."""

_PREFIX = "pipeline-"


@ray.remote(num_cpus=0, max_restarts=-1, max_concurrency=LOOKERS)  # pyright: ignore[reportCallIssue]
class PipelineActor:
    """Answers from Ray's threads; the pipeline runs in its own."""

    def __init__(self, settings: Settings, node: str) -> None:
        configure_logging(settings.data_dir / "logs" / f"pipeline-{node[:8]}.log")
        store = Store(settings.store_url)
        spool_dir = settings.spool_dir / f"{node[:8]}-{os.getpid()}"
        recorder = Recorder(
            store,
            settings.evidence_dir,
            spool_dir,
            settings.spool_dir,
            settings.storm_limits,
            settings.auto_dispatch_confidence,
        )
        gpu = GpuOptions(settings.gpu_memory_mib, settings.tensorrt_dir, settings.gpu_fp16)
        clipping = Clipping(
            settings.clip_before_s, settings.clip_after_s, settings.clip_memory_mib * 2**20
        )
        self._pipeline = Pipeline(
            store,
            recorder,
            node,
            engine=settings.engine,
            gpu=gpu,
            clipping=clipping,
            keys=keys.own(settings),
        )
        self._trimming = Trimming()
        self._pipeline.start()
        self._trimming.start()

    def apply(self, plans: list[CameraPlan]) -> PipelineReport:
        """Run exactly these cameras."""
        self._pipeline.apply(plans)
        return PipelineReport(os.getpid(), version("longan"), self._pipeline.ready())

    def newest(self, wants: Sequence[PreviewWant], timeout_s: float) -> list[PreviewFrame]:
        return self._pipeline.previews.newest(wants, timeout_s)

    def stop(self) -> None:
        self._trimming.stop()
        self._pipeline.stop()


class RayFleet:
    """The `Fleet` on Ray. In an external cluster pipelines outlive this process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._actors: dict[str, Any] = {}
        self._asked: dict[str, tuple[Any, float]] = {}
        self._ended: set[str] = set()

    def nodes(self) -> list[NodeSeen]:
        """Nodes without CPUs (`ray start --num-cpus 0`) run no cameras and are left out."""
        return [
            NodeSeen(
                node_id=node["NodeID"],
                name=node["NodeName"] or node["NodeManagerHostname"],
                labels={k: v for k, v in node["Labels"].items() if not k.startswith("ray.io/")},
                lanes=int(node["Resources"]["CPU"]),
                gpus=node["Resources"].get("GPU", 0.0),
            )
            for node in ray.nodes()
            if node["Alive"] and node["Resources"].get("CPU", 0) >= 1
        ]

    def found(self) -> dict[str, str]:
        newest: dict[str, str] = {}
        for name in sorted(n for n in list_named_actors() if n.startswith(_PREFIX)):
            self._actors[name] = ray.get_actor(name)
            node = name.split("-")[1]
            if node in newest:  # a restart was under way
                self.stop([newest[node]], timeout_s=SILENT_S)
            newest[node] = name
        return newest

    def start(self, node_id: str) -> str:
        name = f"{_PREFIX}{node_id}-{new_id()}"
        actor = cast("Any", PipelineActor).options(
            name=name,
            lifetime="detached" if self._settings.ray_address else None,
            scheduling_strategy=NodeAffinitySchedulingStrategy(node_id, soft=False),
        )
        self._actors[name] = actor.remote(self._settings, node_id)
        return name

    def apply(
        self, plans: Mapping[str, list[CameraPlan]], timeout_s: float
    ) -> dict[str, PipelineReport | None]:
        for name, mine in plans.items():
            if name not in self._asked:
                self._asked[name] = (self._actors[name].apply.remote(mine), time.monotonic())
        waiting = {self._asked[name][0]: name for name in plans}
        if not waiting:
            return {}
        ready, late = ray.wait(list(waiting), num_returns=len(waiting), timeout=timeout_s)
        answers: dict[str, PipelineReport | None] = {}
        for answer in ready:
            name = waiting[answer]
            del self._asked[name]
            try:
                answers[name] = cast("PipelineReport", ray.get(answer))
            except (RayActorError, ActorUnschedulableError) as error:
                answers[name] = None
                if isinstance(error, ActorDiedError | ActorUnschedulableError):
                    self._ended.add(name)
                    self._kill(name)
        for name in (waiting[answer] for answer in late):
            if time.monotonic() - self._asked[name][1] > SILENT_S:
                log.warning("pipeline hangs, starting it again", pipeline=name)
                ray.kill(self._actors[name], no_restart=False)
        return answers

    def ended(self, pipeline: str) -> bool:
        return pipeline in self._ended

    def stop(self, pipelines: Sequence[str], timeout_s: float) -> None:
        stopping = [self._actors[name].stop.remote() for name in pipelines]
        if stopping:
            ray.wait(stopping, num_returns=len(stopping), timeout=timeout_s)
        for name in pipelines:
            self._kill(name)

    def newest(
        self, wants: Mapping[str, list[PreviewWant]], timeout_s: float
    ) -> list[PreviewFrame]:
        asked = [
            actor.newest.remote(mine, timeout_s)
            for name, mine in wants.items()
            if (actor := self._actors.get(name)) is not None
        ]
        if not asked:
            time.sleep(timeout_s)
            return []
        ready, _ = ray.wait(asked, num_returns=1, timeout=timeout_s + 1)
        found: list[PreviewFrame] = []
        for answer in ready:
            try:
                found += cast("list[PreviewFrame]", ray.get(answer))
            except RayActorError:
                time.sleep(timeout_s)  # it is being restarted: no picture for now
        return found

    def _kill(self, name: str) -> None:
        actor = self._actors.pop(name)
        self._asked.pop(name, None)
        try:
            ray.kill(actor)
        except (GetTimeoutError, RayError, ValueError):
            log.debug("pipeline was gone already", pipeline=name)
