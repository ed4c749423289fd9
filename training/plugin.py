"""What training brings to the `longan` command."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from serving.settings import Settings
from training.catalogues import cli as catalogue
from training.dataset_command import dataset
from training.recipes import RECIPES
from training.recipes.recipe import Ingredients
from training.runs import new_folder
from training.train import train


class TrainingPlugin:
    """The entry point `training` of the group `longan.plugins`."""

    def cli(self, app: typer.Typer) -> None:
        """Add `longan train`, `longan catalogue` and `longan dataset`."""
        app.command("train")(train_command)
        app.add_typer(catalogue.app, name="catalogue")
        app.add_typer(dataset, name="dataset")


def train_command(
    recipe: Annotated[str, typer.Argument(help=f"One of {', '.join(RECIPES)}.")],
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
    out: Annotated[
        Path | None, typer.Option(help="The run's folder; default: a new one in the data folder.")
    ] = None,
) -> None:
    """Train an algorithm, export it to ONNX and measure it; prints the ONNX file."""
    folder = out or new_folder(Settings().data_dir / "runs", recipe, datetime.now(UTC))
    given = Ingredients(data, weights, folder.absolute(), epochs, image_px)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    ) as bar:
        task = bar.add_task(recipe, total=None)

        def epoch_done(done: int, epochs: int, map50: float) -> None:
            text = f"{recipe}: epoch {done}/{epochs}, mAP50 {map50:.3f}"
            bar.update(task, completed=done, total=epochs, description=text)

        model = train(recipe, given, epoch_done, lambda text: bar.update(task, description=text))
    typer.echo(model)


plugin = TrainingPlugin()
