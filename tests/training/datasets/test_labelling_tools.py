"""What CVAT and Label Studio really write (tests/training/data/labelling/README.md)."""

import json
import shutil
from pathlib import Path

import pytest
from PIL import Image

from algorithms.errors import DatasetError
from training.datasets.importers import read
from training.datasets.importers.rotated import bounds
from training.datasets.labelled import Box, Labelled

DATA = Path(__file__).parents[1] / "data" / "labelling"
STREET = [f"street_{letter}" for letter in "abcdef"]
A = [("helmet", 30, 12, 20, 16), ("rider", 20, 10, 60, 80)]
B = [("bare_head", 100, 5, 25, 20)]

Boxes = dict[str, list[tuple[str | float, ...]]]


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """The folder that was exported for labelling."""
    folder = tmp_path / "street" / "images"
    folder.mkdir(parents=True)
    for name in STREET:
        Image.new("RGB", (200, 100)).save(folder / f"{name}.jpg")
    return folder


def boxes(data: Labelled) -> Boxes:
    return {p.file.stem: sorted(map(sides, p.boxes)) for p in data.pictures}


def sides(box: Box) -> tuple[str | float, ...]:
    return box.class_name, *(round(s, 1) for s in (box.x, box.y, box.width, box.height))


@pytest.mark.parametrize("order", ["plain", "category"])
@pytest.mark.parametrize("kind", ["json_min", "coco", "yolo", "voc"])
def test_each_export_of_label_studio_keeps_every_box_its_class(
    kind: str, order: str, pictures: Path
) -> None:
    """Classes are sorted in one, and in the other numbered against the order of classes.txt."""
    folder = DATA / "label_studio" / order / kind

    data = read(folder / "result.json" if kind == "json_min" else folder, pictures=pictures)

    found = boxes(data)
    assert found["street_a"] == A
    assert {*data.classes} <= {"rider", "helmet", "bare_head"}
    # Where Label Studio writes one annotation over the other, the older one stays.
    assert found["street_b"] == (B if kind in {"json_min", "coco"} else [("helmet", 1, 1, 5, 5)])


@pytest.mark.parametrize("kind", ["coco", "yolo"])
def test_pictures_that_label_studio_calls_empty_are_left_out_and_that_is_said(
    kind: str, pictures: Path
) -> None:
    data = read(DATA / "label_studio" / "category" / kind, pictures=pictures)

    assert {*boxes(data)} == {"street_a", "street_b", "street_f"}
    assert any("2 pictures without boxes" in note for note in data.notes)


def test_label_studios_archive_with_pictures_is_read_by_its_own_names(
    tmp_path: Path, pictures: Path
) -> None:
    for kind in ("coco", "yolo"):
        folder = tmp_path / kind
        shutil.copytree(DATA / "label_studio" / "category" / kind, folder)
        (folder / "images").mkdir()
        stems = [file.stem for file in (DATA / "label_studio/category/yolo/labels").iterdir()]
        for stem in stems:
            assert stem[8:10] == "__"
            shutil.copy(pictures / f"{stem[10:]}.jpg", folder / "images" / f"{stem}.jpg")

        found = boxes(read(folder))

        assert {name[10:]: there for name, there in found.items()}["street_a"] == A


def test_a_task_is_truth_only_where_a_person_submitted_it(pictures: Path) -> None:
    data = read(DATA / "label_studio" / "tasks.json", pictures=pictures)

    assert boxes(data) == {
        "street_a": A,  # accepted, and skipped by another person
        "street_b": B,  # the newest of two
        "street_c": [],  # submitted without a box: nothing is on it
        "street_f": [("rider", 80, 20, 20, 40)],  # ground truth wins over the newest
    }
    assert sorted(data.notes) == [
        "2 tasks have several annotations: taken was the one marked as ground truth, else the "
        "newest",
        "left out: 1 tasks that nobody submitted",
        "left out: 1 tasks that were skipped",
    ]


def test_predictions_alone_are_refused(tmp_path: Path, pictures: Path) -> None:
    tasks = json.loads((DATA / "label_studio" / "tasks.json").read_text())
    file = tmp_path / "tasks.json"
    file.write_text(json.dumps([task | {"annotations": []} for task in tasks]))

    with pytest.raises(DatasetError, match="none of 6 tasks has a submitted annotation"):
        read(file, pictures=pictures)


def test_an_uploaded_picture_is_found_without_the_digits_before_its_name(
    tmp_path: Path, pictures: Path
) -> None:
    row = {
        "id": 1,
        "image": "/data/upload/3/0a1b2c3d-street_b.jpg",
        "annotation_id": 5,
        "label": [{"x": 50, "y": 5, "width": 12.5, "height": 20, "rectanglelabels": ["bare_head"]}],
    }
    (tmp_path / "min.json").write_text(json.dumps([row]))

    assert boxes(read(tmp_path / "min.json", pictures=pictures)) == {"street_b": B}


def test_an_address_that_leads_out_is_refused(tmp_path: Path, pictures: Path) -> None:
    Image.new("RGB", (9, 9)).save(tmp_path / "secret.jpg")
    row = {"id": 1, "image": "/data/local-files/?d=../../secret.jpg", "annotation_id": 5}
    (tmp_path / "min.json").write_text(json.dumps([row]))

    with pytest.raises(DatasetError, match="leads out"):
        read(tmp_path / "min.json", pictures=pictures)


@pytest.mark.parametrize(
    "kind", ["coco_instances", "yolo", "datumaro", "cvat/train.xml", "voc_detection"]
)
def test_what_cvats_library_writes_keeps_every_box_its_class(kind: str, pictures: Path) -> None:
    data = read(DATA / "datumaro" / kind, pictures=pictures)

    found = boxes(data)
    assert (found["street_a"], found["street_b"]) == (A, B)
    assert found.get("street_c", []) == []
    assert {*data.classes} == {"rider", "helmet", "bare_head"}


def test_cvats_images_give_boxes_and_say_what_else_there_was(tmp_path: Path) -> None:
    shutil.copytree(DATA / "cvat" / "images", tmp_path / "task")
    (tmp_path / "task" / "images").mkdir()
    Image.new("L", (1600, 1200)).save(tmp_path / "task" / "images" / "filename000.jpg")

    data = read(tmp_path / "task")

    assert boxes(data) == {"filename000": [("plate", 797.3, 870.9, 168.2, 58.0)]}
    assert data.classes == ("car", "traffic_line", "wheel", "plate")
    assert data.notes == ("left out what is no box: 1 mask, 1 points, 2 polyline",)


@pytest.fixture
def video(tmp_path: Path) -> Path:
    """CVAT's export of every third frame of a video, from the tenth on."""
    shutil.copytree(DATA / "cvat" / "video", tmp_path / "task")
    (tmp_path / "task" / "images").mkdir()
    for frame in (10, 13, 16, 19):
        Image.new("L", (25, 20)).save(tmp_path / "task" / "images" / f"frame_{frame:06}.png")
    return tmp_path / "task"


def test_a_track_of_cvats_ends_where_it_is_outside(video: Path) -> None:
    assert boxes(read(video)) == {
        "frame_000010": [("II", 3, 4, 7, 1)],
        "frame_000013": [],
        "frame_000016": [],
        "frame_000019": [],
    }


def test_frames_between_two_key_frames_lie_in_line(video: Path) -> None:
    file = video / "annotations.xml"
    file.write_text(file.read_text().replace('frame="13" outside="1"', 'frame="16" outside="0"', 1))
    file.write_text(file.read_text().replace('frame="16" outside="1"', 'frame="19" outside="1"', 1))

    found = boxes(read(video))

    assert found["frame_000013"] == [("II", 5, 5, 7, 1.5)]
    assert found["frame_000016"] == [("II", 7, 6, 7, 2)]
    assert found["frame_000019"] == []


def test_tracks_of_pictures_without_frame_numbers_are_refused(video: Path) -> None:
    for file in sorted((video / "images").iterdir()):
        file.rename(file.with_name(f"street_{file.stem[-2:]}.png"))

    with pytest.raises(DatasetError, match="CVAT for images"):
        read(video)


def test_a_turned_box_becomes_the_upright_one_around_it() -> None:
    assert bounds(0, 0, 40, 20, 90, (20, 10)) == pytest.approx((10, -10, 20, 40))
    assert bounds(0, 0, 40, 20, 90, (0, 0)) == pytest.approx((-20, 0, 20, 40))
    assert bounds(0, 0, 10, 10, 45, (5, 5)) == pytest.approx(
        (-2.071, -2.071, 14.142, 14.142), abs=1e-3
    )
