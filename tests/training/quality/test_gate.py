import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from algorithms.dataset import read_dataset
from tests.training.datasets.conftest import textured
from training.datasets.library import Library
from training.datasets.parts import PartOf
from training.errors import TrainingError
from training.quality import kept
from training.quality.gate import Passed, lay_out, released
from training.quality.patch import Patch
from training.recipes.recipe import Ingredients


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A clean YOLO folder whose classes are not in alphabetical order."""
    folder = tmp_path / "data" / "street"
    for number in range(80):
        split = ("train", "val")[number % 4 < 2]
        textured(folder / "images" / split / f"{number}.png", number)
        file = folder / "labels" / split / f"{number}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{number % 2} 0.5 0.5 0.4 0.25\n")
    (folder / "classes.txt").write_text("helmet\nbare head\n")
    return folder


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library")


def go(source: Path, library: Library, part_of: PartOf | None = None, **patch: object) -> Passed:
    patches = [Patch.model_validate({"licences": {"*": "CC-BY-4.0"}, **patch})]
    return released("street", source, library, patches, source.parent / "page.html", part_of)


def test_what_passed_is_laid_out_with_its_names_and_the_same_labels(
    source: Path, library: Library, tmp_path: Path
) -> None:
    passed = go(source, library)

    lay_out(passed.release, tmp_path / "out")

    assert (passed.release.licence, passed.report.score) == ("CC-BY-4.0", 100)
    for split in ("train", "val"):
        asked, given = read_dataset(source, split), read_dataset(tmp_path / "out", split)
        there = {Path(path).name: path for path in given.image_paths}
        assert sorted(there) == sorted(Path(path).name for path in asked.image_paths)
        for path in asked.image_paths:
            before = asked.annotations[path]
            after = given.annotations[there[Path(path).name]]
            assert list(before.data["class_name"]) == list(after.data["class_name"])
            assert before.xyxy == pytest.approx(after.xyxy)


def test_the_second_time_nothing_is_decoded_and_the_release_is_the_same(
    source: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = go(source, library)

    def decoded(file: Path) -> None:
        pytest.fail(f"{file}: decoded again")

    monkeypatch.setattr(kept, "look", decoded)

    assert go(source, library).release.id == first.release.id


def test_bad_data_are_refused_and_pass_once_corrected(source: Path, library: Library) -> None:
    (source / "labels" / "val" / "0.txt").write_text("0 0.5 0.5 0.4 0.25\n0 0.5 0.5 0.4 0\n")

    with pytest.raises(TrainingError, match=r"degenerate.*page.html.*street.patch.yaml"):
        go(source, library)

    digest = Library(library.folder).store.put(source / "images" / "val" / "0.png")
    wrong = {"was": ("helmet", 28.8, 32, 38.4, 0)}
    correction = {"picture": "val/0.png", "sha256": digest, "why": "a slip", "boxes": [wrong]}
    assert go(source, library, corrections=[correction]).corrections == 1
    accepted = go(source, library, accept=[{"kind": "degenerate", "at_most": 1, "why": "x"}])
    assert accepted.to_json()["accepted"] == {"degenerate": "x"}


def test_the_parts_of_the_recipe_are_judged_and_not_the_published_splits(
    source: Path, library: Library
) -> None:
    shutil.copy(source / "images" / "train" / "2.png", source / "images" / "val" / "copy-of-2.png")
    shutil.copy(source / "labels" / "train" / "2.txt", source / "labels" / "val" / "copy-of-2.txt")

    def together(name: str) -> str | None:
        number = int(name.removeprefix("copy-of-"))
        return None if number == 0 else ("unseen", "train")[number % 4 < 2]

    with pytest.raises(TrainingError, match="leak"):
        go(source, library)
    passed = go(source, library, together)
    with pytest.raises(TrainingError, match="leak"):
        go(source, library, lambda name: "unseen" if name.startswith("copy") else "train")

    splits = Counter(picture.split for picture in passed.release.data.pictures)
    assert splits == {"unseen": 41, "train": 39}


def test_a_recipe_gets_one_folder_however_often_it_asks(source: Path, tmp_path: Path) -> None:
    accept = (Patch(licences={"*": "CC-BY-4.0"}),)
    run, library = tmp_path / "run", tmp_path / "library"
    given = Ingredients(source.parent, None, run, accept=accept, library=library)

    assert given.dataset("street") == given.dataset("street") == run / "datasets" / "street"
    assert given.releases["street"]["licence"] == "CC-BY-4.0"


def test_every_kept_patch_can_be_read() -> None:
    def shipped() -> Iterator[Path]:
        return (Path(__file__).parents[3] / "training" / "recipes").glob("*.patch.yaml")

    assert [Patch.from_file(file) for file in shipped()]
