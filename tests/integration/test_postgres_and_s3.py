"""A platform on PostgreSQL and S3: from a camera to the KPI, into a backup and out of it."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from longan_client import Client
from serving.store.archive import Archive
from serving.store.objects import Bucket
from tests.bucket import S3
from tests.clips import blinking
from tests.integration.test_ten_thousand_events import Heard, put_list_in_force
from tests.models import manifest, sees_light
from tests.platform import Platform, running_platform, until
from tests.postgres import Cluster

pytestmark = [pytest.mark.cluster, pytest.mark.slow]

LONGAN = Path(sys.executable).parent / "longan"
KEYS = {"LONGAN_S3_ACCESS_KEY_ID": "any", "LONGAN_S3_SECRET_ACCESS_KEY": "secret"}


@pytest.fixture
def databases(postgres: Cluster) -> Iterator[tuple[str, str]]:
    """Addresses of two empty ones."""
    names = postgres.create(), postgres.create()
    yield postgres.url(names[0]), postgres.url(names[1])
    for name in names:
        postgres.drop(name)


def test_from_a_camera_to_the_kpi_and_through_a_backup(
    databases: tuple[str, str], s3: S3, tmp_path: Path
) -> None:
    bucket = s3.create()
    first = {"LONGAN_DATABASE_URL": databases[0], "LONGAN_EVIDENCE_URL": bucket, **KEYS}
    second = {"LONGAN_DATABASE_URL": databases[1]}

    with running_platform(tmp_path / "data", **first) as platform:
        put_list_in_force(platform)
        heard = Heard(platform)
        camera = _watched(platform, tmp_path)
        event = until(lambda: _complete(platform, camera), 180, "an event has all its evidence")[0]
        until(lambda: event["id"] in heard.opened, 10, "it is told")
        _off(platform, camera)
        archive = Archive(platform.data_dir / "evidence", Bucket(bucket, "any", "secret"))
        until(lambda: not archive.waiting(), 30, "all evidence is up")
        assert any(event["id"] in file.name for file in archive.up())
        _proven(platform, event)

        platform.call("POST", f"/events/{event['id']}/reviews", json={"verdict": "confirmed"})
        orders = platform.call("GET", "/work-orders")["items"]
        assert [order["event_id"] for order in orders] == [event["id"]]
        assert orders[0]["state"] == "dispatched"
        assert _kpi(platform, "events")["confirmed"] == 1
        assert _kpi(platform, "timeliness")["orders"] == 1

        before = _state(platform, camera)
        told = _longan("backup", tmp_path / "backup", platform.data_dir, first)
        made = json.loads((tmp_path / "backup" / "manifest.json").read_text())
        assert f"{len(before['events'])} events" in told
        assert made["damaged"] == []

    told = _longan("restore", tmp_path / "backup", tmp_path / "restored", second)
    assert f"Restored {len(before['events'])} events" in told

    with running_platform(tmp_path / "restored", **second) as restored:
        assert _state(restored, camera) == before
        for found in before["events"]:
            _proven(restored, found)
        assert restored.call("GET", "/audit-records/verification")["intact"]


def _watched(platform: Platform, folder: Path) -> str:
    """A camera that shows a light now and then, and a model that takes lights for people."""
    model, document = sees_light(folder / "light.onnx"), folder / "light.yaml"
    document.write_text(manifest("person", name="light-seer").model_dump_json(), encoding="utf-8")
    with Client(platform.url, platform.token) as team:
        handed_in = team.wait(team.submit(model, document).id, timeout_s=180)
        clip = str(blinking(folder / "camera.mp4", [(2.0, 5.0), (10.0, 13.0)], 16))
        camera = platform.add_camera("gate", clip, loop=True)
        team.deploy("danger-zone", camera_ids=[camera], algorithm=handed_in.reference)
    return camera


def _complete(platform: Platform, camera: str) -> list[dict[str, Any]]:
    kinds = {"snapshot", "crop", "clip"}
    seen = platform.events(camera)
    return [event for event in seen if {link["kind"] for link in event["evidence"]} == kinds]


def _off(platform: Platform, camera: str) -> None:
    """No event is new or changes from here on."""
    any_of_it = {"If-Match": "*"}
    platform.call("PATCH", f"/cameras/{camera}", json={"enabled": False}, headers=any_of_it)
    until(
        lambda: (
            all(e["life_cycle"] == "ended" for e in platform.events(camera))
            and not list((platform.data_dir / "spool").glob("*/*.json"))
        ),
        60,
        "all events have ended",
    )


def _proven(platform: Platform, event: dict[str, Any]) -> None:
    """Pictures are shown, and what is opened is what was recorded."""
    for link in event["evidence"]:
        path = f"/events/{event['id']}/evidence/{link['kind']}"
        if link["sha256"] is not None:
            shown = platform.http.get(path)
            assert hashlib.sha256(shown.content).hexdigest() == link["sha256"]
        original = platform.http.get(f"{path}/original", params={"reason": "a test of evidence"})
        assert hashlib.sha256(original.content).hexdigest() == link["original_sha256"]


def _kpi(platform: Platform, name: str) -> dict[str, Any]:
    now = datetime.now(UTC)
    period = {"since": now - timedelta(days=1), "until": now + timedelta(days=1)}
    asked = {key: at.isoformat() for key, at in period.items()}
    [row] = platform.call("GET", f"/kpis/{name}", params=asked)["items"]
    return row


def _state(platform: Platform, camera: str) -> dict[str, Any]:
    return {
        "events": platform.events(camera),
        "orders": platform.call("GET", "/work-orders")["items"],
        "deployments": platform.call("GET", "/deployments")["items"],
    }


def _longan(command: str, backup: Path, data: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        [str(LONGAN), command, str(backup), "--data-dir", str(data)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
