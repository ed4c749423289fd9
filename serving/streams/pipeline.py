"""One node's cameras: newest frames in, detections and events out.

One loop thread owns everything here. Each camera's reader decodes in a thread of its own and
keeps its newest frame only, so a slow model makes pictures rarer, never older.
"""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from algorithms.frame import Frame
from scenarios.events import Event
from serving.events.recorder import Recorder
from serving.events.rows import Context, from_row, path_json
from serving.inference.pool import ModelPool
from serving.store import Store, cameras, models
from serving.store import events as stored_events
from serving.streams.analysis import CameraAnalysis
from serving.streams.detection import detect
from serving.streams.gate import Gate
from serving.streams.plan import CameraPlan, WatchPlan
from serving.streams.preview import Previews
from serving.streams.reader import Reader

log = structlog.get_logger(__name__)

HEARTBEAT_S = 1.0
QUIET = timedelta(seconds=5)
"""Events of a camera that has brought nothing for so long have ended."""

SEEING = ("online", "degraded")
IDLE_S = 0.02
KNOWN_FOR = timedelta(minutes=2)
"""How far back a restarted pipeline looks for events it may be about to see again."""


class _Camera:
    """A running camera: its reader, its analysis, and how fast it goes."""

    def __init__(self, plan: CameraPlan, reader: Reader, analysis: CameraAnalysis) -> None:
        self.plan = plan
        self.reader = reader
        self.analysis = analysis
        self.analysed_at: list[datetime] = []
        self.last_analysed_at = datetime.now(UTC)
        self.size: tuple[int, int] = (0, 0)

    def analysed_fps(self, now: datetime) -> float:
        """Analysed frames a second over the last five seconds."""
        self.analysed_at = [at for at in self.analysed_at if now - at <= timedelta(seconds=5)]
        return round(len(self.analysed_at) / 5, 2)


class Pipeline:
    """Runs the cameras it is told to run.

    Args:
        store: Observed state goes there.
        recorder: Events go there.
        node: Name of this node, for the status.
    """

    def __init__(self, store: Store, recorder: Recorder, node: str) -> None:
        self.previews = Previews()
        self._store = store
        self._recorder = recorder
        self._node = node
        self._pool = ModelPool()
        self._cameras: dict[str, _Camera] = {}
        self._wanted: list[CameraPlan] | None = None
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pipeline", daemon=True)

    def start(self) -> None:
        self._recorder.start()
        self._thread.start()

    def stop(self) -> None:
        """Stop all cameras and bring the last events to the store."""
        self._stopping.set()
        self._thread.join(timeout=10)
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
        beat_at = datetime.now(UTC)
        while not self._stopping.is_set():
            try:
                self._reconcile()
                if not self._analyse_due():
                    self._stopping.wait(IDLE_S)
                if datetime.now(UTC) >= beat_at:
                    beat_at = datetime.now(UTC) + timedelta(seconds=HEARTBEAT_S)
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
            elif (plan.source, plan.fps) != (camera.plan.source, camera.plan.fps):
                self._remove(camera_id)
            elif plan != camera.plan:
                self._record_all(camera, camera.analysis.apply(plan), None)
                camera.plan = plan
        for plan in wanted:
            if plan.camera_id not in self._cameras:
                self._cameras[plan.camera_id] = self._add(plan)
        self._pool.keep({sha for plan in wanted for sha in plan.models})

    def _add(self, plan: CameraPlan) -> _Camera:
        with self._store.read() as session:
            status = cameras.status(session, plan.camera_id)
            checkpoint = status.checkpoint if status else None
        reader = Reader(plan.camera_id, plan.source, due=Gate(plan.fps).due, checkpoint=checkpoint)
        asleep = replace(plan, watches=()) if plan.standby else plan
        analysis = CameraAnalysis(
            asleep, lambda watch: self._known_events(watch, plan.camera_id), models.new_id
        )
        reader.start()
        return _Camera(plan, reader, analysis)

    def _known_events(self, watch: WatchPlan, camera_id: str) -> list[Event]:
        """What this deployment saw here lately, the spool's content included."""
        self._recorder.flush()
        since = datetime.now(UTC) - KNOWN_FOR
        with self._store.read() as session:
            rows = stored_events.recent(session, watch.deployment_id, camera_id, since)
            return [from_row(row) for row in rows]

    def _remove(self, camera_id: str) -> None:
        camera = self._cameras.pop(camera_id)
        camera.reader.stop(timeout_s=0)  # one that hangs in the network must not hold up the others
        self._record_all(camera, camera.analysis.close(), None)
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
            )

    def _analyse_due(self) -> bool:
        """Analyse the newest frame of every camera that has one; False if none had."""
        frames: list[tuple[_Camera, Frame]] = []
        for camera in self._cameras.values():
            frame = camera.reader.take_newest()
            if frame is not None and not camera.plan.standby:
                frames.append((camera, frame))
        found = detect(self._pool, [(camera.plan, frame) for camera, frame in frames])
        for (camera, frame), detections in zip(frames, found, strict=True):
            analysed = camera.analysis.update(frame, detections)
            camera.last_analysed_at = datetime.now(UTC)
            camera.analysed_at.append(camera.last_analysed_at)
            camera.size = (frame.width_px, frame.height_px)
            self._record_all(camera, analysed.changed, frame)
            self.previews.show(frame, analysed.detections)
        return bool(frames)

    def _record_all(
        self, camera: _Camera, changed: list[tuple[WatchPlan, Event]], frame: Frame | None
    ) -> None:
        for watch, event in changed:
            opened = frame is not None and event.revision == 1
            log.info(
                "event",
                event_id=event.id,
                camera_id=camera.plan.camera_id,
                scenario=watch.scenario,
                revision=event.revision,
                ended=event.ended_at is not None,
            )
            image = frame.image if opened and frame is not None else None
            self._recorder.record(event, context(camera.plan, watch), camera.size, image)

    def _heartbeat(self) -> None:
        now = datetime.now(UTC)
        for camera in self._cameras.values():
            if now - camera.last_analysed_at > QUIET:
                self._record_all(camera, camera.analysis.close(), None)
        try:
            with self._store.write() as session:
                for camera in self._cameras.values():
                    if camera.plan.standby:
                        continue
                    status = camera.reader.status
                    cameras.observe(
                        session,
                        camera.plan.camera_id,
                        generation=camera.plan.generation,
                        node=self._node,
                        analysed_fps=camera.analysed_fps(now),
                        checkpoint=camera.reader.checkpoint,
                        state=status.state,
                        reason=status.reason,
                        message=status.message,
                        retries=status.retries,
                        width_px=status.width_px,
                        height_px=status.height_px,
                        source_fps=status.source_fps,
                        last_frame_at=status.last_frame_at,
                    )
                    for _, event in camera.analysis.open_events():
                        stored_events.follow(
                            session, event.id, event.last_seen_at, path_json(event)
                        )
        except SQLAlchemyError:
            log.warning("store away, status not written", exc_info=True)


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
    )
