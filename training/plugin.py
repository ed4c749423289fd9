"""What training brings to the `longan` command."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from serving.settings import Settings
from training.backends import Backend
from training.catalogues import cli as catalogue
from training.dataset_command import dataset
from training.export_command import export_command
from training.quality.patch import Patch
from training.recipes import RECIPES
from training.recipes.recipe import Ingredients
from training.runs import new_folder
from training.train import resume, train


class TrainingPlugin:
    """The entry point `training` of the group `longan.plugins`: a `serving.plugins.Plugin`."""

    jobs: Mapping[str, str] = {
        "training-runs": "training.jobs",
        "retrainings": "training.loop",
        "quality-reports": "training.quality.job",
    }

    def cli(self, app: typer.Typer) -> None:
        """Add `longan train`, `longan export`, `longan catalogue` and `longan dataset`."""
        app.command("train")(train_command)
        app.command("export")(export_command)
        app.add_typer(catalogue.app, name="catalogue")
        app.add_typer(dataset, name="dataset")


def train_command(
    recipe: Annotated[
        str | None, typer.Argument(help=f"One of {', '.join(RECIPES)}.", show_default=False)
    ] = None,
    data: Annotated[
        Path, typer.Option(help="Folder that holds the data sets, one folder each.")
    ] = Path("../shared/data"),
    weights: Annotated[
        Path | None, typer.Option(help="Network to start from; default: the recipe's own.")
    ] = None,
    epochs: Annotated[
        int | None, typer.Option(min=0, help="Default: the recipe's own; 0 only exports.")
    ] = None,
    image_px: Annotated[
        int | None, typer.Option(min=32, help="Training picture size; default: the recipe's own.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="The same seed and data give the same network.")
    ] = None,
    backend: Annotated[
        Backend | None, typer.Option(help="The framework; default: the recipe's own.")
    ] = None,
    patience: Annotated[
        int | None, typer.Option(min=1, help="Stop after so many epochs without a better mAP50.")
    ] = None,
    accept_findings: Annotated[
        list[Path] | None,
        typer.Option(
            exists=True, dir_okay=False, help="A patch file: what may stay in the data, and why."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="The run's folder; default: a new one in the data folder.")
    ] = None,
    resumed: Annotated[
        Path | None,
        typer.Option("--resume", help="Go on with the run in this folder, from its last epoch."),
    ] = None,
) -> None:
    """Train an algorithm, export it to ONNX and measure it; prints the ONNX file."""
    if (recipe is None) == (resumed is None):
        raise typer.BadParameter("expected a recipe to run, or a folder with --resume")
    name = recipe or str(resumed)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    ) as bar:
        task = bar.add_task(name, total=None)

        def epoch_done(done: int, epochs: int, map50: float) -> None:
            text = f"{name}: epoch {done}/{epochs}, mAP50 {map50:.3f}"
            bar.update(task, completed=done, total=epochs, description=text)

        def say(text: str) -> None:
            bar.update(task, description=text)

        if recipe is None:
            model = resume(Path(name).absolute(), epoch_done, say)
        else:
            folder = out or new_folder(Settings().runs_dir, recipe, datetime.now(UTC))
            accept = tuple(Patch.from_file(file) for file in accept_findings or [])
            given = Ingredients(data, weights, folder.absolute(), epochs, image_px, accept)
            changes = {"backend": backend, "seed": seed, "patience": patience}
            asked = {option: value for option, value in changes.items() if value is not None}
            model = train(recipe, given, epoch_done, say, changes=asked)
    typer.echo(model)


plugin = TrainingPlugin()
