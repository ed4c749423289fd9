"""The folder of data sets: what was imported, what was released, and the pictures of both.

| path | what |
| --- | --- |
| `objects/` | pictures by sha256 |
| `imports/<name>/coco.json` | one imported data set, in COCO |
| `…/about.json` | of an import and of a release: what is in it, for the API |
| `releases/<id>/release.json` | a release: its manifest, names and lineage |
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from algorithms.errors import DatasetError
from training.datasets.labelled import Box, Labelled, Picture, coco, from_coco
from training.datasets.licences import rolled_up, spelled
from training.datasets.orientation import upright
from training.datasets.safety import json_of
from training.datasets.splits import leaks
from training.datasets.store import ContentStore

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_NOT_KEPT = {"boxes", "file", "orientation"}
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Release:
    """A data set that does not change any more."""

    id: str
    """sha256 of its manifest."""
    data: Labelled
    licence: str
    lineage: dict[str, Any]


class Library:
    """Data sets in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = ContentStore(folder)

    def add(self, name: str, data: Labelled, progress: Progress) -> Path:
        """Keep an imported data set.

        Raises:
            DatasetError: The name is unusable or taken by other data, or a picture is broken.
        """
        if not _NAME.fullmatch(name):
            raise DatasetError(f"{name!r}: expected a name of a-z, 0-9, - and _")
        broken = [picture.name for picture in data.pictures if not picture.width]
        if broken:
            raise DatasetError(
                f"{name}: {len(broken)} pictures cannot be decoded: {', '.join(broken[:5])}; "
                "remove or replace them (--skip-broken leaves them out)"
            )
        kept = self.keep(data, progress)

        def place(picture: Picture) -> str:
            return picture.file.relative_to(self.folder).as_posix()

        file = self.folder / "imports" / name / "coco.json"
        content = json.dumps(coco(kept, place), ensure_ascii=False, indent=1)
        if file.exists() and file.read_text(encoding="utf-8") != content:
            raise DatasetError(f"{file}: holds other data already; choose another name")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
        if not (file.parent / "about.json").exists():
            _write(file.parent / "about.json", _about(kept, datetime.now(UTC)))
        return file

    def keep(self, data: Labelled, progress: Progress) -> Labelled:
        """The same data with its pictures in the library. Raises DatasetError for a missing one."""
        pictures: list[Picture] = []
        for done, picture in enumerate(data.pictures, 1):
            with upright(picture.file, picture.orientation) as file:
                digest = self.store.put(file)
            pictures.append(replace(picture, file=self.store.path(digest), orientation=1))
            progress(done, len(data.pictures))
        return replace(data, pictures=tuple(pictures))

    def imported(self, name: str) -> Labelled:
        """One imported data set. Raises DatasetError where there is none of this name."""
        file = self.folder / "imports" / name / "coco.json"
        if not _NAME.fullmatch(name) or not file.is_file():
            there = sorted(f.parent.name for f in self.folder.glob("imports/*/coco.json"))
            raise DatasetError(f"{name}: not imported; there are: {', '.join(there) or 'none'}")
        return from_coco(json_of(file), self.folder)

    def release(
        self,
        data: Labelled,
        hashes: Sequence[int],
        *,
        imports: Sequence[str],
        parent: str | None = None,
        now: datetime,
    ) -> Release:
        """Freeze a data set. The same pictures, boxes, splits and licences give the same id.

        Args:
            data: Its pictures lie in this library and each has a split.
            hashes: Each picture's perceptual hash.
            imports: Names of the imported data sets it was made of.
            parent: Id of the release it goes on from.
            now: When.

        Raises:
            DatasetError: A picture has no split, or two splits share what belongs together.
        """
        without = [picture.name for picture in data.pictures if not picture.split]
        if without:
            raise DatasetError(
                f"{len(without)} pictures have no split, such as {without[0]}; give --split"
            )
        leaking = list(leaks(data.pictures, hashes))
        if leaking:
            one, other, why = leaking[0]
            pair = " and ".join(
                f"{data.pictures[i].name} ({data.pictures[i].split})" for i in (one, other)
            )
            raise DatasetError(
                f"{len(leaking)} pairs of pictures leak between splits, such as {pair}: {why}; "
                "split anew with --split train=0.8,val=0.2"
            )
        if parent:
            self.released(parent)
        manifest = self._manifest(data)
        identity = hashlib.sha256(canonical(manifest)).hexdigest()
        pictures = data.pictures
        lineage = {
            "imports": sorted(imports),
            "sources": sorted({p.source for p in pictures if p.source}),
            "records": sorted({p.record for p in pictures if p.record}),
            "parent": parent,
            "released_at": now.astimezone(UTC).isoformat(timespec="seconds"),
            "licences": rolled_up(p.licence for p in pictures).pictures,
        }
        about = [
            {
                key: value
                for key, value in asdict(p).items()
                if key not in {"boxes", "file", "orientation"}
            }
            | {"sha256": self._digest(p)}
            for p in pictures
        ]
        file = self.folder / "releases" / identity / "release.json"
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            content = {"id": identity, "manifest": manifest, "lineage": lineage, "pictures": about}
            file.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
        made_of = {"imports": sorted(imports), "parent": parent}
        if not (file.parent / "about.json").exists():
            _write(file.parent / "about.json", _about(data, now) | made_of)
        return self.released(identity)

    def released(self, identity: str) -> Release:
        """A release by its id, or the beginning of it.

        Raises:
            DatasetError: There is none or several, or it was changed after its release.
        """
        found = sorted(self.folder.glob("releases/*/release.json"))
        found = [
            file for file in found if len(identity) >= 6 and file.parent.name.startswith(identity)
        ]
        if len(found) != 1:
            raise DatasetError(f"{identity}: {len(found)} releases begin so; expected one id")
        content = json_of(found[0])
        manifest = content["manifest"]
        if hashlib.sha256(canonical(manifest)).hexdigest() != found[0].parent.name:
            raise DatasetError(f"{found[0]}: changed after its release; its id no longer fits")
        names = {(p["sha256"], p["split"]): p for p in content["pictures"]}
        pictures = tuple(self._picture(one, names) for one in manifest["pictures"])
        data = Labelled(tuple(manifest["classes"]), pictures)
        return Release(found[0].parent.name, data, manifest["licence"], content["lineage"])

    def _picture(self, one: dict[str, Any], names: dict[tuple[str, str], Any]) -> Picture:
        about = names.get((one["sha256"], one["split"]), {})
        boxes = tuple(Box(str(name), *sides) for name, *sides in one["boxes"])
        return Picture(
            file=self.store.path(one["sha256"]),
            name=about.get("name", one["sha256"]),
            width=one["width"],
            height=one["height"],
            boxes=boxes,
            split=one["split"],
            licence=one["licence"],
            **{key: about.get(key) for key in ("source", "camera", "captured_at", "record")},
        )

    def _digest(self, picture: Picture) -> str:
        if not picture.file.is_relative_to(self.folder / "objects"):
            raise DatasetError(f"{picture.file}: not in the library; import its data set first")
        return picture.file.name

    def _manifest(self, data: Labelled) -> dict[str, Any]:
        pictures = [
            {
                "sha256": self._digest(picture),
                "width": picture.width,
                "height": picture.height,
                "split": picture.split,
                "licence": spelled(picture.licence),
                "boxes": sorted(_row(box) for box in picture.boxes),
            }
            for picture in data.pictures
        ]
        return {
            "format": 1,
            "classes": sorted(data.classes),
            "licence": rolled_up(p.licence for p in data.pictures).licence,
            "pictures": sorted(pictures, key=canonical),
        }


def canonical(content: Any) -> bytes:
    """The one way to write a manifest, so that its hash is the same on every machine."""
    text = json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode()


def _about(data: Labelled, now: datetime) -> dict[str, Any]:
    boxes = Counter(box.class_name for picture in data.pictures for box in picture.boxes)
    return {
        "pictures": len(data.pictures),
        "boxes": {name: boxes[name] for name in sorted(data.classes)},
        "splits": dict(sorted(Counter(p.split or "-" for p in data.pictures).items())),
        "licence": rolled_up(p.licence for p in data.pictures).licence,
        "at": now.astimezone(UTC).isoformat(timespec="seconds"),
    }


def _write(file: Path, content: Any) -> None:
    part = file.with_suffix(".part")
    part.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    part.replace(file)


def _row(box: Box) -> list[Any]:
    sides = (box.x, box.y, box.width, box.height)
    return [box.class_name, *(round(float(side), 6) + 0.0 for side in sides)]


def stated(
    data: Labelled, *, licence: str | None, source: str | None, record: str | None
) -> Labelled:
    """The same data, with what the importing person states where the data itself is silent."""

    def change(picture: Picture) -> Picture:
        silent = picture.licence == "unknown"
        return replace(
            picture,
            licence=licence if licence and silent else picture.licence,
            source=picture.source or source,
            record=picture.record or record,
        )

    return data.with_pictures(change)
