"""`longan deploy`: let a scenario look through cameras."""

from typing import Annotated, Any

import typer

from serving.cli.client import Client


def deploy(
    scenario: Annotated[str, typer.Argument(help="Such as rider-helmet.")],
    camera: Annotated[list[str], typer.Option(help="Camera id; repeatable.")],
    algorithm: Annotated[
        str | None, typer.Option(help="name or name@version; default: the scenario's own.")
    ] = None,
) -> None:
    """Start a scenario on cameras; prints the deployment's id."""
    body: dict[str, Any] = {"scenario": scenario, "camera_ids": camera}
    if algorithm is not None:
        body["algorithm"] = algorithm
    typer.echo(Client().call("POST", "/deployments", json=body)["id"])
