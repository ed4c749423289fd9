"""`longan submit`: hand in a model."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

from serving.cli.client import Client

INTERRUPTED = 130


def submit(
    model: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The .onnx file.")],
    manifest: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="Its algorithm.yaml; default: the one in the model."
        ),
    ] = None,
    reference: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="An .npz of inputs and what the source network gave: the check compares.",
        ),
    ] = None,
    challenge: Annotated[str | None, typer.Option(help="Id of the challenge it is for.")] = None,
    wait: Annotated[
        bool, typer.Option(help="Wait for the verdict; without, print the submission's id.")
    ] = True,
) -> None:
    """Submit a model and wait for the verdict; prints name@version once it is accepted.

    A model that is refused is told every reason; the exit code is then 1. After a broken connection
    or Ctrl-C the same command sends only what is missing.
    """
    client = Client()
    bar = Progress(
        "{task.description}",
        BarColumn(),
        DownloadColumn(binary_units=True),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )
    try:
        with bar:
            task = bar.add_task(f"sending {model.name}", total=None)
            submission = client.submit(
                model,
                manifest,
                lambda there, length: bar.update(task, completed=there, total=length),
                reference=reference,
                challenge=challenge,
            )
        if not wait:
            typer.echo(submission.id)
            return
        typer.echo(f"{submission.name} {submission.version} is being checked …", err=True)
        typer.echo(client.wait(submission.id).reference)
    except KeyboardInterrupt:
        typer.echo("longan: interrupted; the same command goes on from here", err=True)
        raise typer.Exit(INTERRUPTED) from None
