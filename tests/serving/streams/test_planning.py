from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from structlog.testing import capture_logs

from algorithms.manifest import AlgorithmManifest
from serving.settings import Settings
from serving.store import Store, algorithms, cameras, deployments, rollouts
from serving.store.models import Camera, Deployment, now
from serving.store.rollout_models import Rollout
from serving.streams.pipeline import _reading  # pyright: ignore[reportPrivateUsage]
from serving.streams.plan import CameraPlan
from serving.streams.planning import plan_cameras
from serving.streams.troubles import Troubles

LINE = {"name": "line", "points": [[0.1, 0.5], [0.9, 0.5]], "kind": "line"}
LANE = {"name": "lane", "points": [[0, 0], [1, 0], [1, 1]]}
WORKDAYS = {"time_zone": "Asia/Shanghai", "windows": [{"days": ["tue"], "begin": "08:00"}]}


@pytest.fixture(autouse=True)
def _algorithms(store: Store, make_manifest: Callable[..., AlgorithmManifest]) -> None:
    names = ("person", "car", "bus", "truck", "motorcycle", "bicycle")
    classes = [{"key": key, "zh": key, "en": key} for key in names]
    with store.write() as session:
        algorithms.register_shipped(session, make_manifest(), "a" * 64)
        street_objects = make_manifest("street-objects", classes=classes)
        algorithms.register_shipped(session, street_objects, "b" * 64)


def _camera(store: Store, **fields: Any) -> str:
    with store.write() as session:
        row = Camera(name="c", url="rtsp://10.0.0.7/1", kind="stream", **fields)
        return cameras.create(session, row).id


def _deploy(store: Store, **fields: Any) -> str:
    with store.write() as session:
        row = Deployment(**{"scenario": "rider-helmet", **fields})
        return deployments.create(session, row).id


def _change(store: Store, deployment_id: str, **fields: Any) -> None:
    with store.write() as session:
        deployments.update(session, deployment_id, None, **fields)


def _plans(store: Store) -> dict[str, CameraPlan]:
    with store.read() as session:
        return {plan.camera_id: plan for plan in plan_cameras(session, Settings())}


def test_a_camera_that_a_selector_fits_joins_at_the_next_look(store: Store) -> None:
    _deploy(store, selector={"division": "Longgang", "tags": ["gate"]})
    before = _camera(store, division="Longgang/Buji", tags=["gate"])
    other = _camera(store, division="Futian", tags=["gate"])
    assert {c for c, plan in _plans(store).items() if plan.watches} == {before}

    later = _camera(store, division="Longgang", tags=["gate", "school"])

    assert {c for c, plan in _plans(store).items() if plan.watches} == {before, later}
    assert _plans(store)[other].watches == ()


def test_an_edit_of_rule_zones_or_schedule_leaves_the_reader_alone(store: Store) -> None:
    camera = _camera(store)
    deployment = _deploy(store, camera_ids=[camera])
    before = _plans(store)[camera]

    _change(store, deployment, rule={"votes": 9}, zones=[LANE], schedule=WORKDAYS)

    after = _plans(store)[camera]
    assert _reading(after) == _reading(before)
    [watch] = after.watches
    assert watch.deployment_revision == 2
    assert watch.rule.model_dump()["votes"] == 9
    assert [zone.name for zone in watch.zones] == ["lane"]
    assert watch.schedule is not None
    assert watch.schedule.time_zone == "Asia/Shanghai"


def test_a_privacy_area_is_taken_up_without_reading_the_camera_anew(store: Store) -> None:
    camera = _camera(store)
    before = _plans(store)[camera]

    with store.write() as session:
        cameras.update(session, camera, None, privacy_areas=[LANE])

    after = _plans(store)[camera]
    assert (before.private, after.private) == ((), (((0, 0), (1, 0), (1, 1)),))
    assert _reading(after) == _reading(before)


def test_each_camera_has_its_own_zones_or_those_of_all(store: Store) -> None:
    one, other = _camera(store), _camera(store)
    drawn = {one: [{**LANE, "name": "own"}]}
    _deploy(store, camera_ids=[one, other], zones=[LANE], zones_by_camera=drawn)

    plans = _plans(store)

    assert [zone.name for watch in plans[one].watches for zone in watch.zones] == ["own"]
    assert [zone.name for watch in plans[other].watches for zone in watch.zones] == ["lane"]


def test_a_camera_without_the_line_that_a_rule_needs_does_not_stop_the_others(
    store: Store,
) -> None:
    drawn, blank = _camera(store, tags=["road"]), _camera(store, tags=["road"])
    _deploy(
        store,
        scenario="wrong-way",
        selector={"division": None, "tags": ["road"]},
        zones_by_camera={drawn: [LINE]},
    )

    plans = _plans(store)

    assert len(plans[drawn].watches) == 1
    assert plans[blank].watches == ()


def test_what_keeps_a_deployment_from_running_is_logged_when_it_begins_not_every_second(
    store: Store,
) -> None:
    deployment = _deploy(store, scenario="gone", camera_ids=[_camera(store)])
    troubles = Troubles()

    def look() -> list[str]:
        with capture_logs() as logs, store.read() as session:
            plan_cameras(session, Settings(), troubles)
        return [entry["deployment_id"] for entry in logs]

    first, second = look(), look()
    _change(store, deployment, enabled=False)
    off = look()
    _change(store, deployment, enabled=True)

    assert (first, second, off, look()) == ([deployment], [], [], [deployment])


def test_a_camera_is_analysed_at_the_most_that_a_deployment_wants(store: Store) -> None:
    slow, fast, usual = (_camera(store, analysed_fps=4.0) for _ in range(3))
    _deploy(store, camera_ids=[slow, fast], fps=1.0)
    _deploy(store, camera_ids=[fast], fps=10.0)

    plans = _plans(store)

    assert [plans[c].fps for c in (slow, fast, usual)] == [1.0, 10.0, 4.0]


def test_evidence_is_masked_by_the_champion_where_there_is_one(
    store: Store, make_manifest: Callable[..., AlgorithmManifest]
) -> None:
    camera = _camera(store)
    _deploy(store, camera_ids=[camera])

    def masking() -> str | None:
        model = _plans(store)[camera].masking
        return model and model.sha256

    seen = [masking()]
    with store.write() as session:
        for version, sha256 in (("1.0.0", "c" * 64), ("1.1.0", "d" * 64)):
            algorithms.register_shipped(session, make_manifest("privacy", version), sha256)
    seen.append(masking())
    with store.write() as session:
        algorithms.set_alias(session, "privacy", algorithms.CHAMPION, "1.1.0")
    seen.append(masking())
    assert "d" * 64 in _plans(store)[camera].loaded
    with store.write() as session:
        algorithms.set_state(session, "privacy", "1.1.0", "revoked", "misses faces")

    assert [*seen, masking()] == [None, "c" * 64, "d" * 64, None]
    assert _plans(store)[camera].watches


def test_outside_of_its_schedule_a_watch_is_left_out(store: Store) -> None:
    camera = _camera(store)
    always = _deploy(store, camera_ids=[camera])
    _deploy(store, camera_ids=[camera], schedule=WORKDAYS)
    plan = _plans(store)[camera]

    tuesday = datetime.fromisoformat("2026-11-24T09:00:00+08:00")
    wednesday = datetime.fromisoformat("2026-11-25T09:00:00+08:00")

    assert plan.at(tuesday) == plan
    assert [watch.deployment_id for watch in plan.at(wednesday).watches] == [always]


def test_a_rollout_shares_the_cameras_between_two_versions(
    store: Store, make_manifest: Callable[..., AlgorithmManifest]
) -> None:
    ids = [_camera(store) for _ in range(8)]
    deployment = _deploy(store, camera_ids=ids)
    before = _plans(store)
    with store.write() as session:
        algorithms.add(session, make_manifest(version="0.2.0"), "c" * 64, origin="submitted")
        row = Rollout(
            deployment_id=deployment,
            champion="rider-helmet@0.1.0",
            candidate="rider-helmet@0.2.0",
            canary=[50],
            gates={},
            revision=1,
        )
        rollout = rollouts.begin(session, row, "Anna", "new", now()).id

    def by_camera() -> list[list[tuple[str, str | None]]]:
        return [
            [(watch.models[0].manifest.version, watch.shadow_of) for watch in plan.watches]
            for plan in _plans(store).values()
        ]

    def step(state: Any, percent: int = 0) -> None:
        with store.write() as session:
            rollouts.move(
                session, rollout, None, state, percent, actor="Anna", reason="r", at=now()
            )

    assert by_camera() == [[("0.1.0", None), ("0.2.0", rollout)]] * 8
    shadow = _plans(store)
    assert all(shadow[c].watches[0] == before[c].watches[0] for c in ids)  # it goes on untouched
    assert all(_reading(shadow[c]) == _reading(before[c]) for c in ids)
    step("canary", 99)
    step("live")
    assert by_camera() == [[("0.2.0", None)]] * 8
    step("rolling_back")
    assert by_camera() == [[("0.1.0", None)]] * 8


def test_a_canary_has_some_cameras_and_keeps_them_as_it_grows(
    store: Store, make_manifest: Callable[..., AlgorithmManifest]
) -> None:
    ids = [_camera(store) for _ in range(30)]
    deployment = _deploy(store, camera_ids=ids)
    with store.write() as session:
        algorithms.add(session, make_manifest(version="0.2.0"), "c" * 64, origin="submitted")
        row = Rollout(
            deployment_id=deployment,
            champion="rider-helmet@0.1.0",
            candidate="rider-helmet@0.2.0",
            canary=[50],
            gates={},
            revision=1,
        )
        rollout = rollouts.begin(session, row, "Anna", "new", now()).id

    def with_the_new() -> set[str]:
        shares = {c: plan.watches for c, plan in _plans(store).items()}
        assert all(len(watches) == 1 and not watches[0].shadow_of for watches in shares.values())
        return {c for c, (watch,) in shares.items() if watch.models[0].manifest.version == "0.2.0"}

    found: list[set[str]] = []
    for percent in (1, 40, 80):
        with store.write() as session:
            rollouts.move(
                session, rollout, None, "canary", percent, actor="Anna", reason="r", at=now()
            )
        found.append(with_the_new())

    assert set() < found[0] <= found[1] <= found[2]
    assert len(found[0]) < 30
