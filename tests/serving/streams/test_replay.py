import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import pytest

from algorithms.errors import LonganError
from scenarios.score import Occurrence
from serving.events.evidence import originals_dir, replay_picture
from serving.settings import Settings
from serving.store import Store, clips, deployments, events, jobs, replays
from serving.store.models import Clip, Deployment, Event, Evidence, Replay, now
from serving.streams import replay
from serving.streams.allowance import Allowance
from serving.streams.replay import ReplayProcesses, difference, run_replay
from tests.clips import blinking, huge
from tests.models import manifest, sees_light
from tests.serving.registered import register_shipped

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
            register_shipped(session, settings, manifest("person", name="seer"))
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


def test_each_event_has_its_picture(
    store: Store, settings: Settings, make_replay: Callable[..., str]
) -> None:
    replay_id = make_replay()

    run_replay(store, settings, replay_id)

    result = _read(store, replay_id).result
    assert result is not None
    [event] = result["events"]
    assert event["has_picture"]
    picture = cv2.imread(str(replay_picture(settings.evidence_dir, event["id"])))
    assert picture is not None


def test_a_draft_is_tried_without_a_deployment(
    store: Store, settings: Settings, make_replay: Callable[..., str]
) -> None:
    replay_id = make_replay()
    with store.write() as session:
        row = replays.get(session, replay_id)
        draft = deployments.at_revision(session, row.deployment_id or "", 1)
        row.draft = {name: getattr(draft, name) for name in deployments.SPEC}
        row.deployment_id = row.revision = None

    run_replay(store, settings, replay_id)

    result = _read(store, replay_id).result
    assert result is not None
    assert [event["scenario"] for event in result["events"]] == ["danger-zone"]


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
        jobs.fail(session, Replay, replay_id, "enough")

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


@pytest.fixture
def recorded(store: Store, settings: Settings, make_event: Callable[..., Event]) -> str:
    """An event whose unmasked clip is bright from the second to the fourth second."""
    event = make_event()
    film = blinking(settings.data_dir / "clip.mp4", [(2.0, 4.0)], 6.0)
    for folder in (originals_dir(settings.evidence_dir), settings.evidence_dir):
        folder.mkdir(parents=True)
    shutil.move(film, originals_dir(settings.evidence_dir) / "clip.mp4")
    with store.write() as session:
        events.record(session, event)
        clip = Evidence(
            event_id=event.id,
            kind="clip",
            path="clip.mp4",
            media_type="video/mp4",
            original_sha256="a" * 64,
        )
        events.add_evidence(session, clip)
    return event.id


def _over_event(store: Store, replay_id: str, event_id: str) -> None:
    with store.write() as session:
        row = replays.get(session, replay_id)
        row.clip_ids, row.event_ids = [], [event_id]


def test_a_replay_runs_over_what_was_recorded(
    store: Store, settings: Settings, make_replay: Callable[..., str], recorded: str
) -> None:
    replay_id = make_replay()
    _over_event(store, replay_id, recorded)

    run_replay(store, settings, replay_id)

    result = _read(store, replay_id).result
    assert result is not None
    [event] = result["events"]
    assert event["clip_id"] == recorded
    assert event["first_seen_s"] == pytest.approx(2.0, abs=0.3)


def test_a_recording_that_is_kept_no_longer_is_said(
    store: Store, settings: Settings, make_replay: Callable[..., str], recorded: str
) -> None:
    replay_id = make_replay()
    _over_event(store, replay_id, recorded)
    with store.write() as session:
        session.get_one(Evidence, (recorded, "clip")).original_removed_at = now()

    with pytest.raises(LonganError, match="no longer kept"):
        run_replay(store, settings, replay_id)


def _hostile(settings: Settings, make: Callable[[Path], Path]) -> None:
    """In place of the clip that is there."""
    [clip] = settings.clips_dir.iterdir()
    made = make(settings.data_dir / "hostile.mov")
    shutil.move(made, clip)


def test_pictures_larger_than_any_cameras_are_refused(
    store: Store, settings: Settings, make_replay: Callable[..., str]
) -> None:
    replay_id = make_replay()
    _hostile(settings, huge)
    [clip] = settings.clips_dir.iterdir()
    assert clip.stat().st_size < 2**20

    with pytest.raises(LonganError, match=r"film \(01\w+\): its pictures have 9000×9000 pixels"):
        run_replay(store, settings, replay_id)


@pytest.mark.slow
def test_a_clip_without_end_is_given_up_and_said_by_name(
    store: Store, settings: Settings, make_replay: Callable[..., str]
) -> None:
    replay_id = make_replay()
    _hostile(settings, lambda target: blinking(target, [(0.0, 1.0)], 600.0))

    why = ReplayProcesses(settings, Allowance(wall_s=0.3)).run(replay_id)

    assert why is not None
    assert re.fullmatch(r"film \(01\w+\): it took more than 0.3 s; cut it shorter", why)


def test_what_eats_the_memory_is_said_by_name(
    store: Store,
    settings: Settings,
    make_replay: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def eats(*_: object) -> None:
        raise MemoryError

    replay_id = make_replay()
    monkeypatch.setattr(replay, "analyze_clip", eats)

    with pytest.raises(LonganError, match=r"film \(01\w+\): it needs more than 8192 MiB of memory"):
        run_replay(store, settings, replay_id)


def test_the_memory_of_a_process_has_an_end() -> None:
    program = (
        "from serving.streams.allowance import Allowance\n"
        "Allowance(memory_mib=512).impose()\n"
        "bytearray(2**30)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], timeout=60, check=False, capture_output=True
    )

    assert b"MemoryError" in ended.stderr


def test_cpu_time_is_counted_anew_for_each_clip() -> None:
    program = (
        "from serving.streams.allowance import Allowance\n"
        "allowance = Allowance(cpu_s=1)\n"
        "allowance.begin(); allowance.begin()\n"
        "while True: pass\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], timeout=60, check=False)

    assert Allowance(cpu_s=1).why(ended.returncode) == (
        "it took more than 1 s of CPU; cut it shorter"
    )
