"""`longan events`: what was seen."""

import json
import time
from typing import Annotated, Any

import httpx
import typer

from serving.cli.client import Client, PlatformError

RETRY_S = 2.0


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
    asked = {"limit": limit, "camera_id": camera, "scenario": scenario}
    params = {key: value for key, value in asked.items() if value is not None}
    for event in reversed(client.call("GET", "/events", params=params)["items"]):
        typer.echo(json.dumps(event, ensure_ascii=False))


def _follow(client: Client, camera: str | None, scenario: str | None) -> None:
    """Reads the live stream; after a break it goes on where it stopped and misses nothing."""
    last: str | None = None
    while True:
        headers = {} if last is None else {"Last-Event-ID": last}
        try:
            with client.http.stream(
                "GET", "/events/stream", headers=headers, timeout=httpx.Timeout(60)
            ) as answer:
                if answer.is_error:
                    raise PlatformError(f"HTTP {answer.status_code} from /events/stream")
                for line in answer.iter_lines():
                    field, _, value = line.partition(":")
                    if field == "id":
                        last = value.strip()
                    elif field == "data":
                        _show(json.loads(value), camera, scenario)
        except httpx.TransportError as error:
            typer.echo(f"longan: stream interrupted ({error}), trying again", err=True)
        time.sleep(RETRY_S)


def _show(message: dict[str, Any], camera: str | None, scenario: str | None) -> None:
    data = message["data"]
    if camera is not None and data["camera"]["id"] != camera:
        return
    if scenario is not None and data.get("scenario") != scenario:
        return
    typer.echo(json.dumps(message, ensure_ascii=False))
