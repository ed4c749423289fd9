# pyright: basic
"""Makes what is agree with what was asked: one pipeline a node, each camera in one of them."""

import threading
import time
from collections.abc import Sequence
from typing import Any, cast

import ray
import structlog
from ray.exceptions import GetTimeoutError, RayActorError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy
from sqlalchemy.exc import SQLAlchemyError

from serving.inference.preview import PreviewFrame, PreviewWant
from serving.settings import Settings
from serving.store import Store, cameras
from serving.streams.actor import PipelineActor
from serving.streams.placement import place
from serving.streams.planning import plan_cameras

log = structlog.get_logger(__name__)

ROUND_S = 1.0
ANSWER_S = 10.0


class Supervisor:
    """Reads desired state every second and hands each node's pipeline its cameras.

    It keeps no state that matters: a new one takes over where it finds things.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._pipelines: dict[str, Any] = {}
        self._node_of: dict[str, str] = {}
        self._process_ids: dict[str, int] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop the pipelines in order, so that open events end."""
        self._stopping.set()
        self._thread.join(timeout=ANSWER_S)
        for node, pipeline in self._pipelines.items():
            try:
                ray.get(pipeline.stop.remote(), timeout=ANSWER_S)
            except (RayActorError, GetTimeoutError):
                log.warning("pipeline did not stop in time", node=node[:8])
            ray.kill(pipeline)

    def newest(self, wants: Sequence[PreviewWant], timeout_s: float) -> list[PreviewFrame]:
        """The `Preview` wire: ask the nodes that run these cameras; the first answers count."""
        by_node: dict[str, list[PreviewWant]] = {}
        for want in wants:
            by_node.setdefault(self._node_of.get(want.camera_id, ""), []).append(want)
        asked = [
            self._pipelines[node].newest.remote(mine, timeout_s)
            for node, mine in by_node.items()
            if node in self._pipelines
        ]
        if not asked:
            time.sleep(timeout_s)
            return []
        ready, _ = ray.wait(asked, num_returns=1, timeout=timeout_s + 1)
        found: list[PreviewFrame] = []
        for answer in ready:
            try:
                found += ray.get(answer)
            except RayActorError:
                time.sleep(timeout_s)  # it is being restarted: no picture for now
        return found

    def _run(self) -> None:
        while not self._stopping.wait(ROUND_S):
            try:
                self._round()
            except SQLAlchemyError:
                log.warning("store away, pipelines go on as they are", exc_info=True)
            except Exception:
                log.exception("round failed, going on")

    def _round(self) -> None:
        with self._store.read() as session:
            plans = {plan.camera_id: plan for plan in plan_cameras(session, self._settings)}
        nodes = sorted(node["NodeID"] for node in ray.nodes() if node["Alive"])
        if not nodes:
            return
        for node in self._pipelines.keys() - set(nodes):
            log.warning("node gone", node=node[:8])
            del self._pipelines[node]
        placed = place(plans, nodes)
        self._node_of = {camera: node for node, mine in placed.items() for camera in mine}
        for node, mine in placed.items():
            self._hand_over(node, [plans[camera_id] for camera_id in mine])

    def _hand_over(self, node: str, plans: list) -> None:
        if node not in self._pipelines:
            log.info("pipeline starting", node=node[:8])
            affinity = NodeAffinitySchedulingStrategy(node, soft=True)
            actor = cast("Any", PipelineActor).options(scheduling_strategy=affinity)
            self._pipelines[node] = actor.remote(self._settings, node)
        try:
            answer = self._pipelines[node].apply.remote(plans)
            process_id = cast("int", ray.get(answer, timeout=ANSWER_S))
        except GetTimeoutError:
            log.warning("pipeline slow to answer", node=node[:8], waited_s=ANSWER_S)
        except RayActorError:
            log.warning("pipeline lost, Ray is starting it again", node=node[:8])
            self._say_restarting([plan.camera_id for plan in plans])
        else:
            if self._process_ids.get(node) != process_id:
                log.info("pipeline running", node=node[:8], pid=process_id)
                self._process_ids[node] = process_id

    def _say_restarting(self, camera_ids: list[str]) -> None:
        with self._store.write() as session:
            for camera_id in camera_ids:
                cameras.observe(
                    session,
                    camera_id,
                    state="offline",
                    reason="restarting",
                    message="the process that reads this camera was lost and is starting again",
                )
