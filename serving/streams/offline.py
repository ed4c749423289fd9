"""One clip through the very same analysis, as fast as the machine can, without a server."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from algorithms.frame import Frame
from scenarios.events import Event
from scenarios.watch import REMEMBERED_S
from serving.inference.pool import ModelPool
from serving.store.models import new_id
from serving.streams.analysis import Analysed, CameraAnalysis
from serving.streams.detection import Found, anything_wanted, detect
from serving.streams.gate import Attention, Gate
from serving.streams.plan import CameraPlan, WatchPlan
from serving.streams.sources import open_source

START = datetime(1970, 1, 1, tzinfo=UTC)
"""Clips have no clock: their first picture is taken as this moment."""


@dataclass(frozen=True, slots=True)
class Step:
    """What came out of one analysed frame; `frame` is None for what the clip's end brought."""

    frame: Frame | None
    analysed: Analysed | None
    finished: list[tuple[WatchPlan, Event]]
    """Events that are over and can no longer be taken up again, in the order they opened."""


def analyze_clip(plan: CameraPlan, pool: ModelPool | None = None) -> Iterator[Step]:
    """Read a clip to its end.

    Args:
        plan: The clip as a camera; its source must not be `realtime`.
        pool: Models, some of them loaded perhaps; None: a pool of its own, on all cores.

    Raises:
        SourceError: Not a clip that can be read.
        ModelError: A model cannot be loaded.
    """
    pool = pool or ModelPool()
    for model in plan.models.values():
        pool.load(model)
    analysis = CameraAnalysis(plan, lambda _: [], new_id)
    begun = {"epoch": START.isoformat(), "position_s": 0.0}
    source = open_source(plan.source, plan.camera_id, begun)
    attention = Attention(plan.gated, plan.fps)
    found: Found = {}
    pending: dict[str, tuple[WatchPlan, Event]] = {}

    def step(frame: Frame) -> Step:
        analysed = analysis.update(frame, found)
        pending.update({event.id: (watch, event) for watch, event in analysed.changed})
        over = [e for _, e in pending.values() if _is_over(e, frame.captured_at)]
        return Step(frame, analysed, [pending.pop(event.id) for event in over])

    try:
        source.open()
        for frame in source.frames(Gate(plan.fps).due):
            for moment in attention.meanwhile(frame.captured_at):
                yield step(replace(frame, captured_at=moment))
            if attention.is_worth(frame) or not found:
                (found,) = detect(pool, [(plan, frame)])
                attention.looked(frame.captured_at, anything_wanted(plan, found))
            source.decoding = "doze" if attention.is_idle(frame.captured_at) else "all"
            yield step(frame)
    finally:
        source.close()
    pending |= {event.id: (watch, event) for watch, event in analysis.close()}
    yield Step(None, None, sorted(pending.values(), key=lambda item: item[1].opened_at))


def _is_over(event: Event, at: datetime) -> bool:
    return event.ended_at is not None and (at - event.last_seen_at).total_seconds() > REMEMBERED_S
