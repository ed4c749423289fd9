import re
from pathlib import Path

import pytest

from algorithms.tracking import LOST_AFTER_S
from scenarios.errors import ScenarioError
from scenarios.scenario import CATALOG, Scenario, load_catalog


def test_every_entry_lies_in_its_domain_under_its_own_name() -> None:
    for path in CATALOG.glob("*/*.yaml"):
        entry = Scenario.from_file(path)

        assert (entry.domain, entry.id) == (path.parent.name, path.stem)
    assert len(load_catalog()) == 31


@pytest.mark.parametrize("scenario", load_catalog().values(), ids=lambda scenario: scenario.id)
def test_every_entry_agrees_with_itself(scenario: Scenario) -> None:
    assert scenario.rule.needed_classes >= set(scenario.classes)
    assert scenario.camera.fps >= scenario.fps
    assert re.search("[\u4e00-\u9fff]", scenario.title_zh + scenario.description_zh)
    tracked = scenario.rule.rule not in ("absence", "count", "occupancy")
    assert scenario.fps >= 1 / LOST_AFTER_S or not tracked  # rarer, and every track breaks


def test_overrides_are_checked_and_keep_the_other_defaults() -> None:
    scenario = load_catalog()["danger-zone"]

    rule = scenario.with_rule({"stay_s": 5})

    assert rule.model_dump() == {**scenario.rule.model_dump(), "stay_s": 5.0}
    with pytest.raises(ScenarioError, match=r"danger-zone: rule: .*stay"):
        scenario.with_rule({"stay_s": -1})
    with pytest.raises(ScenarioError, match="nonsense"):
        scenario.with_rule({"nonsense": 1})


def test_a_broken_entry_names_the_file_and_the_field(tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text("id: broken\ndomain: nowhere\n")

    with pytest.raises(ScenarioError, match=r"broken\.yaml:2:9: domain"):
        Scenario.from_file(file)
