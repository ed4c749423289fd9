from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from algorithms.errors import DatasetError
from tests.training.datasets.conftest import MakePicture
from training.datasets.labelled import Box, Labelled, Picture, renamed
from training.datasets.library import Library, Release
from training.datasets.licences import rolled_up
from training.datasets.splits import grouped_split
from training.quality.pictures import look

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def release(folder: Path, data: Labelled, parent: str | None = None) -> Release:
    library = Library(folder)
    library.add("a", data, lambda done, total: None)
    kept = library.imported("a")
    return library.release(kept, hashes(kept), imports=["a"], parent=parent, now=NOW)


def hashes(data: Labelled) -> list[int]:
    found = [look(picture.file).perceptual for picture in data.pictures]
    return [one for one in found if one is not None]


def test_the_same_data_has_the_same_id_whatever_its_order(tmp_path: Path, clean: Labelled) -> None:
    turned = Labelled(clean.classes[::-1], clean.pictures[::-1])

    one, other = release(tmp_path / "one", clean), release(tmp_path / "other", turned)

    assert one.id == other.id
    assert len(one.id) == 64


def test_any_change_gives_another_id(tmp_path: Path, clean: Labelled) -> None:
    first, *rest = clean.pictures
    changed = [
        replace(first, boxes=(Box("helmet", 10.25, 8.5, 40, 30.126),)),
        replace(first, split="test"),
        replace(first, licence="ODbL-1.0"),
        replace(first, boxes=(replace(first.boxes[0], class_name="bare head"),)),
    ]
    ids = {
        release(tmp_path / str(n), replace(clean, pictures=(one, *rest))).id
        for n, one in enumerate([first, *changed])
    }

    assert len(ids) == 5


def test_a_release_knows_what_it_came_from(tmp_path: Path, clean: Labelled) -> None:
    first = release(tmp_path, clean)
    changed = replace(clean, pictures=clean.pictures[1:])
    library = Library(tmp_path)
    library.add("b", changed, lambda done, total: None)
    kept = library.imported("b")

    second = library.release(kept, hashes(kept), imports=["b"], parent=first.id, now=NOW)

    assert second.lineage["parent"] == first.id
    assert second.lineage["sources"] == ["street"]
    assert library.released(first.id[:12]).data.pictures[0].boxes


def test_pictures_lie_once_in_the_store(tmp_path: Path, clean: Labelled) -> None:
    made = release(tmp_path / "library", clean)

    objects = [file for file in (tmp_path / "library" / "objects").rglob("*") if file.is_file()]
    assert len(objects) == len(made.data.pictures)
    assert all(file.stat().st_nlink == 2 for file in objects)


def test_a_changed_release_is_noticed(tmp_path: Path, clean: Labelled) -> None:
    made = release(tmp_path, clean)
    file = tmp_path / "releases" / made.id / "release.json"
    file.write_text(file.read_text().replace("30.125", "31.125", 1))

    with pytest.raises(DatasetError, match="changed after its release"):
        Library(tmp_path).released(made.id)


def test_look_alikes_in_two_splits_are_refused(tmp_path: Path, clean: Labelled) -> None:
    first = clean.pictures[0]
    twin = replace(first, name="twin.png", split="train")

    with pytest.raises(DatasetError, match="leak between splits"):
        release(tmp_path, replace(clean, pictures=(*clean.pictures, twin)))


def test_a_new_split_keeps_cameras_clips_and_look_alikes_together(
    tmp_path: Path, make_picture: MakePicture
) -> None:
    pictures: list[Picture] = []
    for number in range(60):
        file = make_picture(tmp_path / f"{number}.png", number)
        camera = f"camera {number // 5}" if number < 30 else None
        clip = f"clip{number // 5}_mp4-{number}.png"
        pictures.append(Picture(file, clip, 96, 64, camera=camera))
    twin = replace(pictures[0], name="another.png", camera=None)
    data = Labelled((), (*pictures, twin))

    found = grouped_split(data, hashes(data), {"train": 0.7, "val": 0.3})

    groups = [(p.camera or p.name.split("_mp4")[0], p.split) for p in found.pictures[:-1]]
    assert len(set(groups)) == 12
    assert found.pictures[-1].split == found.pictures[0].split
    assert {split for _, split in groups} == {"train", "val"}


def test_classes_are_mapped_by_name_and_a_forgotten_one_is_an_error(clean: Labelled) -> None:
    found = renamed(clean, {"bare head": "without_helmet", "helmet": None})

    assert found.classes == ("without_helmet",)
    assert {b.class_name for p in found.pictures for b in p.boxes} == {"without_helmet"}
    with pytest.raises(DatasetError, match="missing: bare head"):
        renamed(clean, {"helmet": "with_helmet"})


def test_the_most_restrictive_licence_counts_and_unknown_is_said() -> None:
    assert rolled_up(["CC BY 4.0", "cc0-1.0", "CC-BY-NC-4.0"]).licence == "CC-BY-NC-4.0"
    unclear = rolled_up(["CC0-1.0", "unknown", "our own"])
    assert (unclear.licence, unclear.unknown) == ("unknown", 2)
