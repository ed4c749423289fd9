"""`longan submit`: hand in a model."""

import time
from pathlib import Path
from typing import Annotated

import typer

from serving.cli.client import Client, PlatformError

POLL_S = 0.5


def submit(
    model: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The .onnx file.")],
    manifest: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="Its algorithm.yaml.")
    ],
) -> None:
    """Submit a model and wait for the verdict; prints name@version once it is accepted."""
    client = Client()
    with model.open("rb") as model_file, manifest.open("rb") as manifest_file:
        submission = client.call(
            "POST", "/submissions", files={"model": model_file, "manifest": manifest_file}
        )
    typer.echo(f"{submission['name']} {submission['version']} is being checked …", err=True)
    while submission["state"] == "checking":
        time.sleep(POLL_S)
        submission = client.call("GET", f"/submissions/{submission['id']}")
    if submission["state"] == "rejected":
        raise PlatformError("refused:\n  - " + "\n  - ".join(submission["reasons"]))
    typer.echo(f"{submission['name']}@{submission['version']}")
