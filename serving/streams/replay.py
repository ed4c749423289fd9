"""A revision of a deployment, or a draft of one, over recorded clips, in a process of its own.

`python -m serving.streams.replay ID` does one replay; it reads settings and allowance from standard
input and writes progress and result to the store. Clips come from strangers: what one may take is
limited (`allowance.py`).
"""

import os
import sys
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import av
import structlog
from av.error import FFmpegError
from pydantic import BaseModel
from sqlalchemy.orm import Session

from algorithms.errors import LonganError
from algorithms.frame import Frame
from scenarios.events import Event
from scenarios.scenario import load_catalog
from scenarios.score import Occurrence, score
from serving.events.evidence import originals_dir, write_replay_picture
from serving.inference.pool import Model, ModelPool
from serving.log import configure_logging
from serving.registry import keys
from serving.settings import Settings
from serving.store import Store, clips, deployments, jobs, recordings, replays
from serving.store.archive import Archive
from serving.store.models import Camera, Deployment, Replay
from serving.streams.allowance import Allowance
from serving.streams.analysis import Analysed
from serving.streams.footage import things_of
from serving.streams.job_process import JobProcesses
from serving.streams.offline import START, analyze_clip
from serving.streams.plan import CameraPlan, WatchPlan
from serving.streams.planning import draw, masking_model, plan_watch
from serving.streams.showing import faces_in
from serving.streams.sources import SourceSpec

log = structlog.get_logger(__name__)

NICE = 19
TELL_EVERY = 10
"""Analysed pictures between two notes of progress."""

MOST_PICTURES = 400
"""Events of one replay that get a picture."""

_NOW = "now: "
"""What its process says before each clip, so that the one that kills it is known."""

_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
"""Threads and arenas that are never used would eat the address space."""


class GivenUpError(LonganError):
    """Nobody waits for this replay any more."""


class ClipRefusedError(LonganError):
    """A clip asks for more than it may take."""


class _Asked(BaseModel):
    """What a process is told."""

    settings: Settings
    allowance: Allowance


class ReplayProcesses(JobProcesses):
    """Runs replays, and says which clip ended one.

    Args:
        settings: Of this platform.
        allowance: What each clip may take.
    """

    def __init__(self, settings: Settings, allowance: Allowance | None = None) -> None:
        self._allowance = allowance or Allowance()
        asked = _Asked(settings=settings, allowance=self._allowance)
        super().__init__("serving.streams.replay", asked, _ENVIRONMENT)

    def _why(self, code: int, said: Sequence[str]) -> str:
        if code > 0 and said:
            return said[-1]
        clips = [line.removeprefix(_NOW) for line in said if line.startswith(_NOW)]
        return ": ".join([*clips[-1:], self._allowance.why(code)])


def run_replay(
    store: Store, settings: Settings, replay_id: str, allowance: Allowance | None = None
) -> None:
    """Run a replay and keep what came out.

    Args:
        store: Where it is.
        settings: Of this platform.
        replay_id: Which.
        allowance: Of this very process, which overstaying ends; None: it has no limits.

    Raises:
        LonganError: It cannot run: the deployment, a clip or a model is not what it should be.
    """
    with store.read() as session:
        row = replays.get(session, replay_id)
        wanted = _wanted(session, row)
        footage = [_uploaded(session, settings, clip_id) for clip_id in row.clip_ids]
        footage += [_recorded(session, settings, event_id) for event_id in row.event_ids]
        masking = masking_model(session, settings)
        plans = [[_plan(session, settings, d, clip) for clip in footage] for d in wanted]
    pool = ModelPool(keys=keys.own(settings))
    if masking is not None:
        pool.load(masking)
    pictures = _Pictures(settings.evidence_dir, pool, masking)
    told = _Progress(store, replay_id, len(footage) * len(plans))
    with _at_hand(Archive.of(settings), footage) as footage:
        runs = [_run(footage, each, pool, told, pictures, allowance) for each in plans]
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
        jobs.finish(session, Replay, replay_id, result=result)


def difference(a: Sequence[Occurrence], b: Sequence[Occurrence]) -> dict[str, Any]:
    """Which events of two runs over the same clips are the same, by their positions."""
    compared = score(a, b, hours=1.0)  # they matter to rates only, of which there are none here
    return {
        "same": [list(pair) for pair in compared.pairs],
        "only_in_revision": list(compared.false_alarms),
        "only_in_against": list(compared.missed),
    }


def _wanted(session: Session, row: Replay) -> list[Deployment]:
    """What runs: the draft, or a revision and the one that it is compared with."""
    if row.deployment_id is None:
        return [Deployment(id=row.id, revision=1, **(row.draft or {}))]
    numbers = [number for number in (row.revision, row.against_revision) if number is not None]
    return [deployments.at_revision(session, row.deployment_id, number) for number in numbers]


@dataclass(frozen=True, slots=True)
class _Footage:
    """A clip: uploaded, or of an event (`id` is the event's then)."""

    id: str
    name: str
    camera_id: str | None
    file: Path
    is_evidence: bool = False


def _uploaded(session: Session, settings: Settings, clip_id: str) -> _Footage:
    clip = clips.get(session, clip_id)
    return _Footage(clip.id, clip.name, clip.camera_id, settings.clips_dir / clip.sha256)


def _recorded(session: Session, settings: Settings, event_id: str) -> _Footage:
    """The clip of an event, unmasked while that is kept: a masked head has no helmet."""
    event, clip = recordings.clip_of(session, event_id)
    masked = settings.evidence_dir
    folder = originals_dir(masked) if recordings.has_original(clip) else masked
    name = f"clip of event {event.id}"
    return _Footage(event.id, name, event.camera_id, folder / clip.path, is_evidence=True)


@contextmanager
def _at_hand(archive: Archive, footage: list[_Footage]) -> Generator[list[_Footage]]:
    """The same with its files on the disk: an uploaded clip always is, an event's may be up."""
    with ExitStack() as stack:
        found: list[_Footage] = []
        for clip in footage:
            file = clip.file
            if clip.is_evidence:
                with suppress(FileNotFoundError):  # reading it says so
                    (file,) = stack.enter_context(archive.at_hand(file))
            found.append(replace(clip, file=file))
        yield found


@dataclass(frozen=True, slots=True)
class _Found:
    """An event in a clip."""

    clip_id: str
    watch: WatchPlan
    event: Event
    has_picture: bool

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
            "id": self.event.id,
            "has_picture": self.has_picture,
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


class _Pictures:
    """Keeps the masked picture of each event, as far as the disk takes them.

    Args:
        evidence_dir: Where.
        pool: With the model for masking loaded.
        masking: What finds faces and plates; None: what was tracked is masked alone.
    """

    def __init__(self, evidence_dir: Path, pool: ModelPool, masking: Model | None) -> None:
        self._evidence_dir = evidence_dir
        self._pool = pool
        self._masking = masking
        self.kept: set[str] = set()

    def keep(self, frame: Frame, analysed: Analysed) -> None:
        """The picture that these events, if any, have opened in."""
        opened = [event for _, event in analysed.changed if event.revision == 1]
        if not opened or len(self.kept) >= MOST_PICTURES:
            return
        image = frame.pixels.rgb(frame.width_px, frame.height_px)
        seen = things_of(analysed.detections, frame.width_px, frame.height_px)
        if self._masking is not None:
            seen += faces_in(frame, self._masking, self._pool) or ()
        for event in opened:
            try:
                write_replay_picture(self._evidence_dir, event, image, seen)
            except OSError as error:
                log.warning("picture not kept, going on", event_id=event.id, why=str(error))
            else:
                self.kept.add(event.id)


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
            if not jobs.go_on(session, Replay, self._replay_id, round(progress, 3)):
                raise GivenUpError("nobody waits for this replay any more")

    def next(self) -> None:
        self._done += 1
        self.tell(0.0)


def _plan(
    session: Session, settings: Settings, deployment: Deployment, clip: _Footage
) -> CameraPlan:
    """The clip as a camera, with the zones of the camera it comes from."""
    watch = draw(
        plan_watch(session, settings, deployment), deployments.shapes(deployment, clip.camera_id)
    )
    camera = None if clip.camera_id is None else session.get(Camera, clip.camera_id)
    usual_fps = load_catalog()[watch.scenario].fps if camera is None else camera.analysed_fps
    return CameraPlan(
        clip.id,
        clip.name,
        SourceSpec(url=str(clip.file.absolute()), kind="file", loop=False, realtime=False),
        deployment.fps or usual_fps,
        watches=(replace(watch, schedule=None),),  # a clip has no clock
    )


def _run(
    footage: Sequence[_Footage],
    plans: Sequence[CameraPlan],
    pool: ModelPool,
    told: _Progress,
    pictures: _Pictures,
    allowance: Allowance | None,
) -> list[_Found]:
    found: list[_Found] = []
    for clip, plan in zip(footage, plans, strict=True):
        if allowance is not None:
            print(f"{_NOW}{clip.name} ({clip.id})", file=sys.stderr, flush=True)  # noqa: T201
            allowance.begin()
        try:
            found += _run_one(clip, plan, pool, told, pictures, allowance or Allowance())
        except MemoryError as error:
            why = (allowance or Allowance()).too_much_memory
            raise ClipRefusedError(f"{clip.name} ({clip.id}): {why}") from error
        told.next()
    return found


def _run_one(
    clip: _Footage,
    plan: CameraPlan,
    pool: ModelPool,
    told: _Progress,
    pictures: _Pictures,
    allowance: Allowance,
) -> list[_Found]:
    found: list[_Found] = []
    length_s = _look_at(clip, allowance)
    for number, step in enumerate(analyze_clip(plan, pool)):
        if step.frame is not None and step.analysed is not None:
            pictures.keep(step.frame, step.analysed)
        found += [
            _Found(clip.id, watch, event, event.id in pictures.kept)
            for watch, event in step.finished
        ]
        if length_s and step.frame is not None and number % TELL_EVERY == 0:
            told.tell(min(_seconds(step.frame.captured_at) / length_s, 1.0))
    return found


def _look_at(clip: _Footage, allowance: Allowance) -> float | None:
    """Its length as the container says; None where it does not, or cannot be read.

    Raises:
        ClipRefusedError: Its pictures are larger than any camera's.
    """
    try:
        with av.open(str(clip.file)) as container:
            for stream in container.streams.video:
                width, height = stream.codec_context.width, stream.codec_context.height
                if width * height > allowance.picture_px:
                    raise ClipRefusedError(
                        f"{clip.name} ({clip.id}): its pictures have {width}×{height} pixels; "
                        f"expected at most {allowance.picture_px}"
                    )
            return container.duration / av.time_base if container.duration else None
    except (FFmpegError, ValueError):
        return None  # opening it as a camera says in words what is wrong


def _seconds(at: datetime) -> float:
    return round((at - START).total_seconds(), 3)


def main() -> None:
    """Do the replay that the first argument names."""
    os.nice(NICE)
    configure_logging()
    asked = _Asked.model_validate_json(sys.stdin.read())
    asked.allowance.impose()
    store = Store(asked.settings.store_url)
    try:
        run_replay(store, asked.settings, sys.argv[1], asked.allowance)
    except LonganError as error:
        sys.exit(str(error))
    except MemoryError:
        sys.exit(asked.allowance.too_much_memory)
    finally:
        store.dispose()


if __name__ == "__main__":
    main()
