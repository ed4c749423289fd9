"""`longan node …`: the machines that run the cameras."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from serving.cli.client import Client, PlatformError

app = typer.Typer(help="List nodes, and empty them before work on them.", no_args_is_help=True)

SHORT = 12
"""Characters of Ray's 56 that tell nodes apart."""

Which = Annotated[str, typer.Argument(help="Name or id, as `longan node list` shows.")]


@app.command("list")
def list_() -> None:
    """Show every node and how busy it is."""
    table = Table("id", "name", "state", "cameras", "planned cores", "busy", "gives up")
    for node in Client().call("GET", "/nodes"):
        status = node["status"]
        table.add_row(
            node["id"][:SHORT],
            node["name"],
            status["state"] + (", drained" if node["spec"]["drained"] else ""),
            str(status["cameras"]),
            f"{status['planned_cores']:.1f} of {status['usable_cores']:.1f}",
            "" if status["busy"] is None else f"{status['busy']:.0%}",
            status["shed"] or "",
        )
    Console().print(table)


@app.command()
def drain(node: Which) -> None:
    """Let a node give up its cameras and take no more."""
    _set_drained(node, True)


@app.command()
def undrain(node: Which) -> None:
    """Let a node take cameras again."""
    _set_drained(node, False)


def _set_drained(wanted: str, drained: bool) -> None:
    client = Client()
    there = [node for node in client.call("GET", "/nodes") if node["status"]["state"] != "gone"]
    by_name = [node["id"] for node in there if node["name"] == wanted]
    found = by_name or [node["id"] for node in there if node["id"].startswith(wanted)]
    if not found:
        raise PlatformError(f"there is no node {wanted!r}; `longan node list` shows them")
    if len(found) > 1:
        raise PlatformError(f"{wanted!r} means {len(found)} nodes; give more of the id of one")
    client.call("PATCH", f"/nodes/{found[0]}", json={"drained": drained})
