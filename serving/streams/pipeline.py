"""One node's cameras: newest frames in, detections and events out.

Each camera's reader decodes in a thread of its own and keeps its newest frame only; lanes carry
frames to events (`lanes.py`); the thread here follows the plan and says how things are.
"""

import os
import threading
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from algorithms.engines.choose import Choice
from algorithms.engines.onnxruntime import NO_GPU_OPTIONS, GpuOptions
from algorithms.errors import ModelError
from algorithms.frame import Frame
from scenarios.drift import Counts
from scenarios.events import Event
from scenarios.rollout import Usage
from serving.events.recorder import Recorder
from serving.events.rows import Context, from_row, path_json
from serving.inference.pool import Model, ModelPool
from serving.registry.keys import Keys
from serving.store import (
    Store,
    cameras,
    drift,
    model_failures,
    model_status,
    model_usage,
    nodes,
    observations,
    shadow_events,
)
from serving.store import events as stored_events
from serving.streams.analysis import Analysed
from serving.streams.camera import SEEING, RunningCamera
from serving.streams.clips import Clips
from serving.streams.footage import Clipping
from serving.streams.lanes import Lanes
from serving.streams.observing import Observed, Observing
from serving.streams.overload import Overload
from serving.streams.plan import CameraPlan, WatchPlan
from serving.streams.preview import Previews
from serving.streams.showing import Shown, show

log = structlog.get_logger(__name__)

HEARTBEAT = timedelta(seconds=1)
QUIET = timedelta(seconds=5)
"""Events of a camera that has brought nothing for so long have ended."""

TALLIED = timedelta(minutes=10)
"""So often what was counted for drift goes to the store."""

ROUND_S = 0.1
KNOWN_FOR = timedelta(minutes=2)
"""How far back a restarted pipeline looks for events it may be about to see again."""


class Pipeline:
    """Runs the cameras it is told to run.

    Args:
        store: Observed state goes there.
        recorder: Events go there.
        node: Name of this node, for the status.
        lanes: Frames analysed at the same time; None: one per CPU core.
        engine: See `ModelPool`.
        gpu: See `ModelPool`.
        clipping: Of the clips that events get.
    """

    def __init__(
        self,
        store: Store,
        recorder: Recorder,
        node: str,
        *,
        lanes: int | None = None,
        engine: Choice = "auto",
        gpu: GpuOptions = NO_GPU_OPTIONS,
        clipping: Clipping | None = None,
        keys: Keys | None = None,
    ) -> None:
        self.previews = Previews()
        self._store = store
        self._recorder = recorder
        self._clipping = clipping or Clipping()
        self._clips = Clips(recorder.record_clip, self._clipping.after_s)
        self._node = node
        self._cameras: dict[str, RunningCamera] = {}
        self._lanes = Lanes(lanes or os.cpu_count() or 1, lambda: list(self._cameras.values()))
        self._pool = ModelPool(self._lanes.count, engine, gpu, keys)
        self._overload = Overload()
        self._observing = Observing()
        self._observed: list[Observed] = []
        self._outcomes: list[tuple[Model, str | None]] = []
        self._used: dict[str, Usage] = {}
        self._worked_s = 0.0
        self._beat_at = self._tallied_at = datetime.now(UTC)
        self._tallies: list[tuple[str, datetime, Counts]] = []
        self._wanted: list[CameraPlan] | None = None
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pipeline", daemon=True)

    def start(self) -> None:
        self._recorder.start()
        self._clips.start()
        self._lanes.start()
        self._thread.start()

    def stop(self) -> None:
        """Stop all cameras and bring the last events to the store."""
        self._stopping.set()
        self._lanes.stop()
        self._thread.join(timeout=10)
        self._clips.stop()
        self._recorder.stop()

    def apply(self, plans: list[CameraPlan]) -> None:
        """Run exactly these cameras from the next round on; safe to repeat."""
        with self._lock:
            self._wanted = plans

    def ready(self) -> frozenset[str]:
        """Cameras that bring pictures, on standby or not."""
        running = list(self._cameras.items())
        return frozenset(c for c, camera in running if camera.reader.status.state in SEEING)

    def _run(self) -> None:
        while not self._stopping.wait(ROUND_S):
            try:
                self._reconcile()
                if datetime.now(UTC) - self._beat_at >= HEARTBEAT:
                    self._heartbeat()
            except Exception:
                log.exception("round failed, going on")
                self._stopping.wait(1.0)
        for camera_id in list(self._cameras):
            self._remove(camera_id)

    def _reconcile(self) -> None:
        with self._lock:
            wanted, self._wanted = self._wanted, None
        if wanted is None:
            return
        by_id = {plan.camera_id: plan for plan in wanted}
        for camera_id, camera in list(self._cameras.items()):
            plan = by_id.get(camera_id)
            if plan is None:
                self._remove(camera_id)
                if not camera.plan.standby:
                    self._say_disabled(camera.plan)
            elif _reading(plan) != _reading(camera.plan):
                self._remove(camera_id)
            elif plan != camera.plan:
                self._load(plan.loaded.keys() - camera.plan.loaded.keys(), plan)
                before = camera.plan.private
                self._record_all(camera, camera.apply(plan), None)
                if plan.private != before:
                    self.previews.forget(camera_id)  # the newest picture shows what was hidden
        for plan in wanted:
            if plan.camera_id not in self._cameras:
                self._cameras[plan.camera_id] = self._add(plan)
        self._pool.keep(
            {sha for plan in wanted for sha in plan.loaded}, {plan.camera_id for plan in wanted}
        )

    def _load(self, wanted: Collection[str], plan: CameraPlan) -> None:
        """Load what a camera is about to need: its lane shall not wait for it."""
        for sha256 in wanted:
            try:
                self._pool.load(plan.loaded[sha256])
            except ModelError:
                log.exception("model not loaded", model=sha256[:12])

    def _add(self, plan: CameraPlan) -> RunningCamera:
        with self._store.read() as session:
            status = cameras.status(session, plan.camera_id)
            checkpoint = status.checkpoint if status else None
        self._load(plan.loaded.keys() - plan.models.keys(), plan)
        camera = RunningCamera(
            plan,
            self._pool,
            known_events=self._known_events,
            saw=self._saw,
            wake=self._lanes.wake,
            checkpoint=checkpoint,
            clipping=self._clipping,
        )
        camera.start()
        return camera

    def _known_events(self, watch: WatchPlan, camera_id: str) -> list[Event]:
        """What this deployment saw here lately, the content of all spools included."""
        since = datetime.now(UTC) - KNOWN_FOR
        if watch.shadow_of is not None:
            with self._store.read() as session:
                seen = shadow_events.recent(session, watch.shadow_of, camera_id, since)
                return [from_row(row) for row in seen]
        self._recorder.settle()
        with self._store.read() as session:
            rows = stored_events.recent(session, watch.deployment_id, camera_id, since)
            return [from_row(row) for row in rows]

    def _remove(self, camera_id: str) -> None:
        camera = self._cameras.pop(camera_id)
        self._record_all(camera, camera.stop(), None)
        self.previews.forget(camera_id)

    def _say_disabled(self, plan: CameraPlan) -> None:
        with self._store.write() as session:
            cameras.observe(
                session,
                plan.camera_id,
                generation=plan.generation,
                state="disabled",
                reason=None,
                message=None,
                analysed_fps=None,
                versions=None,
            )

    def _saw(self, camera: RunningCamera, frame: Frame, analysed: Analysed) -> None:
        self._record_all(camera, analysed.changed, (frame, analysed))
        self.previews.show(frame, analysed.detections)

    def _record_all(
        self,
        camera: RunningCamera,
        changed: list[tuple[WatchPlan, Event]],
        seen: tuple[Frame, Analysed] | None,
    ) -> None:
        shown: Shown | None = None
        for watch, event in changed:
            log.info(
                "event",
                event_id=event.id,
                camera_id=camera.plan.camera_id,
                scenario=watch.scenario,
                revision=event.revision,
                ended=event.ended_at is not None,
            )
            where = context(camera.plan, watch)
            picture = None
            if seen is not None and event.revision == 1:
                picture = shown = shown or show(camera, *seen, self._pool)
            image, things = (picture.image, picture.seen) if picture else (None, ())
            if watch.shadow_of is not None:
                self._recorder.record_shadow(
                    watch.shadow_of, event, where, camera.size, image, things
                )
                continue
            masked_by = picture.masked_by if picture else None
            self._recorder.record(event, where, camera.size, image, things, masked_by)
            if picture and picture.moment is not None:
                self._clips.ask(event, camera.footage, picture.moment)

    def _heartbeat(self) -> None:
        now = datetime.now(UTC)
        elapsed_s = (now - self._beat_at).total_seconds()
        worked_s, self._worked_s = self._worked_s, self._lanes.worked_s
        self._beat_at = now
        inference_cores = (self._worked_s - worked_s) / elapsed_s
        busy = min(1.0, inference_cores / self._lanes.count)
        decode_cores = sum(c.decoding_s() for c in self._cameras.values()) / elapsed_s
        self._overload.beat(busy, decode_cores / self._lanes.count)
        for camera in self._cameras.values():
            camera.decode(self._overload)
            if now - camera.last_analysed_at > QUIET:
                self._record_all(camera, camera.close_events(), None)
        running = [camera for camera in self._cameras.values() if not camera.plan.standby]
        load = {
            "cameras": len(running),
            "analysed_fps": round(sum(camera.analysed_fps(now) for camera in running), 2),
            "inference_cores": round(inference_cores, 2),
            "decode_cores": round(decode_cores, 2),
        }
        self._observed += self._observing.beat(running, elapsed_s, now)
        self._outcomes += self._pool.new_outcomes()
        if now - self._tallied_at >= TALLIED:
            self._tallied_at = now
            self._tallies += [(c.plan.camera_id, now, c.take_tally()) for c in running]
        # Asked for before the transaction: a camera may be in a lane, and writers wait for us.
        open_events = [
            event
            for camera in running
            for watch, event in camera.open_events()
            if watch.shadow_of is None
        ]
        for sha256, used in self._pool.take_usage().items():
            before = self._used.get(sha256, Usage())
            self._used[sha256] = before + used
        targets = {camera.plan.camera_id: camera.targets() for camera in running}
        try:
            with self._store.write() as session:
                for camera in running:
                    status = camera.reader.status
                    cameras.observe(
                        session,
                        camera.plan.camera_id,
                        generation=camera.plan.generation,
                        node=self._node,
                        analysed_fps=camera.analysed_fps(now),
                        wanted_fps=camera.wanted_fps(),
                        checkpoint=camera.reader.checkpoint,
                        state=status.state,
                        reason=status.reason,
                        message=status.message,
                        retries=status.retries,
                        width_px=status.width_px,
                        height_px=status.height_px,
                        source_fps=status.source_fps,
                        last_frame_at=status.last_frame_at,
                        clock_offset_s=status.clock_offset_s,
                        decoding=camera.decoding,
                        targets=targets[camera.plan.camera_id],
                        versions=_versions(camera.plan),
                    )
                for seen in self._observed:
                    observations.add(
                        session,
                        deployment_id=seen.deployment_id,
                        camera_id=seen.camera_id,
                        scenario=seen.scenario,
                        at=seen.at,
                        seen_s=seen.seen_s,
                        counts=seen.counts,
                    )
                for camera_id, at, counts in self._tallies:
                    drift.count(session, camera_id, at, counts)
                for event in open_events:
                    stored_events.follow(session, event.id, event.last_seen_at, path_json(event))
                if nodes.is_known(session, self._node):  # the supervisor adds it
                    shed = self._overload.shed
                    nodes.observe(session, self._node, busy=round(busy, 3), shed=shed, load=load)
                for sha256, report in self._pool.new_reports():
                    model_status.record(
                        session,
                        self._node,
                        sha256,
                        report.engine,
                        report.ms_per_picture,
                        report.as_json(),
                    )
                for model, why_not in self._outcomes:
                    made = model.manifest
                    model_failures.record(session, self._node, made.name, made.version, why_not)
                for sha256, used in self._used.items():
                    model_usage.add(session, self._node, sha256, now, used)
            self._observed.clear()
            self._tallies.clear()
            self._outcomes.clear()
            self._used.clear()
        except SQLAlchemyError:
            log.warning("store away, status not written", exc_info=True)


def _reading(plan: CameraPlan) -> tuple[object, ...]:
    """What cannot change under a running camera."""
    return plan.source, plan.fps, plan.evidence, plan.gated


def _versions(plan: CameraPlan) -> dict[str, list[str]]:
    """Deployment → the versions by which it is watched here."""
    return {
        watch.deployment_id: [f"{m.manifest.name}@{m.manifest.version}" for m in watch.all_models]
        for watch in plan.heard
    }


def context(camera: CameraPlan, watch: WatchPlan) -> Context:
    """What the rules do not know about an event."""
    return Context(
        camera_id=camera.camera_id,
        camera_name=camera.name,
        division=camera.division,
        lon=camera.lon,
        lat=camera.lat,
        deployment_id=watch.deployment_id,
        deployment_revision=watch.deployment_revision,
        scenario=watch.scenario,
        severity=watch.severity,
        algorithms=tuple(
            {"name": m.manifest.name, "version": m.manifest.version, "sha256": m.sha256}
            for m in watch.all_models
        ),
        generation=camera.generation or None,
        outlines={zone.name: zone.points for zone in watch.zones},
    )
