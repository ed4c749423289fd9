import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from algorithms.admission import Verdict
from algorithms.errors import LonganError
from algorithms.manifest import AlgorithmManifest
from serving.api import create_api
from serving.cli import app
from serving.settings import Settings
from serving.store import Store, tokens
from serving.streams.job_process import JobProcesses
from tests.labelled import lights
from tests.models import manifest, sees_light
from tests.serving.cli.served import served
from tests.serving.registered import register_shipped

Longan = Callable[..., Result]


@pytest.fixture
def longan(store: Store, tmp_path: Path) -> Iterator[Longan]:
    """The command, beside a platform with a model that sees light and data to measure it on."""
    settings = Settings(
        data_dir=tmp_path / "data",
        dashboard_dir=tmp_path / "none",
        weights_dir=tmp_path,
        database_url=f"sqlite:///{tmp_path / 'longan.db'}",
    )
    sees_light(tmp_path / "seer-1.0.0.onnx")
    lights(settings.datasets_dir / "lights", "BBDd", ["gate", "gate", "bridge", "bridge"])
    with store.write() as session:
        token = tokens.create(session, "tests")
        register_shipped(session, settings, manifest("person", name="seer"))
    runner = JobProcesses("serving.streams.evaluating", settings)
    api = create_api(store, settings, None, _nobody_asks, evaluation_runner=runner)
    with served(api) as url:
        environment = {"LONGAN_URL": url, "LONGAN_TOKEN": token}

        def run(*words: str) -> Result:
            return CliRunner().invoke(app, words, env=environment)

        yield run


def _nobody_asks(
    model: Path, manifest: AlgorithmManifest, reference: Path | None = None
) -> Verdict:
    raise AssertionError


@pytest.mark.slow
def test_from_data_on_the_server_to_a_scorecard(longan: Longan, tmp_path: Path) -> None:
    added = longan("evaluation-set", "add", "lights", "lights", "--licence", "CC0-1.0")
    assert "4 pictures of person" in added.stdout
    assert "CC0-1.0" in longan("evaluation-set", "list").stdout

    page = tmp_path / "card.html"
    measured = longan(
        "scorecard", "seer", "--set", "lights", "--html", str(page),
        "--alarms-per-day", "10", "--pictures-per-day", "8",
    )  # fmt: skip
    again = longan("scorecard", "seer@1.0.0", "--set", "lights", "--last", "--json")
    beside = longan("scorecard", "seer@1.0.0", "--set", "lights", "--last", "--against", "1.0.0")

    assert "suggested threshold" in measured.stdout
    assert "alarms a day" in measured.stdout
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    recall = json.loads(again.stdout)["scorecard"]["classes"]["person"]["recall"]
    assert (recall["hits"], recall["n"]) == (2, 3)
    assert "person.recall" in beside.stdout


def test_half_a_budget_is_refused(longan: Longan) -> None:
    answer = longan("scorecard", "seer", "--set", "lights", "--alarms-per-day", "10")

    assert isinstance(answer.exception, LonganError)
    assert "together" in str(answer.exception)
