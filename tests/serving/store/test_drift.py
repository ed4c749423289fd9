from datetime import UTC, datetime, timedelta

from scenarios.drift import BINS, ENOUGH, SCENE, Counts
from serving.store import Store, drift
from serving.store.retraining_models import Histogram

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
OURS = "rider-helmet@0.1.0"


def day(number: float) -> datetime:
    return BEGIN + timedelta(days=number)


def histogram(bin_: int, count: int = ENOUGH) -> list[int]:
    return [count if i == bin_ else 0 for i in range(BINS)]


def see(store: Store, first: int, last: int, confidence: int, brightness: int = 5) -> None:
    """One hour a day, from noon, in which all values lie in one bin."""
    with store.write() as session:
        for number in range(first, last):
            counts: Counts = {
                (OURS, "confidence"): histogram(confidence),
                (SCENE, "brightness"): histogram(brightness),
            }
            drift.count(session, "c", day(number) + timedelta(hours=12), counts)


def look(store: Store, at: datetime) -> dict[str, tuple[str | None, datetime]]:
    with store.write() as session:
        drift.look(session, "c", OURS, at)
        rows = drift.page(session, algorithm=OURS, limit=10)
        return {row.measure: (row.band, row.since) for row in rows}


def test_what_is_counted_in_one_hour_adds_up(store: Store) -> None:
    for bin_ in (8, 8, 9):
        with store.write() as session:
            drift.count(session, "c", day(0), {(OURS, "confidence"): histogram(bin_, 1)})

    with store.read() as session:
        (row,) = session.query(Histogram)
    assert row.counts == [0, 0, 0, 0, 0, 0, 0, 0, 2, 1]


def test_the_first_week_is_learnt_and_the_same_again_is_stable(store: Store) -> None:
    see(store, 0, 14, confidence=8)

    learning = look(store, day(6))
    after = look(store, day(14))

    assert learning["confidence"][0] is None
    assert after["confidence"] == ("stable", day(14))
    assert after["brightness"][0] == "stable"
    assert after["motion"][0] is None  # nobody looked for motion


def test_a_version_that_has_become_unsure_drifts_and_its_scene_does_not(store: Store) -> None:
    see(store, 0, 14, confidence=8)
    look(store, day(14))
    see(store, 14, 21, confidence=4)

    look(store, day(21))
    after = look(store, day(21.5))

    assert after["confidence"] == ("major", day(21))  # since it was first seen, not last
    assert after["brightness"] == ("stable", day(14))


def test_a_thin_first_week_is_taken_longer(store: Store) -> None:
    with store.write() as session:
        for number in range(24):
            counts: Counts = {(OURS, "confidence"): histogram(8, ENOUGH // 10)}
            drift.count(session, "c", day(number), counts)

    assert look(store, day(10))["confidence"][0] is None
    look(store, day(18))  # ten days and more lie before the last seven

    with store.read() as session:
        row = next(r for r in drift.page(session, limit=10) if r.measure == "confidence")
    assert row.reference is not None
    assert row.reference_until == day(11)


def test_what_no_longer_runs_is_forgotten_and_so_are_old_hours(store: Store) -> None:
    see(store, 0, 14, confidence=8)
    look(store, day(14))

    with store.write() as session:
        drift.clean_up(session, day(14))
        assert drift.page(session, limit=10)
        drift.clean_up(session, day(35))
        assert drift.page(session, limit=10) == []
        hours = [row.hour for row in session.query(Histogram)]
    assert min(hours) >= day(5)


def test_versions_are_told_apart(store: Store) -> None:
    see(store, 0, 14, confidence=8)
    look(store, day(14))

    with store.read() as session:
        assert drift.watched(session, day(14)) == [("c", OURS)]
        assert len(drift.page(session, algorithm="rider-helmet", limit=10)) == 4
        assert drift.page(session, algorithm="rider", limit=10) == []
        assert drift.page(session, algorithm="rider-helmet@0.2.0", limit=10) == []
        assert [r.measure for r in drift.page(session, band="stable", limit=10)] == [
            "confidence",
            "brightness",
        ]
