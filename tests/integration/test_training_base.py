"""The training base from end to end: from a government's catalogue to a candidate."""

import json
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from tests.integration.test_training_runs import backend, began_again, ended, epochs
from tests.platform import running_platform, until
from tests.training.catalogues.conftest import recorded
from tests.training.catalogues.site import Answer, Site, ranged

pytestmark = [pytest.mark.cluster, pytest.mark.training, pytest.mark.slow]

LONGAN = Path(sys.executable).with_name("longan")
CLASSES = ("with_helmet", "without_helmet")
SIZE = 96


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.close()


def test_open_data_becomes_a_candidate(tmp_path: Path, site: Site) -> None:
    pytest.importorskip("ultralytics", reason="needs the training extra")
    published(site, drawn(tmp_path / "published.zip", count=40))
    with running_platform(tmp_path / "data") as platform:
        environment = {
            **os.environ,
            "LONGAN_DATA_DIR": str(platform.data_dir),
            "LONGAN_URL": platform.url,
            "LONGAN_TOKEN": platform.token,
            "LONGAN_CATALOGUE_PRIVATE_HOSTS": '["127.0.0.1"]',
            "LONGAN_CATALOGUE_PAUSE_S": "0",
        }

        def longan(*words: object) -> str:
            done = subprocess.run(
                [LONGAN, *map(str, words)],
                cwd=tmp_path,
                env=environment,
                capture_output=True,
                text=True,
                timeout=600,
                check=False,
            )
            assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
            return done.stdout.strip()

        # catalogue → dataset → quality report → release
        longan("catalogue", "fetch", f"ckan+{site.url}", "street-heads", "--out", "fetched")
        shutil.unpack_archive(tmp_path / "fetched" / "heads.zip", tmp_path / "heads")
        record = json.loads((tmp_path / "fetched" / "heads.zip.source.json").read_text())
        longan(
            "dataset", "import", "heads", "--name", "heads", "--licence", record["licence"]["spdx"]
        )
        longan("dataset", "report", "heads", "--out", "report")
        release = longan(
            "dataset", "release", "heads", "--split", "train=0.75,val=0.25", "--gate"
        ).splitlines()[-1]
        assert (tmp_path / "report" / "index.html").is_file()

        # training, killed once and resumed → evaluation
        spec = {"release": release, "epochs": 8, "image_px": SIZE, "weights": "yolov8n.yaml"}
        order = {"recipe": "rider-helmet", "spec": spec}
        run = platform.call("POST", "/training-runs", json=order)["id"]
        until(lambda: epochs(platform, run) >= 2, 900, "two epochs are done")
        os.kill(backend(run), signal.SIGKILL)
        done = ended(platform, run)
        assert done["state"] == "done", done["message"]
        assert began_again(platform, run) == 1
        assert done["metrics"]["rider-helmet/val"]["images"] == 10

        # export → submission → scorecard → candidate
        (folder,) = (platform.data_dir / "runs").glob(f"*{run}*")
        longan("export", folder, "--fp16")
        assert (folder / "model-fp16.onnx").stat().st_size < 7_000_000
        assert "rider-helmet" in (folder / "MODEL_CARD.md").read_text(encoding="utf-8")
        given = (folder / "algorithm.yaml").read_text(encoding="utf-8")
        (tmp_path / "ours.yaml").write_text(given.replace("version: 1.0.0", "version: 1.1.0"))
        version = longan("submit", folder / "model.onnx", "--manifest", "ours.yaml")
        exported = tmp_path / "data" / "datasets" / "hidden"
        longan("dataset", "export", release, "--format", "yolo", "--out", exported)
        longan("evaluation-set", "add", "hidden", "hidden", "--licence", "CC-BY-4.0")
        card = json.loads(longan("scorecard", version, "--set", "hidden", "--json"))
        assert set(card["scorecard"]["classes"]) == set(CLASSES)
        name, _, number = version.partition("@")
        longan("algorithm", "alias", name, "candidate", number)
        alias = platform.call("GET", f"/algorithms/{name}/aliases/candidate")
        assert alias["version"] == number
    site.close()


def drawn(target: Path, count: int) -> Path:
    """An archive of labelled pictures: dark or bright heads before walls that all differ."""
    random = np.random.default_rng(0)
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("classes.txt", "\n".join(CLASSES) + "\n")
        for number in range(count):
            wall = random.integers(60, 180, (6, 6, 3), np.uint8)
            picture = cv2.resize(wall, (SIZE * 2, SIZE * 2), interpolation=cv2.INTER_CUBIC)
            x, y = random.integers(40, SIZE * 2 - 40, 2).tolist()
            cv2.circle(picture, (x, y), 26, (250,) * 3 if number % 2 else (5,) * 3, -1)
            box = f"{number % 2} {x / SIZE / 2} {y / SIZE / 2} {26 / SIZE} {26 / SIZE}\n"
            content = cv2.imencode(".png", picture)[1].tobytes()
            archive.writestr(f"images/train/{number}.png", content)
            archive.writestr(f"labels/train/{number}.txt", box)
    return target


def published(site: Site, archive: Path) -> None:
    """A CKAN that offers the archive as one data set."""
    answer: Any = recorded("package_show.json")
    answer["result"] |= {"name": "street-heads", "license_id": "cc-by"}
    resource = {"name": "heads.zip", "url": f"{site.url}/heads.zip", "format": "ZIP", "hash": ""}
    answer["result"]["resources"] = [answer["result"]["resources"][0] | resource]
    site.put("/api/3/action/package_show", Answer(answer))
    site.put("/heads.zip", ranged(archive.read_bytes()))
