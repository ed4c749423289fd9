"""`longan camera …`: the cameras of a running platform."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from serving.cli.client import Client

app = typer.Typer(help="Register, list and remove cameras.", no_args_is_help=True)


@app.command()
def add(
    url: Annotated[
        str,
        typer.Argument(
            help="rtsp://…, http(s)://… or a file; `-`: asked for, or read from a pipe, so that "
            "its password stands in no list of processes."
        ),
    ],
    name: Annotated[str, typer.Option(help="What people call it.")],
    kind: Annotated[
        str | None, typer.Option(help="stream, snapshot or file; default: by the address.")
    ] = None,
    sub: Annotated[
        str | None, typer.Option(help="The same view smaller: analysed in place of the first.")
    ] = None,
    loop: Annotated[bool, typer.Option(help="Play a file again at its end.")] = False,
    fps: Annotated[float | None, typer.Option(help="Pictures analysed a second.")] = None,
    division: Annotated[str | None, typer.Option(help="District or street.")] = None,
) -> None:
    """Register a camera; prints its id."""
    if url == "-":
        url = typer.prompt("Address", hide_input=True, err=True)
    if "://" not in url and Path(url).exists():
        url = str(Path(url).absolute())
    body: dict[str, Any] = {"name": name, "url": url, "loop": loop}
    optional = {"kind": kind, "sub_url": sub, "analysed_fps": fps, "division": division}
    body |= {key: value for key, value in optional.items() if value is not None}
    typer.echo(Client().call("POST", "/cameras", json=body)["id"])


@app.command("list")
def list_() -> None:
    """Show every camera and how it is doing."""
    table = Table("id", "name", "address", "state", "fps", "what is wrong")
    for camera in Client().pages("/cameras"):
        status = camera["status"]
        wrong = " ".join(filter(None, (status["reason"], status["message"])))
        fps = "" if status["analysed_fps"] is None else f"{status['analysed_fps']:.1f}"
        table.add_row(
            camera["id"], camera["name"], camera["spec"]["url"], status["state"], fps, wrong
        )
    Console().print(table)


@app.command()
def remove(
    camera_id: Annotated[str, typer.Argument(help="As `longan camera list` shows.")],
) -> None:
    """Forget a camera; its events stay."""
    Client().call("DELETE", f"/cameras/{camera_id}")
