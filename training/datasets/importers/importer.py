"""What an importer is."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from training.datasets.labelled import Labelled


@dataclass(frozen=True)
class Importer:
    """One format. Reading never follows a name out of the data set nor runs anything."""

    accepts: Callable[[Path], bool]
    """Whether the file or folder looks like this format; cheap."""
    read: Callable[[Path, Path | None], Labelled]
    """From the file or folder, and the folder of the pictures where they don't lie with it.

    May raise DatasetError; also ValueError, LookupError or TypeError for malformed data."""
