"""Faces and plates that nobody follows: found in the pictures that become evidence."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from algorithms.catalog import manifest as catalogued
from algorithms.frame import Frame, ImagePixels
from algorithms.tracking import empty
from serving.events.masking import mask, pixels, regions
from serving.inference.pool import Model, ModelPool
from serving.settings import Settings
from serving.streams.analysis import Analysed
from serving.streams.camera import RunningCamera
from serving.streams.footage import Clipping
from serving.streams.plan import CameraPlan
from serving.streams.showing import Shown, faces_in, show
from serving.streams.sources import SourceSpec
from tests.clips import bikes
from tests.models import always_sees, manifest

NOISE = np.random.default_rng(0).integers(0, 256, (128, 128, 3), np.uint8)
FACE = (0.25, 0.5, 0.5, 0.75)


@pytest.fixture
def privacy(tmp_path: Path) -> Model:
    """Finds one face wherever it looks."""
    file = always_sees(tmp_path / "privacy.onnx", [(24, 40, 16, 16)], [[0.9]])
    return Model(manifest("face", name="privacy"), "p", file)


def frame(image: NDArray[np.uint8] = NOISE) -> Frame:
    return Frame(ImagePixels(image), "camera", 0, datetime(2026, 1, 1, tzinfo=UTC))


def shown(masking: Model | None) -> Shown:
    """What shows an event on a camera that follows nobody in this picture."""
    source = SourceSpec("rtsp://10.0.0.7/1", "stream")
    pool = ModelPool()
    camera = RunningCamera(
        CameraPlan("camera", "Gate", source, 5.0, masking=masking),
        pool,
        known_events=lambda watch, camera_id: [],
        saw=lambda camera, frame, analysed: None,
        wake=lambda: None,
        checkpoint=None,
        clipping=Clipping(),
    )
    return show(camera, frame(), Analysed(empty(), []), pool)


def test_the_face_of_a_bystander_whom_nobody_follows_is_masked(privacy: Model) -> None:
    picture = shown(privacy)

    (face,) = picture.seen
    assert (face.class_name, face.track_id) == ("face", -1)
    assert face.box == pytest.approx(FACE)
    assert picture.masked_by == "privacy@1.0.0"
    left, top, right, bottom = pixels(FACE, 128, 128)
    masked = mask(picture.image, regions(picture.seen))
    assert masked[top:bottom, left:right].std() < NOISE.std() / 3


def test_without_the_model_or_its_file_pictures_say_that_nobody_looked(
    privacy: Model, tmp_path: Path
) -> None:
    lost = Model(privacy.manifest, "lost", tmp_path / "gone.onnx")

    assert (shown(None).seen, shown(None).masked_by) == ((), None)
    assert (shown(lost).seen, shown(lost).masked_by) == ((), None)


def test_the_shipped_network_finds_the_face_of_a_man_on_a_bicycle() -> None:
    known = catalogued("privacy")
    file = Settings().weights_dir / f"privacy-{known.version}.onnx"
    (street,) = bikes(30, 31)

    found = faces_in(frame(street), Model(known, "p", file), ModelPool())

    assert found is not None
    middles = [
        ((x1 + x2) / 2 * 640, (y1 + y2) / 2 * 272)
        for x1, y1, x2, y2 in (thing.box for thing in found if thing.class_name == "face")
    ]
    assert any(abs(x - 286) < 20 and abs(y - 60) < 20 for x, y in middles)
