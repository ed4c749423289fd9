"""`longan deploy`: let a scenario look through cameras."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from algorithms.errors import LonganError
from serving.cli.client import Client


def deploy(
    scenario: Annotated[str, typer.Argument(help="Such as rider-helmet.")],
    camera: Annotated[list[str] | None, typer.Option(help="Camera id; repeatable.")] = None,
    division: Annotated[
        str | None, typer.Option(help="In place of ids: all cameras there and below.")
    ] = None,
    tag: Annotated[
        list[str] | None, typer.Option(help="In place of ids: all cameras with it; repeatable.")
    ] = None,
    algorithm: Annotated[
        str | None,
        typer.Option(help="name, name@version or name:alias; default: the scenario's own."),
    ] = None,
    zones: Annotated[
        Path | None, typer.Option(help="JSON: zones and lines, in fractions of the picture.")
    ] = None,
    schedule: Annotated[
        Path | None, typer.Option(help="JSON: time zone, windows of the week, holidays.")
    ] = None,
    rule: Annotated[
        Path | None, typer.Option(help="JSON: values of the rule that shall differ.")
    ] = None,
    fps: Annotated[
        float | None, typer.Option(help="Pictures a second; default: as each camera is set.")
    ] = None,
    force: Annotated[
        bool, typer.Option(help="Even if the nodes cannot carry it: they will shed work.")
    ] = False,
) -> None:
    """Start a scenario on cameras; prints the deployment's id."""
    selector = {"division": division, "tags": tag or []} if division or tag else None
    deployment = Client().deploy(
        scenario,
        camera_ids=camera or None,
        selector=selector,
        algorithm=algorithm,
        zones=_read(zones),
        schedule=_read(schedule),
        rule=_read(rule),
        fps=fps,
        force=force,
    )
    typer.echo(deployment["id"])


def _read(file: Path | None) -> Any:
    if file is None:
        return None
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise LonganError(f"{file}: expected a file of JSON: {error}") from error
