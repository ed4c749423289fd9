"""What may be trained on: a release, with its corrections, that passed the quality report."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from training.datasets.exporters.yolo import label_lines
from training.datasets.importers import read
from training.datasets.labelled import Labelled
from training.datasets.library import Library, Release, stated
from training.datasets.parts import PartOf, shared_out
from training.datasets.store import link_or_copy
from training.errors import TrainingError
from training.quality.kept import KeptLooks
from training.quality.page import page
from training.quality.patch import Patch, patched
from training.quality.report import QualityReport, assess, hashes_of


@dataclass(frozen=True)
class Passed:
    """A release that may be trained on."""

    release: Release
    report: QualityReport
    corrections: int
    """Applied."""
    unused: int
    """Corrections of pictures that are not there."""

    def to_json(self) -> dict[str, Any]:
        """What a run keeps of it."""
        return {
            "release": self.release.id,
            "licence": self.release.licence,
            "licences": self.report.balance.licence.pictures,
            "score": round(self.report.score, 1),
            "accepted": self.report.accepted,
            "corrections": self.corrections,
            "corrections_unused": self.unused,
        }


def released(
    name: str,
    source: Path,
    library: Library,
    patches: Sequence[Patch],
    page_file: Path,
    part_of: PartOf | None = None,
) -> Passed:
    """Import, correct, share out, judge and release a data set.

    Args:
        name: What it is called.
        source: Where it lies, in any format of `IMPORTERS`.
        library: Keeps pictures, looks and releases, so that a second time decodes nothing.
        patches: Its corrections, and findings that may stay.
        page_file: Where the report's page goes if it doesn't pass.
        part_of: Parts to share it out into, after its corrections; None keeps its own splits.

    Raises:
        TrainingError: It doesn't pass; names the findings and the page.
        DatasetError: It cannot be read.
    """
    done = patched(read(source), patches)
    data = shared_out(done.data, part_of) if part_of else done.data
    data = library.keep(stated(data, licence=None, source=name, record=None), _unheard)
    report = judged(name, data, library, patches, page_file)
    hashes = hashes_of(report.looks)
    release = library.release(data, hashes, imports=[name], now=datetime.now(UTC))
    corrections = sum(len(patch.corrections) for patch in patches)
    return Passed(release, report, corrections - len(done.unused), len(done.unused))


def judged(
    name: str, data: Labelled, library: Library, patches: Sequence[Patch], page_file: Path
) -> QualityReport:
    """The report of data in the library, which passes.

    Args:
        name: What it is called.
        data: Its pictures lie in the library.
        library: Keeps looks.
        patches: Findings that may stay.
        page_file: Where the report's page goes if it doesn't pass.

    Raises:
        TrainingError: It doesn't pass; names the findings and the page.
    """
    looks = KeptLooks(library.folder / "looks" / f"{name}.json")
    accept = tuple(one for patch in patches for one in patch.accept)
    report = assess(data, None, _unheard, accept, looks)
    looks.keep()
    if report.reasons:
        page_file.parent.mkdir(parents=True, exist_ok=True)
        page_file.write_text(page(name, report), encoding="utf-8")
        raise TrainingError(
            f"{name}: may not be trained on: {'; '.join(report.reasons)}; see {page_file}, then "
            f"correct it in training/recipes/{name}.patch.yaml, share it out otherwise in the "
            "recipe, or say with --accept-findings what may stay (docs/quality.md)"
        )
    return report


def lay_out(release: Release, folder: Path) -> None:
    """Write a release into a new folder as recipes read it, its pictures under their own names.

    `classes.txt`, `images/<split>/<name>`, `labels/<split>/<name>.txt`; pictures are hard links.

    Raises:
        TrainingError: Two pictures would share a label file.
    """
    classes = sorted(release.data.classes)
    folder.mkdir(parents=True)
    (folder / "classes.txt").write_text("\n".join(classes) + "\n", encoding="utf-8")
    for picture in release.data.pictures:
        split = str(picture.split)
        image = folder / "images" / split / picture.name
        labels = (folder / "labels" / split / picture.name).with_suffix(".txt")
        if labels.exists():
            raise TrainingError(f"{picture.name}: two pictures of {split} have this name")
        image.parent.mkdir(parents=True, exist_ok=True)
        labels.parent.mkdir(parents=True, exist_ok=True)
        link_or_copy(picture.file, image)
        labels.write_text("".join(label_lines(picture, classes)), encoding="utf-8")


def _unheard(_done: int, _total: int) -> None:
    """Nobody waits for it."""
