from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from scenarios.statistics import wilson
from serving.store import Store, deployments, observations
from serving.store.models import Camera, Deployment
from serving.store.wearing import GroupBy, Scope, WearingRow, helmet_wearing

SHANGHAI = ZoneInfo("Asia/Shanghai")
MIDNIGHT = datetime(2026, 11, 23, 16, tzinfo=UTC)
"""In Shanghai: Tuesday the 24th begins."""


def _hour(number: float) -> datetime:
    return MIDNIGHT + timedelta(hours=number)


def _set_up(session: Session, created_h: float = -100) -> None:
    for camera_id, division in (("01JA", "LG/Buji"), ("01JB", "LG/Longcheng")):
        session.add(
            Camera(id=camera_id, name="c", url="rtsp://h", kind="stream", division=division)
        )
    session.add(
        Deployment(
            id="01JD",
            scenario="rider-helmet",
            camera_ids=["01JA", "01JB"],
            created_at=_hour(created_h),
        )
    )
    session.flush()


def _saw(
    session: Session, camera_id: str, hour: float, worn: int, not_worn: int, seen_s: float = 3600
) -> None:
    observations.add(
        session,
        deployment_id="01JD",
        camera_id=camera_id,
        scenario="rider-helmet",
        at=_hour(hour),
        seen_s=seen_s,
        counts={"with_helmet": worn, "without_helmet": not_worn},
    )


def _ask(
    session: Session,
    group_by: GroupBy | None = None,
    hours: tuple[float, float] = (0, 24),
    now_h: float = 1000,
    min_coverage: float = 0,
    **scope: str,
) -> dict[str, WearingRow]:
    rows = helmet_wearing(
        session,
        Scope(_hour(hours[0]), _hour(hours[1]), **scope),
        group_by=group_by,
        zone=SHANGHAI,
        now=_hour(now_h),
        min_coverage=min_coverage,
    )
    return {row.group: row for row in rows}


def test_the_rate_is_over_riders_seen_and_says_how_much_was_seen(store: Store) -> None:
    with store.write() as session:
        _set_up(session)
        _saw(session, "01JA", 8, 30, 10)
        _saw(session, "01JB", 8, 10, 10, seen_s=1800)

        row = _ask(session)["all"]

    assert (row.with_helmet, row.without_helmet, row.riders) == (40, 20, 60)
    assert row.rate == pytest.approx(2 / 3)
    assert (row.low, row.high) == pytest.approx(wilson(40, 60))
    assert (row.seen_s, row.wall_s) == (5400, 2 * 24 * 3600)
    assert row.coverage == pytest.approx(5400 / 172800, abs=1e-4)


def test_groups_follow_the_clock_of_the_city(store: Store) -> None:
    with store.write() as session:
        _set_up(session)
        _saw(session, "01JA", 23, 1, 0)
        _saw(session, "01JA", 24, 0, 2)
        _saw(session, "01JB", 24 * 6, 5, 0)

        days = _ask(session, "day", (0, 48))
        weeks = _ask(session, "week", (0, 24 * 7))
        hours = _ask(session, "hour", (23, 25))
        cameras = _ask(session, "camera", (0, 48))
        divisions = _ask(session, "division", (0, 48), division="LG/Buji")

    assert {day: row.riders for day, row in days.items()} == {"2026-11-24": 1, "2026-11-25": 2}
    assert {week: row.riders for week, row in weeks.items()} == {"2026-W48": 3, "2026-W49": 5}
    assert [row.wall_s for row in weeks.values()] == [2 * 6 * 86400, 2 * 86400]
    assert list(hours) == ["2026-11-24T15:00:00.000000Z", "2026-11-24T16:00:00.000000Z"]
    assert {camera: row.riders for camera, row in cameras.items()} == {"01JA": 3, "01JB": 0}
    assert (cameras["01JB"].rate, cameras["01JB"].coverage) == (None, 0)
    assert list(divisions) == ["LG/Buji"]


def test_time_before_a_deployment_and_after_now_is_nobodys_fault(store: Store) -> None:
    with store.write() as session:
        _set_up(session, created_h=6.5)
        _saw(session, "01JA", 7, 4, 0)

        row = _ask(session, now_h=10.25)["all"]
        by_camera = _ask(session, "camera", now_h=10.25)["01JA"]
        by_hour = _ask(session, "hour", now_h=10.25)

    assert row.wall_s == 2 * 3.75 * 3600
    assert by_camera.wall_s == 3.75 * 3600
    assert sum(each.wall_s for each in by_hour.values()) == row.wall_s


def test_hours_with_little_seen_are_left_out_only_if_asked(store: Store) -> None:
    with store.write() as session:
        _set_up(session)
        _saw(session, "01JA", 8, 10, 0)
        _saw(session, "01JA", 9, 0, 10, seen_s=600)

        usual, strict = _ask(session)["all"], _ask(session, min_coverage=0.5)["all"]

    assert (usual.riders, usual.left_out_h) == (20, 0)
    assert (strict.riders, strict.seen_s, strict.left_out_h) == (10, 3600, 1)
    assert strict.wall_s == usual.wall_s


def test_what_a_deleted_deployment_saw_still_counts(store: Store) -> None:
    with store.write() as session:
        _saw(session, "01JGONE", 8, 3, 1)

        row = _ask(session, "camera")["01JGONE"]

    assert (row.riders, row.wall_s) == (4, 24 * 3600)


RUSH_HOURS = {"time_zone": "Asia/Shanghai", "windows": [{"begin": "07:00", "end": "09:30"}]}


def _scheduled(session: Session, schedule: dict[str, Any] | None) -> str:
    session.add(Camera(id="01JA", name="c", url="rtsp://h", kind="stream"))
    deployment = deployments.create(
        session,
        Deployment(
            id="01JD",
            scenario="rider-helmet",
            camera_ids=["01JA"],
            schedule=schedule,
            created_at=_hour(-100),
        ),
    )
    (first,) = deployments.revisions(session, deployment.id)
    first.created_at = _hour(-100)
    session.flush()
    return deployment.id


def test_time_outside_of_the_schedule_is_no_down_time(store: Store) -> None:
    with store.write() as session:
        _scheduled(session, RUSH_HOURS)
        _saw(session, "01JA", 7, 4, 1)
        _saw(session, "01JA", 8, 4, 1)
        _saw(session, "01JA", 9, 2, 0, seen_s=1800)

        row = _ask(session)["all"]
        by_hour = _ask(session, "hour")
        by_camera = _ask(session, "camera", (0, 48))["01JA"]
        strict = _ask(session, min_coverage=0.9)["all"]

    assert (row.wall_s, row.coverage) == (2.5 * 3600, 1.0)
    assert [each.wall_s for each in by_hour.values() if each.wall_s] == [3600, 3600, 1800]
    assert by_camera.wall_s == 5 * 3600
    assert (strict.left_out_h, strict.riders) == (0, 12), "half an hour was all it was asked for"


def test_down_time_within_the_schedule_is_down_time(store: Store) -> None:
    with store.write() as session:
        _scheduled(session, RUSH_HOURS)
        _saw(session, "01JA", 7, 4, 1, seen_s=900)

        row = _ask(session)["all"]
        strict = _ask(session, min_coverage=0.5)["all"]

    assert row.coverage == pytest.approx(900 / 9000)
    assert (strict.left_out_h, strict.riders) == (1, 0)


def test_each_time_counts_by_the_schedule_of_then(store: Store) -> None:
    with store.write() as session:
        deployment_id = _scheduled(session, None)
        deployments.update(session, deployment_id, None, schedule=RUSH_HOURS)
        deployments.update(session, deployment_id, None, enabled=False)
        stopped, changed, _ = deployments.revisions(session, deployment_id)
        changed.created_at, stopped.created_at = _hour(4), _hour(8)
        session.flush()
        _saw(session, "01JA", 1, 4, 1)

        hours = _ask(session, "hour")

    looked = {name[11:13]: row.wall_s for name, row in hours.items() if row.wall_s}
    assert looked == {"16": 3600, "17": 3600, "18": 3600, "19": 3600, "23": 3600}
