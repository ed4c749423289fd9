from datetime import timedelta

import pytest

from serving.store import Store, model_status, nodes
from serving.store.errors import NotFoundError
from serving.store.models import now


def test_a_node_is_noted_and_keeps_what_was_not_named(store: Store) -> None:
    with store.write() as session:
        nodes.observe(session, "n1", name="east", lanes=4)
        nodes.observe(session, "n1", busy=0.5)

        node = nodes.get(session, "n1")
    assert (node.name, node.lanes, node.busy, node.state) == ("east", 4, 0.5, "alive")


def test_a_restart_is_wanted_from_a_node_that_exists(store: Store) -> None:
    with store.write() as session:
        nodes.observe(session, "n1", name="east")

        assert nodes.want_restart(session, "n1").restart_wanted_at is not None
        with pytest.raises(NotFoundError, match="n2"):
            nodes.want_restart(session, "n2")


def test_a_node_is_forgotten_a_day_after_it_went(store: Store) -> None:
    with store.write() as session:
        for node_id, state, days in (("old", "gone", 2), ("new", "gone", 0), ("up", "alive", 2)):
            nodes.observe(session, node_id, name=node_id, state=state)
            nodes.get(session, node_id).heartbeat_at = now() - timedelta(days=days)
            model_status.record(session, node_id, "a" * 64, "engine", 10.0, {})

        nodes.forget_gone(session)

        assert [node.id for node in nodes.known(session)] == ["new", "up"]
        assert {row.node_id for row in model_status.measured(session)} == {"new", "up"}
