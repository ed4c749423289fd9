"""The pictures of an export."""

from pathlib import Path

from training.datasets.labelled import Picture
from training.datasets.store import link_or_copy


def place(picture: Picture, number: int, folder: Path) -> Path:
    """Link a picture into `images/<split>/` under a name no other has; where it lies then."""
    suffix = Path(picture.name).suffix.lower() or ".jpg"
    file = folder / "images" / str(picture.split) / f"{number:06}-{Path(picture.name).stem}{suffix}"
    file.parent.mkdir(parents=True, exist_ok=True)
    link_or_copy(picture.file, file)
    return file
