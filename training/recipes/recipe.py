"""What a recipe is given, and what it gives."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from algorithms.manifest import AlgorithmManifest
from serving.settings import Settings
from training.backends.job import TrainJob
from training.datasets.library import Library
from training.datasets.parts import PartOf
from training.errors import TrainingError
from training.quality.gate import lay_out, released
from training.quality.patch import Patch


def _library() -> Path:
    return (Settings().data_dir / "datasets").absolute()


@dataclass(frozen=True, slots=True)
class Ingredients:
    """What was asked of one run.

    Args:
        data: Folder that holds the data sets, one folder each.
        weights: Network to start from; None is the recipe's own choice.
        folder: The run's folder, for prepared data.
        epochs: None is the recipe's own choice; 0 only exports `weights`.
        image_px: Training picture size; None is the recipe's own choice.
        accept: Corrections, and findings that may stay, besides those kept with the recipes.
        library: Folder of imported and released data sets.
        releases: By data set, filled here: the release it is trained on, for the record.
    """

    data: Path
    weights: Path | None
    folder: Path
    epochs: int | None = None
    image_px: int | None = None
    accept: tuple[Patch, ...] = ()
    library: Path = field(default_factory=_library)
    releases: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])

    def dataset(self, name: str, part_of: PartOf | None = None) -> Path:
        """One data set, corrected, shared out, judged and released, to be trained on.

        Args:
            name: Its folder in `data`.
            part_of: The recipe's own parts; None keeps the splits as published.

        Returns:
            A folder of this run with `classes.txt`, `images/<split>` and `labels/<split>`;
            pictures keep their names.

        Raises:
            TrainingError: It is not there, or doesn't pass the quality gate.
            DatasetError: It cannot be read.
        """
        folder = self.folder / "datasets" / name
        if name in self.releases:
            return folder
        source = self.data / name
        if not source.is_dir():
            raise TrainingError(
                f"expected the data set {name} in {source}, which does not exist; "
                "say with --data where the data sets lie"
            )
        page = self.folder / f"{name}-quality.html"
        passed = released(name, source, Library(self.library), self.patches(name), page, part_of)
        lay_out(passed.release, folder)
        self.releases[name] = passed.to_json()
        return folder

    def patches(self, name: str) -> list[Patch]:
        """Corrections and findings that may stay: those kept with the recipes, and those asked."""
        kept = Path(__file__).with_name(f"{name}.patch.yaml")
        return [*([Patch.from_file(kept)] if kept.is_file() else []), *self.accept]

    def base(self, default: Path) -> Path:
        """The network to start from.

        A file, or the name of a `.yaml` that Ultralytics knows, to start from scratch.

        Raises:
            TrainingError: The file is not there.
        """
        weights = self.weights or default
        if weights.suffix == ".yaml" or weights.is_file():
            return weights if weights.suffix == ".yaml" else weights.absolute()
        raise TrainingError(
            f"expected weights to start from in {weights}, which does not exist; "
            "name another file with --weights"
        )


@dataclass(frozen=True, slots=True)
class Check:
    """A data set the finished model is measured on."""

    data: Path
    split: str

    @property
    def name(self) -> str:
        return f"{self.data.name}/{self.split}"


@dataclass(frozen=True, slots=True)
class Plan:
    """A run, ready to start."""

    algorithm: AlgorithmManifest
    job: TrainJob
    checks: tuple[Check, ...]


Recipe = Callable[[Ingredients], Plan]


def existing(*checks: Check) -> tuple[Check, ...]:
    """The checks whose pictures are there."""
    return tuple(check for check in checks if (check.data / "images" / check.split).is_dir())
