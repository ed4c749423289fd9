import json
from pathlib import Path

import pytest

from algorithms.errors import DatasetError
from tests.training.datasets.conftest import MakePicture
from training.datasets import safety
from training.datasets.importers import read


@pytest.fixture
def coco(tmp_path: Path, make_picture: MakePicture) -> Path:
    make_picture(tmp_path / "set" / "a.png", 1)
    make_picture(tmp_path / "outside.png", 2)
    return tmp_path / "set" / "labels.json"


def write(file: Path, *names: str) -> None:
    images = [{"id": n, "file_name": name} for n, name in enumerate(names)]
    file.write_text(json.dumps({"images": images, "annotations": [], "categories": []}))


@pytest.mark.parametrize("name", ["../outside.png", "..\\outside.png", "/etc/passwd", "C:\\a.png"])
def test_a_name_that_leads_out_is_refused(coco: Path, name: str) -> None:
    write(coco, "a.png", name)

    with pytest.raises(DatasetError, match="leads out"):
        read(coco)


def test_a_link_that_leads_out_is_refused(coco: Path) -> None:
    (coco.parent / "b.png").symlink_to(coco.parent.parent / "outside.png")
    write(coco, "a.png", "b.png")

    with pytest.raises(DatasetError, match="link that leads out"):
        read(coco)


def test_a_decompression_bomb_is_refused(coco: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safety, "MAX_MEGAPIXELS", 0.005)
    write(coco, "a.png")

    with pytest.raises(DatasetError, match="96 × 64 pixels"):
        read(coco)


def test_giant_and_bottomless_json_is_refused(coco: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    coco.write_text("[" * 200_000)
    with pytest.raises(DatasetError, match="not valid JSON"):
        read(coco, "coco")

    monkeypatch.setattr(safety, "MAX_TEXT_MIB", 0.1)
    with pytest.raises(DatasetError, match="expected at most"):
        read(coco, "coco")


def test_an_xml_entity_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "annotations.xml"
    file.write_text(
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><annotations>&x;</annotations>'
    )

    with pytest.raises(DatasetError, match="safe to read"):
        read(file)


def test_a_yaml_tag_runs_nothing(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    (tmp_path / "data.yaml").write_text(f"names: !!python/object/apply:os.mkdir ['{mark}']\n")

    with pytest.raises(DatasetError, match="not valid YAML"):
        read(tmp_path)

    assert not mark.exists()


def test_a_yolo_split_outside_its_folder_is_refused(
    tmp_path: Path, make_picture: MakePicture
) -> None:
    make_picture(tmp_path / "images" / "a.png", 1)
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "data.yaml").write_text("names: [a]\npath: ..\ntrain: images\n")

    with pytest.raises(DatasetError, match="leads out"):
        read(tmp_path / "set")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999", "1" + "0" * 400])
def test_a_box_that_is_no_number_is_refused(coco: Path, number: str) -> None:
    coco.write_text(
        '{"images": [{"id": 1, "file_name": "a.png"}], "categories": [{"id": 1, "name": "a"}],'
        f'"annotations": [{{"image_id": 1, "category_id": 1, "bbox": [0, 0, 5, {number}]}}]}}'
    )

    with pytest.raises(DatasetError, match=str(coco)):
        read(coco)
