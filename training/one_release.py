"""A release in place of the data set that a recipe asks for: what reviewers added, above all."""

from dataclasses import dataclass
from pathlib import Path

from training.datasets.library import Library, Release
from training.datasets.parts import PartOf
from training.errors import TrainingError
from training.quality.gate import Passed, judged, lay_out
from training.recipes.recipe import Ingredients


@dataclass(frozen=True, slots=True, kw_only=True)
class OneRelease(Ingredients):
    """What was asked of a run that trains on a release.

    Args:
        release: Its classes are those of the data set it replaces.
    """

    release: Release

    def dataset(self, name: str, part_of: PartOf | None = None) -> Path:
        """The release as a YOLO folder, whatever the name, in the splits it was released with.

        Raises:
            TrainingError: The recipe asks for a second data set, which one release cannot be; or
                the release doesn't pass the quality gate.
        """
        folder = self.folder / "datasets" / name
        if name in self.releases:
            return folder
        if self.releases:
            raise TrainingError(
                f"the recipe is made of several data sets, {name} among them; it cannot be trained "
                "on a single release"
            )
        page = self.folder / f"{name}-quality.html"
        short, patches = self.release.id[:8], self.patches(name)
        report = judged(short, self.release.data, Library(self.library), patches, page)
        lay_out(self.release, folder)
        self.releases[name] = Passed(self.release, report, 0, 0).to_json()
        return folder
