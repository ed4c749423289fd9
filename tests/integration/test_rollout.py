"""A new version on its way, on a real platform: shadow, canary, live, and back when it fails."""

from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from algorithms.manifest import AlgorithmManifest
from tests.clips import blinking
from tests.models import manifest, sees_light
from tests.platform import Platform, running_platform, until

pytestmark = [pytest.mark.cluster, pytest.mark.slow]

OLD, NEW = "light-seer@1.0.0", "light-seer@1.1.0"
PERIOD_S = 8.0
LIGHTS = [(2.0, 5.0), (10.0, 13.0), (18.0, 21.0)]


def _submit(platform: Platform, model: Path, given: AlgorithmManifest) -> None:
    with model.open("rb") as file:
        document = given.model_dump_json().encode()  # JSON is YAML
        files = {"model": file, "manifest": ("algorithm.yaml", document)}
        path = f"/submissions/{platform.call('POST', '/submissions', files=files)['id']}"
    until(lambda: platform.call("GET", path)["state"] != "checking", 120, "the model is judged")
    verdict = platform.call("GET", path)
    assert verdict["state"] == "accepted", verdict["reasons"]


def _by(event: dict[str, Any]) -> str:
    [model] = event["algorithms"]
    return f"{model['name']}@{model['version']}"


def test_a_new_version_goes_all_the_way_and_back_and_no_event_is_lost_or_doubled(
    tmp_path: Path,
) -> None:
    clip = blinking(tmp_path / "lights.mp4", LIGHTS, 24)
    with running_platform(tmp_path / "data") as platform:
        for version, size in (("1.0.0", 64), ("1.1.0", 96)):
            given = manifest("person", name="light-seer", size=size)
            given = given.model_copy(update={"version": version})
            _submit(platform, sees_light(tmp_path / f"{version}.onnx", size), given)
        cameras = [platform.add_camera(name, str(clip), loop=True) for name in ("a", "b")]
        order = {"scenario": "danger-zone", "camera_ids": cameras, "algorithm": "light-seer"}
        deployment = platform.call("POST", "/deployments", json=order)["id"]
        until(lambda: all(platform.events(c) for c in cameras), 60, "the champion finds events")
        before = {c: platform.status(c) for c in cameras}

        begun = platform.call(
            "POST",
            f"/deployments/{deployment}/rollouts",
            json={
                "algorithm": NEW,
                "reason": "finds more",
                "gates": {"precision": 0.8, "min_reviewed": 3, "latency_ratio": 100},
            },
        )
        path = f"/deployments/{deployment}/rollouts/{begun['id']}"

        def agreed() -> dict[str, Any]:
            return platform.call("GET", f"{path}/agreement")

        def answered_for() -> int:
            return len(platform.call("GET", path)["figures"]["camera_ids"])

        def everything() -> list[dict[str, Any]]:
            return [event for c in cameras for event in platform.events(c)]

        def by_the_new() -> list[dict[str, Any]]:
            return [event for event in everything() if _by(event) == NEW]

        def step(**body: Any) -> None:
            etag = platform.http.get(path).headers["ETag"]
            platform.call("PATCH", path, json=body, headers={"If-Match": etag})

        until(lambda: agreed()["both"] >= 2, 90, "both versions have found the same events")
        shadow = platform.call("GET", f"{path}/shadow-events")["items"]
        assert not by_the_new()
        assert not {e["id"] for e in shadow} & {e["id"] for e in everything()}
        assert agreed()["both_examples"][0]["shadow"]["id"] in {e["id"] for e in shadow}

        step(state="canary", percent=50, reason="agrees with the champion")
        until(lambda: answered_for() == 1, 60, "one camera has the new version")
        until(by_the_new, 60, "its events are events like any other")

        step(state="live", reason="the canary sings")
        until(lambda: answered_for() == 2, 60, "all cameras have the new version")
        until(lambda: len(by_the_new()) >= 3, 60, "there is enough to be reviewed")
        for event in by_the_new():
            verdict = {"verdict": "false_alarm", "reason": "look_alike"}
            platform.call("POST", f"/events/{event['id']}/reviews", json=verdict)
        until(
            lambda: platform.call("GET", path)["state"] == "rolled_back",
            120,
            "reviewers' verdicts have rolled it back",
        )
        ended = platform.call("GET", path)
        old = {e["id"] for e in everything()}
        fresh = until(
            lambda: [e for e in everything() if e["id"] not in old and _by(e) == OLD],
            60,
            "the champion's events go on",
        )

        history = [(s["state"], s["actor"]) for s in ended["history"]]
        assert [state for state, _ in history] == [
            *("shadow", "canary", "live"),
            *("rolling_back", "rolled_back"),
        ]
        assert [actor for _, actor in history[3:]] == ["platform", "platform"]
        assert "precision: 0 of" in ended["history"][3]["reason"]
        spec = platform.call("GET", f"/deployments/{deployment}")["spec"]
        assert spec["algorithm"] == OLD
        assert fresh
        for camera in cameras:
            now = platform.status(camera)
            assert (now["since"], now["retries"]) == (before[camera]["since"], 0)
            seen = [datetime.fromisoformat(e["first_seen_at"]) for e in platform.events(camera)]
            gaps = [(b - a).total_seconds() for a, b in pairwise(seen)]
            # A light after the other: a gap of two periods is a lost event, a short one a double.
            assert gaps == pytest.approx([PERIOD_S] * len(gaps), abs=2.0)
