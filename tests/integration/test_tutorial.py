"""docs/tutorial.md, run as it stands."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from serving.demo.cameras import clip_cameras
from tests.platform import running_platform, until

TUTORIAL = Path(__file__).resolve().parents[2] / "docs" / "tutorial.md"


@pytest.mark.slow
def test_the_tutorial_leads_from_two_cameras_to_the_figures(tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    cv2.imwrite(str(photo), np.full((120, 160, 3), 90, np.uint8))
    blocks = re.findall(r"```sh\n(.*?)```", TUTORIAL.read_text(encoding="utf-8"), re.DOTALL)
    script = "set -euo pipefail\n" + "\n".join(blocks)
    with running_platform(tmp_path / "data") as platform:
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=tmp_path,
            env={
                **os.environ,
                "LONGAN": f"{platform.url}/api/v1",
                "TOKEN": platform.token,
                "STREAM": clip_cameras([])[0].url,
                "KIND": "file",
                "PHOTO": str(photo),
            },
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr + done.stdout

        def said(name: str) -> Any:
            return json.loads((tmp_path / f"{name}.json").read_text())

        event = said("event")
        assert event["scenario"] == "rider-helmet"
        assert event["zone"] == "street"
        assert said("dispatched")["state"] == "dispatched"
        assert said("dispatched")["unit"] == "龙城交警中队"
        assert said("closed")["state"] == "closed"
        assert said("accuracy")["items"][0]["dispatched"] == 1
        assert said("precision")["items"][0]["confirmed"] == 1

        def riders() -> Any:
            rows = platform.call("GET", "/kpis/helmet-wearing")["items"]
            return any(row["riders"] for row in rows)

        until(riders, 150, "riders are counted")
