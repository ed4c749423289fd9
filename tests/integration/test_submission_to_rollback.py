# pyright: basic
"""A stranger's model on its whole way, on a real platform: handed in, checked, measured, in shadow,
on some cameras, on all of them, and back when reviewers say what it is worth."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from algorithms.manifest import AlgorithmManifest, Thresholds
from longan_client import Client, Submission
from scenarios.rollout import canary_cameras
from tests.clips import bikes, blinking
from tests.labelled import lights
from tests.models import manifest, sees_light
from tests.platform import Platform, running_platform, until
from tests.tiny_training import SIZE

pytestmark = [pytest.mark.cluster, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
LONGAN = Path(sys.executable).parent / "longan"

SCENARIO = "danger-zone"
PERIOD_S, LENGTH_S = 8.0, 24
SHOWN_S = [(2.0, 5.0), (10.0, 13.0), (18.0, 21.0)]


@dataclass(frozen=True)
class Story:
    """Whose model comes, what it is measured on, and what there was before.

    Args:
        model: The `.onnx` file that is handed in.
        manifest: What its team says of it.
        reference: What the network it was exported from made of some inputs, if there is that.
        pictures: A labelled folder, and its split.
        map50: It must reach on these.
        champion: A model and its manifest; None: the scenario's own.
        seen: What a camera shows now and then: one thing.
        rule: What the deployment asks for besides.
    """

    model: Path
    manifest: AlgorithmManifest
    pictures: tuple[Path, str]
    map50: float
    reference: Path | None = None
    champion: tuple[Path, AlgorithmManifest] | None = None
    seen: Any = ()
    rule: dict[str, Any] = field(default_factory=dict)


def made_by_hand(folder: Path) -> Story:
    """A network without a single trained weight: needs nothing, so that the way is always tried."""
    old, new = (manifest("person", name="light-seer", size=size) for size in (64, 96))
    return Story(
        model=sees_light(folder / "new.onnx", 96),
        manifest=new.model_copy(update={"version": "1.1.0"}),
        pictures=(lights(folder / "lights", "BBBd"), "val"),
        map50=0.9,
        champion=(sees_light(folder / "old.onnx"), old),
        seen=[np.full((120, 160, 3), 230, np.uint8)],
    )


def really_trained(folder: Path) -> Story:
    """Trained here and now; before it a network that takes any light for a person."""
    if find_spec("torch") is None:
        pytest.skip("there is no torch to train with: pip install -e '.[training]'")
    command = [sys.executable, "-m", "tests.tiny_torch", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=600)
    thing = np.random.default_rng(1).integers(10, 40, (SIZE, SIZE, 3)).astype(np.uint8)
    thing[30:66, 32:68] = 230
    crude = Thresholds(confidence=0.15)
    before = manifest("person", name="light-seer").model_copy(update={"thresholds": crude})
    return Story(
        model=folder / "tiny.onnx",
        manifest=manifest("person", name="tiny-people", size=SIZE),
        reference=folder / "reference.npz",
        pictures=(folder / "set", "val"),
        map50=0.8,
        champion=(sees_light(folder / "old.onnx"), before),
        seen=[thing],
        rule={"confidence": 0.1},  # the crude one's is the picture's mean brightness
    )


def yolox_nano(_: Path) -> Story:
    """Megvii's own file; before it the platform's own model."""
    model, pictures = SHARED / "weights/yolox_nano.onnx", SHARED / "data/general-voc100"
    if not (model.is_file() and pictures.is_dir()):
        pytest.skip(f"{model} or {pictures} is not here, so no model of strangers was tried")
    return Story(
        model=model,
        manifest=AlgorithmManifest.from_file(ROOT / "examples/yolox-nano/algorithm.yaml"),
        pictures=(pictures, "train"),
        map50=0.4,
        seen=bikes(108, 138),
        rule={"min_height_px": 200},  # the cyclist, and nobody in the background
    )


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    with running_platform(tmp_path / "data") as platform:
        yield platform


@pytest.mark.parametrize("of", [made_by_hand, really_trained, yolox_nano])
def test_a_model_is_handed_in_goes_live_and_is_rolled_back_by_what_reviewers_say(
    tmp_path: Path, request: pytest.FixtureRequest, of: Callable[[Path], Story]
) -> None:
    story = of(tmp_path)
    clip = str(blinking(tmp_path / "camera.mp4", SHOWN_S, LENGTH_S, story.seen))
    platform: Platform = request.getfixturevalue("platform")  # only where there is a story
    with Client(platform.url, platform.token) as team:
        old = None if story.champion is None else _hand_in(team, *story.champion).reference
        cameras = _two_cameras(platform, clip)
        deployed = team.deploy(SCENARIO, camera_ids=cameras, algorithm=old, rule=story.rule)
        deployment = deployed["id"]

        new = _submitted(platform, team, story, tmp_path)
        _measured(platform, team, story, new)

        until(lambda: all(platform.events(c) for c in cameras), 120, "the champion finds events")
        before = {c: platform.status(c) for c in cameras}
        _goes_there_and_back(platform, deployment, cameras, new.reference)
        for camera in cameras:
            now = platform.status(camera)
            assert (now["since"], now["retries"]) == (before[camera]["since"], 0)
            seen = [datetime.fromisoformat(e["first_seen_at"]) for e in platform.events(camera)]
            gaps = [(b - a).total_seconds() for a, b in pairwise(seen)]
            # One after the other: a gap of two periods is a lost event, a short one a double. A
            # real network on a busy machine may be too slow for one period of them.
            missed = [round(gap / PERIOD_S) - 1 for gap in gaps]
            expected = [PERIOD_S * (1 + more) for more in missed]
            assert gaps == pytest.approx(expected, abs=2.0)
            assert min(missed, default=0) >= 0
            assert sum(missed) <= (0 if story.champion else 1)


def _hand_in(team: Client, model: Path, given: AlgorithmManifest) -> Submission:
    document = model.with_suffix(".yaml")
    document.write_text(given.model_dump_json(), encoding="utf-8")  # JSON is YAML
    return team.wait(team.submit(model, document).id, timeout_s=180)


def _submitted(platform: Platform, team: Client, story: Story, folder: Path) -> Submission:
    """By the command that a team types."""
    document = folder / "algorithm.yaml"
    document.write_text(story.manifest.model_dump_json(), encoding="utf-8")
    command = [LONGAN, "submit", story.model, "--manifest", document, "--wait"]
    if story.reference is not None:
        command += ["--reference", story.reference]
    done = subprocess.run(
        command,
        env={**os.environ, "LONGAN_URL": platform.url, "LONGAN_TOKEN": platform.token},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    name, version = story.manifest.name, story.manifest.version
    assert done.stdout.strip() == f"{name}@{version}"
    [handed_in] = [
        s for s in team.pages("/submissions") if (s["name"], s["version"]) == (name, version)
    ]
    submission = team.submission(handed_in["id"])
    assert submission.report is not None
    assert submission.report["deterministic"]
    return submission


def _measured(platform: Platform, team: Client, story: Story, new: Submission) -> None:
    data, split = story.pictures
    datasets = platform.data_dir / "datasets"
    datasets.mkdir(exist_ok=True)
    (datasets / "held-out").symlink_to(data)
    order = {"name": "held-out", "title": "Held out", "folder": "held-out", "split": split}
    team.call("POST", "/evaluation-sets", json={**order, "licence": "as given"})
    order = {"algorithm": new.reference, "set": "held-out"}
    path = f"/evaluations/{team.call('POST', '/evaluations', json=order)['id']}"
    until(lambda: team.call("GET", path)["state"] in ("done", "failed"), 300, "it is measured")
    assert team.call("GET", path)["message"] is None
    found = team.scorecard(new.name, new.version, on="held-out")
    assert found["scorecard"]["map50"]["value"] >= story.map50
    if story.reference is None:
        assert found["parity"] is None
    else:
        assert found["parity"]["largest_difference"] < 0.001
        assert found["parity"]["matched"] == found["parity"]["boxes"] > 0


def _two_cameras(platform: Platform, clip: str) -> list[str]:
    """Of which a canary of half draws one: which it draws depends on their ids alone."""
    first = platform.add_camera("a", clip, loop=True)
    while True:
        second = platform.add_camera("b", clip, loop=True)
        if len(canary_cameras([first, second], 50)) == 1:
            return [first, second]
        platform.call("DELETE", f"/cameras/{second}")


def _goes_there_and_back(platform: Platform, deployment: str, cameras: list[str], new: str) -> None:
    begun = platform.call(
        "POST",
        f"/deployments/{deployment}/rollouts",
        json={
            "algorithm": new,
            "reason": "finds more",
            "gates": {"precision": 0.8, "min_reviewed": 3, "latency_ratio": 100},
        },
    )
    path = f"/deployments/{deployment}/rollouts/{begun['id']}"
    old = begun["champion"]

    def agreed() -> dict[str, Any]:
        return platform.call("GET", f"{path}/agreement")

    def answered_for() -> int:
        return len(platform.call("GET", path)["figures"]["camera_ids"])

    def everything() -> list[dict[str, Any]]:
        return [event for camera in cameras for event in platform.events(camera)]

    def by_the_new() -> list[dict[str, Any]]:
        return [event for event in everything() if _by(event) == new]

    def step(**body: Any) -> None:
        etag = platform.http.get(path).headers["ETag"]
        platform.call("PATCH", path, json=body, headers={"If-Match": etag})

    until(lambda: agreed()["both"] >= 2, 120, "both versions have found the same events")
    shadow = platform.call("GET", f"{path}/shadow-events")["items"]
    assert not by_the_new()
    assert not {e["id"] for e in shadow} & {e["id"] for e in everything()}
    pair = agreed()["both_examples"][0]
    assert pair["shadow"]["id"] in {e["id"] for e in shadow}
    for found in (pair["champion"], pair["shadow"]):
        picture = platform.http.get(platform.url + found["snapshot"])
        assert picture.headers["content-type"] == "image/jpeg", picture.text

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
    known = {e["id"] for e in everything()}
    until(
        lambda: [e for e in everything() if e["id"] not in known and _by(e) == old],
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
    assert platform.call("GET", f"/deployments/{deployment}")["spec"]["algorithm"] == old


def _by(event: dict[str, Any]) -> str:
    [model] = event["algorithms"]
    return f"{model['name']}@{model['version']}"
