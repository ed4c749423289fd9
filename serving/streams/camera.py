"""One running camera of a node: its reader, its gate, its analysis, and how fast it goes."""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import structlog
from numpy.typing import NDArray

from algorithms.camera_health import CameraHealth
from algorithms.frame import Frame
from scenarios.drift import Counts
from scenarios.events import Event
from serving.events.privacy import HiddenPixels, hide
from serving.inference.pool import ModelPool
from serving.store import models
from serving.streams.analysis import Analysed, CameraAnalysis
from serving.streams.demand import Demand
from serving.streams.detection import Found, anything_wanted, detect
from serving.streams.errors import SourceError
from serving.streams.evidence_reader import EvidenceReader
from serving.streams.footage import Clipping, Footage
from serving.streams.gate import Attention, Gate
from serving.streams.overload import Overload
from serving.streams.plan import CameraPlan, WatchPlan
from serving.streams.reader import Reader
from serving.streams.sources import Checkpoint, Source, SourceSpec, open_source
from serving.streams.sources.packets import Moment

log = structlog.get_logger(__name__)

HEALTH_EVERY = timedelta(seconds=1)
COUNTED = timedelta(seconds=5)
SEEING = ("online", "degraded")
PLENTY = 4
"""Times the analysed rate."""

Changed = list[tuple[WatchPlan, Event]]


class RunningCamera:
    """Decodes in its reader's thread, is analysed in a lane, is changed by the pipeline's thread.

    Args:
        plan: What is asked.
        pool: The node's models.
        known_events: See `CameraAnalysis`.
        saw: Called from a lane with every frame and what came out of it.
        wake: Called from the reader's thread when a due frame is there.
        checkpoint: Where a file goes on.
        clipping: How much of its stream is kept for clips.
    """

    def __init__(
        self,
        plan: CameraPlan,
        pool: ModelPool,
        *,
        known_events: Callable[[WatchPlan, str], list[Event]],
        saw: Callable[["RunningCamera", Frame, Analysed], None],
        wake: Callable[[], None],
        checkpoint: Checkpoint | None,
        clipping: Clipping,
    ) -> None:
        self.plan = plan
        self.served_s = 0.0
        self.size: tuple[int, int] = (0, 0)
        self.last_analysed_at = datetime.now(UTC)
        self._pool = pool
        self._saw = saw
        self._attention = Attention(plan.gated and plan.source.kind != "snapshot", plan.fps)
        self._found: Found = {}
        self._analysed_at: list[datetime] = []
        self._health = CameraHealth()
        self._health_at: datetime | None = None
        self._decoded_s = 0.0
        self._lock = threading.Lock()
        self._removed = False
        self.analysis = CameraAnalysis(
            _seen(plan), lambda watch: known_events(watch, plan.camera_id), models.new_id
        )
        self._shown_at = self.last_analysed_at
        """When the picture that is analysed was taken, whatever moment it stands for."""
        self.footage = Footage(clipping)
        self.footage.private = plan.private
        self.reader = Reader(
            plan.camera_id,
            plan.source,
            due=Gate(plan.fps).due,
            on_due=wake,
            checkpoint=checkpoint,
            connect=open_source if plan.evidence else self._connect,
        )
        self._evidence = (
            EvidenceReader(plan.camera_id, plan.evidence, self.footage.packets)
            if plan.evidence
            else None
        )
        self._demand = Demand(self.reader)

    def start(self) -> None:
        self.reader.start()
        if self._evidence:
            self._evidence.start()

    def stop(self) -> Changed:
        """End it; one that hangs in the network does not hold up the caller.

        Returns:
            The events that end with it.
        """
        self.reader.stop(timeout_s=0)
        if self._evidence:
            self._evidence.stop(timeout_s=0)
        with self._lock:
            self._removed = True
            return self.analysis.close()

    def apply(self, plan: CameraPlan) -> Changed:
        """Take up a plan with the same source and rate; returns the events that end by it."""
        with self._lock:
            ended = self.analysis.apply(_seen(plan))
            self._found = {}
            self.footage.private = plan.private
            self.plan = plan  # only now: a plan that failed is tried again
            return ended

    def close_events(self) -> Changed:
        with self._lock:
            return self.analysis.close()

    def open_events(self) -> Changed:
        with self._lock:
            return self.analysis.open_events()

    def take_judged(self) -> list[tuple[WatchPlan, Counter[str]]]:
        with self._lock:
            return self.analysis.take_judged()

    def take_tally(self) -> Counts:
        """What its pictures and tracks were like since this was last asked."""
        with self._lock:
            return self.analysis.tally.take()

    def targets(self) -> dict[str, Any]:
        """How high what it sees is; see `scenarios.fitness.SizeHistogram`."""
        with self._lock:
            return self.analysis.sizes.as_json()

    @property
    def sees(self) -> bool:
        """Whether pictures come."""
        status = self.reader.status
        return status.state in SEEING and status.reason != "no_signal"

    @property
    def has_work(self) -> bool:
        return self.reader.has_newest

    @property
    def step_s(self) -> float:
        return 1 / self.plan.fps

    def work(self) -> None:
        """Carry the newest frame from pixels to events; called by one lane at a time."""
        taken = self.reader.take_newest()
        if taken is None or self.plan.standby:
            return
        with self._lock:
            if self._removed:
                return
            frame = hide(taken, self.plan.private)
            self._shown_at = frame.captured_at
            for moment in self._attention.meanwhile(frame.captured_at):
                self._analyse(replace(frame, captured_at=moment), looked=False)
            looked = self._attention.is_worth(frame) or not self._found
            if looked:
                (self._found,) = detect(self._pool, [(self.plan, frame)])
                found = anything_wanted(self.plan, self._found)
                self._attention.looked(frame.captured_at, found)
                self._analysed_at.append(datetime.now(UTC))
            self._analyse(frame, looked)
        self._judge(taken)

    def _analyse(self, frame: Frame, looked: bool) -> None:
        analysed = self.analysis.update(frame, self._found, looked)
        self.size = (frame.width_px, frame.height_px)
        self.last_analysed_at = datetime.now(UTC)
        self.footage.saw(frame.captured_at, self.size, analysed.detections)
        self._saw(self, frame, analysed)

    def _connect(self, spec: SourceSpec, camera_id: str, checkpoint: Checkpoint | None) -> Source:
        return open_source(spec, camera_id, checkpoint, self.footage.packets)

    def evidence_of(self, frame: Frame) -> tuple[NDArray[np.uint8], Moment | None]:
        """What shows a frame: from the main stream, where there is one and it has the moment.

        Returns:
            `(H, W, 3)` RGB, and that picture in the footage; None where it has none.
        """
        moment = self.footage.packets.at(self._shown_at)
        if self._evidence and moment and (main := self.footage.packets.picture(moment)):
            try:
                shown = HiddenPixels(main, self.plan.private)
                return shown.rgb(main.width_px, main.height_px), moment
            except SourceError as error:
                log.warning(
                    "evidence from the sub-stream", camera_id=frame.camera_id, why=str(error)
                )
        return frame.image, moment

    def decode(self, overload: Overload) -> None:
        """Decode what is worth it: less where nothing moves, and if the node is asked too much.

        Where far more pictures come than are analysed, those that no other refers to are left out.
        """
        if self._attention.is_idle(datetime.now(UTC)):
            self.reader.decoding = "keyframes" if overload.shed else "doze"
        elif overload.sheds_decoding:
            self.reader.decoding = self._demand.share()
            return
        else:
            coming_fps = self.reader.status.source_fps or 0.0
            self.reader.decoding = "reference" if coming_fps >= PLENTY * self.plan.fps else "all"
        self._demand = Demand(self.reader)

    @property
    def decoding(self) -> str:
        """What is decoded now, in a word."""
        if self.reader.is_behind:
            return "keyframes"
        now = self.reader.decoding
        return now if isinstance(now, str) else "beginnings"

    def wanted_fps(self) -> float:
        """Frames a second that are worth asking the networks about."""
        return round(self._attention.wanted_fps(datetime.now(UTC)), 2)

    def analysed_fps(self, now: datetime) -> float:
        """Frames a second that the networks were asked about, over the last five seconds."""
        self._analysed_at = [at for at in list(self._analysed_at) if now - at <= COUNTED]
        return round(len(self._analysed_at) / COUNTED.total_seconds(), 2)

    def decoding_s(self) -> float:
        """CPU seconds that reading and decoding took since this was last asked."""
        before_s, self._decoded_s = self._decoded_s, self.reader.cpu_s
        return max(0.0, self._decoded_s - before_s)

    def _judge(self, frame: Frame) -> None:
        if self._health_at is None or frame.captured_at - self._health_at >= HEALTH_EVERY:
            self._health_at = frame.captured_at
            luma = frame.pixels.luma(320, 180)
            self.reader.judge(self._health.look(luma, frame.captured_at))
            with self._lock:
                moving = self._attention.moving
                self.analysis.tally.scene(float(luma.mean()), float(luma.std()), moving)


def _seen(plan: CameraPlan) -> CameraPlan:
    """On standby nothing watches: known events are read when it takes over."""
    return replace(plan, watches=()) if plan.standby else plan
