"""A running camera takes up privacy areas: black in what is shown live and in what is kept."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from scenarios.rules.presence import PresenceConfig
from serving.events.evidence import originals_dir
from serving.events.masked_clip import make_masked_clip
from serving.events.privacy import Outline
from serving.events.recorder import Recorder
from serving.inference.pool import Model
from serving.inference.preview import NOTHING_SEEN, PreviewWant
from serving.store import Store, cameras
from serving.store import events as stored_events
from serving.store.archive import Archive
from serving.store.models import Camera, Evidence
from serving.streams.footage import Clipping
from serving.streams.pipeline import Pipeline
from serving.streams.plan import CameraPlan, WatchPlan
from serving.streams.sources import SourceSpec
from tests.models import always_sees, manifest
from tests.numbered import HEIGHT, WIDTH, numbered_clip, shown_at
from tests.serving.streams.waiting import until

LOWER_RIGHT: Outline = ((0.5, 0.5), (1, 0.5), (1, 1), (0.5, 1))


@pytest.fixture
def pipeline(store: Store, tmp_path: Path) -> Iterator[Pipeline]:
    recorder = Recorder(store, tmp_path / "evidence", tmp_path / "spool")
    clipping = Clipping(before_s=0.5, after_s=0.5)
    pipeline = Pipeline(store, recorder, "n", lanes=1, engine="onnxruntime", clipping=clipping)
    pipeline.start()
    yield pipeline
    pipeline.stop()


def private_part(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The private area; its margin may be touched by how pictures are coded."""
    return image[HEIGHT // 2 + 8 :, WIDTH // 2 + 8 :]


def decoded(jpeg: bytes) -> NDArray[np.uint8]:
    image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    return np.asarray(image, np.uint8)


def live(pipeline: Pipeline, camera_id: str) -> NDArray[np.uint8] | None:
    frames = pipeline.previews.newest([PreviewWant(camera_id, WIDTH, NOTHING_SEEN)], 0.1)
    return decoded(frames[0].jpeg) if frames else None


def kept(store: Store) -> dict[str, Evidence]:
    with store.read() as session:
        events = stored_events.page(session, stored_events.EventFilter(), after=None, limit=1)
        rows = stored_events.evidence_of(session, [event.id for event in events])
    return {row.kind: row for row in rows}


@pytest.mark.slow
def test_a_running_camera_takes_up_privacy_areas_and_shows_them_nowhere(
    store: Store, pipeline: Pipeline, tmp_path: Path
) -> None:
    clip = numbered_clip(tmp_path / "in.mp4", 150)
    with store.write() as session:
        camera = cameras.create(session, Camera(name="gate", url=str(clip), kind="file"))
    file = always_sees(tmp_path / "person.onnx", [(16, 43, 12, 8)], [[0.9]])
    person = Model(manifest("person"), "person", file)
    rule = PresenceConfig(classes=("person",), stay_s=0.5)
    watch = WatchPlan("deployment", 1, "danger-zone", "critical", rule, (), (person,))
    source = SourceSpec(str(clip), "file", loop=True)
    plan = CameraPlan(camera.id, "gate", source, 5.0, gated=False)

    pipeline.apply([plan])
    until(lambda: live(pipeline, camera.id) is not None, timeout_s=30)
    shown = live(pipeline, camera.id)
    assert shown is not None
    assert private_part(shown).std() > 20

    pipeline.apply([replace(plan, private=(LOWER_RIGHT,), watches=(watch,))])
    until(lambda: _is_black(live(pipeline, camera.id)), timeout_s=30)
    for _ in range(5):
        now = live(pipeline, camera.id)
        assert now is None or _is_black(now)

    until(lambda: "clip" in kept(store), timeout_s=60)
    found = kept(store)
    evidence = tmp_path / "evidence"
    for folder in (evidence, originals_dir(evidence)):
        assert _is_black(decoded((folder / found["snapshot"].path).read_bytes()))
    make_masked_clip(Archive(evidence), found["clip"].path)
    opened_s = found["clip"].opened_s
    assert opened_s is not None
    assert _is_black(shown_at(evidence / found["clip"].path, opened_s))


def _is_black(image: NDArray[np.uint8] | None) -> bool:
    return image is not None and int(private_part(image).max()) < 30
