"""The quality report: all checks, a score, a gate."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import supervision as sv
from numpy.typing import NDArray

from algorithms.detector import Detector
from algorithms.errors import DatasetError
from training.datasets.labelled import Labelled, Picture
from training.quality import balance, boxes, duplicates, labels, pictures
from training.quality.balance import Balance
from training.quality.finding import KINDS, Finding
from training.quality.patch import Acceptance
from training.quality.pictures import Look, look

PASSING_SCORE = 80.0
_PER_BOX = {
    "outside", "degenerate", "tiny", "whole-image", "duplicate-box", "missing-label",
    "doubtful-label", "unseen-label",
}  # fmt: skip
_OF_SPLITS = {
    "duplicate", "near-duplicate", "leak", "rare-class", "missing-class", "no-licence",
}  # fmt: skip
"""Found again whenever the splits change."""
_PER_CLASS = {"rare-class", "missing-class"}


@dataclass(frozen=True)
class Judge:
    """The model whose word is held against the labels."""

    detector: Detector
    same: Mapping[str, str]
    """Class in the data → class of the model."""


@dataclass(frozen=True)
class QualityReport:
    """What was found in one data set."""

    data: Labelled
    looks: tuple[Look, ...]
    findings: tuple[Finding, ...]
    balance: Balance
    accept: tuple[Acceptance, ...] = ()
    """Findings that may stay: they neither block nor cost points."""

    def resplit(self, data: Labelled) -> "QualityReport":
        """The report on the same pictures in other splits; nothing is decoded again."""
        kept = [f for f in self.findings if f.kind not in _OF_SPLITS]
        return _report(data, self.looks, kept, self.accept)

    @property
    def counts(self) -> dict[str, int]:
        """Findings of each kind there is, in the order of `KINDS`."""
        count = Counter(finding.kind for finding in self.findings)
        return {kind: count[kind] for kind in KINDS if count[kind]}

    @property
    def accepted(self) -> dict[str, str]:
        """Kind → why its findings may stay."""
        count = self.counts
        return {
            one.kind: one.why for one in self.accept if 0 < count.get(one.kind, 0) <= one.at_most
        }

    @property
    def lost(self) -> dict[str, float]:
        """Points lost to each kind: `points × min(1, share / full)` of `KINDS`.

        The share is of all pictures, boxes or classes, whichever the kind is about. What is
        accepted costs nothing.
        """
        accepted = self.accepted
        return {
            kind: 0.0
            if kind in accepted
            else KINDS[kind].points * min(1.0, self._share(kind, count) / KINDS[kind].full)
            for kind, count in self.counts.items()
        }

    @property
    def score(self) -> float:
        """100 less what was lost, never below 0."""
        return max(0.0, 100.0 - sum(self.lost.values()))

    @property
    def reasons(self) -> list[str]:
        """Why it doesn't pass the gate; empty where it does."""
        found = [
            f"{count} × {KINDS[kind].title.lower()} ({kind})"
            for kind, count in self.counts.items()
            if KINDS[kind].blocks and kind not in self.accepted
        ]
        if self.score < PASSING_SCORE:
            found.append(f"score {self.score:.0f}, below {PASSING_SCORE:.0f}")
        return found

    def to_json(self) -> dict[str, Any]:
        """The report with its list to fix."""
        return {
            "score": round(self.score, 1),
            "passes": not self.reasons,
            "reasons": self.reasons,
            "pictures": len(self.data.pictures),
            "boxes": sum(len(picture.boxes) for picture in self.data.pictures),
            "counts": self.counts,
            "lost": {kind: round(points, 2) for kind, points in self.lost.items()},
            "accepted": self.accepted,
            "balance": asdict(self.balance),
            "to_fix": [self._to_fix(finding) for finding in self.findings],
        }

    def _share(self, kind: str, count: int) -> float:
        if kind == "no-licence":
            count = self.balance.licence.unknown
        if kind in _PER_CLASS:
            return count / max(1, len(self.data.classes))
        if kind in _PER_BOX:
            return count / max(1, sum(len(picture.boxes) for picture in self.data.pictures))
        return count / len(self.data.pictures)

    def _to_fix(self, finding: Finding) -> dict[str, Any]:
        entry: dict[str, Any] = {"kind": finding.kind, "detail": finding.detail}
        if finding.picture is not None:
            picture = self.data.pictures[finding.picture]
            entry |= self._named(finding.picture)
            entry |= {"width": picture.width, "height": picture.height}
            if finding.box is not None:
                entry["box"] = asdict(picture.boxes[finding.box]) | {"index": finding.box}
        if finding.other is not None:
            entry["other"] = self._named(finding.other)
        if finding.region is not None:
            entry["region"] = finding.region
        if finding.says is not None:
            entry["says"] = finding.says
        return entry

    def _named(self, index: int) -> dict[str, Any]:
        picture = self.data.pictures[index]
        return {
            "picture": picture.name,
            "split": picture.split,
            "sha256": self.looks[index].sha256,
            "file": str(picture.file),
        }


def assess(
    data: Labelled,
    judge: Judge | None,
    progress: Callable[[int, int], None],
    accept: tuple[Acceptance, ...] = (),
    see: Callable[[Path], Look] = look,
) -> QualityReport:
    """Look at every picture and every box.

    Args:
        data: What to look at.
        judge: A model to compare the labels with; without one labels are not doubted.
        progress: Told after each picture: done, of how many.
        accept: Findings that may stay.
        see: Looks at a picture.
    """
    looks: list[Look] = []
    found: list[Finding] = []
    for index, picture in enumerate(data.pictures):
        seen = see(picture.file)
        looks.append(seen)
        found += pictures.check(index, picture, seen)
        if seen.perceptual is not None:
            found += boxes.check(index, picture)
            if judge:
                things = _detect(judge.detector, picture)
                found += labels.check(index, picture, things, judge.same)
        progress(index + 1, len(data.pictures))
    return _report(data, looks, found, accept)


def _report(
    data: Labelled, looks: Sequence[Look], found: list[Finding], accept: tuple[Acceptance, ...]
) -> QualityReport:
    weighed = balance.weighed(data, looks)
    found = [*found, *duplicates.check(data.pictures, looks), *balance.check(data, weighed)]
    order = list(KINDS)
    found.sort(key=lambda finding: order.index(finding.kind))
    return QualityReport(data, tuple(looks), tuple(found), weighed, accept)


def classes_of(detector: Detector, data: Labelled, given: Mapping[str, str]) -> dict[str, str]:
    """Which of the data's classes is which of the model's: by name, or as given.

    Raises:
        DatasetError: A given name is not there, or the two have no class in common.
    """
    names = detector.manifest.class_names
    unknown = sorted(({*given} - {*data.classes}) | ({*given.values()} - {*names}))
    same = {name: name for name in data.classes if name in names} | dict(given)
    if unknown or not same:
        raise DatasetError(
            f"the data has {', '.join(data.classes)}, the model {', '.join(names)}; "
            f"{'not there: ' + ', '.join(unknown) if unknown else 'none in common'}; "
            "say --same data-class=model-class"
        )
    return same


def _detect(detector: Detector, picture: Picture) -> sv.Detections:
    pixels = cv2.imread(str(picture.file))
    if pixels is None:
        raise DatasetError(f"{picture.file}: not a picture OpenCV can read")
    rgb: NDArray[np.uint8] = np.ascontiguousarray(pixels[:, :, ::-1], np.uint8)
    (found,) = detector.detect([rgb], labels.SEEN)
    return found


def hashes_of(looks: Sequence[Look]) -> list[int]:
    """The perceptual hashes of pictures that can all be decoded. Raises DatasetError."""
    if any(seen.perceptual is None for seen in looks):
        raise DatasetError("a picture cannot be decoded; see the quality report")
    return [seen.perceptual for seen in looks if seen.perceptual is not None]
