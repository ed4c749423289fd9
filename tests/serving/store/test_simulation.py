from collections.abc import Callable

from serving.store import Store, events, reviews, simulation
from serving.store.loop_models import Report
from serving.store.models import Event
from serving.store.reviews import Said
from tests.serving.store.loop import ANNA, NOW, after, draft, in_force, row

MakeEvent = Callable[..., Event]


def test_a_simulation_shows_what_would_go_elsewhere(store: Store, make_event: MakeEvent) -> None:
    moved, stays = make_event(0, division="LG/Buji"), make_event(1, division="LG/Longcheng")
    alarm, outside = make_event(2, division="LG/Buji"), make_event(90_000, division="LG/Buji")
    false = Said("false_alarm", "look_alike")
    with store.write() as session:
        in_force(session, row("district", division="LG"))
        for event in (moved, stays, alarm, outside):
            events.record(session, event)
        reviews.add(session, moved.id, Said("confirmed"), reviewer=ANNA, share=0, at=NOW)
        reviews.add(session, alarm.id, false, reviewer=ANNA, share=0, at=NOW)
        report = Report(
            channel="hotline",
            external_id="1",
            scenario="traffic",
            division="PS",
            text="?",
            occurred_at=NOW,
            created_by="Anna",
        )
        session.add(report)
        changed = draft(
            session, row("district", 2, division="LG"), row("Buji", 3, division="LG/Buji")
        )
        session.flush()

        found = simulation.simulate(session, changed, after(-2), after(1))

    assert (found.events, found.reports, found.elsewhere) == (2, 1, 1)
    assert (found.uncovered_now, found.uncovered_then) == (1, 1)
    assert found.moves == {("district", "Buji"): 1}
    [shown] = found.shown
    assert (shown.event_id, shown.went_to) == (moved.id, "district")
    assert (shown.unit_now, shown.unit_then, shown.line_then) == ("district", "Buji", 3)


def test_without_a_list_in_force_everything_is_new(store: Store, make_event: MakeEvent) -> None:
    with store.write() as session:
        events.record(session, make_event())
        first = draft(session, row("district"))

        found = simulation.simulate(session, first, after(-2), after(1))

    assert (found.uncovered_now, found.elsewhere) == (1, 1)
    assert found.moves == {(None, "district"): 1}
