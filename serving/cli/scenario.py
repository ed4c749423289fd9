"""`longan scenario`: the catalogue, and what helps to write for it."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from scenarios.errors import ScenarioError
from scenarios.scenario import Scenario
from serving.cli.client import Client

app = typer.Typer(help="The catalogue of scenarios, and writing for it.", no_args_is_help=True)


@app.command("list")
def list_() -> None:
    """Show what can be watched for: the classes it is about, and what it runs on as shipped."""
    table = Table("id", "title", "classes", "runs on", "status")
    for scenario in Client().call("GET", "/scenarios"):
        table.add_row(
            scenario["id"],
            f"{scenario['title_zh']} {scenario['title_en']}",
            " ".join(scenario["classes"]),
            " ".join(scenario["algorithms"]),
            scenario["status"].replace("_", " "),
        )
    Console().print(table)


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
