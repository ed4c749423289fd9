"""`longan submit`: hand in a model."""

import contextlib
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from serving.cli.client import Client, PlatformError

POLL_S = 0.5


def submit(
    model: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The .onnx file.")],
    manifest: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Its algorithm.yaml, if not in the model."),
    ] = None,
    challenge: Annotated[str | None, typer.Option(help="Id of the challenge it is for.")] = None,
) -> None:
    """Submit a model and wait for the verdict; prints name@version once it is accepted."""
    client = Client()
    with contextlib.ExitStack() as stack:
        files = {"model": stack.enter_context(model.open("rb"))}
        if manifest is not None:
            files["manifest"] = stack.enter_context(manifest.open("rb"))
        form = {} if challenge is None else {"challenge": challenge}
        submission = client.call("POST", "/submissions", files=files, data=form)
    typer.echo(verdict(client, submission))


def verdict(client: Client, submission: dict[str, Any]) -> str:
    """Wait until a submission is decided.

    Returns:
        `name@version`.

    Raises:
        PlatformError: It was refused; says every reason.
    """
    typer.echo(f"{submission['name']} {submission['version']} is being checked …", err=True)
    while submission["state"] == "checking":
        time.sleep(POLL_S)
        submission = client.call("GET", f"/submissions/{submission['id']}")
    if submission["state"] == "rejected":
        raise PlatformError("refused:\n  - " + "\n  - ".join(submission["reasons"]))
    return f"{submission['name']}@{submission['version']}"
