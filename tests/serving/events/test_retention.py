import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from serving.access import Actor
from serving.events import retention
from serving.events.evidence import originals_dir
from serving.events.retention import GRACE, Pruning, Retention, prune, sweep
from serving.store import Store, events, evidence, shadow_events
from serving.store.archive import Archive
from serving.store.models import Event, Evidence
from tests.serving.conftest import NOON

MakeEvent = Callable[..., Event]

ONE_TOKEN = Actor("01JTOKEN", "admin", "token", ())
KEPT = Retention(
    days=30, days_of={"critical": 90, "rider-helmet": 10, "major": 60}, originals_days=7
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "evidence"


def later(days: float) -> datetime:
    return NOON + timedelta(days=days)


def keep(store: Store, folder: Path, event: Event, kind: str = "snapshot") -> tuple[Path, Path]:
    """An event with evidence; returns the file that everybody sees and its original."""
    path = f"2026/11/24/{event.id}-{kind}.{'mp4' if kind == 'clip' else 'jpg'}"
    shown, original = folder / path, originals_dir(folder) / path
    for file in (shown, original):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"evidence")
    if kind == "clip":
        shown.unlink()
    with store.write() as session:
        events.record(session, event)
        events.add_evidence(
            session,
            Evidence(
                event_id=event.id,
                kind=kind,
                path=path,
                media_type="image/jpeg",
                sha256=None if kind == "clip" else "a" * 64,
                original_sha256="b" * 64,
                masked=True,
            ),
        )
    return shown, original


def test_originals_go_first_then_the_rest_and_the_event_stays_with_its_hashes(
    store: Store, folder: Path, make_event: MakeEvent
) -> None:
    event = make_event(scenario="illegal-parking", severity="notice")
    shown, original = keep(store, folder, event)

    prune(store, Archive(folder), KEPT, later(6.9))
    assert (shown.exists(), original.exists()) == (True, True)
    prune(store, Archive(folder), KEPT, later(7.1))
    assert (shown.exists(), original.exists()) == (True, False)
    prune(store, Archive(folder), KEPT, later(30.1))
    assert (shown.exists(), original.exists()) == (False, False)

    with store.read() as session:
        row = events.evidence(session, event.id, "snapshot")
        assert events.get(session, event.id).id == event.id
    assert (row.sha256, row.original_sha256) == ("a" * 64, "b" * 64)
    assert (row.original_removed_at, row.removed_at) == (later(7.1), later(30.1))


def test_what_a_node_of_an_older_release_wrote_comes_to_its_end_too(
    store: Store, folder: Path, make_event: MakeEvent
) -> None:
    event = make_event(scenario="illegal-parking", severity="notice")
    shown, _ = keep(store, folder, event)
    with store.write() as session:
        events.evidence(session, event.id, "snapshot").opened_at = None

    prune(store, Archive(folder), KEPT, later(30.1))

    assert not shown.exists()


def test_what_is_kept_longer_does_not_keep_what_is_not(
    store: Store, folder: Path, make_event: MakeEvent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "BATCH", 2)
    longer = [
        keep(store, folder, make_event(n, scenario="x", severity="critical"))[0] for n in range(3)
    ]
    usual = [
        keep(store, folder, make_event(9, scenario="x", severity="notice"))[0] for _ in range(5)
    ]

    prune(store, Archive(folder), KEPT, later(30.1))

    assert [file.exists() for file in usual] == [False] * 5
    assert [file.exists() for file in longer] == [True] * 3


@pytest.mark.parametrize(
    ("scenario", "severity", "days"),
    [
        ("rider-helmet", "critical", 10),
        ("illegal-parking", "critical", 90),
        ("illegal-parking", "major", 60),
        ("illegal-parking", "notice", 30),
    ],
)
def test_the_scenario_says_how_long_before_the_severity_does(
    store: Store, folder: Path, make_event: MakeEvent, scenario: str, severity: str, days: int
) -> None:
    shown, _ = keep(store, folder, make_event(scenario=scenario, severity=severity))

    prune(store, Archive(folder), KEPT, later(days - 0.1))
    before = shown.exists()
    prune(store, Archive(folder), KEPT, later(days + 0.1))

    assert (before, shown.exists()) == (True, False)


def test_a_hold_outlives_every_age_until_it_is_released(
    store: Store, folder: Path, make_event: MakeEvent
) -> None:
    event = make_event()
    shown, original = keep(store, folder, event)
    with store.write() as session:
        evidence.hold(session, event.id, "case 17", ONE_TOKEN)

    prune(store, Archive(folder), KEPT, later(1000))
    held = shown.exists(), original.exists()
    with store.write() as session:
        evidence.release(session, event.id, "case closed", ONE_TOKEN)
    prune(store, Archive(folder), KEPT, later(1000))

    assert held == (True, True)
    assert (shown.exists(), original.exists()) == (False, False)


def test_a_clip_that_nobody_looked_at_goes_with_its_original(
    store: Store, folder: Path, make_event: MakeEvent
) -> None:
    event = make_event(scenario="illegal-parking", severity="critical")
    _, original = keep(store, folder, event, "clip")
    original.with_suffix(".json").write_text("[]")

    prune(store, Archive(folder), KEPT, later(7.1))

    assert not list(originals_dir(folder).rglob("*-clip.*"))
    with store.read() as session:
        assert events.evidence(session, event.id, "clip").removed_at == later(7.1)


def test_more_than_one_batch_is_removed_in_one_go(
    store: Store, folder: Path, make_event: MakeEvent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "BATCH", 2)
    for number in range(5):
        keep(store, folder, make_event(number))

    removed = prune(store, Archive(folder), KEPT, later(100))

    assert removed == 5
    assert prune(store, Archive(folder), KEPT, later(100)) == 0
    assert not [path for path in folder.rglob("*") if path.is_file()]


def test_what_a_crash_left_after_marking_is_swept(
    store: Store, folder: Path, make_event: MakeEvent, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, original = keep(store, folder, make_event())
    aged(shown, original)

    def power_cut(*_: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(retention, "_remove", power_cut)
    with pytest.raises(RuntimeError, match="power cut"):
        prune(store, Archive(folder), KEPT, later(100))
    left = shown.exists(), original.exists()
    removed = sweep(store, Archive(folder), later(100))

    assert (left, removed) == ((True, True), 2)
    assert (shown.exists(), original.exists()) == (False, False)


def aged(*files: Path) -> None:
    """As if written at noon."""
    for file in files:
        os.utime(file, (NOON.timestamp(), NOON.timestamp()))


def test_only_old_files_that_no_event_claims_are_swept(
    store: Store, folder: Path, make_event: MakeEvent
) -> None:
    claimed = keep(store, folder, make_event())
    day = claimed[0].parent
    orphan = day / "01J0000000000000000000000A-snapshot.jpg"
    photo = folder / "work-orders/2026/11/24/01J0000000000000000000000A-1.jpg"
    foreign = day / "notes.txt"
    for file in (orphan, photo, foreign):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"?")
    aged(*claimed, orphan, photo, foreign)

    early = sweep(store, Archive(folder), NOON + GRACE - timedelta(minutes=1))
    late = sweep(store, Archive(folder), NOON + GRACE + timedelta(minutes=1))

    assert (early, late, orphan.exists()) == (0, 1, False)
    assert all(file.exists() for file in (*claimed, photo, foreign))


def test_while_events_wait_in_a_spool_nothing_is_swept(
    store: Store, folder: Path, tmp_path: Path, make_event: MakeEvent
) -> None:
    shown, _ = keep(store, folder, make_event())
    orphan = shown.with_name("01J0000000000000000000000A-snapshot.jpg")
    orphan.write_bytes(b"?")
    os.utime(orphan, (0, 0))
    waiting = tmp_path / "spool" / "node" / "1.json"
    waiting.parent.mkdir(parents=True)
    waiting.write_text("{}")
    pruning = Pruning(store, Archive(folder), tmp_path / "spool", KEPT)

    pruning.round(0)
    kept = orphan.exists()
    waiting.unlink()
    pruning.round(1)
    not_yet = orphan.exists()
    pruning.round(24)

    assert (kept, not_yet, orphan.exists()) == (True, True, False)


def keep_in_shadow(store: Store, folder: Path, event: Event) -> Path:
    """An event in shadow with its picture."""
    path = f"2026/11/24/{event.id}-snapshot.jpg"
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(b"a picture")
    columns = ("id", "camera_id", "revision", "rule", "zone", "confidence", "objects", "path")
    times = ("first_seen_at", "opened_at", "last_seen_at", "ended_at")
    rest = ("occurrences", "scenario", "severity")
    fields = {name: getattr(event, name) for name in (*columns, *times, *rest)}
    with store.write() as session:
        shadow_events.record(session, "rollout", fields, path)
    return folder / path


def test_pictures_of_events_in_shadow_are_kept_as_long_as_others_of_their_scenario(
    store: Store, folder: Path, make_event: MakeEvent
) -> None:
    short = keep_in_shadow(store, folder, make_event(scenario="rider-helmet"))
    usual = keep_in_shadow(store, folder, make_event(scenario="illegal-parking", severity="notice"))

    archive = Archive(folder)
    removed = prune(store, archive, KEPT, later(9.9)), prune(store, archive, KEPT, later(10.1))
    between = short.exists(), usual.exists()
    prune(store, Archive(folder), KEPT, later(30.1))

    assert removed == (0, 1)
    assert between == (False, True)
    assert not usual.exists()
    with store.read() as session:
        rows = shadow_events.page(session, "rollout", after=None, limit=10)
    assert [row.snapshot for row in rows] == [None, None]


def test_a_picture_of_an_event_in_shadow_is_swept_when_the_event_is_gone(
    store: Store, folder: Path, make_event: MakeEvent
) -> None:
    picture = keep_in_shadow(store, folder, make_event())
    aged(picture)

    before = sweep(store, Archive(folder), later(5))
    with store.write() as session:
        shadow_events.prune(session, later(91))

    assert (before, sweep(store, Archive(folder), later(91))) == (0, 1)
    assert not picture.exists()
