"""What a recipe is given, and what it gives."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from algorithms.manifest import AlgorithmManifest
from training.backends.job import TrainJob
from training.errors import TrainingError


@dataclass(frozen=True, slots=True)
class Ingredients:
    """What was asked of one run.

    Args:
        data: Folder that holds the data sets, one folder each.
        weights: Network to start from; None is the recipe's own choice.
        folder: The run's folder, for prepared data.
        epochs: None is the recipe's own choice; 0 only exports `weights`.
        image_px: Training picture size; None is the recipe's own choice.
    """

    data: Path
    weights: Path | None
    folder: Path
    epochs: int | None = None
    image_px: int | None = None

    def dataset(self, name: str) -> Path:
        """The folder of one data set.

        Raises:
            TrainingError: It is not there.
        """
        folder = self.data / name
        if not folder.is_dir():
            raise TrainingError(
                f"expected the data set {name} in {folder}, which does not exist; "
                "say with --data where the data sets lie"
            )
        return folder

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
