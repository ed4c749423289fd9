# pyright: basic
"""docs/pt-to-production.md, run as it stands, with a detector that was really trained."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from tests.platform import running_platform
from tests.tiny_training import SIZE

pytestmark = [pytest.mark.cluster, pytest.mark.training, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "pt-to-production.md"


def _bright_thing(target: Path) -> Path:
    """A clip of a bright thing in the dark that stays where it is."""
    picture = np.random.default_rng(1).integers(10, 40, (SIZE, SIZE, 3)).astype(np.uint8)
    picture[30:62, 36:66] = 220
    with av.open(str(target), "w") as out:
        stream = out.add_stream("libx264", rate=10, options={"g": "10", "bf": "0", "crf": "10"})
        stream.width, stream.height, stream.pix_fmt = SIZE, SIZE, "yuv420p"
        for _ in range(200):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(stream.encode(None))
    return target


def test_a_pt_file_becomes_a_model_in_production(tmp_path: Path) -> None:
    pytest.importorskip("ultralytics", reason="needs the training extra")
    from training.backends.ultralytics import environment

    paths = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
    }
    offline = {**os.environ, **paths, **environment(tmp_path / "home")}
    command = [sys.executable, "-m", "tests.tiny_training", str(tmp_path)]
    subprocess.run(command, env=offline, check=True, timeout=1200)
    blocks = re.findall(r"```sh\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    script = "set -euo pipefail\n" + "\n".join(blocks)
    with running_platform(tmp_path / "data") as platform:
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=tmp_path,
            env={
                **offline,
                "LONGAN_URL": platform.url,
                "LONGAN_TOKEN": platform.token,
                "STREAM": str(_bright_thing(tmp_path / "gate.mp4")),
                "IMGSZ": str(SIZE),
            },
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )

    assert done.returncode == 0, done.stderr + done.stdout
    assert (tmp_path / "version.txt").read_text() == "gate-people@0.1.0\n"
    event = json.loads((tmp_path / "event.json").read_text())
    assert event["scenario"] == "crowd"
    assert event["algorithms"][0]["name"] == "gate-people"
