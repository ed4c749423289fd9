"""The main job, end to end: a camera in, events out, on a real platform with a real clip."""

import os
import signal
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from algorithms.manifest import AlgorithmManifest
from serving.store import Store, cameras
from tests.clips import bikes_clip, blinking
from tests.models import always_sees, manifest, sees_light
from tests.platform import Platform, running_platform, until
from tests.serving.streams.rtsp import RtspServer

pytestmark = [pytest.mark.cluster, pytest.mark.slow]

SCENARIO = "cycles-in-car-lane"


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with running_platform(tmp_path_factory.mktemp("platform") / "data") as platform:
        yield platform


@pytest.fixture(scope="module")
def light_seer(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A submitted model that sees a person whenever the picture is bright."""
    model = sees_light(tmp_path_factory.mktemp("model") / "light.onnx")
    assert submit(platform, model, manifest("person", name="light-seer"))["state"] == "accepted"
    return "light-seer"


def submit(platform: Platform, model: Path, given: AlgorithmManifest) -> dict[str, Any]:
    """Hand in a model and wait for the verdict."""
    document = given.model_dump_json().encode()  # JSON is YAML
    with model.open("rb") as file:
        files = {"model": file, "manifest": ("algorithm.yaml", document)}
        submission = platform.call("POST", "/submissions", files=files)
    path = f"/submissions/{submission['id']}"
    until(lambda: platform.call("GET", path)["state"] != "checking", 90, "the model is judged")
    return platform.call("GET", path)


def played_to_the_end(platform: Platform, camera_id: str) -> bool:
    status = platform.status(camera_id)
    return status["state"] == "offline" and status["reason"] == "ended"


def ended(platform: Platform, camera_id: str) -> bool:
    return all(e["life_cycle"] == "ended" for e in platform.events(camera_id))


def seconds(at: str, start: datetime) -> float:
    return (datetime.fromisoformat(at) - start).total_seconds()


def started_at(platform: Platform, camera_id: str) -> datetime:
    """When the first picture of a file was played, by its checkpoint."""
    store = Store(f"sqlite:///{platform.data_dir / 'longan.db'}")
    with store.read() as session:
        status = cameras.status(session, camera_id)
        assert status is not None
        assert status.checkpoint is not None
        epoch = datetime.fromisoformat(status.checkpoint["epoch"])
    store.dispose()
    return epoch


def is_ready(platform: Platform, url: str) -> bool:
    """Whether evidence is shown: the models that a clip is masked with may still be starting."""
    return platform.http.get(f"{platform.url}{url}", timeout=120).status_code != 503


def pipeline_pids(platform: Platform) -> set[int]:
    """This platform's pipeline processes, by their command line and the log they write."""
    found: set[int] = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            files = [file.readlink() for file in (process / "fd").iterdir()]
        except OSError:
            continue  # it has ended, or is not ours
        if b"ray::PipelineActor" in command and any(
            file.is_relative_to(platform.data_dir) for file in files
        ):
            found.add(int(process.name))
    return found


def test_a_clip_read_as_a_camera_gives_events_with_pictures(platform: Platform) -> None:
    camera = platform.add_camera("clip", str(bikes_clip()), loop=True)
    platform.deploy(SCENARIO, camera)

    until(lambda: platform.status(camera)["state"] == "online", 30, "the camera is online")
    # The rider is in view for half a second: a busy machine may want a second round.
    until(lambda: platform.events(camera), 90, "there is an event")
    platform.call("PATCH", f"/cameras/{camera}", json={"enabled": False}, headers={"If-Match": "*"})
    until(lambda: ended(platform, camera), 20, "all events have ended")

    events = platform.events(camera)
    for event in events:
        assert event["scenario"] == SCENARIO
        evidence = {e["kind"]: e for e in event["evidence"]}
        assert {"snapshot", "crop"} <= evidence.keys() <= {"snapshot", "crop", "clip"}
        for kind, link in evidence.items():
            until(lambda url=link["url"]: is_ready(platform, url), 90, f"{kind} is ready")
            answer = platform.http.get(f"{platform.url}{link['url']}")
            media = "video/mp4" if kind == "clip" else "image/jpeg"
            assert answer.headers["content-type"] == media
            assert link["masked"]
            if kind != "clip":  # that is masked only now
                assert len(answer.content) == link["size_bytes"]
        [now] = [e for e in platform.events(camera) if e["id"] == event["id"]]
        masked_by = {e["masked_by"] for e in now["evidence"] if e["kind"] in evidence}
        assert masked_by == {"privacy@1.0.0"}
    platform.call("DELETE", f"/cameras/{camera}")


def test_a_killed_pipeline_loses_and_doubles_nothing(
    platform: Platform, light_seer: str, tmp_path: Path
) -> None:
    lights = [(2.0, 5.0), (10.0, 16.0), (21.0, 24.0)]
    clip = blinking(tmp_path / "lights.mp4", lights, 28)
    camera = platform.add_camera("killed", str(clip))
    platform.deploy("danger-zone", camera, algorithm=light_seer)

    until(lambda: len(platform.events(camera)) == 2, 60, "the second event is open")
    (before,) = pipeline_pids(platform)
    os.kill(before, signal.SIGKILL)

    until(lambda: pipeline_pids(platform) - {before}, 60, "Ray has started another process")
    until(lambda: played_to_the_end(platform, camera), 90, "the clip is over")
    until(lambda: ended(platform, camera), 20, "all events have ended")
    start = started_at(platform, camera)
    first = [seconds(e["first_seen_at"], start) for e in platform.events(camera)]
    last = [seconds(e["last_seen_at"], start) for e in platform.events(camera)]
    assert first == pytest.approx([begin for begin, _ in lights], abs=0.5)
    assert last == pytest.approx([end for _, end in lights], abs=0.5)
    platform.call("DELETE", f"/cameras/{camera}")


@pytest.mark.rtsp
def test_a_clip_over_rtsp_gives_the_same_events_and_comes_back_by_itself(
    platform: Platform, light_seer: str, tmp_path: Path
) -> None:
    lights = [(4.0, 7.0), (12.0, 15.0)]
    server = RtspServer(blinking(tmp_path / "lights.mp4", lights, 120))
    server.start()
    try:
        camera = platform.add_camera("by rtsp", server.url())
        platform.deploy("danger-zone", camera, algorithm=light_seer)
        until(lambda: len(platform.events(camera)) == 2, 60, "the same events as in the file")
        until(lambda: ended(platform, camera), 30, "both have ended")
        begin, other = (datetime.fromisoformat(e["opened_at"]) for e in platform.events(camera))
        assert (other - begin).total_seconds() == pytest.approx(8.0, abs=1.0)

        server.kill()
        until(lambda: platform.status(camera)["state"] == "offline", 40, "the loss is noticed")
        assert platform.status(camera)["message"]
        server.start()
        until(lambda: platform.status(camera)["state"] == "online", 60, "the stream is back")
        until(lambda: len(platform.events(camera)) == 4, 60, "it is watched as before")
    finally:
        server.kill()
    platform.call("DELETE", f"/cameras/{camera}")


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
    model = always_sees(tmp_path / "model.onnx", [(32, 32, 12, 24)], [[0.9]])

    verdict = submit(platform, model, manifest("person", name="sees-someone"))
    assert verdict["state"] == "accepted", verdict["reasons"]

    camera = platform.add_camera("second", str(bikes_clip()), loop=True)
    platform.deploy("danger-zone", camera, algorithm="sees-someone")
    event = until(lambda: platform.events(camera), 40, "an event by the submitted model")[0]
    assert [a["name"] for a in event["algorithms"]] == ["sees-someone"]
    platform.call("DELETE", f"/cameras/{camera}")


def test_a_model_that_is_refused_is_told_why(platform: Platform, tmp_path: Path) -> None:
    model = always_sees(tmp_path / "model.onnx", [(32, 32, 12, 24)], [[0.9]])

    verdict = submit(platform, model, manifest("person", "car", name="wrong"))

    assert verdict["state"] == "rejected"
    assert "classes" in " ".join(verdict["reasons"])


def test_without_a_token_nothing_but_health_answers(platform: Platform) -> None:
    assert httpx.get(f"{platform.url}/healthz").status_code == 200
    for path in ("/api/v1/cameras", "/api/v1/events/stream", "/metrics", "/openapi.json"):
        assert httpx.get(f"{platform.url}{path}").status_code == 401
