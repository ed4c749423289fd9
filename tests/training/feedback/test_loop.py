"""From what a policy wants to a submission; no run is really made."""

from datetime import datetime, timedelta
from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper
from sqlalchemy import select

from algorithms import embedded
from algorithms.catalog import manifest
from algorithms.errors import LonganError
from algorithms.manifest import AlgorithmManifest
from serving.access import Actor
from serving.settings import Settings
from serving.store import (
    Store,
    algorithms,
    evaluation_sets,
    evidence,
    retraining,
    reviews,
    submissions,
)
from serving.store.models import Event
from serving.store.retraining_models import Retraining, RetrainingPolicy
from serving.store.reviews import Said
from serving.store.training_models import TrainingRun
from tests.serving.street import street
from tests.training.datasets.conftest import textured
from tests.training.feedback.conftest import NOW, Happened
from training.datasets.labelled import Box, Labelled, Picture
from training.datasets.library import Library
from training.loop import go_on as step
from training.quality.pictures import look


def run_of(store: Store) -> TrainingRun:
    """The one training run that was asked for."""
    with store.read() as session:
        return session.scalars(select(TrainingRun)).one()


def end_run(store: Store, state: str, message: str | None = None) -> None:
    with store.write() as session:
        run = session.scalars(select(TrainingRun)).one()
        run.state, run.message = state, message


@pytest.fixture
def library(settings: Settings) -> Library:
    return Library(settings.datasets_dir.absolute())


@pytest.fixture
def base(library: Library, tmp_path: Path) -> str:
    """The release that everything goes on from: eight pictures in two splits."""
    pictures = [
        Picture(
            textured(tmp_path / "base" / f"{number}.png", 500 + number),
            f"{number}.png",
            96,
            64,
            (Box("with_helmet", 10, 8, 40, 30),),
            split="val" if number % 4 == 0 else "train",
            licence="CC0-1.0",
        )
        for number in range(8)
    ]
    library.add("base", Labelled(("with_helmet",), tuple(pictures)), lambda _a, _b: None)
    data = library.imported("base")
    hashes = [look(picture.file).perceptual or 0 for picture in data.pictures]
    return library.release(data, hashes, imports=["base"], now=NOW).id


@pytest.fixture
def wanted(store: Store, admin: Actor, base: str) -> str:
    """A retraining that a policy wants."""
    champion = manifest("rider-helmet")
    policy = RetrainingPolicy(
        algorithm="rider-helmet",
        recipe="rider-helmet",
        scenario="rider-helmet",
        evaluation_set="street",
        base_release=base,
        schedule={"time_zone": "UTC"},
        min_reviewed=0,
        cool_down_days=1,
        token_id=admin.id,
        set_by=admin.name,
    )
    with store.write() as session:
        algorithms.add(session, champion, "a" * 64, origin="shipped")
        evaluation_sets.add(session, street())
        retraining.create(session, policy)
        row = retraining.look(session, policy.id, NOW + timedelta(hours=12))
    assert row is not None
    return row.id


def go_on(store: Store, settings: Settings, now: datetime) -> None:
    """As the platform does: the next step of each, and an end to what cannot go on."""
    with store.read() as session:
        rows = retraining.in_state(session, "wanted", "training")
    for row in rows:
        try:
            step(store, settings, row.id, now)
        except LonganError as error:
            with store.write() as session:
                retraining.fail(session, row.id, str(error), now)


def state_of(store: Store, row_id: str) -> Retraining:
    with store.read() as session:
        return session.get_one(Retraining, row_id)


def test_what_a_policy_wants_becomes_a_release_with_what_was_reviewed_and_a_run(
    store: Store, settings: Settings, library: Library, base: str, wanted: str, happened: Happened
) -> None:
    happened("confirmed", camera="c1")
    happened("false_alarm", "look_alike", camera="c2")
    happened("confirmed", camera="c3", at=NOW + timedelta(days=1))  # after it was wanted

    go_on(store, settings, NOW + timedelta(hours=13))
    go_on(store, settings, NOW + timedelta(hours=13))

    row = state_of(store, wanted)
    assert (row.state, row.run_id) == ("training", run_of(store).id)
    asked = run_of(store)
    assert asked.spec["release"] == row.release_id
    assert asked.why.startswith("schedule: ")
    assert asked.started_by == "admin"
    released = library.released(row.release_id or "")
    assert len(released.data.pictures) == 8 + 2
    assert released.lineage["parent"] == base
    assert released.data.classes == ("with_helmet", "without_helmet")


def test_what_was_reviewed_late_is_learnt_the_next_time_and_nothing_twice(
    store: Store,
    settings: Settings,
    library: Library,
    wanted: str,
    admin: Actor,
    happened: Happened,
) -> None:
    learnt, late = happened("confirmed", camera="c1"), happened(None, camera="c2")
    go_on(store, settings, NOW)
    first = state_of(store, wanted)
    with store.write() as session:
        retraining.fail(session, first.id, "no GPU", NOW)
        reviews.add(session, late, Said("confirmed"), reviewer=admin, share=0, at=NOW)
        second = retraining.look(session, first.policy_id, NOW + timedelta(days=3))
    assert second is not None

    go_on(store, settings, NOW)

    released = library.released(state_of(store, second.id).release_id or "")
    names = [picture.name for picture in released.data.pictures if picture.camera]
    assert sorted(names) == sorted([f"{learnt}.jpg", f"{late}.jpg"])
    assert released.lineage["parent"] == first.release_id
    with store.read() as session:
        assert len(evidence.audit_of(session, learnt)) == 1


def test_nothing_new_fails_and_says_so(
    store: Store, settings: Settings, wanted: str, happened: Happened
) -> None:
    happened("false_alarm", "tracking")

    go_on(store, settings, NOW)

    row = state_of(store, wanted)
    assert row.state == "failed"
    assert row.message is not None
    assert "1 pictures wait to be labelled" in row.message
    with store.read() as session:
        assert session.scalars(select(TrainingRun)).all() == []


def test_a_run_that_failed_ends_it(
    store: Store, settings: Settings, wanted: str, happened: Happened
) -> None:
    happened("confirmed")
    go_on(store, settings, NOW)
    end_run(store, "failed", "out of memory")

    go_on(store, settings, NOW)

    row = state_of(store, wanted)
    assert (row.state, row.message) == (
        "failed",
        f"its training run {run_of(store).id} was failed: out of memory",
    )


def model(file: Path) -> None:
    value = helper.make_tensor_value_info("images", TensorProto.FLOAT, [1])
    node = helper.make_node("Identity", ["images"], ["output0"])
    out = helper.make_tensor_value_info("output0", TensorProto.FLOAT, [1])
    graph = helper.make_graph([node], "g", [value], [out])
    file.parent.mkdir(parents=True)
    file.write_bytes(helper.make_model(graph).SerializeToString())


def done(store: Store, settings: Settings, happened: Happened) -> Path:
    """The folder of a run that is done, with its model."""
    happened("confirmed")
    go_on(store, settings, NOW)
    folder = settings.runs_dir / run_of(store).folder
    model(folder / "model.onnx")
    end_run(store, "done")
    return folder


def test_a_finished_run_is_handed_in_once_as_the_next_version(
    store: Store, settings: Settings, wanted: str, happened: Happened
) -> None:
    done(store, settings, happened)

    go_on(store, settings, NOW)
    go_on(store, settings, NOW)

    row = state_of(store, wanted)
    assert row.state == "checking"
    with store.read() as session:
        (submission,) = submissions.page(session, before=None, limit=10)
    assert submission.id == row.submission_id
    major, minor, patch = manifest("rider-helmet").version.split(".")
    assert submission.version == f"{major}.{minor}.{int(patch) + 1}-{row.run_id}"
    waiting = settings.models_dir / "checking" / f"{submission.id}.onnx"
    proto = onnx.load_model_from_string(waiting.read_bytes())
    inside = AlgorithmManifest.model_validate(submission.manifest)
    assert list(embedded.disagreements(proto, inside)) == []
    assert inside.training_data == f"dataset release {row.release_id}"


def test_a_run_that_states_a_version_of_its_own_keeps_it(
    store: Store, settings: Settings, wanted: str, happened: Happened
) -> None:
    folder = done(store, settings, happened)
    text = manifest("rider-helmet").model_copy(update={"version": "9.0.0"}).model_dump_json()
    (folder / "algorithm.yaml").write_text(text)  # JSON is YAML

    go_on(store, settings, NOW)

    with store.read() as session:
        (submission,) = submissions.page(session, before=None, limit=10)
    assert submission.version == "9.0.0"


def test_a_run_without_a_model_fails(
    store: Store, settings: Settings, wanted: str, happened: Happened
) -> None:
    folder = done(store, settings, happened)
    (folder / "model.onnx").unlink()

    go_on(store, settings, NOW)

    row = state_of(store, wanted)
    assert row.state == "failed"
    assert "model.onnx, which does not exist" in (row.message or "")


def test_the_next_release_keeps_a_camera_day_on_the_side_where_it_was(
    store: Store, settings: Settings, library: Library, wanted: str, happened: Happened
) -> None:
    def a_camera_each(hours: int) -> None:
        for camera in range(5):
            happened("confirmed", camera=f"c{camera}", at=NOW + timedelta(hours=hours))

    a_camera_each(hours=1)
    go_on(store, settings, NOW)
    first = state_of(store, wanted)
    a_camera_each(hours=13)  # of the next day, after the first release was wanted
    a_camera_each(hours=14)
    with store.write() as session:
        retraining.fail(session, first.id, "no GPU", NOW)
        second = retraining.look(session, first.policy_id, NOW + timedelta(hours=36))
        # As if the first release had been made in the middle of the day.
        for row in session.query(Event).where(Event.opened_at > NOW + timedelta(hours=12)):
            row.opened_at -= timedelta(hours=11)
    assert second is not None

    go_on(store, settings, NOW)

    released = library.released(state_of(store, second.id).release_id or "")
    sides: dict[tuple[str, str], set[str | None]] = {}
    for p in released.data.pictures:
        if p.camera:
            sides.setdefault((p.camera, (p.captured_at or "")[:10]), set()).add(p.split)
    assert len(released.data.pictures) > 8 + 5
    assert len(sides) == 5
    assert all(len(split) == 1 for split in sides.values())
