"""The real command on a real clip, through the networks as shipped."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.clips import bikes_clip

LONGAN = str(Path(sys.executable).parent / "longan")


def truth(folder: Path, *events: dict[str, float], scenario: str = "rider-helmet") -> Path:
    file = folder / "truth.json"
    part = {"scenario": scenario, "events": events}
    file.write_text(json.dumps({"clip": "bikes.mp4", "duration_s": 10, "scenarios": [part]}))
    return file


def score(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LONGAN, "score", str(bikes_clip()), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_a_rider_that_was_found_and_one_that_was_made_up(tmp_path: Path) -> None:
    rider, nobody = {"begin_s": 1.2, "end_s": 2.2}, {"begin_s": 6.0, "end_s": 7.0}

    done = score(str(truth(tmp_path, rider, nobody)), "--json")

    (said,) = json.loads(done.stdout)
    assert (said["found"], said["missed"], said["false_alarms"]) == (1, 1, 0)
    assert said["recall"] == 0.5
    assert said["recall_at_least"] < 0.2
    assert said["missed_truths"] == [1]


def test_a_scenario_without_its_algorithm_is_said_not_to_have_run(tmp_path: Path) -> None:
    done = score(str(truth(tmp_path, scenario="full-bins")), "--json")

    (said,) = json.loads(done.stdout)
    assert "needs bins" in said["not_run"]


def test_a_scenario_that_the_truth_is_not_about_is_one_line(tmp_path: Path) -> None:
    done = score(str(truth(tmp_path)), "--scenario", "crowd")

    assert done.returncode == 1
    assert "it is about rider-helmet" in done.stderr.splitlines()[-1]
