"""`longan events`: what was seen."""

import json
from itertools import islice
from typing import Annotated, Any

import typer

from serving.cli.client import Client


def events(
    follow: Annotated[bool, typer.Option(help="Wait for new ones, until interrupted.")] = False,
    camera: Annotated[str | None, typer.Option(help="Only this camera's id.")] = None,
    scenario: Annotated[str | None, typer.Option(help="Only this scenario.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many past ones.")] = 20,
) -> None:
    """Print events, one JSON object a line: past ones, oldest first, or new ones as they come."""
    client = Client()
    if follow:
        _follow(client, camera, scenario)
        return
    past = islice(client.events(camera_id=camera, scenario=scenario), limit)
    for event in reversed(list(past)):
        typer.echo(json.dumps(event, ensure_ascii=False))


def _follow(client: Client, camera: str | None, scenario: str | None) -> None:
    for message in client.follow(on_break=_say_so):
        _show(message.event, camera, scenario)


def _say_so(error: Exception) -> None:
    typer.echo(f"longan: stream interrupted ({error}), trying again", err=True)


def _show(message: dict[str, Any], camera: str | None, scenario: str | None) -> None:
    data = message["data"]
    if camera is not None and data["camera"]["id"] != camera:
        return
    if scenario is not None and data.get("scenario") != scenario:
        return
    typer.echo(json.dumps(message, ensure_ascii=False))
