from pathlib import Path

import pytest

from scenarios.errors import ScenarioError
from scenarios.scenario import CATALOG, Scenario
from scenarios.yaml_model import mistakes_in, read_yaml

DANGER = (CATALOG / "construction/danger-zone.yaml").read_text(encoding="utf-8")


def line_of(text: str, part: str) -> int:
    return next(i for i, line in enumerate(text.splitlines(), 1) if part in line)


@pytest.mark.parametrize(
    ("old", "new", "where", "told"),
    [
        ("severity: critical", "severity: urgent", "severity", "'critical', 'major' or 'notice'"),
        ("  rule: presence", "  rule: presense", "rule.rule", "did you mean presence"),
        ("  rule: presence", "  stay: 3\n  rule: presence", "rule.stay", "no such key"),
        ("  rule: presence", "  stay_s: soon\n  rule: presence", "rule.stay_s", "got 'soon'"),
        ("  - name: street-objects", "  - nam: street-objects", "algorithms.0.nam", "no such key"),
        ("unit: ", "unit: nobody # ", "unit", "traffic-police"),
        ("domain: ", "id: danger\ndomain: ", "id", "twice, first in line 1"),
        ("  precision: 0.95", "  precision: 95", "gate.precision", "less than or equal to 1"),
        ("camera:", "kamera:", "kamera", "no such key"),
    ],
)
def test_a_mistake_is_shown_where_it_is(old: str, new: str, where: str, told: str) -> None:
    text = DANGER.replace(old, new, 1)

    found = {mistake.where: mistake for mistake in mistakes_in(text, Scenario)}

    assert told in found[where].message
    assert where.rpartition(".")[2] + ":" in text.splitlines()[found[where].line - 1]


def test_line_and_column_count_from_one() -> None:
    text = DANGER.replace("severity: critical", "severity: urgent")

    (mistake,) = mistakes_in(text, Scenario)

    assert (mistake.line, mistake.column) == (line_of(text, "severity"), len("severity: ") + 1)


def test_every_mistake_is_named_in_the_order_of_the_text() -> None:
    text = DANGER.replace("severity: critical", "severity: urgent").replace("unit:", "unite:")

    found = mistakes_in(text, Scenario)

    assert [m.where for m in found] == ["unit", "severity", "unite"]
    assert "is missing" in found[0].message


def test_what_is_no_yaml_is_shown_at_the_place_where_it_breaks() -> None:
    (mistake,) = mistakes_in("id: a\nclasses: [person\nrule: b\n", Scenario)

    assert (mistake.line, mistake.where) == (3, "")
    assert "not valid YAML" in mistake.message


@pytest.mark.parametrize(
    ("text", "told"),
    [("", "empty"), ("- a\n- b\n", "keys and values"), ("a: 2026-13-40", "not valid YAML")],
)
def test_a_file_of_another_kind_is_one_mistake(text: str, told: str) -> None:
    (mistake,) = mistakes_in(text, Scenario)

    assert told in mistake.message


def test_reading_a_file_tells_its_name_in_each_line(tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text(DANGER.replace("critical", "urgent").replace("unit:", "unite:"))

    with pytest.raises(ScenarioError) as error:
        read_yaml(file, Scenario)

    lines = str(error.value).splitlines()
    assert len(lines) == 3
    assert all(line.startswith(f"{file}:") for line in lines)


def test_a_file_that_is_not_there_is_a_scenario_error(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"gone\.yaml"):
        read_yaml(tmp_path / "gone.yaml", Scenario)
