"""A revision of a deployment over recorded clips: the same analysis, in a process of its own.

`python -m serving.streams.replay ID` does one replay; it reads the settings from standard input and
writes progress and result to the store.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import av
from av.error import FFmpegError
from sqlalchemy.orm import Session

from algorithms.errors import LonganError
from scenarios.events import Event
from scenarios.scenario import load_catalog
from scenarios.score import Occurrence, score
from serving.inference.pool import ModelPool
from serving.log import configure_logging
from serving.registry import keys
from serving.settings import Settings
from serving.store import Store, clips, deployments, replays
from serving.store.models import Camera, Clip, Deployment
from serving.streams.offline import START, analyze_clip
from serving.streams.plan import CameraPlan, WatchPlan
from serving.streams.planning import draw, plan_watch
from serving.streams.sources import SourceSpec

NICE = 19
TELL_EVERY = 10
"""Analysed pictures between two notes of progress."""

STOP_S = 5.0


class GivenUpError(LonganError):
    """Nobody waits for this replay any more."""


class ReplayProcesses:
    """Runs one replay after the other, each in a process that everything else goes before.

    Args:
        settings: Of this platform.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def run(self, replay_id: str) -> str | None:
        """Run a replay to its end; returns why it failed, None if it did not."""
        with self._lock:
            if self._stopped:
                return "the platform is stopping"
            process = self._process = subprocess.Popen(
                [sys.executable, "-m", "serving.streams.replay", replay_id],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
        _, errors = process.communicate(self._settings.model_dump_json().encode())
        if process.returncode == 0:
            return None
        said = errors.decode(errors="replace").strip().splitlines()
        return said[-1] if said else f"its process ended with code {process.returncode}"

    def stop(self) -> None:
        """End the one that runs."""
        with self._lock:
            self._stopped = True
            process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()


def run_replay(store: Store, settings: Settings, replay_id: str) -> None:
    """Run a replay and keep what came out.

    Raises:
        LonganError: It cannot run: the deployment, a clip or a model is not what it should be.
    """
    with store.read() as session:
        row = replays.get(session, replay_id)
        wanted = [row.revision, *([row.against_revision] if row.against_revision else [])]
        revisions = [deployments.at_revision(session, row.deployment_id, r) for r in wanted]
        footage = [clips.get(session, clip_id) for clip_id in row.clip_ids]
        plans = [[_plan(session, settings, d, clip) for clip in footage] for d in revisions]
    pool = ModelPool(keys=keys.own(settings))
    told = _Progress(store, replay_id, len(footage) * len(plans))
    runs = [_run(footage, each, pool, told) for each in plans]
    result: dict[str, Any] = {
        "events": [found.as_json() for found in runs[0]],
        "against_events": None,
        "difference": None,
    }
    if len(runs) > 1:
        result["against_events"] = [found.as_json() for found in runs[1]]
        result["difference"] = difference(
            [found.occurrence for found in runs[0]], [found.occurrence for found in runs[1]]
        )
    with store.write() as session:
        replays.finish(session, replay_id, result)


def difference(a: Sequence[Occurrence], b: Sequence[Occurrence]) -> dict[str, Any]:
    """Which events of two runs over the same clips are the same, by their positions."""
    compared = score(a, b, hours=1.0)  # they matter to rates only, of which there are none here
    return {
        "same": [list(pair) for pair in compared.pairs],
        "only_in_revision": list(compared.false_alarms),
        "only_in_against": list(compared.missed),
    }


@dataclass(frozen=True, slots=True)
class _Found:
    """An event in a clip."""

    clip_id: str
    watch: WatchPlan
    event: Event

    @property
    def occurrence(self) -> Occurrence:
        return Occurrence(
            camera=self.clip_id,
            scenario=self.watch.scenario,
            zone=self.event.zone,
            begin_s=_seconds(self.event.first_seen_at),
            end_s=_seconds(self.event.last_seen_at),
            boxes=tuple(box for _, box in self.event.path),
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "clip_id": self.clip_id,
            "scenario": self.watch.scenario,
            "rule": self.event.rule,
            "zone": self.event.zone,
            "confidence": self.event.confidence,
            "first_seen_s": _seconds(self.event.first_seen_at),
            "opened_s": _seconds(self.event.opened_at),
            "last_seen_s": _seconds(self.event.last_seen_at),
            "occurrences": self.event.occurrences,
            "objects": [asdict(thing) for thing in self.event.objects],
        }


class _Progress:
    """Notes how much is done, over all runs."""

    def __init__(self, store: Store, replay_id: str, runs: int) -> None:
        self._store = store
        self._replay_id = replay_id
        self._runs = runs
        self._done = 0

    def tell(self, share: float) -> None:
        """How much of the current run is done, 0–1."""
        with self._store.write() as session:
            progress = min((self._done + share) / self._runs, 1.0)
            if not replays.go_on(session, self._replay_id, round(progress, 3)):
                raise GivenUpError("nobody waits for this replay any more")

    def next(self) -> None:
        self._done += 1
        self.tell(0.0)


def _plan(session: Session, settings: Settings, deployment: Deployment, clip: Clip) -> CameraPlan:
    """The clip as a camera, with the zones of the camera it comes from."""
    watch = draw(
        plan_watch(session, settings, deployment), deployments.shapes(deployment, clip.camera_id)
    )
    camera = None if clip.camera_id is None else session.get(Camera, clip.camera_id)
    usual_fps = load_catalog()[watch.scenario].fps if camera is None else camera.analysed_fps
    file = settings.clips_dir / clip.sha256
    return CameraPlan(
        clip.id,
        clip.name,
        SourceSpec(url=str(file.absolute()), kind="file", loop=False, realtime=False),
        deployment.fps or usual_fps,
        watches=(replace(watch, schedule=None),),  # a clip has no clock
    )


def _run(
    footage: Sequence[Clip], plans: Sequence[CameraPlan], pool: ModelPool, told: _Progress
) -> list[_Found]:
    found: list[_Found] = []
    for clip, plan in zip(footage, plans, strict=True):
        length_s = _length_s(plan.source.url)
        for number, step in enumerate(analyze_clip(plan, pool)):
            found += [_Found(clip.id, watch, event) for watch, event in step.finished]
            if length_s and step.frame is not None and number % TELL_EVERY == 0:
                told.tell(min(_seconds(step.frame.captured_at) / length_s, 1.0))
        told.next()
    return found


def _length_s(file: str) -> float | None:
    """As the container says; None where it does not, or cannot be read."""
    try:
        with av.open(file) as container:
            return container.duration / av.time_base if container.duration else None
    except (FFmpegError, ValueError):
        return None  # opening it as a camera says in words what is wrong


def _seconds(at: datetime) -> float:
    return round((at - START).total_seconds(), 3)


def main() -> None:
    """Do the replay that the first argument names."""
    os.nice(NICE)
    configure_logging()
    settings = Settings.model_validate_json(sys.stdin.read())
    store = Store(settings.store_url)
    try:
        run_replay(store, settings, sys.argv[1])
    except LonganError as error:
        sys.exit(str(error))
    finally:
        store.dispose()


if __name__ == "__main__":
    main()
