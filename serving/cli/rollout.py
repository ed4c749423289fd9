"""`longan rollout …`: bring a new version to a deployment, step by step."""

from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from serving.cli.client import Client, PlatformError

app = typer.Typer(help="Bring a new version to a deployment, step by step.", no_args_is_help=True)

Deployment = Annotated[str, typer.Argument(help="Id of the deployment.")]
Reason = Annotated[str, typer.Option(help="Why, for the history.")]


@app.command()
def start(
    deployment: Deployment,
    algorithm: Annotated[str, typer.Argument(help="name@version, or name:alias.")],
    reason: Reason = "by hand",
    precision: Annotated[float, typer.Option(help="Gate: rolled back when surely below.")] = 0.8,
    after_h: Annotated[
        float | None, typer.Option(help="Go on by itself after so many hours in a stage.")
    ] = None,
    min_events: Annotated[
        int, typer.Option(help="With --after-h: and so many events in that stage.")
    ] = 20,
) -> None:
    """Begin in shadow; prints the rollout's id."""
    body: dict[str, Any] = {
        "algorithm": algorithm,
        "reason": reason,
        "gates": {"precision": precision},
    }
    if after_h is not None:
        body["automatic"] = {"after_h": after_h, "min_events": min_events}
    typer.echo(Client().call("POST", _path(deployment), json=body)["id"])


@app.command()
def status(deployment: Deployment) -> None:
    """Show the newest rollout: figures, agreement, history."""
    client = Client()
    rollout = _newest(client, deployment)
    agreed = client.call("GET", f"{_path(deployment)}/{rollout['id']}/agreement")
    figures: dict[str, Any] = rollout["figures"] or {}
    typer.echo(
        f"{rollout['candidate']} in place of {rollout['champion']}: "
        f"{rollout['state']} ({rollout['percent']} %)"
    )
    typer.echo(
        f"both {agreed['both']} · champion only {agreed['champion_only']} · "
        f"new version only {agreed['shadow_only']}"
    )
    for name, value in figures.items():
        typer.echo(f"{name}: {value}")
    table = Table("when", "state", "percent", "by", "why")
    for step in rollout["history"]:
        table.add_row(
            step["at"], step["state"], str(step["percent"]), step["actor"], step["reason"]
        )
    Console().print(table)


@app.command()
def advance(
    deployment: Deployment,
    percent: Annotated[
        int | None, typer.Option(help="A canary on so many percent; default: the usual next step.")
    ] = None,
    reason: Reason = "by hand",
) -> None:
    """Take the next step."""
    client = Client()
    rollout = _newest(client, deployment)
    step = rollout["next"]
    if step is None:
        raise PlatformError(f"rollout {rollout['id']} is {rollout['state']}: nothing follows")
    if percent is not None:
        step = {"state": "canary", "percent": percent}
    body = {"state": step["state"], "reason": reason}
    if step["state"] == "canary":
        body["percent"] = step["percent"]
    _step(client, deployment, rollout, body)


@app.command("roll-back")
def roll_back(deployment: Deployment, reason: Reason = "by hand") -> None:
    """Give every camera back to the champion."""
    client = Client()
    body = {"state": "rolled_back", "reason": reason}
    _step(client, deployment, _newest(client, deployment), body)


def _step(client: Client, deployment: str, rollout: dict[str, Any], body: dict[str, Any]) -> None:
    path = f"{_path(deployment)}/{rollout['id']}"
    headers = {"If-Match": f'"{rollout["revision"]}"'}
    now = client.call("PATCH", path, json=body, headers=headers)
    typer.echo(f"{now['state']} ({now['percent']} %)")


def _newest(client: Client, deployment: str) -> dict[str, Any]:
    found = client.call("GET", _path(deployment), params={"limit": 1})["items"]
    if not found:
        raise PlatformError(
            f"deployment {deployment} has no rollout; `longan rollout start` begins one"
        )
    return found[0]


def _path(deployment: str) -> str:
    return f"/deployments/{deployment}/rollouts"
