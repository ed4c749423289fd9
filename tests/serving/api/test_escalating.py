from collections.abc import Callable
from datetime import timedelta

from serving.api.escalating import Escalating
from serving.store import Store, events, work_orders
from serving.store.models import Event, now
from serving.store.work_orders import Assignment
from tests.serving.streams.waiting import until

MakeEvent = Callable[..., Event]


def test_late_orders_are_found_beside_the_api(store: Store, make_event: MakeEvent) -> None:
    event, five_hours_ago = make_event(), now() - timedelta(hours=5)
    with store.write() as session:
        events.record(session, event)
        order = work_orders.open_for(
            session, event, actor="a", at=five_hours_ago, assignment=Assignment("police", 4)
        )

    def is_told() -> bool:
        with store.read() as session:
            return work_orders.get(session, order.id).escalated

    escalating = Escalating(store, every_s=0.01)
    escalating.start()
    try:
        until(is_told)
    finally:
        escalating.stop()
