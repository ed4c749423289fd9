from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scenarios.events import Event
from scenarios.rules.presence import PresenceConfig
from serving.events.clip import Cut
from serving.events.evidence import Sight, originals_dir, read_sights, sights_file
from serving.events.recorder import Recorder
from serving.inference.pool import Model
from serving.store import Store, cameras
from serving.store import events as stored_events
from serving.store.models import Camera, Evidence
from serving.streams.clips import Clips
from serving.streams.footage import Clipping, Footage
from serving.streams.pipeline import Pipeline
from serving.streams.plan import CameraPlan, WatchPlan
from serving.streams.sources import SourceSpec, open_source
from tests.models import always_sees, manifest
from tests.numbered import number_of, numbered_clip, shown_at
from tests.serving.streams.waiting import until

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Recording:
    """Notes the clips it is given; the disk fails for some."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, float]] = []
        self.failing: set[str] = set()

    def __call__(self, event_id: str, at: datetime, cut: Cut, sights: Sequence[Sight]) -> None:
        if event_id in self.failing:
            raise OSError("no space left on device")
        self.kept.append((event_id, cut.opened_s))


@pytest.fixture
def recording() -> Recording:
    return Recording()


@pytest.fixture
def footage(tmp_path: Path) -> Footage:
    """Two seconds of a file, played at once."""
    footage = Footage(Clipping())
    spec = SourceSpec(str(numbered_clip(tmp_path / "in.mp4", 50)), "file", realtime=False)
    source = open_source(spec, "cam", {"epoch": AT.isoformat()}, footage.packets)
    source.open()
    for _ in source.frames():
        pass
    return footage


def event(event_id: str) -> Event:
    return Event(event_id, 1, "presence", None, (), ((AT, (0, 0, 1, 1)),), 0.9, AT, AT, AT)


def ask(clips: Clips, footage: Footage, *event_ids: str) -> None:
    moment = footage.packets.at(AT)
    assert moment
    for event_id in event_ids:
        clips.ask(event(event_id), footage, moment)


def test_a_clip_is_cut_when_its_time_has_come(recording: Recording, footage: Footage) -> None:
    clips = Clips(recording, after_s=0.01)
    clips.start()

    ask(clips, footage, "a")

    until(lambda: recording.kept == [("a", 0.0)])
    clips.stop()


def test_what_is_waiting_when_it_ends_is_cut_from_what_is_there(
    recording: Recording, footage: Footage
) -> None:
    clips = Clips(recording, after_s=3600)
    clips.start()
    ask(clips, footage, "a", "b")

    clips.stop()

    assert [event_id for event_id, _ in recording.kept] == ["a", "b"]


def test_a_disk_that_fails_for_one_clip_takes_the_next(
    recording: Recording, footage: Footage
) -> None:
    clips = Clips(recording, after_s=0.01)
    recording.failing = {"a"}
    clips.start()

    ask(clips, footage, "a", "b")

    until(lambda: [event_id for event_id, _ in recording.kept] == ["b"])
    clips.stop()


def test_an_event_whose_packets_are_gone_goes_without(
    recording: Recording, footage: Footage
) -> None:
    clips = Clips(recording, after_s=0.01)
    moment = footage.packets.at(AT)
    assert moment
    clips.start()

    clips.ask(event("a"), Footage(Clipping()), moment)
    clips.ask(event("b"), footage, moment)

    until(lambda: [event_id for event_id, _ in recording.kept] == ["b"])
    clips.stop()


@pytest.fixture
def person(tmp_path: Path) -> Model:
    """Somebody in the lower left of every numbered clip."""
    path = always_sees(tmp_path / "person.onnx", [(16, 43, 12, 8)], [[0.9]])
    return Model(manifest("person"), "person", path)


@pytest.fixture
def pipeline(store: Store, tmp_path: Path) -> Iterator[Pipeline]:
    recorder = Recorder(store, tmp_path / "evidence", tmp_path / "spool")
    clipping = Clipping(before_s=0.5, after_s=0.5)
    pipeline = Pipeline(store, recorder, "n", lanes=1, engine="onnxruntime", clipping=clipping)
    pipeline.start()
    yield pipeline
    pipeline.stop()


@pytest.mark.slow
@pytest.mark.parametrize("b_frames", [0, 3])
def test_a_running_camera_leaves_a_snapshot_and_a_clip_of_one_and_the_same_moment(
    store: Store, pipeline: Pipeline, person: Model, tmp_path: Path, b_frames: int
) -> None:
    clip = numbered_clip(tmp_path / "in.mp4", 150, b_frames=b_frames)
    with store.write() as session:
        camera = cameras.create(session, Camera(name="gate", url=str(clip), kind="file"))
    rule = PresenceConfig(classes=("person",), stay_s=0.5)
    watch = WatchPlan("deployment", 1, "danger-zone", "critical", rule, (), (person,))
    source = SourceSpec(str(clip), "file", loop=True)

    plan = CameraPlan(camera.id, "gate", source, 5.0, watches=(watch,), gated=False)
    pipeline.apply([replace(plan, masking=replace(person, sha256="privacy"))])
    until(lambda: "clip" in evidence(store), timeout_s=30)

    found = evidence(store)
    original = originals_dir(tmp_path / "evidence") / found["clip"].path
    assert found["snapshot"].masked_by == "fixed@1.0.0"
    opened_s = found["clip"].opened_s
    assert opened_s is not None
    snapshot = originals_dir(tmp_path / "evidence") / found["snapshot"].path
    number = number_of(shown_at(snapshot, 0))
    assert number_of(shown_at(original, opened_s)) == number
    sights = read_sights(sights_file(original))
    assert min(abs(sight.at_s - opened_s) for sight in sights) < 0.001
    assert all(thing.class_name == "person" for sight in sights for thing in sight.things)


def evidence(store: Store) -> dict[str, Evidence]:
    with store.read() as session:
        events = stored_events.page(session, stored_events.EventFilter(), after=None, limit=1)
        rows = stored_events.evidence_of(session, [event.id for event in events])
    return {row.kind: row for row in rows}
