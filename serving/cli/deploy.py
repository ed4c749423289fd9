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
    force: Annotated[
        bool, typer.Option(help="Even if the nodes cannot carry it: they will shed work.")
    ] = False,
) -> None:
    """Start a scenario on cameras; prints the deployment's id."""
    body: dict[str, Any] = {"scenario": scenario, "camera_ids": camera}
    if algorithm is not None:
        body["algorithm"] = algorithm
    params = {"force": force}
    typer.echo(Client().call("POST", "/deployments", json=body, params=params)["id"])
