import json
from collections.abc import Callable
from pathlib import Path

import cv2
import pytest

from algorithms.catalog import manifest as shipped
from algorithms.dataset import fingerprint, read_dataset
from algorithms.errors import LonganError
from algorithms.manifest import AlgorithmManifest
from scenarios.scorecard import Scorecard
from serving.settings import Settings
from serving.store import Store, evaluation_sets, evaluations, jobs
from serving.store.evaluation_models import Evaluation, EvaluationSet
from serving.streams.evaluating import run_evaluation
from serving.streams.job_process import JobProcesses
from tests.clips import blinking
from tests.labelled import lights
from tests.models import manifest, sees_light
from tests.serving.registered import register_shipped

REPOSITORY = Path(__file__).parents[3]
SHARED = REPOSITORY.parent / "shared"
Order = Callable[..., str]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    weights = tmp_path / "weights"
    weights.mkdir()
    sees_light(weights / "seer-1.0.0.onnx")
    return Settings(
        data_dir=tmp_path, weights_dir=weights, database_url=f"sqlite:///{tmp_path / 'longan.db'}"
    )


@pytest.fixture
def order(store: Store, settings: Settings) -> Order:
    """An evaluation that runs, of a model that sees light, on a set in the folder `lights`."""

    def make(*, hidden: bool = False) -> str:
        dataset = read_dataset(settings.datasets_dir / "lights")
        with store.write() as session:
            register_shipped(session, settings, manifest("person", name="seer"))
            on = EvaluationSet(
                name="lights",
                title="Lights",
                folder="lights",
                split="val",
                licence="CC0-1.0",
                hidden=hidden,
                fingerprint=fingerprint(dataset),
                pictures=len(dataset),
                classes=list(dataset.classes),
                created_by="tests",
            )
            evaluation_sets.add(session, on)
            row = Evaluation(name="seer", version="1.0.0", set_id=on.id, created_by="tests")
            evaluations.add(session, row)
            assert jobs.take(session, Evaluation) is row
            return row.id

    return make


def card_of(store: Store, evaluation_id: str) -> Scorecard:
    with store.read() as session:
        row = evaluations.get(session, evaluation_id)
    assert (row.state, row.progress) == ("done", 1.0)
    return Scorecard.model_validate(row.scorecard)


def test_a_version_is_measured_as_it_is_served(
    store: Store, settings: Settings, order: Order
) -> None:
    lights(settings.datasets_dir / "lights", "BBBDd", ["gate", "gate", "bridge", "bridge", "gate"])
    evaluation_id = order()

    run_evaluation(store, settings, evaluation_id)

    card = card_of(store, evaluation_id)
    person = card.classes["person"]
    assert (card.pictures, card.sources) == (5, 2)
    assert (person.recall.hits, person.recall.n) == (3, 4)
    assert person.precision.value == 1.0
    assert {(s.by, s.name): s.recall.value for s in card.slices} == {
        ("size", "small"): 0.75,
        ("light", "bright"): 1.0,
        ("light", "dark"): 0.0,
        ("camera", "bridge"): 0.5,
        ("camera", "gate"): 1.0,
        ("division", "Longcheng"): 0.75,
    }


def test_of_a_hidden_set_nothing_by_camera_is_kept(
    store: Store, settings: Settings, order: Order
) -> None:
    lights(settings.datasets_dir / "lights", "BBd", ["gate", "bridge", "gate"])
    evaluation_id = order(hidden=True)

    run_evaluation(store, settings, evaluation_id)

    card = card_of(store, evaluation_id)
    assert {part.by for part in card.slices} == {"size", "light"}
    assert "gate" not in card.model_dump_json()


def test_clips_beside_the_pictures_give_events(
    store: Store, settings: Settings, order: Order
) -> None:
    folder = lights(settings.datasets_dir / "lights", "Bd")
    (folder / "events").mkdir()
    blinking(folder / "events" / "film.mp4", [(2.0, 4.0)], 6.0)
    truth = {
        "clip": "film.mp4",
        "duration_s": 6.0,
        "scenarios": [
            {
                "scenario": "danger-zone",
                "rule": {"classes": ["person"], "stay_s": 0.5},
                "events": [{"begin_s": 2.0, "end_s": 4.0}],
            },
            {"scenario": "no-such-scenario"},
        ],
    }
    (folder / "events" / "film.json").write_text(json.dumps(truth))
    evaluation_id = order()

    run_evaluation(store, settings, evaluation_id)

    ran, not_run = card_of(store, evaluation_id).events
    assert (ran.scenario, ran.precision.value, ran.recall.value) == ("danger-zone", 1.0, 1.0)
    assert not_run.not_run is not None
    assert "no-such-scenario" in not_run.not_run


def test_files_that_changed_since_they_were_registered_are_refused(
    store: Store, settings: Settings, order: Order
) -> None:
    folder = lights(settings.datasets_dir / "lights", "Bd")
    evaluation_id = order()
    picture = cv2.imread(str(folder / "images/val/0.png"))
    assert picture is not None
    cv2.imwrite(str(folder / "images/val/0.png"), 255 - picture)

    with pytest.raises(LonganError, match="not those that were registered"):
        run_evaluation(store, settings, evaluation_id)


def test_what_a_restart_broke_off_begins_again(
    store: Store, settings: Settings, order: Order
) -> None:
    lights(settings.datasets_dir / "lights", "Bd")
    evaluation_id = order()

    with store.write() as session:
        jobs.go_on(session, Evaluation, evaluation_id, 0.5)
        jobs.requeue_running(session, Evaluation)
        again = jobs.take(session, Evaluation)

    assert again is not None
    assert (again.id, again.progress) == (evaluation_id, 0.0)


def test_one_that_was_given_up_keeps_nothing(
    store: Store, settings: Settings, order: Order
) -> None:
    lights(settings.datasets_dir / "lights", "Bd")
    evaluation_id = order()
    with store.write() as session:
        jobs.fail(session, Evaluation, evaluation_id, "enough")

    with pytest.raises(LonganError, match="nobody waits"):
        run_evaluation(store, settings, evaluation_id)

    with store.read() as session:
        row = evaluations.get(session, evaluation_id)
    assert (row.state, row.scorecard) == ("failed", None)


@pytest.mark.slow
def test_in_a_process_of_its_own(store: Store, settings: Settings, order: Order) -> None:
    lights(settings.datasets_dir / "lights", "BBd")
    evaluation_id = order()

    assert JobProcesses("serving.streams.evaluating", settings).run(evaluation_id) is None

    assert card_of(store, evaluation_id).map50.value == pytest.approx(1.0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("model", "data", "split", "at_least"),
    [("rider-helmet", "rider-helmet", "stress", 0.3), ("yolox", "general-voc100", "train", 0.4)],
)
def test_real_models_on_real_pictures(
    store: Store, settings: Settings, model: str, data: str, split: str, at_least: float
) -> None:
    if model == "yolox":
        file = SHARED / "weights" / "yolox_nano.onnx"
        wanted = AlgorithmManifest.from_file(REPOSITORY / "examples/yolox-nano/algorithm.yaml")
    else:
        wanted = shipped("rider-helmet")
        file = REPOSITORY / "weights" / f"{wanted.name}-{wanted.version}.onnx"
    pictures = SHARED / "data" / data
    if not file.is_file() or not pictures.is_dir():
        pytest.skip(f"{file} or {pictures} is not here")
    (settings.weights_dir / f"{wanted.name}-{wanted.version}.onnx").symlink_to(file)
    settings.datasets_dir.mkdir()
    (settings.datasets_dir / data).symlink_to(pictures)
    dataset = read_dataset(settings.datasets_dir / data, split)
    with store.write() as session:
        register_shipped(session, settings, wanted)
        on = EvaluationSet(
            name=data, title=data, folder=data, split=split, licence="as given",
            fingerprint=fingerprint(dataset), pictures=len(dataset), classes=list(dataset.classes),
            created_by="tests",
        )  # fmt: skip
        evaluation_sets.add(session, on)
        row = Evaluation(name=wanted.name, version=wanted.version, set_id=on.id, created_by="tests")
        evaluations.add(session, row)
        jobs.take(session, Evaluation)

    run_evaluation(store, settings, row.id)

    card = card_of(store, row.id)
    assert card.map50.value is not None
    assert card.map50.low is not None
    assert card.map50.value > at_least
    assert card.map50.low < card.map50.value
