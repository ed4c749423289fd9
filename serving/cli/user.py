"""`longan user …` and `longan token …`: who may sign in, and what they may."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from serving.cli.client import Client, PlatformError

app = typer.Typer(help="People who sign in: list, add, disable.", no_args_is_help=True)
tokens = typer.Typer(help="Programs that ask: list, make, delete.", no_args_is_help=True)

Roles = Annotated[
    list[str],
    typer.Option(
        "--grant",
        help="A role, or role@division, such as reviewer@龙岗区/龙城街道. Can be repeated. Roles: "
        "administrator, scenario_owner, reviewer, unit_staff, algorithm_team, dashboard, auditor.",
    ),
]


@app.command("list")
def list_users() -> None:
    """Show every user and his rights."""
    table = Table("name", "who", "rights", "last signed in")
    for user in Client().pages("/users"):
        off = " (disabled)" if user["disabled"] else ""
        rights, seen = _rights(user["grants"]), user["last_sign_in_at"] or "never"
        table.add_row(user["name"] + off, user["display_name"], rights, seen)
    Console().print(table)


@app.command("add")
def add_user(
    name: Annotated[str, typer.Argument(help="What is typed at sign-in.")],
    grant: Roles,
    display_name: Annotated[str | None, typer.Option("--as", help="How he is shown.")] = None,
) -> None:
    """Add a user; the password is asked for (or read from a pipe)."""
    password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    order = {"name": name, "display_name": display_name or name, "password": password}
    Client().call("POST", "/users", json={**order, "grants": _grants(grant)})
    typer.echo(f"{name} may sign in.")


@app.command("disable")
def disable_user(name: Annotated[str, typer.Argument()]) -> None:
    """End every session of a user and refuse new ones."""
    client = Client()
    for user in client.pages("/users"):
        if user["name"] == name:
            where = f"/users/{user['id']}"
            client.call("PATCH", where, json={"disabled": True}, headers={"If-Match": "*"})
            return
    raise PlatformError(f"there is no user {name!r}; `longan user list` shows them")


@tokens.command("list")
def list_tokens() -> None:
    """Show every token, what it may, until when, and when it was last used."""
    table = Table("id", "name", "rights", "until", "last used")
    for token in Client().pages("/tokens"):
        until, used = token["expires_at"] or "for ever", token["last_used_at"] or "never"
        table.add_row(token["id"], token["name"], _rights(token["grants"]), until, used)
    Console().print(table)


@tokens.command("create")
def create_token(
    name: Annotated[str, typer.Argument(help="Of the system that gets it.")],
    grant: Roles,
    days: Annotated[int | None, typer.Option(help="Ends after so many; else never.")] = None,
) -> None:
    """Make a token and print it, once."""
    ends = None if days is None else (datetime.now(UTC) + timedelta(days=days)).isoformat()
    order = {"name": name, "grants": _grants(grant), "expires_at": ends}
    typer.echo(Client().call("POST", "/tokens", json=order)["secret"])


@tokens.command("delete")
def delete_token(token: Annotated[str, typer.Argument(help="Id, as the list shows it.")]) -> None:
    """From now on a token opens nothing."""
    Client().call("DELETE", f"/tokens/{token}")


def _grants(words: list[str]) -> list[dict[str, Any]]:
    parted = [word.partition("@") for word in words]
    return [{"role": role, "division": division or None} for role, _, division in parted]


def _rights(grants: list[dict[str, Any]]) -> str:
    return ", ".join(
        grant["role"] + ("" if grant["division"] is None else f"@{grant['division']}")
        for grant in grants
    )
