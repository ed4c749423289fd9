from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from serving.store import Store, deployments, messages, situations
from serving.store.errors import ConflictError, NotFoundError, StaleError
from serving.store.models import Deployment
from serving.store.situation_models import Activation
from tests.serving.store.loop import NOW


def deploy(session: Session, rule: Mapping[str, Any] = {}, enabled: bool = True) -> Deployment:
    return deployments.create(
        session,
        Deployment(scenario="danger-zone", camera_ids=["gate"], rule=dict(rule), enabled=enabled),
    )


def target(deployment_id: str, enabled: bool | None = None, **rule: float) -> dict[str, Any]:
    return {"deployment_id": deployment_id, "enabled": enabled, "rule": rule}


def plan(*targets: dict[str, Any]) -> dict[str, Any]:
    return {"deployments": list(targets), "patrol": [], "wall": None, "notify": ["fire brigade"]}


def situation(session: Session, *targets: dict[str, Any], name: str = "Typhoon") -> str:
    return situations.create(session, name, plan(*targets)).id


def on(session: Session, situation_id: str) -> Activation:
    activation, _ = situations.activate(
        session, situation_id, reason="red warning", actor="Anna", at=NOW
    )
    return activation


def off(session: Session, situation_id: str) -> dict[str, str]:
    """Switches it off; returns the outcome of each field."""
    activation = situations.deactivate(
        session, situation_id, actor="Ben", at=NOW + timedelta(hours=1)
    )
    return {change["field"]: change["outcome"] for change in activation.changes}


def test_it_starts_and_tightens_and_returns_everything_to_what_it_was(store: Store) -> None:
    with store.write() as session:
        gate = deploy(session, {"stay_s": 5.0, "confidence": 0.5})
        yard = deploy(session, enabled=False)
        typhoon = situation(
            session, target(gate.id, stay_s=1.0, sightings=2), target(yard.id, True)
        )

        on(session, typhoon)

        assert (gate.rule, gate.revision) == (
            {"stay_s": 1.0, "confidence": 0.5, "sightings": 2},
            2,
        )
        assert (yard.enabled, yard.rule, yard.revision) == (True, {}, 2)
        outcomes = off(session, typhoon)

        assert set(outcomes.values()) == {"returned"}
        assert (gate.rule, gate.revision) == ({"stay_s": 5.0, "confidence": 0.5}, 3)
        assert (yard.enabled, yard.revision) == (False, 3)


def test_what_is_already_so_makes_no_revision_and_is_held_all_the_same(store: Store) -> None:
    with store.write() as session:
        gate = deploy(session, {"stay_s": 1.0})
        typhoon = situation(session, target(gate.id, True, stay_s=1.0))

        on(session, typhoon)
        off(session, typhoon)

        assert (gate.rule, gate.enabled, gate.revision) == ({"stay_s": 1.0}, True, 1)


def test_what_a_person_changed_meanwhile_stays_and_the_record_says_so(store: Store) -> None:
    with store.write() as session:
        gate = deploy(session, {"stay_s": 5.0})
        typhoon = situation(session, target(gate.id, False, stay_s=1.0))
        on(session, typhoon)
        changed = {**gate.rule, "stay_s": 3.0, "sightings": 9}
        deployments.update(session, gate.id, None, rule=changed)

        outcomes = off(session, typhoon)

        assert outcomes == {"rule.stay_s": "kept", "enabled": "returned"}
        assert (gate.rule, gate.enabled) == ({"stay_s": 3.0, "sightings": 9}, True)


def test_a_person_who_gave_it_another_scenario_is_not_overruled(store: Store) -> None:
    with store.write() as session:
        gate = deploy(session, {"stay_s": 5.0})
        typhoon = situation(session, target(gate.id, stay_s=1.0))
        on(session, typhoon)
        deployments.update(session, gate.id, None, scenario="cycles-in-car-lane")

        assert off(session, typhoon) == {"rule.stay_s": "kept"}
        assert gate.rule == {"stay_s": 1.0}


def test_a_later_situation_holds_until_it_goes_itself(store: Store) -> None:
    with store.write() as session:
        gate = deploy(session, {"stay_s": 5.0})
        flood = situation(session, target(gate.id, stay_s=2.0))
        drill = situation(session, target(gate.id, stay_s=1.0))
        on(session, flood)
        on(session, drill)

        assert off(session, flood) == {"rule.stay_s": "covered"}
        assert gate.rule == {"stay_s": 1.0}
        assert off(session, drill) == {"rule.stay_s": "returned"}
        assert gate.rule == {"stay_s": 5.0}


def test_a_change_between_two_situations_stays_when_both_are_gone(store: Store) -> None:
    with store.write() as session:
        gate = deploy(session, {"stay_s": 5.0})
        flood = situation(session, target(gate.id, stay_s=2.0))
        drill = situation(session, target(gate.id, stay_s=1.0))
        on(session, flood)
        deployments.update(session, gate.id, None, rule={"stay_s": 4.0})
        on(session, drill)

        assert off(session, flood) == {"rule.stay_s": "kept"}
        assert off(session, drill) == {"rule.stay_s": "returned"}
        assert gate.rule == {"stay_s": 4.0}


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25
)
@given(
    rule=st.dictionaries(st.sampled_from(["stay_s", "sightings"]), st.integers(1, 3)),
    enabled=st.booleans(),
    layers=st.lists(
        st.tuples(
            st.none() | st.booleans(),
            st.dictionaries(st.sampled_from(["stay_s", "sightings"]), st.integers(1, 3)),
        ),
        min_size=1,
        max_size=4,
    ),
    data=st.data(),
)
def test_situations_unwind_in_any_order(
    store: Store,
    rule: dict[str, int],
    enabled: bool,
    layers: list[tuple[bool | None, dict[str, int]]],
    data: st.DataObject,
) -> None:
    with store.write() as session:
        gate = deploy(session, rule, enabled)
        active: list[tuple[str, bool | None, dict[str, int]]] = []
        for wanted, values in layers:
            made = situation(session, target(gate.id, wanted, **values))
            on(session, made)
            active.append((made, wanted, values))

        while active:
            gone = active.pop(data.draw(st.integers(0, len(active) - 1)))
            assert set(off(session, gone[0]).values()) <= {"returned", "covered"}

            expected_rule, expected = dict(rule), enabled
            for _, wanted, values in active:
                expected_rule |= values
                expected = expected if wanted is None else wanted
            assert (gate.rule, gate.enabled) == (expected_rule, expected)


def test_what_cannot_be_done_holds_nothing_else_up(store: Store) -> None:
    with store.write() as session:
        gone, gate, yard = deploy(session), deploy(session), deploy(session, enabled=False)
        typhoon = situation(
            session,
            target(gone.id, False),
            target(gate.id, False, stay_s=2.0),
            target(yard.id, True, stay_s=2.0),
        )
        deployments.delete(session, gone.id)
        deployments.update(session, gate.id, None, scenario="illegal-parking")
        deployments.update(session, yard.id, None, scenario="rider-helmet")

        changes = {(c["deployment_id"], c["field"]): c for c in on(session, typhoon).changes}

        assert changes[gone.id, "enabled"]["outcome"] == "gone"
        assert changes[gate.id, "rule.stay_s"]["outcome"] == "changed"
        refused = changes[yard.id, "rule.stay_s"]
        assert (refused["outcome"], "stay_s" in refused["message"]) == ("refused", True)
        assert (yard.enabled, yard.rule) == (True, {})
        deployments.delete(session, gate.id)
        off(session, typhoon)
        assert (yard.enabled, yard.rule) == (False, {})


def test_switching_on_twice_changes_nothing_and_off_twice_is_said_so(store: Store) -> None:
    with store.write() as session:
        gate = deploy(session)
        typhoon = situation(session, target(gate.id, stay_s=2.0))
        first = on(session, typhoon)

        again, new = situations.activate(session, typhoon, reason="?", actor="Ben", at=NOW)

        assert (again.id, new, gate.revision) == (first.id, False, 2)
        off(session, typhoon)
        with pytest.raises(NotFoundError, match="is not active"):
            off(session, typhoon)


def test_both_switches_are_told_with_who_why_and_what(store: Store) -> None:
    with store.write() as session:
        gate = deploy(session, {"stay_s": 5.0})
        typhoon = situation(session, target(gate.id, stay_s=1.0))
        on(session, typhoon)
        off(session, typhoon)
        told = messages.after(session, 0)

    assert [m.type for m in told] == [
        "longan.situation.activated.v1",
        "longan.situation.deactivated.v1",
    ]
    assert {m.subject for m in told} == {typhoon}
    assert told[0].data["reason"] == "red warning"
    assert told[0].data["plan"]["notify"] == ["fire brigade"]
    assert told[0].data["changes"][0]["before"] == {"set": True, "value": 5.0}
    assert (told[1].data["deactivated_by"], told[1].data["changes"][0]["outcome"]) == (
        "Ben",
        "returned",
    )


def test_an_active_situation_keeps_the_plan_it_was_switched_on_with(store: Store) -> None:
    with store.write() as session:
        gate = deploy(session)
        typhoon = situation(session, target(gate.id, stay_s=2.0))
        on(session, typhoon)

        situations.replace(session, typhoon, 1, "Typhoon", plan())
        with pytest.raises(StaleError, match="at revision 2, not 1"):
            situations.replace(session, typhoon, 1, "Typhoon", plan())
        with pytest.raises(ConflictError, match="switch it off first"):
            situations.delete(session, typhoon)
        off(session, typhoon)
        situations.delete(session, typhoon)

        assert gate.rule == {}
        assert len(situations.history(session, typhoon, after=None, limit=9)) == 1
