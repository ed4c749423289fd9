"""Every route, every role, another division: the right refusal, and nothing leaks."""

import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.testclient import TestClient
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocketDisconnect

from algorithms.manifest import AlgorithmManifest
from serving.access import ROLES, Action, Grant, Role
from serving.api.rights import needed
from serving.store import Store
from serving.store.loop_models import Incident, Observation, Report, Review, WorkOrder
from serving.store.models import Camera, CameraStatus, Clip, Deployment, DeploymentRevision
from serving.store.wall_models import WallView
from tests.serving.api.conftest import SignedIn
from tests.serving.conftest import NOON

HERE, THERE = "龙岗区/龙城街道", "龙岗区/布吉街道"
SECRET = "buji-secret"
"""In every text of what lies in the other division."""

OPEN = {"/healthz", "/readyz", "/v2/health/live", "/v2/health/ready"}
IDS = {
    "camera_id": "01JCAMERATHERE",
    "event_id": "01JEVENTTHERE",
    "deployment_id": "01JDEPLOYMENTTHERE",
    "incident_id": "01JINCIDENTTHERE",
    "order_id": "01JORDERTHERE",
    "report_id": "01JREPORTTHERE",
    "clip_id": "01JCLIPTHERE",
    "view_id": "01JVIEWTHERE",
    "kind": "snapshot",
}
"""Of the other division, by the names that the routes have for them."""

PLACED_PATHS = tuple(name for name in IDS if name != "kind")


@pytest.fixture
def there(store: Store, make_event: Any) -> None:
    """One of everything in the other division."""
    camera = IDS["camera_id"]
    incident: dict[str, Any] = {"kind": "matter", "scenario": "rider-helmet", "severity": "major"}
    moments = dict.fromkeys(("opened_at", "last_seen_at", "quiet_at", "reopens_until"), NOON)
    with store.write() as session:
        session.add(
            Camera(id=camera, name=SECRET, url="rtsp://192.0.2.1/1", kind="stream", division=THERE)
        )
        session.flush()
        session.add_all(
            [
                CameraStatus(camera_id=camera, state="offline", message=SECRET),
                Deployment(
                    id=IDS["deployment_id"],
                    scenario="rider-helmet",
                    camera_ids=[camera],
                    division=THERE,
                ),
                DeploymentRevision(
                    deployment_id=IDS["deployment_id"], revision=1, spec={}, created_by=SECRET
                ),
                make_event(
                    id=IDS["event_id"], camera_id=camera, camera_name=SECRET, division=THERE
                ),
                Incident(
                    id=IDS["incident_id"],
                    division=THERE,
                    camera_id=camera,
                    camera_ids=[camera],
                    events=1,
                    **incident,
                    **moments,
                ),
                WorkOrder(
                    id=IDS["order_id"],
                    scenario="rider-helmet",
                    division=THERE,
                    occurred_at=NOON,
                    dispatched_at=NOON,
                    state="dispatched",
                    unit=SECRET,
                ),
                Report(
                    id=IDS["report_id"],
                    channel="hotline",
                    external_id=SECRET,
                    scenario="rider-helmet",
                    division=THERE,
                    text=SECRET,
                    occurred_at=NOON,
                    created_by="12345",
                ),
                WallView(
                    id=IDS["view_id"],
                    name=SECRET,
                    camera_ids=[camera],
                    division=THERE,
                    grid=9,
                    created_by=SECRET,
                ),
                Clip(
                    id=IDS["clip_id"],
                    name=SECRET,
                    camera_id=camera,
                    sha256="0" * 64,
                    size_bytes=1,
                    created_by=SECRET,
                ),
                Observation(
                    deployment_id=IDS["deployment_id"],
                    camera_id=camera,
                    hour=NOON,
                    key="with_helmet",
                    scenario="rider-helmet",
                    amount=4711,
                ),
            ]
        )
        session.flush()
        session.add(
            Review(
                event_id=IDS["event_id"],
                look=1,
                sampled=True,
                verdict="false_alarm",
                reason="other",
                note=SECRET,
                reviewer_id="01JREVIEWER",
                reviewer=SECRET,
            )
        )


def routes(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Method and path of all that the platform answers, but for the dashboard's files."""
    for found in iter_route_contexts(app.routes):
        match found.original_route:
            case APIRoute(methods=methods) | Route(methods=methods) if methods:
                yield from ((method, found.path or "") for method in sorted(methods))
            case WebSocketRoute():
                yield "GET", found.path or ""
            case other:
                assert not getattr(other, "path", "").startswith(("/api", "/v2")), other


def filled(path: str) -> str:
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda part: IDS.get(part.group(1), "1.0.0"), path)


def unknown(path: str) -> str:
    """The same, of something that is nowhere."""
    return filled(path).replace("THERE", "NONE")


def ask(client: TestClient, method: str, path: str) -> Any:
    return client.request(method, path, json={} if method != "GET" else None)


def told_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.text.replace("THERE", "NONE")


def test_every_route_needs_a_right_or_is_open_on_purpose(app: FastAPI) -> None:
    without = [
        f"{method} {path}"
        for method, path in routes(app)
        if path.startswith(("/api", "/v2", "/metrics", "/openapi"))
        and path not in OPEN
        and needed(method, filled(path)) is None
    ]

    assert without == [], "name their right in serving/api/rights.py"
    assert len(list(routes(app))) > 150


def test_every_right_is_needed_for_something(app: FastAPI) -> None:
    asked = {needed(method, filled(path)) for method, path in routes(app)}

    assert set(get_args(Action)) - asked == set()


@pytest.mark.parametrize("role", get_args(Role))
@pytest.mark.usefixtures("there")
def test_nothing_of_another_division_is_seen_or_changed(
    app: FastAPI, signed_in: SignedIn, store: Store, role: Role
) -> None:
    client = signed_in(role, HERE)
    before = _rows(store)
    wrong: list[str] = []
    for method, path in routes(app):
        action = needed(method, filled(path))
        if path in OPEN or action is None or path.endswith(("/live", "/events/stream")):
            continue
        answer = ask(client, method, filled(path))
        told = f"{method} {path} ({action}): {answer.status_code}"
        if SECRET in answer.text or "4711" in answer.text:
            wrong.append(f"{told} told {answer.text[:300]}")
        if action not in _bound(role) and answer.status_code != 403:
            wrong.append(f"{told}, expected 403")
        if any(f"{{{name}}}" in path for name in PLACED_PATHS):
            nothing = ask(client, method, unknown(path))
            if told_of(answer) != told_of(nothing):
                wrong.append(f"{told}, but {nothing.status_code} where there is nothing")
        if answer.status_code >= 500 and "/v2/" not in path:
            wrong.append(f"{told}: {answer.text[:300]}")

    assert wrong == []
    assert _rows(store) == before


def _bound(role: Role) -> frozenset[Action]:
    return Grant(role, HERE).actions()


def _rows(store: Store) -> list[Any]:
    kinds = (Camera, Deployment, WorkOrder, Report, Clip, Review, WallView)
    with store.read() as session:
        return [
            (
                kind.__tablename__,
                row.id,
                getattr(row, "revision", None),
                getattr(row, "state", None),
            )
            for kind in kinds
            for row in session.query(kind)
        ]


@pytest.mark.usefixtures("there")
def test_whoever_may_everywhere_sees_it(signed_in: SignedIn) -> None:
    client = signed_in("scenario_owner")

    for path in ("cameras", "events", "incidents", "work-orders", "reports", "deployments"):
        assert SECRET in client.get(f"/api/v1/{path}").text or path in ("deployments", "incidents")
        assert len(client.get(f"/api/v1/{path}").json()["items"]) == 1, path


@pytest.mark.usefixtures("there")
def test_a_division_sees_its_own_and_may_not_reach_out(
    signed_in: SignedIn, store: Store, helmet_detector: AlgorithmManifest
) -> None:
    owner = signed_in("scenario_owner", HERE)
    order = {"name": "gate", "url": "rtsp://192.0.2.7/1", "division": f"{HERE}/第一社区"}

    made = owner.post("/api/v1/cameras", json=order)
    elsewhere = owner.post("/api/v1/cameras", json={**order, "division": THERE})
    nowhere = owner.post("/api/v1/cameras", json={**order, "division": None})
    camera = made.json()["id"]
    moved = owner.patch(
        f"/api/v1/cameras/{camera}", json={"division": THERE}, headers={"If-Match": "*"}
    )
    deployed = owner.post(
        "/api/v1/deployments", json={"scenario": helmet_detector.name, "camera_ids": [camera]}
    )
    through_theirs = owner.post(
        "/api/v1/deployments",
        json={"scenario": helmet_detector.name, "camera_ids": [camera, IDS["camera_id"]]},
    )
    whole_city = owner.post(
        "/api/v1/deployments",
        json={"scenario": helmet_detector.name, "selector": {"division": None, "tags": ["gate"]}},
    )
    cameras = owner.get("/api/v1/cameras").json()["items"]

    assert made.status_code == 201, made.text
    assert [elsewhere.status_code, nowhere.status_code, moved.status_code] == [403, 403, 403]
    assert HERE in elsewhere.json()["detail"]
    assert deployed.status_code == 201, deployed.text
    assert through_theirs.status_code in (404, 409, 422), through_theirs.text
    assert SECRET not in through_theirs.text
    assert (whole_city.status_code, "whole city" in whole_city.text) == (403, True)
    assert [c["id"] for c in cameras] == [camera]
    with store.read() as session:
        assert session.query(Camera).count() == 2


@pytest.mark.usefixtures("there")
@pytest.mark.parametrize(
    "path", ["events", "precision", "events?group_by=hour_of_day", "events?group_by=division"]
)
def test_counts_and_rates_are_of_the_own_division(
    signed_in: SignedIn, store: Store, make_event: Any, path: str
) -> None:
    with store.write() as session:
        session.add_all([make_event(division=HERE), make_event(1, division=HERE)])
    here, everywhere = signed_in("dashboard", HERE), signed_in("dashboard")
    period = "since=2026-11-24T00:00:00Z&until=2026-11-25T00:00:00Z"
    asked = f"/api/v1/kpis/{path}{'&' if '?' in path else '?'}{period}"

    counted = [
        sum(row["events"] for row in client.get(asked).json()["items"])
        for client in (here, everywhere)
    ]

    assert counted == [2, 3]


def test_a_live_wall_needs_its_right(signed_in: SignedIn) -> None:
    with (
        pytest.raises(WebSocketDisconnect) as refused,
        signed_in("auditor").websocket_connect("/api/v1/live"),
    ):
        pass
    assert refused.value.code == 4403


def test_a_role_bound_to_a_division_gives_no_rights_away() -> None:
    bound = _bound("administrator")

    assert "cameras.write" in bound
    assert not bound & {"access.write", "access.read", "sinks.write", "audit.read"}
    assert bound < ROLES["administrator"]


def test_who_lacks_a_right_is_told_which(signed_in: SignedIn) -> None:
    answer = signed_in("dashboard", name="the wall").post("/api/v1/cameras", json={})

    assert answer.status_code == 403
    assert "cameras.write" in answer.json()["detail"]
    assert "the wall is dashboard" in answer.json()["detail"]


def test_an_unknown_path_is_unknown_to_the_administrator_only(
    client: TestClient, signed_in: SignedIn
) -> None:
    assert client.get("/api/v1/nonsense").status_code == 404
    assert signed_in("dashboard").get("/api/v1/nonsense").status_code == 403
