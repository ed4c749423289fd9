"""One camera's eyes and memory: detections in, events out."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import supervision as sv

from algorithms.frame import Frame
from algorithms.tracking import Tracker, empty
from scenarios.drift import Tally
from scenarios.events import Event
from scenarios.fitness import SizeHistogram
from scenarios.scene import Scene
from scenarios.watch import Watch
from serving.streams.plan import CameraPlan, WatchPlan

MODELS_PER_CAMERA = 16


@dataclass(frozen=True, slots=True)
class Analysed:
    """What came out of one frame."""

    detections: sv.Detections
    """Of all models but those in shadow only, tracked; boxes in pixels of the frame."""
    changed: list[tuple[WatchPlan, Event]]
    """Events that opened, were taken up again, or ended."""


class CameraAnalysis:
    """The trackers and watches of one camera.

    Args:
        plan: What watches this camera.
        known_events: Events of the last seconds of a watch, from before a restart.
        new_id: Makes an event id.
    """

    def __init__(
        self,
        plan: CameraPlan,
        known_events: Callable[[WatchPlan], list[Event]],
        new_id: Callable[[], str],
    ) -> None:
        self._known_events = known_events
        self._new_id = new_id
        self._trackers: dict[str, tuple[int, Tracker]] = {}
        self._watches: dict[WatchPlan, Watch] = {}
        self.sizes = SizeHistogram()
        self.tally = Tally()
        self.plan = plan
        self.apply(plan)

    def apply(self, plan: CameraPlan) -> list[tuple[WatchPlan, Event]]:
        """Take up a changed plan; watches that stay, or only get other models, keep their memory.

        Returns:
            The events that end because their watch does.
        """
        self.plan = plan
        for sha256 in self._trackers.keys() - plan.models.keys():
            del self._trackers[sha256]
        for sha256, model in plan.models.items():
            if sha256 not in self._trackers:
                slot = min(set(range(MODELS_PER_CAMERA)) - {s for s, _ in self._trackers.values()})
                self._trackers[sha256] = (slot, Tracker(model.manifest, plan.fps))
        old = [watch for watch in self._watches if watch not in plan.watches]
        new = [watch for watch in plan.watches if watch not in self._watches]
        for watch in new:
            before = next((o for o in old if _goes_on(o, watch)), None)
            if before is None:
                known = self._known_events(watch)
                self._watches[watch] = Watch(
                    watch.rule, watch.zones, self._new_id, known, watch.schedule
                )
                continue
            old.remove(before)
            self._watches[watch] = self._watches.pop(before)
            if before.all_models != watch.all_models:
                self._watches[watch].hand_over()
        return [(watch, event) for watch in old for event in self._watches.pop(watch).close()]

    def update(
        self, frame: Frame, found: Mapping[str, sv.Detections], looked: bool = True
    ) -> Analysed:
        """Take in the detections of one frame.

        Args:
            frame: Later than the one before.
            found: Model sha256 → its detections.
            looked: Whether they are this frame's own, or still stand from an earlier one.
        """
        tracked: dict[str, sv.Detections] = {}
        for sha256, detections in found.items():
            slot, tracker = self._trackers[sha256]
            result = tracker.update(detections, frame.captured_at)
            if result.tracker_id is not None:
                ids = result.tracker_id
                ids[ids >= 0] = ids[ids >= 0] * MODELS_PER_CAMERA + slot
            tracked[sha256] = result
            if looked:
                self._tally(sha256, result)
        changed = [
            (plan, event)
            for plan, watch in self._watches.items()
            for event in watch.update(_scene(plan, frame, tracked, looked))
        ]
        heard = {m.sha256 for watch in self.plan.heard for m in watch.all_models}
        everything = _merge([tracked[sha256] for sha256 in tracked if sha256 in heard])
        self.sizes.observe(Scene.of(everything, frame.width_px, frame.height_px, frame.captured_at))
        return Analysed(everything, changed)

    def take_judged(self) -> list[tuple[WatchPlan, Counter[str]]]:
        """What each watch judged since this was last asked; see `Watch.take_judged`."""
        return [(plan, watch.take_judged()) for plan, watch in self._watches.items()]

    def _tally(self, sha256: str, found: sv.Detections) -> None:
        if found.tracker_id is None or found.confidence is None:
            return
        manifest = self.plan.models[sha256].manifest
        algorithm = f"{manifest.name}@{manifest.version}"
        self.tally.tracks(algorithm, found.tracker_id.tolist(), found.confidence.tolist())

    def open_events(self) -> list[tuple[WatchPlan, Event]]:
        """As they stand now."""
        return [
            (plan, event) for plan, watch in self._watches.items() for event in watch.open_events
        ]

    def close(self) -> list[tuple[WatchPlan, Event]]:
        """End what is open."""
        return [(plan, event) for plan, watch in self._watches.items() for event in watch.close()]


def _goes_on(before: WatchPlan, after: WatchPlan) -> bool:
    """Whether one takes the place of the other with the same question."""
    same = {name: getattr(after, name) for name in ("deployment_revision", "models", "helpers")}
    return replace(before, **same) == after


def _scene(
    plan: WatchPlan, frame: Frame, tracked: Mapping[str, sv.Detections], looked: bool
) -> Scene:
    mine = _merge([tracked[m.sha256] for m in plan.all_models if m.sha256 in tracked])
    return Scene.of(mine, frame.width_px, frame.height_px, frame.captured_at, looked)


def _merge(parts: list[sv.Detections]) -> sv.Detections:
    filled = [part for part in parts if len(part)]
    return sv.Detections.merge(filled) if filled else empty()
