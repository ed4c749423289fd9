"""Another version takes over on a running camera: no frame is lost, no event lost or doubled."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from algorithms.frame import Frame, ImagePixels
from scenarios.drift import SCENE
from scenarios.events import Event
from scenarios.rules.presence import PresenceConfig
from serving.inference.pool import Model, ModelPool
from serving.streams.analysis import Analysed
from serving.streams.camera import RunningCamera
from serving.streams.footage import Clipping
from serving.streams.plan import CameraPlan, WatchPlan
from serving.streams.reader import Reader
from serving.streams.sources import SourceSpec
from tests.models import always_sees, manifest

START = datetime(2026, 1, 1, tzinfo=UTC)
FPS = 5
RULE = PresenceConfig(classes=("person",), stay_s=0.5, sightings=2)


class Numbered:
    """In the place of a reader: the camera's frames, one after the other."""

    def __init__(self) -> None:
        self._numbers = iter(range(1000))

    def take_newest(self) -> Frame:
        number = next(self._numbers)
        picture = np.full((64, 64, 3), 40 * (number % 3), np.uint8)  # something always moves
        at = START + timedelta(seconds=number / FPS)
        return Frame(ImagePixels(picture), "camera", number, at)

    def judge(self, trouble: object) -> None:
        pass


class Seen:
    """One camera and all that came of its frames."""

    def __init__(self, plan: CameraPlan) -> None:
        self.frames: list[int] = []
        self.events: list[tuple[WatchPlan, Event]] = []
        self.camera = RunningCamera(
            plan,
            ModelPool(),
            known_events=lambda watch, camera_id: [],
            saw=self._saw,
            wake=lambda: None,
            checkpoint=None,
            clipping=Clipping(),
        )
        self.reader = self.camera.reader = cast("Reader", Numbered())

    def _saw(self, camera: RunningCamera, frame: Frame, analysed: Analysed) -> None:
        self.frames.append(frame.index)
        self.events += analysed.changed

    def run(self, frames: int) -> None:
        for _ in range(frames):
            self.camera.work()

    def apply(self, *watches: WatchPlan) -> None:
        self.events += self.camera.apply(replace(self.camera.plan, watches=watches))

    def heard(self) -> list[tuple[str, int]]:
        return [(e.id, e.revision) for watch, e in self.events if watch.shadow_of is None]

    def shadow(self) -> list[Event]:
        return [e for watch, e in self.events if watch.shadow_of is not None]


@pytest.fixture
def versions(tmp_path: Path) -> tuple[WatchPlan, WatchPlan]:
    """The champion and the new version: both see the same person."""
    watches: list[WatchPlan] = []
    for version, box in (("1.0.0", (32, 32, 16, 16)), ("1.1.0", (33, 32, 18, 17))):
        path = always_sees(tmp_path / f"{version}.onnx", [box], [[0.9]])
        given = manifest("person").model_copy(update={"version": version})
        model = Model(given, version, path)
        watches.append(WatchPlan("d", 1, "danger-zone", "critical", RULE, (), (model,)))
    champion, candidate = watches
    return champion, candidate


def _plan(*watches: WatchPlan) -> CameraPlan:
    source = SourceSpec("rtsp://10.0.0.7/1", "stream")
    return CameraPlan("camera", "Gate", source, float(FPS), watches=watches)


def test_every_frame_is_seen_and_the_open_event_goes_on_through_the_whole_rollout(
    versions: tuple[WatchPlan, WatchPlan],
) -> None:
    champion, candidate = versions
    shadow = replace(candidate, shadow_of="rollout")
    seen = Seen(_plan(champion))
    reader = seen.camera.reader

    seen.run(10)
    seen.apply(champion, shadow)
    seen.run(10)
    seen.apply(candidate)  # a canary
    seen.run(10)
    live = replace(candidate, deployment_revision=2)
    seen.apply(live)
    seen.run(10)
    seen.apply(replace(champion, deployment_revision=3))  # rolled back
    seen.run(30)

    assert seen.frames == list(range(70))
    assert seen.camera.reader is reader
    [(event_id, revision)] = seen.heard()
    [(_, still_open)] = seen.camera.open_events()
    assert (revision, still_open.id, still_open.revision) == (1, event_id, 1)
    assert still_open.last_seen_at == START + timedelta(seconds=69 / FPS)


def test_what_is_found_in_shadow_is_told_apart_and_ends_with_it(
    versions: tuple[WatchPlan, WatchPlan],
) -> None:
    champion, candidate = versions
    seen = Seen(_plan(champion, replace(candidate, shadow_of="rollout")))

    seen.run(20)
    seen.apply(champion)

    assert [e.revision for e in seen.shadow()] == [1, 2]
    assert seen.shadow()[-1].ended_at is not None
    assert not {e.id for e in seen.shadow()} & {event_id for event_id, _ in seen.heard()}


def test_a_shadow_changes_nothing_of_what_the_champion_finds(
    versions: tuple[WatchPlan, WatchPlan], tmp_path: Path
) -> None:
    champion, candidate = versions
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"no network")
    bad = replace(candidate, models=(replace(candidate.models[0], sha256="bad", path=broken),))
    alone, beside = Seen(_plan(champion)), Seen(_plan(champion, replace(bad, shadow_of="r")))

    alone.run(20)
    beside.run(20)

    assert beside.frames == alone.frames
    assert len(beside.heard()) == len(alone.heard()) == 1
    assert beside.shadow() == []


def test_what_its_pictures_are_like_is_counted_once_a_second(
    versions: tuple[WatchPlan, WatchPlan],
) -> None:
    seen = Seen(_plan(versions[0]))

    seen.run(2 * FPS)

    counts = seen.camera.take_tally()
    scene = {measure: sum(bins) for (of, measure), bins in counts.items() if of == SCENE}
    assert scene == {"brightness": 2, "contrast": 2, "motion": 2}
    assert seen.camera.take_tally() == {}
