import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scenarios.score import Occurrence
from serving.registry.registering import Registry
from serving.settings import Settings
from serving.store import Store, algorithms, clips, deployments, replays
from serving.store.models import Clip, Deployment, Replay
from serving.streams.replay import ReplayProcesses, difference, run_replay
from tests.clips import blinking
from tests.models import manifest, sees_light

LANE = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Of a platform whose store is the test's and whose shipped model sees light."""
    weights = tmp_path / "weights"
    weights.mkdir()
    sees_light(weights / "seer-1.0.0.onnx")
    return Settings(
        data_dir=tmp_path, weights_dir=weights, database_url=f"sqlite:///{tmp_path / 'longan.db'}"
    )


@pytest.fixture
def make_replay(store: Store, settings: Settings, tmp_path: Path) -> Callable[..., str]:
    """A replay of a deployment over a clip that is bright from the second to the fourth second."""

    def make(*changes: dict[str, Any], against: int | None = None) -> str:
        film = blinking(tmp_path / "film.mp4", [(2.0, 4.0)], 6.0)
        sha256 = hashlib.sha256(film.read_bytes()).hexdigest()
        settings.clips_dir.mkdir(exist_ok=True)
        shutil.move(film, settings.clips_dir / sha256)
        with store.write() as session:
            model = settings.weights_dir / "seer-1.0.0.onnx"
            model_sha256 = hashlib.sha256(model.read_bytes()).hexdigest()
            algorithms.register_shipped(session, manifest("person", name="seer"), model_sha256)
            Registry(settings).sign_old(session)
            clip = clips.add(
                session, Clip(name="film", sha256=sha256, size_bytes=1, created_by="tests")
            )
            deployment = deployments.create(
                session,
                Deployment(
                    scenario="danger-zone",
                    algorithm="seer",
                    camera_ids=[],
                    rule={"classes": ["person"], "stay_s": 0.5},
                    schedule={"time_zone": "UTC", "windows": []},
                ),
            )
            for change in changes:
                deployments.update(session, deployment.id, None, **change)
            row = Replay(
                deployment_id=deployment.id,
                revision=deployment.revision,
                against_revision=against,
                clip_ids=[clip.id],
                created_by="tests",
            )
            replay_id = replays.add(session, row).id
            replays.begin(session, replay_id)
            return replay_id

    return make


def _read(store: Store, replay_id: str) -> Replay:
    with store.read() as session:
        return replays.get(session, replay_id)


def test_a_replay_finds_what_the_clip_shows(
    store: Store, settings: Settings, make_replay: Callable[..., str]
) -> None:
    replay_id = make_replay()

    run_replay(store, settings, replay_id)

    replay = _read(store, replay_id)
    assert (replay.state, replay.progress) == ("done", 1.0)
    assert replay.result is not None
    [event] = replay.result["events"]
    assert (event["scenario"], event["zone"]) == ("danger-zone", None)
    assert event["first_seen_s"] == pytest.approx(2.0, abs=0.3)
    assert replay.result["difference"] is None


def test_against_another_revision_it_says_what_differs(
    store: Store, settings: Settings, make_replay: Callable[..., str]
) -> None:
    elsewhere = {"zones": [{"name": "lane", "points": LANE}]}
    replay_id = make_replay({"enabled": False}, elsewhere, against=2)
    same_id = make_replay({"enabled": False}, against=1)

    run_replay(store, settings, replay_id)
    run_replay(store, settings, same_id)

    changed, same = _read(store, replay_id).result, _read(store, same_id).result
    assert changed is not None
    assert [event["zone"] for event in changed["events"]] == ["lane"]
    assert changed["difference"] == {"same": [], "only_in_revision": [0], "only_in_against": [0]}
    assert same is not None
    assert same["difference"] == {"same": [[0, 0]], "only_in_revision": [], "only_in_against": []}


def test_one_that_was_given_up_stops_and_keeps_nothing(
    store: Store, settings: Settings, make_replay: Callable[..., str]
) -> None:
    replay_id = make_replay()
    with store.write() as session:
        replays.fail(session, replay_id, "enough")

    with pytest.raises(Exception, match="nobody waits"):
        run_replay(store, settings, replay_id)

    assert (_read(store, replay_id).state, _read(store, replay_id).result) == ("failed", None)


@pytest.mark.slow
def test_in_a_process_of_its_own(
    store: Store, settings: Settings, make_replay: Callable[..., str]
) -> None:
    replay_id = make_replay()

    assert ReplayProcesses(settings).run(replay_id) is None

    assert _read(store, replay_id).state == "done"


@pytest.mark.slow
def test_a_process_says_why_it_failed(
    store: Store, settings: Settings, make_replay: Callable[..., str]
) -> None:
    replay_id = make_replay()
    [clip] = settings.clips_dir.iterdir()
    clip.write_bytes(b"no video at all")

    why = ReplayProcesses(settings).run(replay_id)

    assert why is not None
    assert "Traceback" not in why
    assert len(why.splitlines()) == 1


def test_events_of_two_runs_are_the_same_by_time_zone_and_place() -> None:
    def at(begin_s: float, zone: str | None = None) -> Occurrence:
        return Occurrence("clip", "danger-zone", zone, begin_s, begin_s + 1)

    told = difference([at(0), at(20), at(40)], [at(20.5), at(0, "lane"), at(40)])

    assert told == {"same": [[1, 0], [2, 2]], "only_in_revision": [0], "only_in_against": [1]}
