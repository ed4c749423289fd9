from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from algorithms.manifest import AlgorithmManifest
from serving.access import Actor
from serving.store import (
    Store,
    algorithms,
    evaluation_sets,
    jobs,
    retraining,
    reviews,
    submissions,
)
from serving.store.errors import NotFoundError, StaleError
from serving.store.evaluation_models import Evaluation
from serving.store.models import Event
from serving.store.retraining_models import Drift, Retraining, RetrainingPolicy
from serving.store.reviews import Said
from tests.serving.street import street

NOW = datetime(2026, 11, 24, 13, tzinfo=UTC)
ANNA = Actor("01JANNA", "Anna", "token", ())
ALWAYS = {"time_zone": "UTC"}

MakeEvent = Callable[..., Event]
MakeManifest = Callable[..., AlgorithmManifest]


def policy(**fields: Any) -> RetrainingPolicy:
    usual: dict[str, Any] = {
        "algorithm": "rider-helmet",
        "recipe": "rider-helmet",
        "scenario": "rider-helmet",
        "evaluation_set": "street",
        "base_release": "a" * 64,
        "schedule": ALWAYS,
        "drift_band": None,
        "min_reviewed": 2,
        "cool_down_days": 7,
        "token_id": ANNA.id,
        "set_by": ANNA.name,
    }
    return RetrainingPolicy(**{**usual, **fields})


@pytest.fixture
def known(store: Store, make_manifest: MakeManifest) -> Store:
    """A store with a champion and a set to measure on."""
    with store.write() as session:
        algorithms.add(session, make_manifest(), "a" * 64, origin="shipped")
        evaluation_sets.add(session, street())
    return store


def make(store: Store, **fields: Any) -> str:
    with store.write() as session:
        return retraining.create(session, policy(**fields)).id


def review(store: Store, make_event: MakeEvent, *verdicts: str, at: datetime = NOW) -> None:
    for verdict in verdicts:
        reason = "look_alike" if verdict == "false_alarm" else None
        with store.write() as session:
            event = make_event()
            session.add(event)
            session.flush()
            reviews.add(session, event.id, Said(verdict, reason), reviewer=ANNA, share=0, at=at)


def look(store: Store, policy_id: str, at: datetime) -> Retraining | None:
    with store.write() as session:
        return retraining.look(session, policy_id, at)


def test_it_waits_for_enough_verdicts_that_say_something(
    known: Store, make_event: MakeEvent
) -> None:
    policy_id = make(known)
    review(known, make_event, "confirmed", "unsure")

    assert look(known, policy_id, NOW) is None
    review(known, make_event, "false_alarm")
    begun = look(known, policy_id, NOW)

    assert begun is not None
    assert begun.state == "wanted"
    assert begun.why == "schedule: its time has come; 2 events reviewed since the last time"


def test_the_next_time_counts_only_what_is_new(known: Store, make_event: MakeEvent) -> None:
    policy_id = make(known, cool_down_days=1)
    review(known, make_event, "confirmed", "confirmed")
    first = look(known, policy_id, NOW)
    assert first is not None
    with known.write() as session:
        retraining.fail(session, first.id, "no GPU", NOW)

    tomorrow = NOW + timedelta(days=1)
    assert look(known, policy_id, tomorrow) is None
    review(known, make_event, "confirmed", "confirmed", at=tomorrow)
    assert look(known, policy_id, tomorrow) is not None


def test_only_the_champions_drift_starts_it(known: Store) -> None:
    policy_id = make(known, schedule=None, drift_band="moderate", min_reviewed=0)

    def drifted(version: str) -> None:
        row = Drift(
            camera_id="c",
            algorithm=f"rider-helmet@{version}",
            measure="confidence",
            reference_from=NOW,
            psi=0.3,
            p_value=0.0,
            band="major",
            since=NOW,
            measured_at=NOW,
        )
        with known.write() as session:
            session.add(row)

    drifted("0.0.9")
    assert look(known, policy_id, NOW) is None
    drifted("0.1.0")
    begun = look(known, policy_id, NOW)

    assert begun is not None
    assert begun.why.startswith("drift: major drift of confidence at camera c: PSI 0.30")


def test_a_policy_that_is_off_starts_nothing(known: Store) -> None:
    policy_id = make(known, min_reviewed=0, enabled=False)

    assert look(known, policy_id, NOW) is None
    with known.read() as session:
        assert retraining.enabled(session) == []


def test_what_it_names_must_be_there(known: Store) -> None:
    with pytest.raises(NotFoundError, match="no algorithm 'smoke'"):
        make(known, algorithm="smoke")
    with pytest.raises(NotFoundError, match="no evaluation set 'night'"):
        make(known, evaluation_set="night")


def test_a_stale_change_is_refused(known: Store) -> None:
    policy_id = make(known)
    with known.write() as session:
        retraining.replace(session, policy_id, 1, ANNA, {"min_reviewed": 5})

    with known.write() as session, pytest.raises(StaleError, match="revision 2, not 1"):
        retraining.replace(session, policy_id, 1, ANNA, {"min_reviewed": 6})


def hand_in(store: Store, manifest: AlgorithmManifest) -> tuple[str, str]:
    """A retraining whose run is done; returns its id and the submission's."""
    policy_id = make(store, min_reviewed=0)
    row = look(store, policy_id, NOW)
    assert row is not None
    with store.write() as session:
        retraining.begun(session, row.id, "b" * 64, "01JRUN")
        submission = submissions.create(session, manifest, "c" * 64)
        retraining.handed_in(session, row.id, submission.id)
    return row.id, submission.id


def follow(store: Store, row_id: str) -> str:
    with store.write() as session:
        return retraining.follow(session, row_id, NOW)


def test_a_model_becomes_candidate_once_it_is_accepted_and_measured_and_never_champion(
    known: Store, make_manifest: MakeManifest
) -> None:
    row_id, submission_id = hand_in(known, make_manifest(version="0.1.1"))

    assert follow(known, row_id) == "checking"
    with known.write() as session:
        submissions.decide(session, submission_id, [])
    assert follow(known, row_id) == "evaluating"
    assert follow(known, row_id) == "evaluating"
    with known.read() as session:
        assert "candidate" not in algorithms.aliases(session, "rider-helmet")
        (evaluation,) = session.query(Evaluation)
    with known.write() as session:
        session.get_one(Evaluation, evaluation.id).state = "running"
        jobs.finish(session, Evaluation, evaluation.id, scorecard={})

    assert follow(known, row_id) == "candidate"
    with known.read() as session:
        assert algorithms.aliases(session, "rider-helmet") == {
            "champion": "0.1.0",
            "candidate": "0.1.1",
        }


def test_a_model_that_is_rejected_becomes_nothing(
    known: Store, make_manifest: MakeManifest
) -> None:
    row_id, submission_id = hand_in(known, make_manifest(version="0.1.1"))
    with known.write() as session:
        submissions.decide(session, submission_id, ["it has no output"])

    assert follow(known, row_id) == "failed"
    with known.read() as session:
        row = session.get_one(Retraining, row_id)
        assert row.message == "the model was rejected: it has no output"
        assert "candidate" not in algorithms.aliases(session, "rider-helmet")


def test_what_cannot_be_measured_becomes_nothing(known: Store, make_manifest: MakeManifest) -> None:
    row_id, submission_id = hand_in(known, make_manifest(version="0.1.1"))
    with known.write() as session:
        submissions.decide(session, submission_id, [])
    follow(known, row_id)
    with known.write() as session:
        (evaluation,) = session.query(Evaluation)
        jobs.fail(session, Evaluation, evaluation.id, "its pictures are gone")

    assert follow(known, row_id) == "failed"


def test_each_run_goes_on_from_the_data_of_the_one_before(known: Store) -> None:
    policy_id = make(known, min_reviewed=0, cool_down_days=1)
    first = look(known, policy_id, NOW)
    assert first is not None
    with known.write() as session:
        assert retraining.goes_on_from(session, first) == "a" * 64
        retraining.begun(session, first.id, "b" * 64, "01JRUN")
        retraining.fail(session, first.id, "no GPU", NOW)

    second = look(known, policy_id, NOW + timedelta(days=2))

    assert second is not None
    with known.read() as session:
        assert retraining.goes_on_from(session, second) == "b" * 64
