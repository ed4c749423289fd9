"""What each deployment saw through each camera, minute by minute: the denominators of the KPIs."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from serving.streams.camera import RunningCamera
from serving.streams.plan import WatchPlan


@dataclass(frozen=True, slots=True)
class Observed:
    """One minute.

    Args:
        camera_id: Through which camera.
        deployment_id: What was watching.
        scenario: Of the deployment.
        at: When the minute began.
        seen_s: Seconds of it in which pictures came; 0 outside of the deployment's schedule.
        counts: Tracks that were judged and have ended, by what they were found to be.
    """

    camera_id: str
    deployment_id: str
    scenario: str
    at: datetime
    seen_s: float
    counts: Counter[str]


class Observing:
    """Told every second what runs; says each minute once, when it is over."""

    def __init__(self) -> None:
        self._minute: datetime | None = None
        self._seen_s: defaultdict[str, float] = defaultdict(float)

    def beat(
        self, running: Iterable[RunningCamera], elapsed_s: float, now: datetime
    ) -> list[Observed]:
        """So many seconds have gone by.

        Returns:
            The minute that is over; nothing while one is going on.
        """
        running = list(running)
        for camera in running:
            if camera.sees:
                self._seen_s[camera.plan.camera_id] += elapsed_s
        before, self._minute = self._minute, now.replace(second=0, microsecond=0)
        if before is None or before == self._minute:
            return []
        seen_s, self._seen_s = self._seen_s, defaultdict(float)
        return [
            Observed(
                camera.plan.camera_id,
                watch.deployment_id,
                watch.scenario,
                before,
                min(60.0, seen_s[camera.plan.camera_id]) if _applies(watch, before) else 0.0,
                counts,
            )
            for camera in running
            for watch, counts in camera.take_judged()
            if watch.shadow_of is None
        ]


def _applies(watch: WatchPlan, at: datetime) -> bool:
    return watch.schedule is None or watch.schedule.is_on(at)
