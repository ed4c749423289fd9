import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from algorithms.admission import Verdict
from algorithms.errors import LonganError
from algorithms.manifest import AlgorithmManifest
from serving.api import create_api
from serving.cli import app
from serving.cli.client import PlatformError
from serving.settings import Settings
from serving.store import Store, algorithms, cameras, deployments, tokens
from serving.store.models import Camera, Deployment
from tests.serving.cli.served import served

Longan = Callable[..., Result]
MakeManifest = Callable[..., AlgorithmManifest]

LANE = [{"name": "lane", "points": [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]}]
RUSH = {"time_zone": "Asia/Shanghai", "windows": [{"begin": "07:00", "end": "09:30"}]}


@pytest.fixture
def longan(store: Store, make_manifest: MakeManifest, tmp_path: Path) -> Iterator[Longan]:
    """The command, beside a platform with a camera and a helmet detector."""
    with store.write() as session:
        token = tokens.create(session, "tests")
        algorithms.register_shipped(session, make_manifest(), "a" * 64)
        cameras.create(
            session,
            Camera(
                id="01JCAMERA",
                name="gate",
                url="rtsp://10.0.0.7/1",
                kind="stream",
                division="Longgang/Longcheng",
                tags=["gate", "school"],
            ),
        )
    settings = Settings(data_dir=tmp_path / "data", dashboard_dir=tmp_path / "none")
    api = create_api(store, settings, None, _nobody_asks)
    with served(api) as url:

        def run(*words: str) -> Result:
            env = {"LONGAN_URL": url, "LONGAN_TOKEN": token, "COLUMNS": "120"}
            return CliRunner().invoke(app, ["deploy", *words], env=env)

        yield run


def _nobody_asks(
    model: Path, manifest: AlgorithmManifest, reference: Path | None = None
) -> Verdict:
    return Verdict([])


def _file(folder: Path, name: str, content: Any) -> str:
    file = folder / name
    file.write_text(json.dumps(content), encoding="utf-8")
    return str(file)


def _deployed(store: Store) -> list[Deployment]:
    with store.read() as session:
        return deployments.page(session, after=None, limit=10)


def test_every_option_reaches_the_deployment(longan: Longan, store: Store, tmp_path: Path) -> None:
    done = longan(
        "rider-helmet",
        "--camera=01JCAMERA",
        f"--zones={_file(tmp_path, 'zones.json', LANE)}",
        f"--schedule={_file(tmp_path, 'schedule.json', RUSH)}",
        f"--rule={_file(tmp_path, 'rule.json', {'votes': 9})}",
        "--algorithm=rider-helmet:champion",
        "--fps=3",
    )

    assert done.exit_code == 0, done.exception
    (made,) = _deployed(store)
    assert done.stdout.strip() == made.id
    assert (made.scenario, made.camera_ids, made.selector) == ("rider-helmet", ["01JCAMERA"], None)
    assert (made.algorithm, made.rule, made.fps) == ("rider-helmet:champion", {"votes": 9}, 3)
    assert [zone["name"] for zone in made.zones] == ["lane"]
    assert made.schedule is not None
    assert made.schedule["time_zone"] == "Asia/Shanghai"
    assert made.schedule["windows"][0]["begin"].startswith("07:00")


def test_cameras_are_chosen_by_division_and_tags(longan: Longan, store: Store) -> None:
    done = longan("rider-helmet", "--division=Longgang", "--tag=gate", "--tag=school")

    assert done.exit_code == 0, done.exception
    (made,) = _deployed(store)
    assert made.camera_ids == []
    assert made.selector == {"division": "Longgang", "tags": ["gate", "school"]}
    with store.read() as session:
        known = [cameras.get(session, "01JCAMERA")]
    assert deployments.chosen(made, known) == ["01JCAMERA"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--camera=01JNOBODY"], "01JNOBODY"),
        (["--camera=01JCAMERA", "--division=Longgang"], "camera_ids"),
        ([], "camera_ids"),
    ],
)
def test_the_platform_says_what_is_wrong(
    longan: Longan, store: Store, words: list[str], told: str
) -> None:
    refused = longan("rider-helmet", *words)

    assert isinstance(refused.exception, PlatformError)
    assert told in str(refused.exception)
    assert _deployed(store) == []


@pytest.mark.parametrize("option", ["zones", "schedule", "rule"])
def test_a_file_that_is_no_json_is_said_by_name(
    longan: Longan, tmp_path: Path, option: str
) -> None:
    file = tmp_path / "mine.json"
    file.write_text("{", encoding="utf-8")

    broken = longan("rider-helmet", "--camera=01JCAMERA", f"--{option}={file}")
    missing = longan("rider-helmet", "--camera=01JCAMERA", f"--{option}={tmp_path / 'none.json'}")

    for refused, name in ((broken, "mine.json"), (missing, "none.json")):
        assert isinstance(refused.exception, LonganError)
        assert name in str(refused.exception)
        assert "expected a file of JSON" in str(refused.exception)


def test_values_that_a_rule_does_not_know_are_named(
    longan: Longan, store: Store, tmp_path: Path
) -> None:
    rule = _file(tmp_path, "rule.json", {"wotes": 9})

    refused = longan("rider-helmet", "--camera=01JCAMERA", f"--rule={rule}")

    assert isinstance(refused.exception, PlatformError)
    assert "wotes" in str(refused.exception)
    assert _deployed(store) == []
