import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scenarios.scenario import CATALOG, Scenario
from serving.cli import app

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


@pytest.mark.parametrize("rule", ["presence", "crossing", "motion"])
def test_the_schema_knows_every_rule(rule: str) -> None:
    done = CliRunner().invoke(app, ["scenario", "schema"])

    schema = json.loads(done.stdout)
    assert set(schema["properties"]) == set(Scenario.model_fields)
    assert rule in schema["properties"]["rule"]["discriminator"]["mapping"]
