"""A district with something on every page: four weeks of figures, and what happens this morning."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from serving.store import Store, cameras, nodes
from tests.browser.reviewing import LIST, happen, put_list_in_force
from tests.platform import Served
from tests.tools.city import City, fill

ZONE = {"name": "kerb", "points": [[0.3, 0.2], [0.7, 0.2], [0.7, 0.9], [0.3, 0.9]]}
AREA = [[0.0, 0.0], [0.2, 0.0], [0.2, 0.3]]
STANDING: tuple[dict[str, Any], ...] = (
    {"state": "online", "width_px": 1920, "height_px": 1080, "source_fps": 25.0},
    {"state": "offline", "reason": "unreachable", "message": "nobody answers", "retries": 4},
    {"state": "degraded", "reason": "dark"},
)
REVIEWS = (
    {"verdict": "confirmed"},
    {"verdict": "false_alarm", "reason": "look_alike"},
    {"verdict": "unsure"},
)
PASSWORD = "lychee-and-longan"


@dataclass(frozen=True, slots=True)
class District:
    """Ids of what there is."""

    city: City
    camera: str
    """Seen by a deployment of its own, with a zone and a privacy area."""

    deployment: str
    event: str
    order: str
    user: str
    sink: str
    responsibility: str


def settle(platform: Served) -> District:
    city = fill(platform.data_dir)
    known = platform.call("GET", "/cameras")["items"]
    ids = [camera["id"] for camera in known]
    _observe(platform, ids)
    camera = ids[0]
    place = {"lon": 114.25, "lat": 22.72, "heading_deg": 75, "fov_deg": 70, "range_m": 90}
    change = {**place, "privacy_areas": [{"name": "windows", "points": AREA}]}
    platform.call("PATCH", f"/cameras/{camera}", json=change, headers={"If-Match": "*"})
    deployment = platform.deploy("rider-helmet", camera, zones=[ZONE])
    platform.call("PATCH", f"/deployments/{deployment}", json={"fps": 4}, headers={"If-Match": "*"})

    put_list_in_force(platform)
    responsibility = platform.call(
        "POST",
        "/responsibility-lists?name=2027",
        content=LIST.encode(),
        headers={"Content-Type": "text/csv"},
    )["id"]
    name, division = known[0]["name"], known[0]["spec"]["division"]
    here: dict[str, Any] = {
        "camera_id": camera,
        "camera_name": name,
        "division": division,
        "deployment_id": deployment,
    }
    events = happen(platform, 6, **here)
    for event, review in zip(events[1:], REVIEWS, strict=False):
        platform.call("POST", f"/events/{event}/reviews", json=review)
    order = platform.call("GET", f"/events/{events[1]}")["work_order"]["id"]

    platform.call("POST", "/wall-views", json={"name": "学校", "camera_ids": ids[:2], "grid": 4})
    plan = {"deployments": [{"deployment_id": deployment, "enabled": True}], "notify": ["三防办"]}
    platform.call("POST", "/situations", json={"name": "台风红色预警", "plan": plan})
    user = platform.call(
        "POST",
        "/users",
        json={
            "name": "anna",
            "display_name": "安娜",
            "password": PASSWORD,
            "grants": [{"role": "reviewer"}],
        },
    )["id"]
    sink = platform.call(
        "POST",
        "/sinks",
        json={"name": "12345", "spec": {"kind": "webhook", "url": "http://127.0.0.1:9/nobody"}},
    )
    return District(
        city=city,
        camera=camera,
        deployment=deployment,
        event=events[0],
        order=order,
        user=user,
        sink=sink["id"],
        responsibility=responsibility,
    )


def token_of(platform: Served, role: str) -> str:
    """The secret of a new token with this role, everywhere."""
    order = {"name": f"as {role}", "grants": [{"role": role}]}
    return platform.call("POST", "/tokens", json=order)["secret"]


def _observe(platform: Served, ids: list[str]) -> None:
    store = Store(f"sqlite:///{platform.data_dir / 'longan.db'}")
    now = datetime.now(UTC)
    with store.write() as session:
        load = {"lanes": [0.4, 0.2]}
        nodes.observe(session, "node-1", name="edge-1", lanes=2, busy=0.3, load=load)
        for hours in (50, 20, 3):
            for number, camera_id in enumerate(ids):
                standing = STANDING[(number + hours) % len(STANDING)]
                since = now - timedelta(hours=hours)
                cameras.observe(session, camera_id, since=since, **standing)
        for number, camera_id in enumerate(ids):
            cameras.observe(session, camera_id, **STANDING[number % len(STANDING)])
        cameras.observe(session, ids[0], last_frame_at=now, analysed_fps=4.0)
    store.dispose()
