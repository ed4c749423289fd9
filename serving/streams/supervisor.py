"""Makes what is agree with what was asked: one pipeline a node, each camera in one of them."""

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version

import structlog
from sqlalchemy.exc import SQLAlchemyError

from serving.inference.preview import PreviewFrame, PreviewWant
from serving.settings import Settings
from serving.store import Store, cameras, nodes, placements
from serving.store.models import Placement
from serving.streams.fleet import Fleet, NodeSeen, PipelineReport
from serving.streams.placement import Demand, NodeOffer, place
from serving.streams.plan import CameraPlan
from serving.streams.planning import demand_of, offer_of, plan_cameras, prices
from serving.streams.troubles import Troubles

log = structlog.get_logger(__name__)

VERSION = version("longan")

ROUND_S = 1.0
ANSWER_S = 1.0
"""How long a round waits for answers: a slow node must not hold up the others."""

STOP_S = 10.0
HANDOVER_S = 10.0
"""How long the old place goes on while the new one connects to the camera."""

MOVES_A_ROUND = 2
"""Cameras that may move only because one node is much fuller than another."""


@dataclass(frozen=True, slots=True)
class _Desired:
    """What the store says at the start of a round."""

    plans: dict[str, CameraPlan]
    demands: dict[str, Demand]
    offers: list[NodeOffer]
    placed: dict[str, Placement]
    restarts: set[str]
    """Nodes whose pipeline should be replaced by a fresh process."""


class Supervisor:
    """Reads desired state every second and hands each node's pipeline its cameras.

    Who runs where is in the store and in the fleet; a new supervisor takes over where it finds
    things. A move or a restart under way, which only this object knows, would begin anew.
    """

    def __init__(self, store: Store, settings: Settings, fleet: Fleet) -> None:
        self._store = store
        self._settings = settings
        self._fleet = fleet
        self._running: dict[str, str] = {}
        """Node → its pipeline."""
        self._fresh: dict[str, tuple[str, float]] = {}
        """Node → the pipeline that is about to take over from it, and since when."""
        self._moving: dict[str, tuple[str, float]] = {}
        """Camera → the node it is about to move to, and since when."""
        self._reports: dict[str, PipelineReport] = {}
        self._node_of: dict[str, str] = {}
        self._seen: dict[str, NodeSeen] = {}
        self._dark: set[str] = set()
        self._troubles = Troubles()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End, and the pipelines with it; those of an external cluster go on unless asked."""
        self._stopping.set()
        self._thread.join(timeout=STOP_S)
        if self._settings.ray_address is None or self._settings.stop_pipelines:
            fresh = [pipeline for pipeline, _ in self._fresh.values()]
            self._fleet.stop([*self._running.values(), *fresh], STOP_S)

    def newest(self, wants: Sequence[PreviewWant], timeout_s: float) -> list[PreviewFrame]:
        """The `Preview` wire: ask the pipelines that run these cameras."""
        by_pipeline: dict[str, list[PreviewWant]] = {}
        for want in wants:
            pipeline = self._running.get(self._node_of.get(want.camera_id, ""))
            if pipeline is not None:
                by_pipeline.setdefault(pipeline, []).append(want)
        return self._fleet.newest(by_pipeline, timeout_s)

    def _run(self) -> None:
        while not self._stopping.wait(ROUND_S):
            try:
                self.round()
            except SQLAlchemyError:
                log.warning("store away, pipelines go on as they are", exc_info=True)
            except Exception:
                log.exception("round failed, going on")

    def round(self) -> None:
        """One look at everything; safe to repeat."""
        self._see_nodes()
        desired = self._read()
        self._staff(desired.restarts)
        self._plan_moves(desired)
        losing = self._move(desired)
        plans = self._share_out(desired)
        # Who loses a camera hears of it first, so that its events are known to who gains it.
        self._hand_over({p: mine for p, mine in plans.items() if p in losing})
        self._hand_over({p: mine for p, mine in plans.items() if p not in losing})

    def _see_nodes(self) -> None:
        """Note nodes that came, changed or went."""
        seen = {node.node_id: node for node in self._fleet.nodes()}
        if not self._running:
            self._running = {n: p for n, p in self._fleet.found().items() if n in seen}
        if seen == self._seen:
            return
        with self._store.write() as session:
            for node in seen.values():
                if node != self._seen.get(node.node_id):
                    nodes.observe(
                        session,
                        node.node_id,
                        name=node.name,
                        labels=node.labels,
                        lanes=node.lanes,
                        gpus=node.gpus,
                        state="alive",
                    )
            for row in nodes.known(session):
                if row.id not in seen and row.state == "alive":
                    log.warning("node gone", node=row.id[:8])
                    nodes.observe(session, row.id, state="gone")
            nodes.forget_gone(session)
            placements.forget_deleted(session)
        self._seen = seen
        self._running = {n: p for n, p in self._running.items() if n in seen}
        self._fresh = {n: f for n, f in self._fresh.items() if n in seen}

    def _read(self) -> _Desired:
        with self._store.read() as session:
            plans = {
                plan.camera_id: plan
                for plan in plan_cameras(session, self._settings, self._troubles)
            }
            needs = {row.id: frozenset(row.needs) for row in cameras.desired(session)}
            cost_ms = prices(session)
            rows = [row for row in nodes.known(session) if row.id in self._seen]
            return _Desired(
                plans=plans,
                demands={c: demand_of(plans[c], needs[c], cost_ms) for c in plans},
                offers=[offer_of(row) for row in rows],
                placed=placements.known(session),
                restarts={row.id for row in rows if row.restart_wanted_at is not None},
            )

    def _staff(self, restarts: set[str]) -> None:
        """A pipeline on every node, and a second one where the first is to be replaced."""
        for node, pipeline in list(self._running.items()):
            if self._fleet.ended(pipeline):
                del self._running[node]
        for node, (pipeline, _) in list(self._fresh.items()):
            if self._fleet.ended(pipeline):
                del self._fresh[node]
        for node in self._seen:
            if node not in self._running:
                log.info("pipeline starting", node=node[:8])
                self._running[node] = self._fleet.start(node)
            elif node not in self._fresh and (node in restarts or self._is_outdated(node)):
                log.info("pipeline is replaced by a fresh one", node=node[:8])
                self._fresh[node] = (self._fleet.start(node), time.monotonic())

    def _is_outdated(self, node: str) -> bool:
        report = self._reports.get(self._running[node])
        return report is not None and report.version != VERSION

    def _plan_moves(self, desired: _Desired) -> None:
        """Say where cameras should go; those that run go there make-before-break."""
        at = {camera: row.node_id for camera, row in desired.placed.items()}
        going = {camera: node for camera, (node, _) in self._moving.items()}
        moves = 0 if going else MOVES_A_ROUND
        wanted = place(desired.demands, desired.offers, at | going, moves)
        self._moving = {
            camera: self._moving[camera] if going.get(camera) == node else (node, time.monotonic())
            for camera, node in wanted.items()
            if node != at.get(camera)
        }
        self._say_dark(
            {c for c in desired.plans if c not in wanted and at.get(c) not in self._running}
        )

    def _move(self, desired: _Desired) -> set[str]:
        """Write the moves whose time has come; returns the pipelines that lose cameras by them."""
        here = {camera: desired.placed.get(camera) for camera in self._moving}
        due = {
            camera: node
            for camera, (node, since) in self._moving.items()
            if (row := here[camera]) is None  # it runs nowhere yet, or no more
            or row.node_id not in self._running
            or self._is_ready(camera, self._running[node])
            or time.monotonic() - since > HANDOVER_S
        }
        taken_over = {
            node: [
                c
                for c in desired.plans
                if c in desired.placed and c not in due and desired.placed[c].node_id == node
            ]
            for node, (pipeline, since) in self._fresh.items()
            if self._has_taken_over(node, pipeline, since, desired)
        }
        if not due and not taken_over:
            return set()
        with self._store.write() as session:
            for camera, node in due.items():
                desired.placed[camera] = placements.move(session, camera, node)
            for node, mine in taken_over.items():
                for camera in mine:
                    desired.placed[camera] = placements.move(session, camera, node)
                nodes.get(session, node).restart_wanted_at = None
        losing = {
            self._running[r.node_id] for r in here.values() if r and r.node_id in self._running
        }
        for camera in due:
            del self._moving[camera]
        for node in taken_over:
            old, self._running[node] = self._running[node], self._fresh.pop(node)[0]
            self._end(old)
        log.info("cameras moved", cameras=len(due), restarted_nodes=len(taken_over))
        return losing

    def _has_taken_over(self, node: str, pipeline: str, since: float, desired: _Desired) -> bool:
        mine = [c for c in desired.plans if c in desired.placed]
        mine = [c for c in mine if desired.placed[c].node_id == node]
        if pipeline not in self._reports:
            return False
        late = time.monotonic() - since > HANDOVER_S
        return late or all(self._is_ready(camera, pipeline) for camera in mine)

    def _end(self, pipeline: str) -> None:
        """Stop a pipeline aside, so that the round goes on."""
        self._reports.pop(pipeline, None)
        threading.Thread(target=self._fleet.stop, args=([pipeline], STOP_S), daemon=True).start()

    def _is_ready(self, camera: str, pipeline: str) -> bool:
        report = self._reports.get(pipeline)
        return report is not None and camera in report.ready

    def _share_out(self, desired: _Desired) -> dict[str, list[CameraPlan]]:
        """What each pipeline is asked to run."""
        shares: dict[str, list[CameraPlan]] = {p: [] for p in self._running.values()}
        shares |= {pipeline: [] for pipeline, _ in self._fresh.values()}
        for camera, plan in desired.plans.items():
            row = desired.placed.get(camera)
            if row is None:
                continue
            plan = replace(plan, generation=row.generation)
            if row.node_id in self._running:
                shares[self._running[row.node_id]].append(plan)
            standby = replace(plan, standby=True)
            if row.node_id in self._fresh:
                shares[self._fresh[row.node_id][0]].append(standby)
            if camera in self._moving:
                shares[self._running[self._moving[camera][0]]].append(standby)
        self._node_of = {camera: row.node_id for camera, row in desired.placed.items()}
        return shares

    def _hand_over(self, shares: Mapping[str, list[CameraPlan]]) -> None:
        for pipeline, report in self._fleet.apply(shares, ANSWER_S).items():
            if report is None:
                log.warning("pipeline lost, it is started again", pipeline=pipeline)
                self._reports.pop(pipeline, None)
                self._say_restarting([p.camera_id for p in shares[pipeline] if not p.standby])
                continue
            before = self._reports.get(pipeline)
            if before is None or before.process_id != report.process_id:
                log.info("pipeline running", pipeline=pipeline, pid=report.process_id)
            self._reports[pipeline] = report

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

    def _say_dark(self, camera_ids: set[str]) -> None:
        """Tell of cameras that no node fits, once."""
        if new := camera_ids - self._dark:
            with self._store.write() as session:
                for camera_id in new:
                    cameras.observe(
                        session,
                        camera_id,
                        state="offline",
                        reason="no_node",
                        message="no node that is alive and not drained has what this camera needs",
                    )
        self._dark = camera_ids
