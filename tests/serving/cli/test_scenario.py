import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from algorithms.admission import check
from scenarios.scenario import CATALOG, Scenario
from serving.api import create_api
from serving.cli import app
from serving.settings import Settings
from serving.store import Store, tokens
from tests.serving.cli.served import served

FILE = CATALOG / "construction/danger-zone.yaml"


def test_every_scenario_of_the_catalogue_is_valid() -> None:
    for file in CATALOG.glob("*/*.yaml"):
        assert CliRunner().invoke(app, ["scenario", "validate", str(file)]).exit_code == 0


def test_each_mistake_is_a_line_that_editors_can_jump_to(tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    text = FILE.read_text(encoding="utf-8")
    file.write_text(text.replace("critical", "urgent").replace("rule: presence", "rule: presense"))

    done = CliRunner().invoke(app, ["scenario", "validate", str(file)])

    assert done.exit_code == 1
    first, second = done.stderr.splitlines()
    assert first.startswith(f"{file}:8:11: severity: ")
    assert "did you mean presence?" in second


def test_the_catalogue_is_listed_with_the_classes_that_a_model_must_have(
    store: Store, tmp_path: Path
) -> None:
    with store.write() as session:
        token = tokens.create(session, "tests")
    settings = Settings(data_dir=tmp_path / "data", dashboard_dir=tmp_path / "none")
    with served(create_api(store, settings, None, check)) as url:
        env = {"LONGAN_URL": url, "LONGAN_TOKEN": token, "COLUMNS": "200"}
        done = CliRunner().invoke(app, ["scenario", "list"], env=env)

    (row,) = (x for x in done.stdout.splitlines() if x.startswith("│ rider-helmet "))
    assert "without_helmet" in row
    assert "open challenge" in row  # nothing is registered in this store


@pytest.mark.parametrize("rule", ["presence", "crossing", "motion"])
def test_the_schema_knows_every_rule(rule: str) -> None:
    done = CliRunner().invoke(app, ["scenario", "schema"])

    schema = json.loads(done.stdout)
    assert set(schema["properties"]) == set(Scenario.model_fields)
    assert rule in schema["properties"]["rule"]["discriminator"]["mapping"]
