import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from serving.store import Store, events, observations, work_orders
from serving.store.models import Event
from serving.store.work_orders import Assignment
from tests.serving.conftest import NOON

MakeEvent = Callable[..., Event]

NOVEMBER = {"since": "2026-11-01T00:00:00+08:00", "until": "2026-12-01T00:00:00+08:00"}


def _saw(store: Store, days: float, worn: int, not_worn: int) -> None:
    with store.write() as session:
        observations.add(
            session,
            deployment_id="01JD",
            camera_id="01JC",
            scenario="rider-helmet",
            at=NOON - timedelta(days=days),
            seen_s=3600,
            counts={"with_helmet": worn, "without_helmet": not_worn},
        )


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_wearing_rate_comes_by_day_as_json_and_as_csv(client: TestClient, store: Store) -> None:
    _saw(store, 1, 30, 10)
    _saw(store, 0, 9, 1)
    path, query = "/api/v1/kpis/helmet-wearing", {**NOVEMBER, "group_by": "day"}
    query["until"] = "2026-11-25T00:00:00+08:00"

    as_json = client.get(path, params=query).json()["items"]
    as_csv = client.get(path, params=query, headers={"Accept": "text/csv"})
    by_query = client.get(path, params={**query, "format": "csv"})

    seen = [row for row in as_json if row["riders"]]
    assert [(row["group"], row["riders"], row["rate"]) for row in seen] == [
        ("2026-11-23", 40, 0.75),
        ("2026-11-24", 10, 0.9),
    ]
    assert as_csv.headers["content-type"].startswith("text/csv")
    assert as_csv.text == by_query.text
    assert as_csv.text.startswith("\ufeffgroup,with_helmet,")
    assert [row["rate"] for row in _rows(as_csv.text) if row["riders"] != "0"] == ["0.75", "0.9"]


def test_a_cell_that_looks_like_a_formula_is_only_text(
    client: TestClient, store: Store, make_event: MakeEvent
) -> None:
    with store.write() as session:
        event = make_event()
        events.record(session, event)
        work_orders.open_for(
            session, event, actor="a", at=NOON, assignment=Assignment('=HYPERLINK("x")', 4)
        )

    answer = client.get(
        "/api/v1/kpis/dispatch-accuracy", params={**NOVEMBER, "group_by": "unit", "format": "csv"}
    )

    assert _rows(answer.text)[0]["group"] == '\'=HYPERLINK("x")'
    assert _rows(answer.text)[0]["dispatched"] == "1"


def test_precision_and_timeliness_follow_the_reviews_and_orders(
    client: TestClient, store: Store, make_event: MakeEvent
) -> None:
    right, wrong = make_event(0), make_event(1)
    with store.write() as session:
        events.record(session, right)
        events.record(session, wrong)
        work_orders.open_for(
            session,
            right,
            actor="a",
            at=NOON + timedelta(minutes=5),
            assignment=Assignment("police", 4),
        )
    client.post(f"/api/v1/events/{right.id}/reviews", json={"verdict": "confirmed"})
    false = {"verdict": "false_alarm", "reason": "tracking"}
    client.post(f"/api/v1/events/{wrong.id}/reviews", json=false)

    [precision] = client.get("/api/v1/kpis/precision", params=NOVEMBER).json()["items"]
    [times] = client.get("/api/v1/kpis/timeliness", params=NOVEMBER).json()["items"]

    assert (precision["version"], precision["precision"]) == ("0.1.0", 0.5)
    assert precision["low"] == pytest.approx(0.0945, abs=1e-4)
    assert (times["orders"], times["dispatch_median_s"], times["accept_n"]) == (1, 300.0, 0)


def _compare(client: TestClient, kpi: str, **more: str) -> Any:
    periods = {
        "before_since": "2026-11-16T00:00:00Z",
        "before_until": "2026-11-20T00:00:00Z",
        "after_since": "2026-11-20T00:00:00Z",
        "after_until": "2026-11-25T00:00:00Z",
    }
    return client.get("/api/v1/kpis/comparison", params={"kpi": kpi, **periods, **more})


def test_two_periods_are_compared_with_how_sure_the_difference_is(
    client: TestClient, store: Store
) -> None:
    _saw(store, 6, 300, 200)
    _saw(store, 1, 400, 100)

    [row] = _compare(client, "helmet-wearing").json()["items"]
    [nothing] = _compare(client, "precision").json()["items"]

    assert (row["before_rate"], row["after_rate"], row["test"]) == (0.6, 0.8, "two-proportion z")
    assert row["effect"] == pytest.approx(0.2)
    assert 0.1 < row["effect_low"] < 0.2 < row["effect_high"] < 0.3
    assert row["p_value"] < 1e-9
    assert (nothing["before_n"], nothing["effect"], nothing["p_value"]) == (0, None, None)


def test_what_cannot_be_asked_is_refused(client: TestClient) -> None:
    backwards = {"since": NOVEMBER["until"], "until": NOVEMBER["since"]}
    for path in ("helmet-wearing", "precision", "timeliness", "dispatch-accuracy"):
        answer = client.get(f"/api/v1/kpis/{path}", params=backwards)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["where"] == "query.until"
    assert _compare(client, "helmet-wearing", scenario="rider-helmet").status_code == 422
    assert _compare(client, "luck").status_code == 422


def test_events_are_counted_by_the_hours_of_the_platforms_clock(
    client: TestClient, store: Store, make_event: MakeEvent
) -> None:
    first, second = make_event(0), make_event(1)
    with store.write() as session:
        events.record(session, first)
        events.record(session, second)
    client.post(f"/api/v1/events/{first.id}/reviews", json={"verdict": "confirmed"})
    path = "/api/v1/kpis/events"

    by_hour = client.get(path, params={**NOVEMBER, "group_by": "hour_of_day"}).json()["items"]
    (together,) = client.get(path, params=NOVEMBER).json()["items"]
    elsewhere = client.get(path, params={**NOVEMBER, "division": "别处"}).json()["items"]

    local = {f"{e.opened_at + timedelta(hours=8):%H}" for e in (first, second)}
    assert {row["group"] for row in by_hour} == local
    assert (together["group"], together["events"], together["unreviewed"]) == ("all", 2, 1)
    assert together["precision"] == 1.0
    assert elsewhere == []
