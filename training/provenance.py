"""What the pictures of a data set say of where they come from and under which licence."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

from algorithms.dataset import read_dataset
from algorithms.errors import DatasetError


@dataclass(frozen=True, slots=True)
class Origin:
    """A data set that pictures lie in.

    Args:
        name: Its folder, or its release.
        pictures: How many of them.
        stated: Lines about sources and licences, as the data set has them; may be none.
    """

    name: str
    pictures: int
    stated: tuple[str, ...]


def pictures(data: Path, split: str) -> set[Path]:
    """The files of a split, links followed; none where there is no such split."""
    try:
        return {Path(path).resolve() for path in read_dataset(data, split).image_paths}
    except DatasetError:
        return set()


def origins(data: Path, split: str = "train") -> list[Origin]:
    """The data sets that the pictures of a split really lie in, links followed.

    A release that was exported says its licence in `data.yaml`; other folders in a `SOURCE.txt`,
    of which the lines that speak of a licence are taken. Empty where there is no such split.
    """
    count = Counter(map(_home, pictures(data, split)))
    return [_origin(home, number) for home, number in sorted(count.items())]


def _home(picture: Path) -> Path:
    """The folder above `images/`."""
    return next((p.parent for p in picture.parents if p.name == "images"), picture.parent)


def _origin(home: Path, number: int) -> Origin:
    about, source = home / "data.yaml", home / "SOURCE.txt"
    if about.is_file():
        content: Any = yaml.safe_load(about.read_text(encoding="utf-8"))
        if isinstance(content, dict) and "release" in content:
            release = cast("dict[str, Any]", content)
            stated = (f"licence of the whole: {release.get('licence', 'unknown')}",)
            return Origin(f"release {str(release['release'])[:12]}", number, stated)
    lines = source.read_text(encoding="utf-8").splitlines() if source.is_file() else []
    stated = tuple(line.strip() for line in lines if "licence" in line.lower())
    return Origin(home.name, number, stated)
