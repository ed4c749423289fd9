"""Corrections to a data set, as a file that is kept: what was wrong, what is right, and why.

```yaml
licences:                          # of pictures whose data state none, by file name
  "fire-smoke_*": CC-BY-4.0
corrections:
- picture: train/img_52.jpg        # split and name, and the beginning of the file's sha256
  sha256: 3fa94c01b2d4e6f8
  why: the camera of val/newsmoke2_mp4-36.jpg
  drop: true                       # or `split: val`, or `boxes`
- picture: train/riders.jpg
  sha256: 8800aa12cd34ef56
  why: the head is bare; two more were forgotten
  boxes:                           # class, left, top, width, height in pixels
  - was: [with_helmet, 120.5, 33, 40.2, 51]
    now: [without_helmet, 120.5, 33, 40.2, 51]
  - was: [with_helmet, 4, 4, 0.2, 8]               # without `now`: dropped
  - now: [without_helmet, 260, 40, 38, 44]         # without `was`: added
accept:                            # findings that stay, and don't count against the data
- {kind: blurred, at_most: 66, why: smoke and night}
```
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PositiveInt,
    StringConstraints,
    ValidationError,
    model_validator,
)

from algorithms.errors import DatasetError
from training.datasets.labelled import UNKNOWN, Box, Labelled, Picture
from training.datasets.safety import yaml_of
from training.datasets.store import sha256_of
from training.quality.finding import KINDS

DIGITS = 16
"""Of a sha256: enough to tell a data set's pictures apart."""
SAME_PX = 0.5
"""A side of `was` may be off by this much: rounding."""

NEVER = {"broken", "leak"}
"""No release can be made of these: drop or move the pictures."""

Sides = tuple[str, float, float, float, float]
"""Class, left, top, width and height in pixels."""
_Why = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class BoxChange(_Part):
    """One box replaced, dropped (no `now`) or added (no `was`)."""

    was: Sides | None = None
    now: Sides | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.was is None and self.now is None:
            raise ValueError("expected `was`, `now` or both")
        return self


class Correction(_Part):
    """What is changed in one picture."""

    picture: str
    """`split/name`, or the name alone where it has no split."""

    sha256: Annotated[str, StringConstraints(pattern=rf"^[0-9a-f]{{{DIGITS},64}}$")]
    """The beginning of the file's."""

    why: _Why
    drop: bool = False
    """Leave the picture out."""

    split: str | None = None
    """Move it there."""

    boxes: tuple[BoxChange, ...] = ()

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if self.drop == bool(self.split or self.boxes):
            raise ValueError("expected either `drop: true`, or `split` or `boxes`")
        return self


UNSAID = "TODO"
"""Stands for a reason in a drafted patch; with it the patch is refused."""


class Acceptance(_Part):
    """Findings that somebody has looked at and that may stay."""

    kind: str
    """Of `KINDS`."""

    at_most: PositiveInt
    """With more of them none is accepted: the data have changed."""

    why: _Why

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.kind not in KINDS or self.kind in NEVER:
            allowed = ", ".join(kind for kind in KINDS if kind not in NEVER)
            raise ValueError(f"{self.kind!r}: expected one of {allowed}")
        return self


class Patch(_Part):
    """All corrections of one data set."""

    licences: dict[str, str] = Field(default_factory=dict[str, str])
    """Pattern of file names → licence, where the data state none; the first that fits."""

    corrections: tuple[Correction, ...] = ()
    accept: tuple[Acceptance, ...] = ()

    @classmethod
    def from_file(cls, file: Path) -> "Patch":
        """Read one. Raises DatasetError where it is no patch; says what is wrong with it."""
        try:
            patch = cls.model_validate(yaml_of(file) or {})
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise DatasetError(f"{file}: {where}: {first['msg']} (docs/quality.md)") from error
        unsaid = [one.kind for one in patch.accept if one.why == UNSAID]
        if unsaid:
            raise DatasetError(
                f"{file}: accept: {', '.join(unsaid)}: write why it may stay in place of {UNSAID}"
            )
        return patch

    def to_yaml(self) -> str:
        """As a file holds it."""
        content = self.model_dump(mode="json", exclude_defaults=True)
        return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, default_flow_style=None)


@dataclass(frozen=True)
class Patched:
    """A data set after its corrections."""

    data: Labelled
    unused: tuple[Correction, ...]
    """Those whose picture is not there."""


def patched(data: Labelled, patches: Iterable[Patch]) -> Patched:
    """Apply patches, one after the other.

    Args:
        data: As it was imported.
        patches: Corrections of pictures that are not there change nothing.

    Raises:
        DatasetError: A box that a patch replaces or drops is not there.
    """
    unused: list[Correction] = []
    for patch in patches:
        changes = {(one.picture, one.sha256[:DIGITS]): one for one in patch.corrections}
        named = {name for name, _ in changes}
        pictures: list[Picture] = []
        for picture in data.pictures:
            name = full_name(picture)
            found = changes.pop((name, _digest(picture)), None) if name in named else None
            if found is None or not found.drop:
                pictures.append(_stated(_changed(picture, found), patch.licences))
        unused += changes.values()
        data = replace(data, pictures=tuple(pictures))
    return Patched(data, tuple(unused))


def full_name(picture: Picture) -> str:
    """A picture's name with its split, as patches write it."""
    return f"{picture.split}/{picture.name}" if picture.split else picture.name


def _digest(picture: Picture) -> str:
    kept = picture.file.name  # in a library, files are named by their sha256
    whole = kept if len(kept) == 64 and not picture.file.suffix else sha256_of(picture.file)
    return whole[:DIGITS]


def _changed(picture: Picture, correction: Correction | None) -> Picture:
    if correction is None:
        return picture
    boxes = list(picture.boxes)
    for change in correction.boxes:
        place = len(boxes)
        if change.was is not None:
            place = _place(boxes, change.was, correction)
            del boxes[place]
        if change.now is not None:
            boxes.insert(place, Box(*change.now))
    return replace(picture, boxes=tuple(boxes), split=correction.split or picture.split)


def _place(boxes: list[Box], was: Sides, correction: Correction) -> int:
    name, *sides = was
    for place, box in enumerate(boxes):
        there = (box.x, box.y, box.width, box.height)
        near = all(abs(a - b) <= SAME_PX for a, b in zip(there, sides, strict=True))
        if near and box.class_name == name:
            return place
    raise DatasetError(
        f"{correction.picture}: the patch changes a box {name} at {sides} that is not there; "
        "its labels have changed: write the correction anew"
    )


def _stated(picture: Picture, licences: dict[str, str]) -> Picture:
    if picture.licence != UNKNOWN:
        return picture
    fitting = (one for pattern, one in licences.items() if fnmatchcase(picture.name, pattern))
    return replace(picture, licence=next(fitting, UNKNOWN))
