import hashlib
import json
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from scenarios.events import Event, EventObject
from serving.events.evidence import Sight
from serving.events.recorder import Recorder
from serving.events.rows import Context, from_row
from serving.events.spool import Spool, waiting
from serving.store import Store, events, messages, mutes, placements, shadow_events, work_orders
from serving.store.loop_models import Mute, WorkOrder
from tests.numbered import number_of, numbers_of, shown_at
from tests.serving.events.cuts import cut_of
from tests.serving.store.loop import in_force, row

AT = datetime(2026, 1, 1, tzinfo=UTC)
CONTEXT = Context(
    "camera", "Gate", "Street", 114.2, 22.7, "deployment", 1, "rider-helmet", "major", ()
)
PICTURE = np.full((120, 160, 3), 99, np.uint8)
BOX = (0.1, 0.1, 0.2, 0.3)
OPENED = Event(
    id="01J0000000000000000000000A",
    revision=1,
    rule="association",
    zone=None,
    objects=(EventObject(1, "without_helmet", 0.8, BOX),),
    path=((AT, BOX),),
    confidence=0.8,
    first_seen_at=AT,
    opened_at=AT,
    last_seen_at=AT,
)


@pytest.fixture
def recorder(store: Store, tmp_path: Path) -> Recorder:
    return Recorder(store, tmp_path / "evidence", tmp_path / "spool")


def test_an_opened_event_is_stored_with_its_pictures(
    recorder: Recorder, store: Store, tmp_path: Path
) -> None:
    recorder.record(OPENED, CONTEXT, (160, 120), PICTURE)
    recorder.flush()

    with store.read() as session:
        assert from_row(events.get(session, OPENED.id)) == OPENED
        pictures = events.evidence_of(session, [OPENED.id])
        kinds = [message.type for message in messages.after(session, 0)]
    assert [picture.kind for picture in pictures] == ["crop", "snapshot"]
    for picture in pictures:
        data = (tmp_path / "evidence" / picture.path).read_bytes()
        assert hashlib.sha256(data).hexdigest() == picture.sha256
    assert kinds == ["longan.event.opened.v1"] + ["longan.event.evidence_ready.v1"] * 2


def test_pictures_are_masked_and_their_originals_kept_where_only_the_platform_reads(
    recorder: Recorder, store: Store, tmp_path: Path
) -> None:
    noise = np.random.default_rng(1).integers(0, 256, PICTURE.shape, np.uint8)
    other = EventObject(2, "person", 0.9, (0.6, 0.2, 0.9, 0.9))

    recorder.record(OPENED, CONTEXT, (160, 120), noise, [other], "privacy@1.0.0")
    recorder.flush()

    with store.read() as session:
        pictures = events.evidence_of(session, [OPENED.id])
    assert (tmp_path / "originals").stat().st_mode & 0o777 == 0o700
    assert all(picture.masked and picture.masked_by == "privacy@1.0.0" for picture in pictures)
    for picture in pictures:
        original = (tmp_path / "originals" / picture.path).read_bytes()
        assert hashlib.sha256(original).hexdigest() == picture.original_sha256
    (snapshot,) = (picture for picture in pictures if picture.kind == "snapshot")
    shown = cv2.imread(str(tmp_path / "evidence" / snapshot.path), cv2.IMREAD_GRAYSCALE)
    assert shown is not None
    heads = (shown[14:34, 18:30], shown[26:40, 100:140])  # the rider's, the passer-by's
    assert all(head.std() < shown[60:100, 20:60].std() / 2 for head in heads)


def test_a_clip_follows_its_event_and_names_the_moment_it_opened(
    recorder: Recorder, store: Store, tmp_path: Path
) -> None:
    cut = cut_of(tmp_path, count=50, opened=30)
    recorder.record(OPENED, CONTEXT, (160, 120), PICTURE)

    recorder.record_clip(OPENED.id, AT, cut, [Sight(1.2, OPENED.objects)])
    recorder.flush()

    with store.read() as session:
        clip = events.evidence(session, OPENED.id, "clip")
        told = messages.after(session, 0)[-1]
    original = tmp_path / "originals" / clip.path
    assert (clip.media_type, clip.masked, clip.sha256) == ("video/mp4", True, None)
    assert hashlib.sha256(original.read_bytes()).hexdigest() == clip.original_sha256
    assert clip.opened_s is not None
    assert number_of(shown_at(original, clip.opened_s)) == 30
    assert numbers_of(original) == list(range(50))
    assert told.type == "longan.event.evidence_ready.v1"
    assert "clip" in [link["kind"] for link in told.data["evidence"]]


def test_a_disk_that_takes_no_evidence_costs_no_event(
    recorder: Recorder, store: Store, tmp_path: Path
) -> None:
    (tmp_path / "evidence").write_text("in the way of a folder")
    (tmp_path / "originals").write_text("likewise")

    recorder.record(OPENED, CONTEXT, (160, 120), PICTURE)
    recorder.record_clip(OPENED.id, AT, cut_of(tmp_path), [])
    recorder.flush()

    with store.read() as session:
        assert events.get(session, OPENED.id).life_cycle == "open"
        assert events.evidence_of(session, [OPENED.id]) == []


def test_the_clip_of_an_event_that_is_dropped_as_a_double_goes_with_it(
    recorder: Recorder, store: Store, tmp_path: Path
) -> None:
    moved_after(store, AT - timedelta(seconds=1))
    recorder.record(OPENED, replace(CONTEXT, generation=1), (160, 120), PICTURE)
    recorder.record_clip(OPENED.id, AT, cut_of(tmp_path), [])

    recorder.flush()

    assert not [path for path in (tmp_path / "originals").rglob("*") if path.is_file()]
    assert not list((tmp_path / "spool").iterdir())


def test_what_the_store_could_not_take_waits_and_is_stored_once(
    recorder: Recorder, store: Store, tmp_path: Path
) -> None:
    away = Recorder(
        Store("sqlite:////nowhere/longan.db"), tmp_path / "evidence", tmp_path / "spool"
    )
    away.record(OPENED, CONTEXT, (160, 120), PICTURE)
    with pytest.raises(OperationalError):
        away.flush()

    assert recorder.flush() == 1
    assert recorder.flush() == 0
    with store.read() as session:
        assert events.get(session, OPENED.id).life_cycle == "open"


def test_a_crash_between_storing_and_forgetting_doubles_nothing(
    recorder: Recorder, store: Store, tmp_path: Path
) -> None:
    recorder.record(OPENED, CONTEXT, (160, 120), PICTURE)
    (entry,) = (tmp_path / "spool").glob("*.json")
    kept = entry.read_bytes()
    recorder.flush()
    entry.write_bytes(kept)

    recorder.flush()

    with store.read() as session:
        assert len(messages.after(session, 0)) == 3


def test_the_end_of_an_event_follows_its_opening(recorder: Recorder, store: Store) -> None:
    end = AT + timedelta(seconds=5)
    recorder.record(OPENED, CONTEXT, (160, 120), PICTURE)
    recorder.record(
        replace(OPENED, revision=2, ended_at=end, last_seen_at=end), CONTEXT, (160, 120), None
    )
    recorder.flush()

    with store.read() as session:
        stored = events.get(session, OPENED.id)
        assert (stored.life_cycle, stored.ended_at) == ("ended", end)
        assert messages.after(session, 0)[-1].type == "longan.event.ended.v1"


def test_an_entry_the_store_refuses_is_set_aside_and_the_others_go_on(
    recorder: Recorder, store: Store, tmp_path: Path
) -> None:
    recorder.record(OPENED, CONTEXT, (160, 120), PICTURE)
    (entry,) = (tmp_path / "spool").glob("*.json")
    broken = json.loads(entry.read_text())
    broken["event"] |= {"id": "broken", "camera_id": None}
    (tmp_path / "spool" / "0.json").write_text(json.dumps(broken))

    assert recorder.flush() == 1

    assert [p.name for p in (tmp_path / "spool").iterdir()] == ["0.refused"]
    with store.read() as session:
        assert events.get(session, OPENED.id).life_cycle == "open"


def moved_after(store: Store, at: datetime) -> None:
    """The camera's placement reached generation 2 at this moment."""
    with store.write() as session:
        placements.move(session, CONTEXT.camera_id, "old node")
        placements.move(session, CONTEXT.camera_id, "new node").since = at


def test_what_a_node_sees_after_it_lost_the_camera_is_a_double(
    recorder: Recorder, store: Store, tmp_path: Path
) -> None:
    moved_after(store, AT - timedelta(seconds=1))
    recorder.record(OPENED, replace(CONTEXT, generation=1), (160, 120), PICTURE)

    recorder.flush()

    with store.read() as session:
        assert messages.after(session, 0) == []
    assert not [path for path in (tmp_path / "evidence").rglob("*") if path.is_file()]
    assert not list((tmp_path / "spool").iterdir())


def test_what_it_saw_before_is_kept_however_late_it_arrives(
    recorder: Recorder, store: Store
) -> None:
    late = AT + timedelta(seconds=9)
    moved_after(store, AT + timedelta(seconds=1))
    recorder.record(OPENED, replace(CONTEXT, generation=1), (160, 120), PICTURE)
    recorder.record(
        replace(OPENED, revision=2, ended_at=late, last_seen_at=late),
        replace(CONTEXT, generation=1),
        (160, 120),
        None,
    )

    recorder.flush()

    with store.read() as session:
        assert events.get(session, OPENED.id).life_cycle == "ended"


@pytest.mark.parametrize("generation", [2, None])
def test_the_running_node_and_entries_of_the_first_release_are_never_doubles(
    recorder: Recorder, store: Store, tmp_path: Path, generation: int | None
) -> None:
    moved_after(store, AT - timedelta(seconds=1))
    recorder.record(OPENED, replace(CONTEXT, generation=generation), (160, 120), PICTURE)
    (entry,) = (tmp_path / "spool").glob("*.json")
    kept = json.loads(entry.read_text())
    if generation is None:
        del kept["generation"]
    entry.write_text(json.dumps(kept))

    recorder.flush()

    with store.read() as session:
        assert events.get(session, OPENED.id).life_cycle == "open"


def test_spools_of_dead_processes_are_taken_over_and_those_of_living_ones_left(
    tmp_path: Path,
) -> None:
    dead, alive = tmp_path / "dead", Spool(tmp_path / "alive")
    dead.mkdir()
    (dead / "1.json").write_text(json.dumps({"event": 1}))
    (dead / "2.refused").write_text("for people")
    alive.put({"event": 2})
    (tmp_path / "empty").mkdir()

    mine = Spool(tmp_path / "mine")
    mine.adopt(tmp_path)

    assert [entry for _, entry in mine.entries()] == [{"event": 1}]
    assert [entry for _, entry in alive.entries()] == [{"event": 2}]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["alive", "dead", "mine"]


def test_an_entry_is_in_sight_while_one_process_after_the_other_adopts_it(tmp_path: Path) -> None:
    dead, spools = tmp_path / "spools" / "dead", tmp_path / "spools"
    dead.mkdir(parents=True)
    for number in range(40):
        (dead / f"{number}.json").write_text("{}")
    all_of_them = waiting(spools)
    stopping = threading.Event()

    def adopt_and_die() -> None:
        heirs = 0
        while not stopping.is_set():
            heir = Spool(spools / f"heir-{heirs}")
            heir.adopt(spools)
            heir.close()
            heirs += 1

    adopting = threading.Thread(target=adopt_and_die)
    adopting.start()
    try:
        assert all(waiting(spools) == all_of_them for _ in range(300))
    finally:
        stopping.set()
        adopting.join()


def test_known_events_wait_until_the_process_that_has_them_stores_them(
    store: Store, tmp_path: Path
) -> None:
    spools = tmp_path / "spools"
    heir = Recorder(store, tmp_path / "evidence", spools / "heir", spools)
    restarted = Recorder(store, tmp_path / "evidence", spools / "restarted", spools)
    heir.record(OPENED, CONTEXT, (160, 120), None)

    settling = threading.Thread(target=restarted.settle)
    settling.start()
    settling.join(0.2)
    waited = settling.is_alive()
    heir.flush()
    settling.join()

    with store.read() as session:
        assert waited
        assert events.exists(session, OPENED.id)


def test_an_event_at_a_muted_spot_is_kept_and_not_told(recorder: Recorder, store: Store) -> None:
    with store.write() as session:
        mutes.add(
            session,
            Mute(
                event_id="e" * 26,
                deployment_id=CONTEXT.deployment_id,
                camera_id=CONTEXT.camera_id,
                zone=None,
                box=list(BOX),
                until=AT + timedelta(hours=1),
                created_by="anna",
                created_at=AT - timedelta(minutes=1),
            ),
        )
    recorder.record(OPENED, CONTEXT, (160, 120), PICTURE)
    recorder.flush()

    with store.read() as session:
        assert events.get(session, OPENED.id).suppressed_by is not None
        assert messages.after(session, 0) == []


def test_an_event_that_is_sure_enough_becomes_a_work_order(store: Store, tmp_path: Path) -> None:
    with store.write() as session:
        in_force(session, row("police"))
    recorder = Recorder(store, tmp_path / "evidence", tmp_path / "spool", dispatch_from=0.75)
    recorder.record(OPENED, CONTEXT, (160, 120), PICTURE)
    recorder.flush()

    with store.read() as session:
        assert work_orders.order_of(session, events.get(session, OPENED.id)) is not None


def test_what_is_found_in_shadow_is_kept_apart_however_sure_it_is(
    store: Store, tmp_path: Path
) -> None:
    recorder = Recorder(store, tmp_path / "evidence", tmp_path / "spool", dispatch_from=0.1)
    ended = replace(OPENED, revision=2, ended_at=AT)

    recorder.record_shadow("rollout", OPENED, CONTEXT, (160, 120), PICTURE)
    recorder.record_shadow("rollout", ended, CONTEXT, (160, 120), None)
    recorder.record_shadow("rollout", OPENED, CONTEXT, (160, 120), PICTURE)  # brought again
    recorder.flush()

    with store.read() as session:
        [stored] = shadow_events.page(session, "rollout", after=None, limit=10)
        assert from_row(stored) == ended
        assert not events.exists(session, OPENED.id)
        assert messages.after(session, 0) == []
        assert session.scalars(select(WorkOrder)).all() == []


def test_an_event_in_shadow_keeps_its_masked_picture_and_no_original(
    store: Store, tmp_path: Path
) -> None:
    evidence_dir = tmp_path / "evidence"
    recorder = Recorder(store, evidence_dir, tmp_path / "spool")
    picture = np.random.default_rng(0).integers(0, 256, (120, 160, 3), np.uint8)

    recorder.record_shadow("rollout", OPENED, CONTEXT, (160, 120), picture)
    recorder.record_shadow("rollout", replace(OPENED, revision=2), CONTEXT, (160, 120), None)
    recorder.flush()

    with store.read() as session:
        path = shadow_events.get(session, "rollout", OPENED.id).snapshot
    [file] = list(tmp_path.rglob("*.jpg"))
    assert path == str(file.relative_to(evidence_dir))
    shown = cv2.imread(str(file))
    assert shown is not None
    head, street = shown[16:32, 18:30], shown[80:96, 100:112]
    assert head.std() < street.std() / 2


def test_a_disk_that_takes_no_picture_leaves_the_event_in_shadow(
    store: Store, tmp_path: Path
) -> None:
    (tmp_path / "evidence").write_text("no folder")
    recorder = Recorder(store, tmp_path / "evidence", tmp_path / "spool")

    recorder.record_shadow("rollout", OPENED, CONTEXT, (160, 120), PICTURE)
    recorder.flush()

    with store.read() as session:
        assert shadow_events.get(session, "rollout", OPENED.id).snapshot is None
