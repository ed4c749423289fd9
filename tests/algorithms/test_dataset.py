import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import yaml

from algorithms.dataset import Origin, fingerprint, origin_of, read_dataset, read_origins
from algorithms.errors import DatasetError
from tests.labelled import lights


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One 100×50 picture with one box, 20..60 × 10..40, in the split `stress`."""
    for part in ("images/stress", "labels/stress"):
        (tmp_path / part).mkdir(parents=True)
    cv2.imwrite(str(tmp_path / "images/stress/a.png"), np.zeros((50, 100, 3), np.uint8))
    (tmp_path / "labels/stress/a.txt").write_text("1 0.4 0.5 0.4 0.6\n")
    return tmp_path


def box_of(data: Path, split: str = "stress") -> tuple[str, list[int]]:
    dataset = read_dataset(data, split)
    (labels,) = dataset.annotations.values()
    return str(labels.data["class_name"][0]), [round(float(side)) for side in labels.xyxy[0]]


def test_a_folder_with_a_class_list_is_read(folder: Path) -> None:
    (folder / "classes.txt").write_text("cat\ndog\n")

    assert box_of(folder) == ("dog", [20, 10, 60, 40])


@pytest.mark.parametrize("names", [["cat", "dog"], {0: "cat", 1: "dog"}])
@pytest.mark.parametrize("entry", ["images/stress", "../images/stress"])
def test_a_data_yaml_is_read(folder: Path, names: object, entry: str) -> None:
    file = folder / "data.yaml"
    file.write_text(yaml.safe_dump({"names": names, "stress": entry}))

    assert box_of(file) == box_of(folder) == ("dog", [20, 10, 60, 40])


def test_a_split_a_data_yaml_does_not_name_is_looked_for_by_its_folder(folder: Path) -> None:
    (folder / "data.yaml").write_text(yaml.safe_dump({"names": ["cat", "dog"], "val": "nowhere"}))

    assert box_of(folder / "data.yaml") == ("dog", [20, 10, 60, 40])


def test_a_data_yaml_runs_nothing(folder: Path) -> None:
    (folder / "data.yaml").write_text(
        "names: [cat]\ndownload: !!python/object/apply:os.system [false]\n"
    )

    with pytest.raises(DatasetError, match="not valid YAML"):
        read_dataset(folder / "data.yaml", "stress")


def test_a_coco_file_is_read_and_masks_are_not_drawn(folder: Path) -> None:
    content = {
        "images": [{"id": 1, "file_name": "a.png", "width": 100, "height": 50}],
        "categories": [{"id": 7, "name": "dog"}],
        "annotations": [
            {
                "id": 1,
                "image_id": 1,
                "category_id": 7,
                "bbox": [20, 10, 40, 30],
                "area": 1200,
                "iscrowd": 0,
                "segmentation": [[20, 10, 60, 10, 60, 40]],
            }
        ],
    }
    file = folder / "annotations" / "instances.json"
    file.parent.mkdir()
    file.write_text(json.dumps(content))

    dataset = read_dataset(file, "stress")

    assert box_of(file) == ("dog", [20, 10, 60, 40])
    assert all(labels.mask is None for labels in dataset.annotations.values())


def test_a_missing_split_says_where_it_looked(folder: Path) -> None:
    (folder / "classes.txt").write_text("cat\ndog\n")

    with pytest.raises(DatasetError, match=r"looked for .*images/val"):
        read_dataset(folder, "val")


def test_a_broken_label_names_its_file(folder: Path) -> None:
    (folder / "classes.txt").write_text("cat\ndog\n")
    (folder / "labels/stress/a.txt").write_text("1 0.4 oops\n")

    with pytest.raises(DatasetError, match=r"a\.txt"):
        read_dataset(folder, "stress")


def test_a_folder_without_class_names_is_refused(folder: Path) -> None:
    with pytest.raises(DatasetError, match=r"classes\.txt"):
        read_dataset(folder, "stress")


def test_a_coco_file_says_where_its_pictures_come_from(tmp_path: Path) -> None:
    file = tmp_path / "labels.json"
    images = [
        {"file_name": "day/a.png", "camera": "gate", "division": "Longcheng"},
        {"file_name": "day/b.png"},
    ]
    file.write_text(json.dumps({"images": images}))

    origins = read_origins(file)

    assert origin_of("/data/images/day/a.png", origins) == Origin("gate", "Longcheng")
    assert origin_of("/data/images/night/a.png", origins) == Origin()
    assert origin_of("/data/images/day/b.png", origins) == Origin()


def test_a_table_beside_a_yolo_folder_says_where_its_pictures_come_from(tmp_path: Path) -> None:
    assert read_origins(tmp_path) == {}

    (tmp_path / "pictures.csv").write_text("file,camera\na.png,gate\nb.png,\n")

    assert read_origins(tmp_path) == {"a.png": Origin("gate", None)}


def test_a_table_without_the_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pictures.csv").write_text("name,source\na.png,gate\n")

    with pytest.raises(DatasetError, match="columns file, camera"):
        read_origins(tmp_path)


def test_a_fingerprint_changes_with_a_label_and_not_with_the_place(tmp_path: Path) -> None:
    here, there, other = (
        fingerprint(read_dataset(lights(tmp_path / name, pattern)))
        for name, pattern in (("a", "Bb"), ("b", "Bb"), ("c", "BB"))
    )

    assert here == there
    assert here != other
