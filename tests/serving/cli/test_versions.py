from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from algorithms.admission import Verdict
from algorithms.manifest import AlgorithmManifest
from longan_client import RefusedError
from serving.api import create_api
from serving.cli import app
from serving.settings import Settings
from serving.store import Store, algorithms, cameras, tokens
from serving.store.models import Camera
from tests.serving.cli.served import served

Longan = Callable[..., Result]
MakeManifest = Callable[..., AlgorithmManifest]
NEW = "rider-helmet@0.2.0"


@pytest.fixture
def longan(store: Store, make_manifest: MakeManifest, tmp_path: Path) -> Iterator[Longan]:
    """The command, beside a platform with a camera and two versions of a helmet detector."""
    with store.write() as session:
        token = tokens.create(session, "tests")
        algorithms.register_shipped(session, make_manifest(), "a" * 64)
        algorithms.add(session, make_manifest(version="0.2.0"), "b" * 64, origin="submitted")
        camera = Camera(id="01JCAMERA", name="gate", url="rtsp://10.0.0.7/1", kind="stream")
        cameras.create(session, camera)
    settings = Settings(data_dir=tmp_path / "data", dashboard_dir=tmp_path / "none")
    with served(create_api(store, settings, None, _nobody_asks)) as url:

        def run(*words: str) -> Result:
            env = {"LONGAN_URL": url, "LONGAN_TOKEN": token, "COLUMNS": "160"}
            return CliRunner().invoke(app, words, env=env)

        yield run


def _nobody_asks(
    model: Path, manifest: AlgorithmManifest, reference: Path | None = None
) -> Verdict:
    raise AssertionError


@pytest.fixture
def deployment(longan: Longan) -> str:
    return longan("deploy", "rider-helmet", "--camera=01JCAMERA").stdout.strip()


def test_a_version_is_retired_brought_back_and_revoked(longan: Longan) -> None:
    def state() -> str:
        rows = longan("algorithm", "versions", "rider-helmet").stdout.splitlines()
        (row,) = (line for line in rows if "0.2.0" in line)
        return row

    def order(word: str, reason: str) -> str:
        return longan("algorithm", word, "rider-helmet", "0.2.0", "--reason", reason).stdout.strip()

    assert order("retire", "too slow") == f"{NEW} is retired"
    assert "retired" in state()
    assert "too slow" in state()
    assert order("approve", "fast enough") == f"{NEW} is approved"
    assert "approved" in state()
    assert order("revoke", "sees ghosts") == f"{NEW} is revoked"
    assert "revoked" in state()
    assert "sees ghosts" in state()


def test_what_is_revoked_stays_revoked_and_a_reason_is_asked_for(longan: Longan) -> None:
    longan("algorithm", "revoke", "rider-helmet", "0.2.0", "--reason=sees ghosts")

    back = longan("algorithm", "approve", "rider-helmet", "0.2.0", "--reason=no more")
    silent = longan("algorithm", "retire", "rider-helmet", "0.1.0")

    assert isinstance(back.exception, RefusedError)
    assert "for good" in str(back.exception)
    assert silent.exit_code == 2
    assert "--reason" in silent.stderr


def test_an_alias_is_made_and_moved_and_its_moves_are_listed(longan: Longan) -> None:
    made = longan("algorithm", "alias", "rider-helmet", "candidate", "0.2.0")
    moved = longan("algorithm", "alias", "rider-helmet", "champion", "0.2.0")
    moves = longan("algorithm", "moves", "rider-helmet").stdout
    nowhere = longan("algorithm", "alias", "rider-helmet", "champion", "9.9.9")

    assert made.stdout.strip() == "rider-helmet:candidate is 0.2.0, was nothing"
    assert moved.stdout.strip() == "rider-helmet:champion is 0.2.0, was 0.1.0"
    assert moves.index("0.2.0") < moves.index("0.1.0")
    assert "tests" in moves
    assert isinstance(nowhere.exception, RefusedError)
    assert "9.9.9" in str(nowhere.exception)
    versions = longan("algorithm", "versions", "rider-helmet").stdout
    (row,) = (line for line in versions.splitlines() if "0.2.0" in line)
    assert "candidate, champion" in row


def test_a_rollout_goes_from_shadow_to_a_canary_and_back(longan: Longan, deployment: str) -> None:
    begun = longan("rollout", "start", deployment, NEW, "--reason", "finds more")
    canary = longan("rollout", "advance", deployment, "--percent", "30", "--reason", "agrees")
    back = longan("rollout", "roll-back", deployment, "--reason", "too many posters")
    status = longan("rollout", "status", deployment).stdout

    assert len(begun.stdout.strip()) == 26
    assert canary.stdout.strip() == "canary (30 %)"
    assert back.stdout.strip().startswith("rolling_back")
    assert f"{NEW} in place of rider-helmet@0.1.0: rolling_back" in status
    for reason in ("finds more", "agrees", "too many posters"):
        assert reason in status


def test_a_rollout_goes_live_by_its_usual_steps(longan: Longan, deployment: str) -> None:
    longan("rollout", "start", deployment, NEW)

    steps = [longan("rollout", "advance", deployment).stdout.strip() for _ in range(3)]
    further = longan("rollout", "advance", deployment)

    assert steps == ["canary (10 %)", "canary (50 %)", "live (100 %)"]
    assert "nothing follows" in str(further.exception)


def test_a_deployment_without_a_rollout_says_how_to_begin_one(
    longan: Longan, deployment: str
) -> None:
    nothing = longan("rollout", "status", deployment)

    assert "longan rollout start" in str(nothing.exception)
