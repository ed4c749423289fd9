"""`longan scenario`: for those who write scenarios."""

import json
from pathlib import Path
from typing import Annotated

import typer

from scenarios.errors import ScenarioError
from scenarios.scenario import Scenario

app = typer.Typer(help="Write scenarios.", no_args_is_help=True)


@app.command()
def validate(file: Annotated[Path, typer.Argument(help="A scenario's .yaml.")]) -> None:
    """Say every mistake in a scenario's file as FILE:LINE:COLUMN; exit code 1 if there is one."""
    try:
        scenario = Scenario.from_file(file)
    except ScenarioError as error:
        typer.echo(str(error), err=True)  # one mistake a line, as editors and CI read them
        raise typer.Exit(1) from error
    typer.echo(f"{file}: {scenario.id} has no mistakes")


@app.command()
def schema() -> None:
    """Print the JSON Schema of a scenario's file, for editors."""
    typer.echo(json.dumps(Scenario.model_json_schema(), indent=2, ensure_ascii=False))
