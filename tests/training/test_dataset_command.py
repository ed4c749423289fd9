import json
import zipfile
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from tests.training.datasets.conftest import textured
from training.dataset_command import dataset


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A YOLO folder of fifty pictures in one split, and a library beside it."""
    monkeypatch.setenv("LONGAN_DATA_DIR", str(tmp_path / "data"))
    for number in range(50):
        textured(tmp_path / "set" / "images" / "train" / f"{number}.png", number)
        file = tmp_path / "set" / "labels" / "train" / f"{number}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("0 0.5 0.5 0.4 0.4\n")
    (tmp_path / "set" / "classes.txt").write_text("helmet\n")
    return tmp_path / "set"


def run(*words: str | Path, exit_code: int = 0) -> str:
    app = typer.Typer()
    app.add_typer(dataset, name="dataset")
    result = CliRunner().invoke(app, ["dataset", *map(str, words)])
    assert result.exit_code == exit_code, result.output + repr(result.exception)
    return result.stdout


def test_from_a_folder_to_a_gated_release_and_out_again(folder: Path, tmp_path: Path) -> None:
    run("import", folder, "--name", "street", "--licence", "CC-BY-4.0")
    release = run("release", "street", "--split", "train=0.5,val=0.5", "--gate").strip()
    said = run("export", release[:10], "--out", tmp_path / "yolo")

    assert "data.yaml" in said
    pictures = [file.parent.name for file in (tmp_path / "yolo" / "images").rglob("*.png")]
    assert sorted(set(pictures)) == ["train", "val"]
    assert len(pictures) == 50


def test_the_gate_of_a_report_fails_the_command(folder: Path, tmp_path: Path) -> None:
    (folder / "labels" / "train" / "0.txt").write_text("0 0.5 0.5 0.4 0\n")

    run("report", folder, "--out", tmp_path / "out", "--gate", exit_code=1)

    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert report["counts"]["degenerate"] == 1
    assert (tmp_path / "out" / "index.html").is_file()


def test_pictures_go_out_to_be_labelled_and_come_back(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "to cvat"
    run("import", folder / "images", "--name", "bare", "--format", "pictures", "--source", "gate")

    said = run("export", "bare", "--format", "cvat", "--labels", "rider,helmet", "--out", out)
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as export:
        export.write(out / "annotations.xml", "annotations.xml")
    back = run("import", tmp_path / "export.zip", "--exported", out, "--name", "labelled")

    assert "task.zip" in said
    content = json.loads(Path(back.strip()).read_text())
    assert [one["name"] for one in content["categories"]] == ["helmet", "rider"]
    assert {one["longan"]["source"] for one in content["images"]} == {"gate"}
    assert len(content["images"]) == 50
