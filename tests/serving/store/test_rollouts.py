from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from algorithms.manifest import AlgorithmManifest
from scenarios.rollout import Gates, Usage
from serving.store import (
    Store,
    algorithms,
    cameras,
    deployments,
    events,
    kpis,
    messages,
    model_usage,
    reviews,
    rollouts,
    shadow_events,
)
from serving.store.errors import ConflictError, StaleError
from serving.store.models import Camera, Deployment, Event, now
from serving.store.reviews import Said
from serving.store.rollout_models import Rollout
from tests.serving.store.loop import ANNA

MakeEvent = Callable[..., Event]
MakeManifest = Callable[..., AlgorithmManifest]

OLD = {"name": "rider-helmet", "version": "0.1.0", "sha256": "a" * 64}
NEW = {"name": "rider-helmet", "version": "0.2.0", "sha256": "b" * 64}
BEGUN = now().replace(microsecond=0)


@pytest.fixture
def session(store: Store, make_manifest: MakeManifest) -> Any:
    with store.write() as session:
        for model in (OLD, NEW):
            manifest = make_manifest(version=model["version"])
            algorithms.add(session, manifest, model["sha256"], origin="submitted")
        yield session


@pytest.fixture
def deployment(session: Session) -> Deployment:
    camera = cameras.create(session, Camera(name="c", url="rtsp://10.0.0.7/1", kind="stream"))
    row = Deployment(scenario="rider-helmet", camera_ids=[camera.id])
    return deployments.create(session, row)


def _begin(session: Session, deployment: Deployment, **fields: Any) -> Rollout:
    usual: dict[str, Any] = {
        "deployment_id": deployment.id,
        "champion": "rider-helmet@0.1.0",
        "candidate": "rider-helmet@0.2.0",
        "canary": [10, 50],
        "gates": Gates(min_reviewed=3, min_pictures=10).model_dump(mode="json"),
        "revision": 1,
    }
    return rollouts.begin(session, Rollout(**{**usual, **fields}), "Anna", "new", BEGUN)


def _move(session: Session, row: Rollout, state: Any, percent: int = 0, **fields: Any) -> Rollout:
    usual: dict[str, Any] = {"revision": None, "actor": "Anna", "reason": "r", "at": BEGUN}
    given = {**usual, **fields}
    return rollouts.move(session, row.id, given.pop("revision"), state, percent, **given)


def _shadow(session: Session, row: Rollout, event: Event) -> None:
    names = ("camera_id", "rule", "zone", "confidence", "objects", "path", "occurrences")
    names += ("scenario", "severity")
    times = ("first_seen_at", "opened_at", "last_seen_at", "ended_at")
    fields = {name: getattr(event, name) for name in ("id", "revision", *names, *times)}
    shadow_events.record(session, row.id, fields)


def test_live_is_a_revision_of_the_deployment_and_so_is_the_way_back(
    session: Session, deployment: Deployment
) -> None:
    row = _begin(session, deployment)

    _move(session, row, "canary", 25)
    assert (deployment.algorithm, row.percent) == (None, 25)
    _move(session, row, "live")
    assert (deployment.algorithm, row.percent) == ("rider-helmet@0.2.0", 100)
    _move(session, row, "rolling_back")
    assert (deployment.algorithm, row.percent) == ("rider-helmet@0.1.0", 0)

    made = deployments.revisions(session, deployment.id)
    assert [r.created_by for r in made] == ["Anna", "Anna", "platform"]
    assert [(s.number, s.state, s.actor) for s in rollouts.steps(session, row.id)] == [
        (1, "shadow", "Anna"),
        (2, "canary", "Anna"),
        (3, "live", "Anna"),
        (4, "rolling_back", "Anna"),
    ]


def test_a_step_that_does_not_lead_on_is_refused(session: Session, deployment: Deployment) -> None:
    row = _begin(session, deployment)
    with pytest.raises(ConflictError, match="is shadow; end it first"):
        _begin(session, deployment)
    with pytest.raises(StaleError, match="revision 1, not 7"):
        _move(session, row, "live", revision=7)

    _move(session, row, "canary", 50)
    with pytest.raises(ConflictError, match="more than 50"):
        _move(session, row, "canary", 20)
    _move(session, row, "live")
    with pytest.raises(ConflictError, match="not canary"):
        _move(session, row, "canary", 60)

    other = _begin(session, deployment, candidate="rider-helmet@0.1.0")
    with pytest.raises(ConflictError, match="is over"):
        _move(session, row, "rolling_back")
    assert rollouts.active(session) == {deployment.id: other}


def test_confirmed_false_alarms_roll_it_back_and_it_is_over_when_no_camera_has_it(
    session: Session, deployment: Deployment, make_event: MakeEvent
) -> None:
    [camera_id] = deployment.camera_ids
    row = _begin(session, deployment)
    _move(session, row, "live")
    for model in (OLD, OLD, OLD, NEW, NEW):
        _judge(session, make_event, deployment, model)
    assert rollouts.look(session, row.id, BEGUN) is None

    _judge(session, make_event, deployment, NEW)
    reason = rollouts.look(session, row.id, BEGUN)

    assert reason is not None
    assert reason.startswith("precision: 0 of 3")
    assert (row.state, deployment.algorithm) == ("rolling_back", "rider-helmet@0.1.0")
    versions = {deployment.id: ["rider-helmet@0.2.0"]}
    cameras.observe(session, camera_id, state="online", versions=versions)
    assert rollouts.look(session, row.id, now()) is None
    cameras.observe(session, camera_id, versions={deployment.id: ["rider-helmet@0.1.0"]})
    rollouts.look(session, row.id, now())
    assert row.state == "rolled_back"
    assert row.ended_at is not None
    assert rollouts.active(session) == {}


def _judge(
    session: Session, make_event: MakeEvent, deployment: Deployment, model: dict[str, str]
) -> None:
    opened_at = BEGUN + timedelta(seconds=1)
    event = make_event(
        deployment_id=deployment.id,
        algorithms=[model],
        first_seen_at=opened_at,
        opened_at=opened_at,
        last_seen_at=opened_at,
    )
    events.record(session, event)
    said = Said("false_alarm", "look_alike")
    reviews.add(session, event.id, said, reviewer=ANNA, share=0, at=opened_at)


@pytest.mark.parametrize(
    ("used", "why"),
    [
        (Usage(100, 50, 1.0), "error rate: 50 of 100"),
        (Usage(100, 0, 2.1), "latency: 21.0 ms a picture, the champion's is 10.0 ms"),
        (Usage(100, 0, 1.9), None),
    ],
)
def test_what_the_pipelines_measured_lately_rolls_it_back(
    session: Session, deployment: Deployment, used: Usage, why: str | None
) -> None:
    stale = BEGUN - timedelta(minutes=1)  # of before the rollout
    model_usage.add(session, "node", NEW["sha256"], stale, Usage(10_000, 10_000))
    row = _begin(session, deployment)
    model_usage.add(session, "node", OLD["sha256"], BEGUN, Usage(100, 0, 1.0))
    model_usage.add(session, "node", NEW["sha256"], BEGUN, Usage())
    model_usage.add(session, "node", NEW["sha256"], BEGUN, used)

    reason = rollouts.look(session, row.id, BEGUN)

    assert (reason is None) if why is None else (reason or "").startswith(why)


def test_it_goes_on_by_itself_step_by_step(session: Session, deployment: Deployment) -> None:
    row = _begin(session, deployment, automatic={"after_h": 1, "min_events": 0})
    stages: list[tuple[str, int]] = []

    for hours in (0.9, 1.0, 1.5, 2.0, 3.0, 4.0):
        at = BEGUN + timedelta(hours=hours)
        model_usage.add(session, "node", NEW["sha256"], at, Usage(100, 0, 1.0))
        rollouts.look(session, row.id, at)
        stages.append((row.state, row.percent))

    assert stages == [
        ("shadow", 0),
        ("canary", 10),
        ("canary", 10),
        ("canary", 50),
        ("live", 100),
        ("live", 100),
    ]


def test_a_version_that_is_revoked_goes_back(session: Session, deployment: Deployment) -> None:
    row = _begin(session, deployment)
    algorithms.get(session, "rider-helmet", "0.2.0").state = "revoked"

    assert "0.2.0 was revoked" in (rollouts.look(session, row.id, BEGUN) or "")


def test_what_is_found_in_shadow_is_neither_told_nor_counted(
    session: Session, deployment: Deployment, make_event: MakeEvent
) -> None:
    row = _begin(session, deployment)
    event = make_event(deployment_id=deployment.id, confidence=1.0)
    _shadow(session, row, event)
    _shadow(session, row, event)

    assert shadow_events.count(session, row.id) == 1
    assert not events.exists(session, event.id)
    assert messages.after(session, 0, 100) == []
    everything = kpis.Scope(BEGUN - timedelta(days=3650), BEGUN + timedelta(days=3650))
    assert kpis.precision(session, everything) == []


def test_agreement_leaves_out_what_was_open_before_the_shadow_and_what_came_after_it(
    session: Session, deployment: Deployment, make_event: MakeEvent
) -> None:
    row = _begin(session, deployment)

    def at(second: float, **fields: Any) -> Event:
        when = BEGUN + timedelta(seconds=second)
        path = [[when.isoformat(), 0.1, 0.2, 0.3, 0.4]]
        return make_event(
            deployment_id=deployment.id,
            path=path,
            **{"first_seen_at": when, "opened_at": when, "last_seen_at": when, **fields},
        )

    for event in (at(-60, last_seen_at=BEGUN), at(10), at(30), at(90)):
        events.record(session, event)
    for event in (at(11), at(50)):
        _shadow(session, row, event)
    _move(session, row, "canary", 10, at=BEGUN + timedelta(seconds=80))

    found = rollouts.compare(session, row, BEGUN + timedelta(seconds=100)).agreement

    assert (len(found.both), len(found.champion_only), len(found.shadow_only)) == (1, 1, 1)


def test_an_event_that_another_version_carries_on_stays_that_of_who_opened_it(
    session: Session, make_event: MakeEvent
) -> None:
    opened = make_event(algorithms=[OLD])
    events.record(session, opened)
    fields = {"revision": 2, "life_cycle": "ended", "deployment_revision": 2}

    events.record(session, make_event(id=opened.id, algorithms=[NEW], **fields))

    stored = events.get(session, opened.id)
    assert (stored.revision, stored.life_cycle) == (2, "ended")
    assert (stored.algorithms, stored.deployment_revision) == ([OLD], 1)
