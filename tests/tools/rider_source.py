"""A process that sees riders without helmet and records them, for tests that kill it.

    python -m tests.tools.rider_source DATA_DIR CAMERA_ID DEPLOYMENT_ID RIDERS

Tracks are made up; everything behind them is the platform's own: rule, watch, recorder, spool,
store. It goes on a group of riders before where it was killed, as a camera that is read again does.
"""

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from scenarios.events import Event
from scenarios.scenario import load_catalog
from scenarios.scene import Scene
from scenarios.watch import Watch
from serving.events.recorder import Recorder
from serving.events.rows import Context, from_row
from serving.settings import Settings
from serving.store import Store, events
from serving.store.models import new_id

GROUP, COLUMNS = 40, 8
START = datetime(2026, 11, 1, tzinfo=UTC)
APART = timedelta(minutes=6)
"""Between two groups: nobody is taken for somebody of the group before, and no storm begins."""
PICTURES = 5
WIDTH, HEIGHT = 1280, 720


def main(data_dir: Path, camera_id: str, deployment_id: str, riders: int) -> None:
    settings = Settings(data_dir=data_dir)
    store = Store(settings.store_url)
    recorder = Recorder(
        store,
        settings.evidence_dir,
        settings.spool_dir / f"riders-{os.getpid()}",
        settings.spool_dir,
        settings.storm_limits,
        settings.auto_dispatch_confidence,
    )
    recorder.start()
    recorder.settle()
    progress = data_dir / "riders"
    done = int(progress.read_text()) if progress.exists() else 0
    begin = max(0, done - 1)
    scenario = load_catalog()["rider-helmet"]
    with store.read() as session:
        since = START + begin * APART - APART
        rows = events.recent(session, deployment_id, camera_id, since)
        watch = Watch(scenario.rule, (), new_id, [from_row(row) for row in rows])
    context = Context(
        camera_id=camera_id,
        camera_name="riders",
        division=None,
        lon=None,
        lat=None,
        deployment_id=deployment_id,
        deployment_revision=1,
        scenario=scenario.id,
        severity=scenario.severity,
        algorithms=(),
        generation=None,
    )

    def record(changed: list[Event]) -> None:
        for event in changed:
            recorder.record(event, context, (WIDTH, HEIGHT), None)

    for group in range(begin, riders // GROUP):
        for scene in scenes(group):
            record(watch.update(scene))
        partial = progress.with_suffix(".partial")
        partial.write_text(str(group + 1))
        partial.rename(progress)
    record(watch.close())
    recorder.settle()
    recorder.stop()


def scenes(group: int) -> Iterator[Scene]:
    """Forty bareheaded riders for a second, then an empty street."""
    places = np.array(
        [[100 + 140 * (i % COLUMNS), 60 + 120 * (i // COLUMNS)] for i in range(GROUP)]
    )
    boxes = np.hstack([places, places + np.array([30, 40])]).astype(np.float32)
    for picture in range(PICTURES + 1):
        seen = GROUP if picture < PICTURES else 0
        yield Scene(
            boxes=boxes[:seen],
            class_names=np.full(seen, "without_helmet"),
            confidences=np.full(seen, 0.9, np.float32),
            track_ids=np.arange(seen, dtype=np.int64) + group * GROUP,
            width_px=WIDTH,
            height_px=HEIGHT,
            at=START + group * APART + timedelta(seconds=0.2 * picture if seen else 10),
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]))
