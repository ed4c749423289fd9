"""Events as a district has them on a morning, with pictures and clips of the bikes clip."""

import hashlib
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ulid import ULID

from serving.store import Store, events
from serving.store.models import Event, Evidence
from tests.clips import bikes_clip, jpegs
from tests.platform import Served

PLACES = [
    ("木兰路与荔枝大道路口", "龙眼区/荔枝街道"),
    ("吉祥路学校门口", "龙眼区/荔枝街道"),
    ("布龙路公交站", "龙眼区/榕树街道"),
]

LIST = """场景,区划,责任单位,时限,升级单位
未戴头盔,龙眼区/荔枝街道,龙城交警中队,4,区指挥中心
*,龙眼区,榕树街道办,48,
"""

OPENED_S = 5.0


def put_list_in_force(platform: Served) -> None:
    made = platform.call(
        "POST",
        "/responsibility-lists?name=2026",
        content=LIST.encode(),
        headers={"Content-Type": "text/csv"},
    )
    platform.call(
        "PUT",
        "/responsibility-lists/current",
        json={"id": made["id"]},
        headers={"If-Match": '"0"'},
    )


def happen(
    platform: Served, count: int, newest: datetime | None = None, **fields: Any
) -> list[str]:
    """Ids of events that happened within seconds, newest first; each with picture and clip.

    Fields of theirs that are given are those of each.
    """
    at = newest or datetime.now(UTC)
    store = Store(f"sqlite:///{platform.data_dir / 'longan.db'}")
    made = [_event(number, at - timedelta(seconds=number / 10), fields) for number in range(count)]
    pictures = jpegs(count)
    folder = platform.data_dir / "evidence" / "test"
    folder.mkdir(parents=True, exist_ok=True)
    clip = folder / "bikes.mp4"
    shutil.copyfile(bikes_clip(), clip)
    with store.write() as session:
        for event, picture in zip(made[::-1], pictures, strict=True):
            events.record(session, event)
            file = folder / f"{event.id}.jpg"
            file.write_bytes(picture)
            events.add_evidence(session, _evidence(event.id, "snapshot", file, "image/jpeg"))
            shown = _evidence(event.id, "clip", clip, "video/mp4")
            shown.opened_s = OPENED_S
            events.add_evidence(session, shown)
    store.dispose()
    return [event.id for event in made]


def _event(number: int, at: datetime, given: dict[str, Any]) -> Event:
    camera, division = PLACES[number % len(PLACES)]
    step_s = [-1.0, -0.5, 0.0, 0.5, 1.0]
    fields: dict[str, Any] = {
        "zone": None,
        "frame_width_px": 640,
        "frame_height_px": 272,
        "dedup_key": str(number),
        "objects": [
            {
                "track_id": number + 1,
                "class_name": "without_helmet",
                "confidence": 0.62 + number % 5 * 0.07,
                "box": [0.40, 0.30, 0.56, 0.85],
            }
        ],
        "path": [
            [(at + timedelta(seconds=s)).isoformat(), 0.40 + s / 10, 0.30, 0.56 + s / 10, 0.85]
            for s in step_s
        ],
    }
    event = Event(
        id=str(ULID()),
        revision=1,
        camera_id=f"01JCAMERA{number % len(PLACES)}",
        camera_name=camera,
        division=division,
        lon=114.25 + number % len(PLACES) / 100,
        lat=22.72,
        deployment_id="01JDEPLOYMENT",
        deployment_revision=3,
        scenario="rider-helmet",
        severity="major" if number % 4 else "critical",
        rule="association",
        algorithms=[{"name": "rider-helmet", "version": "1.0.0", "sha256": "a" * 64}],
        confidence=0.8,
        life_cycle="ended",
        first_seen_at=at - timedelta(seconds=1),
        opened_at=at,
        last_seen_at=at + timedelta(seconds=1),
        ended_at=at + timedelta(seconds=1),
        **fields,
    )
    for name, value in given.items():
        setattr(event, name, value)
    return event


def _evidence(event_id: str, kind: str, file: Path, media_type: str) -> Evidence:
    content = file.read_bytes()
    return Evidence(
        event_id=event_id,
        kind=kind,
        path=f"test/{file.name}",
        media_type=media_type,
        sha256=hashlib.sha256(content).hexdigest(),
        size_bytes=len(content),
        masked=True,
    )
