"""`longan audit …`: who did what, and whether the record of it is whole."""

from itertools import islice
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from serving.cli.client import Client

app = typer.Typer(help="Read and verify the audit.", no_args_is_help=True)


@app.command("list")
def list_(
    actor: Annotated[str | None, typer.Option(help="Only what this one did.")] = None,
    action: Annotated[str | None, typer.Option(help="A right, or the part before its dot.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many.")] = 50,
) -> None:
    """Show what was done, newest first."""
    table = Table("number", "at", "who", "from", "right", "what")
    for record in islice(Client().pages("/audit-records", actor=actor, action=action), limit):
        table.add_row(
            str(record["id"]),
            record["at"],
            record["actor"],
            record["address"],
            record["action"],
            record["thing"],
        )
    Console().print(table)


@app.command()
def verify() -> None:
    """Reckon the chain of hashes anew; exit code 1 if a record was altered or taken out.

    Keep the last hash outside of the platform: only it shows that the newest records were cut off.
    """
    client = Client()
    found = client.call("GET", "/audit-records/verification")
    if not found["intact"]:
        typer.echo(f"Record {found['broken_at']} does not fit the one before it.", err=True)
        raise typer.Exit(1)
    newest = client.call("GET", "/audit-records", params={"limit": 1})["items"]
    last = newest[0]["sha256"] if newest else "none"
    typer.echo(f"{found['records']} records, all fit. Last hash: {last}")
