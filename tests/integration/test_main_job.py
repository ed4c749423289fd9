"""The main job, end to end: a camera in, events out, on a real platform with a real clip."""

import os
import signal
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.clips import bikes_clip, remux
from tests.models import always_sees, manifest
from tests.platform import Platform, running_platform, until
from tests.serving.streams.rtsp import RtspServer

pytestmark = [pytest.mark.cluster, pytest.mark.slow]

SCENARIO = "cycles-in-car-lane"


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with running_platform(tmp_path_factory.mktemp("platform") / "data") as platform:
        yield platform


def played_to_the_end(platform: Platform, camera_id: str) -> bool:
    status = platform.status(camera_id)
    return status["state"] == "offline" and status["reason"] == "ended"


def media_seconds(events: list[dict[str, Any]], started: datetime) -> list[float]:
    return [
        round((datetime.fromisoformat(e["opened_at"]) - started).total_seconds(), 1)
        for e in events
    ]


def started_at(platform: Platform, camera_id: str) -> datetime:
    """When the first picture of a file was played, by its checkpoint."""
    from serving.store import Store, cameras

    store = Store(f"sqlite:///{platform.data_dir / 'longan.db'}")
    with store.read() as session:
        status = cameras.status(session, camera_id)
        assert status is not None
        assert status.checkpoint is not None
        epoch = datetime.fromisoformat(status.checkpoint["epoch"])
    store.dispose()
    return epoch


def pipeline_pid(platform: Platform) -> int:
    """The newest pipeline process, found as an operator would: by its command line."""
    mine: list[int] = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            name = (process / "cmdline").read_bytes()
            opened = os.readlink(process / "cwd")
            files = [os.readlink(fd) for fd in (process / "fd").iterdir()]
        except OSError:
            continue
        if b"ray::PipelineActor" in name and any(str(platform.data_dir) in f for f in files):
            mine.append(int(process.name))
        del opened
    assert mine, "no pipeline process found"
    return max(mine)


def test_a_clip_read_as_a_camera_gives_events_with_pictures(platform: Platform) -> None:
    camera = platform.add_camera("clip", str(bikes_clip()))
    platform.deploy(SCENARIO, camera)

    until(lambda: platform.status(camera)["state"] == "online", 30, "the camera is online")
    until(lambda: played_to_the_end(platform, camera), 60, "the clip is over")
    until(
        lambda: all(e["life_cycle"] == "ended" for e in platform.events(camera)),
        20,
        "all events have ended",
    )

    events = platform.events(camera)
    assert events
    for event in events:
        assert event["scenario"] == SCENARIO
        assert {e["kind"] for e in event["evidence"]} == {"snapshot", "crop"}
        for picture in event["evidence"]:
            answer = platform.http.get(f"{platform.url}{picture['url']}")
            assert answer.headers["content-type"] == "image/jpeg"
            assert len(answer.content) == picture["size_bytes"]
    platform.call("DELETE", f"/cameras/{camera}")


def test_a_killed_pipeline_loses_and_doubles_nothing(platform: Platform) -> None:
    undisturbed = platform.add_camera("undisturbed", str(bikes_clip()))
    platform.deploy(SCENARIO, undisturbed)
    until(lambda: played_to_the_end(platform, undisturbed), 60, "the clip is over")
    expected = media_seconds(platform.events(undisturbed), started_at(platform, undisturbed))

    killed = platform.add_camera("killed", str(bikes_clip()))
    platform.deploy(SCENARIO, killed)
    until(lambda: platform.events(killed), 40, "a first event")
    before = pipeline_pid(platform)
    os.kill(before, signal.SIGKILL)

    until(lambda: platform.status(killed)["state"] == "online", 60, "the camera is back")
    assert pipeline_pid(platform) != before
    until(lambda: played_to_the_end(platform, killed), 60, "the clip is over")
    found = media_seconds(platform.events(killed), started_at(platform, killed))
    assert found == pytest.approx(expected, abs=1.0)
    for camera in (undisturbed, killed):
        platform.call("DELETE", f"/cameras/{camera}")


@pytest.mark.rtsp
def test_the_clip_over_rtsp_gives_the_same_events_and_comes_back_by_itself(
    platform: Platform, tmp_path: Path
) -> None:
    server = RtspServer(remux(tmp_path / "long.mp4", times=6))
    server.start()
    try:
        by_file = platform.add_camera("by file", str(bikes_clip()))
        platform.deploy(SCENARIO, by_file)
        until(lambda: played_to_the_end(platform, by_file), 60, "the clip is over")
        expected = len(platform.events(by_file))

        by_rtsp = platform.add_camera("by rtsp", server.url())
        platform.deploy(SCENARIO, by_rtsp)
        until(lambda: len(platform.events(by_rtsp)) >= expected, 60, "the same events over RTSP")
        objects = {e["objects"][0]["class_name"] for e in platform.events(by_rtsp)}
        assert objects <= {"bicycle", "motorcycle"}

        server.kill()
        until(lambda: platform.status(by_rtsp)["state"] == "offline", 40, "the loss is noticed")
        assert platform.status(by_rtsp)["message"]
        server.start()
        until(lambda: platform.status(by_rtsp)["state"] == "online", 60, "the stream is back")
    finally:
        server.kill()


def test_what_is_wrong_with_a_camera_is_said_and_the_others_go_on(
    platform: Platform, tmp_path: Path
) -> None:
    text = tmp_path / "letter.mp4"
    text.write_text("not a video")
    good = platform.add_camera("good", str(bikes_clip()), loop=True)
    bad = {
        "not_video": platform.add_camera("bad file", str(text)),
        "not_found": platform.add_camera("no file", str(tmp_path / "nothing.mp4")),
        "unreachable": platform.add_camera("no host", "rtsp://user:secret@127.0.0.1:9/cam"),
    }

    for reason, camera in bad.items():
        until(
            lambda camera=camera, reason=reason: platform.status(camera)["reason"] == reason,
            60,
            f"the status says {reason}",
        )
    until(lambda: platform.status(good)["state"] == "online", 30, "the good camera is online")
    assert "secret" not in platform.http.get("/cameras").text
    assert "secret" not in platform.log()
    for camera in (good, *bad.values()):
        platform.call("DELETE", f"/cameras/{camera}")


def test_a_submitted_model_is_deployed_without_a_restart(
    platform: Platform, tmp_path: Path
) -> None:
    given = manifest("person", name="sees-someone")
    model = always_sees(tmp_path / "model.onnx", [(32, 32, 12, 24)], [[0.9]])
    document = given.model_dump_json().encode()  # JSON is YAML

    with model.open("rb") as file:
        submission = platform.call(
            "POST", "/submissions", files={"model": file, "manifest": ("algorithm.yaml", document)}
        )
    decided = until(
        lambda: (s := platform.call("GET", f"/submissions/{submission['id']}"))["state"]
        != "checking"
        and s,
        60,
        "the submission is decided",
    )
    assert decided["state"] == "accepted", decided["reasons"]

    camera = platform.add_camera("second", str(bikes_clip()), loop=True)
    platform.deploy("danger-zone", camera, algorithm="sees-someone")
    event = until(lambda: platform.events(camera), 40, "an event by the submitted model")[0]
    assert [a["name"] for a in event["algorithms"]] == ["sees-someone"]
    platform.call("DELETE", f"/cameras/{camera}")


def test_a_model_that_is_refused_is_told_why(platform: Platform, tmp_path: Path) -> None:
    given = manifest("person", "car", name="wrong")
    model = always_sees(tmp_path / "model.onnx", [(32, 32, 12, 24)], [[0.9]])

    with model.open("rb") as file:
        files = {"model": file, "manifest": ("a.yaml", given.model_dump_json().encode())}
        submission = platform.call("POST", "/submissions", files=files)
    decided = until(
        lambda: (s := platform.call("GET", f"/submissions/{submission['id']}"))["state"]
        != "checking"
        and s,
        60,
        "the submission is decided",
    )

    assert decided["state"] == "rejected"
    assert decided["reasons"]


def test_without_a_token_nothing_but_health_answers(platform: Platform) -> None:
    assert httpx.get(f"{platform.url}/healthz").status_code == 200
    for path in ("/api/v1/cameras", "/api/v1/events/stream", "/metrics", "/openapi.json"):
        assert httpx.get(f"{platform.url}{path}").status_code == 401
