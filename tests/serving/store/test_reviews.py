from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from serving.access import Actor
from serving.store import Store, events, messages, mutes, reviews, work_orders
from serving.store.errors import ConflictError, NotFoundError
from serving.store.models import Event
from serving.store.reviews import QueueFilter, Said
from tests.serving.store.loop import ANNA, BEN, NOW, after, in_force, row

MakeEvent = Callable[..., Event]

CONFIRMED = Said("confirmed")
FALSE = Said("false_alarm", reason="look_alike")
CARL = Actor("01JCARL", "Carl", "token", ())


def _say(
    session: Session, event: Event, said: Said, who: Actor, hours: float = 0, share: float = 1
) -> None:
    reviews.add(session, event.id, said, reviewer=who, share=share, at=after(hours))


def _record(session: Session, *happened: Event) -> None:
    for event in happened:
        events.record(session, event)


def _verdict(session: Session, event: Event) -> str:
    stands = reviews.standing_of(session, [event.id]).get(event.id)
    return reviews.UNREVIEWED if stands is None else stands.verdict


def _queue(
    session: Session, who: Actor, share: float = 0.5, limit: int = 10, **which: str
) -> list[tuple[str, int]]:
    found = reviews.queue(
        session, QueueFilter(**which), reviewer_id=who.id, share=share, limit=limit
    )
    return [(event.id, look) for event, look in found]


def test_a_correction_replaces_what_the_same_person_said(
    store: Store, make_event: MakeEvent
) -> None:
    event = make_event()
    with store.write() as session:
        _record(session, event)
        before = _verdict(session, event)
        _say(session, event, CONFIRMED, ANNA)
        _say(session, event, FALSE, ANNA)

        assert (before, _verdict(session, event)) == ("unreviewed", "false_alarm")
        assert [r.look for r in reviews.of_event(session, event.id)] == [1, 1]


def test_a_second_look_stands_whatever_the_first_says_later(
    store: Store, make_event: MakeEvent
) -> None:
    event = make_event()
    with store.write() as session:
        _record(session, event)
        _say(session, event, CONFIRMED, ANNA)
        _say(session, event, FALSE, BEN, 1)
        _say(session, event, CONFIRMED, ANNA, 2)

        assert _verdict(session, event) == "false_alarm"
        assert [r.look for r in reviews.of_event(session, event.id)] == [1, 2, 1]


def test_a_clock_that_steps_back_does_not_reorder_reviews(
    store: Store, make_event: MakeEvent
) -> None:
    event = make_event()
    with store.write() as session:
        _record(session, event)
        _say(session, event, CONFIRMED, ANNA, 1)
        _say(session, event, FALSE, ANNA, 0)

        assert _verdict(session, event) == "false_alarm"


@pytest.mark.parametrize(
    "wrong",
    [
        {"verdict": "perhaps"},
        {"verdict": "false_alarm"},
        {"verdict": "false_alarm", "reason": "bad mood"},
        {"verdict": "confirmed", "reason": "look_alike"},
        {"verdict": "duplicate_of"},
        {"verdict": "unsure", "duplicate_of": "01JOTHER"},
        {"verdict": "confirmed", "mute_for_s": 60.0},
    ],
)
def test_a_verdict_without_its_grounds_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="got"):
        Said(**wrong)


def test_a_duplicate_names_an_original_that_is_there(store: Store, make_event: MakeEvent) -> None:
    original, second, third = make_event(0), make_event(1), make_event(2)
    with store.write() as session:
        _record(session, original, second, third)
        _say(session, second, Said("duplicate_of", duplicate_of=original.id), ANNA)

        with pytest.raises(ConflictError, match="name that one"):
            _say(session, third, Said("duplicate_of", duplicate_of=second.id), ANNA)
        with pytest.raises(ConflictError, match="itself"):
            _say(session, third, Said("duplicate_of", duplicate_of=third.id), ANNA)
        with pytest.raises(NotFoundError):
            _say(session, third, Said("duplicate_of", duplicate_of="01JNONE"), ANNA)


def test_the_outside_hears_of_each_review_with_the_verdict_that_stands(
    store: Store, make_event: MakeEvent
) -> None:
    event = make_event()
    with store.write() as session:
        _record(session, event)
        _say(session, event, FALSE, ANNA)
        _say(session, event, CONFIRMED, BEN, 1)

        told = [m for m in messages.after(session, 0) if m.type == "longan.event.reviewed.v1"]

    assert [m.data["verdict"] for m in told] == ["false_alarm", "confirmed"]
    assert told[1].data["review"]["reviewer"] == "Ben"
    assert told[1].data["id"] == told[1].subject == event.id


def test_the_queue_begins_with_the_severe_then_the_old(store: Store, make_event: MakeEvent) -> None:
    late, early = make_event(9), make_event(1)
    critical, notice = make_event(20, severity="critical"), make_event(0, severity="notice")
    with store.write() as session:
        _record(session, late, notice, critical, early)

        found = _queue(session, ANNA)

    assert found == [(critical.id, 1), (early.id, 1), (late.id, 1), (notice.id, 1)]


def test_the_queue_narrows_to_a_scenario_and_a_camera(store: Store, make_event: MakeEvent) -> None:
    here, there = make_event(0), make_event(1, camera_id="01JTHERE", scenario="danger-zone")
    with store.write() as session:
        _record(session, here, there)

        assert _queue(session, ANNA, camera_id="01JTHERE") == [(there.id, 1)]
        assert _queue(session, ANNA, scenario="rider-helmet") == [(here.id, 1)]


def test_second_looks_go_to_others_and_take_only_their_share(
    store: Store, make_event: MakeEvent
) -> None:
    looked_at = [make_event(n) for n in range(4)]
    new = [make_event(10 + n) for n in range(4)]
    with store.write() as session:
        _record(session, *looked_at, *new)
        for event in looked_at:
            _say(session, event, CONFIRMED, ANNA)

        annas, bens = _queue(session, ANNA, limit=4), _queue(session, BEN, limit=4)
        nobody = _queue(session, BEN, share=0, limit=4)

    assert annas == [(event.id, 1) for event in new]
    assert bens == [(event.id, 1) for event in new[:2]] + [(e.id, 2) for e in looked_at[:2]]
    assert nobody == annas


def test_what_is_not_in_the_sample_comes_back_only_when_somebody_was_unsure(
    store: Store, make_event: MakeEvent
) -> None:
    sure, unsure = make_event(0), make_event(1)
    with store.write() as session:
        _record(session, sure, unsure)
        _say(session, sure, CONFIRMED, ANNA, share=0)
        _say(session, unsure, Said("unsure"), ANNA, share=0)

        assert _queue(session, BEN) == [(unsure.id, 2)]
        _say(session, unsure, CONFIRMED, BEN, 1, share=0)
        assert _queue(session, CARL) == []


def test_the_sample_is_the_share_asked_for_and_the_same_every_time() -> None:
    ids = [f"01J{n:023d}" for n in range(5000)]

    drawn = [event_id for event_id in ids if reviews.is_sampled(event_id, 0.1)]

    assert 400 < len(drawn) < 600
    assert drawn == [event_id for event_id in drawn if reviews.is_sampled(event_id, 0.2)]
    assert all(reviews.is_sampled(event_id, 1) for event_id in ids)
    assert not any(reviews.is_sampled(event_id, 0) for event_id in ids)


def test_agreement_compares_independent_looks_at_the_sample(
    store: Store, make_event: MakeEvent
) -> None:
    both, once, unsampled, corrected = (make_event(n) for n in range(4))
    with store.write() as session:
        _record(session, both, once, unsampled, corrected)
        _say(session, both, CONFIRMED, ANNA)
        _say(session, both, FALSE, BEN, 1)
        _say(session, both, CONFIRMED, BEN, 2)
        _say(session, both, FALSE, ANNA, 3)
        _say(session, once, CONFIRMED, ANNA)
        _say(session, unsampled, CONFIRMED, ANNA, share=0)
        _say(session, unsampled, CONFIRMED, BEN, 1, share=0)
        _say(session, corrected, CONFIRMED, ANNA)
        _say(session, corrected, FALSE, ANNA, 1)
        _say(session, corrected, FALSE, BEN, 2)

        pairs = reviews.agreement(session, None, None, None)
        other = reviews.agreement(session, None, None, "danger-zone")

    assert sorted(pairs) == [("confirmed", "false_alarm"), ("false_alarm", "false_alarm")]
    assert other == []


def test_a_false_alarm_mutes_its_spot_for_the_time_asked(
    store: Store, make_event: MakeEvent
) -> None:
    event = make_event()
    near, far = [0.11, 0.2, 0.31, 0.4], [0.6, 0.2, 0.8, 0.4]

    def muted(session: Session, box: list[float], hours: float, camera: str = "01JCAMERA") -> bool:
        at = after(hours)
        return mutes.covering(session, "01JDEPLOYMENT", camera, box, at) is not None

    with store.write() as session:
        _record(session, event)
        _say(session, event, Said("false_alarm", "look_alike", mute_for_s=3600.0), ANNA)

        assert muted(session, near, 0.5)
        assert not muted(session, far, 0.5)
        assert not muted(session, near, 0.5, camera="01JOTHER")
        assert not muted(session, near, 1)
        assert not muted(session, near, -0.1)

        [mute] = mutes.page(session, at=NOW, camera_id=None, before=None, limit=5)
        mutes.delete(session, mute.id)
        assert not muted(session, near, 0.5)


def test_where_the_false_alarm_had_no_subject_its_zone_is_muted(
    store: Store, make_event: MakeEvent
) -> None:
    event = make_event(objects=[], zone="square")
    with store.write() as session:
        _record(session, event)
        _say(session, event, Said("false_alarm", "allowed", mute_for_s=3600.0), ANNA)

        def muted(zone: str | None) -> bool:
            at = after(0.5)
            return mutes.covering(session, "01JDEPLOYMENT", "01JCAMERA", None, at, zone) is not None

        assert muted("square")
        assert not muted("road")


def test_hard_negatives_are_what_stands_as_a_false_alarm(
    store: Store, make_event: MakeEvent
) -> None:
    false, overruled, newer = make_event(0), make_event(1), make_event(2)
    with store.write() as session:
        _record(session, false, overruled, newer)
        for event in (false, overruled, newer):
            _say(session, event, FALSE, ANNA)
        _say(session, overruled, CONFIRMED, BEN, 1)

        found = reviews.hard_negatives(session, after=None, limit=1)
        rest = reviews.hard_negatives(session, after=(newer.opened_at, newer.id), limit=9)

    assert [event.id for event, _ in found] == [newer.id]
    assert [(event.id, review.reason) for event, review in rest] == [(false.id, "look_alike")]


def test_a_confirmed_event_becomes_one_work_order_at_once(
    store: Store, make_event: MakeEvent
) -> None:
    event, alarm = make_event(0), make_event(1)
    with store.write() as session:
        in_force(session, row("police"))
        _record(session, event, alarm)
        _say(session, alarm, FALSE, ANNA)
        _say(session, event, CONFIRMED, ANNA)
        _say(session, event, CONFIRMED, BEN, 1)

        orders = work_orders.page(session, work_orders.OrderFilter(), before=None, limit=9)

    assert [(order.event_id, order.unit, order.state) for order in orders] == [
        (event.id, "police", "dispatched")
    ]


def test_what_a_second_look_refused_is_not_dispatched_by_a_correction_of_the_first(
    store: Store, make_event: MakeEvent
) -> None:
    event = make_event()
    with store.write() as session:
        in_force(session, row("police"))
        _record(session, event)
        _say(session, event, FALSE, ANNA)
        _say(session, event, FALSE, BEN, 1)
        _say(session, event, CONFIRMED, ANNA, 2)

        assert work_orders.order_of(session, event) is None
