"""The real command on the real clip, through the networks as shipped."""

import json
import subprocess
import sys
from pathlib import Path

import av
import pytest

from tests.clips import bikes_clip

LONGAN = str(Path(sys.executable).parent / "longan")


@pytest.mark.slow
def test_the_bareheaded_rider_is_one_event_and_the_helmeted_cyclist_none(tmp_path: Path) -> None:
    drawn = tmp_path / "drawn.mp4"
    command = [LONGAN, "analyze", str(bikes_clip()), "--fps", "6", "--json", "--annotate", drawn]

    done = subprocess.run(command, capture_output=True, text=True, check=True)

    (event,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert event["objects"][0]["class_name"] == "without_helmet"
    assert 1.1 < event["first_seen_s"] < event["opened_s"] <= event["last_seen_s"] < 2.2
    with av.open(str(drawn)) as clip:
        assert sum(1 for _ in clip.decode(video=0)) == pytest.approx(60, abs=2)


def test_what_is_no_clip_is_said_in_one_line_and_nothing_is_on_standard_output() -> None:
    command = [LONGAN, "analyze", __file__, "--json"]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1].startswith("longan: Expected a video")
