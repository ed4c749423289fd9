"""`longan algorithm`: the manifest of a model, its versions and which of them is used."""

from http import HTTPStatus
from pathlib import Path
from typing import Annotated

import onnx
import typer
from google.protobuf.message import DecodeError
from rich.console import Console
from rich.table import Table

from algorithms import embedded
from algorithms.draft import draft
from algorithms.errors import ManifestError
from algorithms.manifest import AlgorithmManifest
from longan_client import RefusedError
from serving.cli.client import Client

app = typer.Typer(no_args_is_help=True, help="The manifest of a model, and its versions.")

Model = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The .onnx file.")]
Reason = Annotated[str, typer.Option(help="Why; everybody who asks for the version is told.")]


@app.command("init")
def init(
    model: Model,
    out: Annotated[Path, typer.Option(help="Where the draft goes.")] = Path("algorithm.yaml"),
) -> None:
    """Write a draft of algorithm.yaml by reading a model's graph."""
    if out.exists():
        raise ManifestError(f"{out}: is there already; move it away, or say --out")
    out.write_text(draft(_read(model), model.stem), encoding="utf-8")
    typer.echo(f"{out}: look through it, then `longan submit {model} --manifest {out}`")


@app.command("embed")
def embed(
    model: Model,
    manifest: Annotated[Path, typer.Option(exists=True, dir_okay=False)] = Path("algorithm.yaml"),
) -> None:
    """Write a manifest into the model's metadata: the one file is then all that is handed in."""
    proto = _read(model)
    AlgorithmManifest.from_file(manifest)
    embedded.put(proto, manifest.read_text(encoding="utf-8"))
    model.write_bytes(proto.SerializeToString())
    typer.echo(f"{model}: carries {manifest} ({embedded.KEY})")


@app.command("export")
def export(
    name: str,
    version: str,
    out: Annotated[Path, typer.Option("--out", "-o", help="Where the bundle goes.")],
) -> None:
    """Write a version with its signed statement into one file, for another platform."""
    Client().download(f"/algorithms/{name}/versions/{version}/bundle", out)
    typer.echo(f"{out}: on the other platform, `longan algorithm import {out}`")


@app.command("import")
def import_(
    bundle: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The .longan file.")],
) -> None:
    """Hand in a version of a trusted platform and wait for the verdict; prints name@version."""
    client = Client()
    with bundle.open("rb") as file:
        submission = client.call("POST", "/algorithm-imports", files={"bundle": file})
    typer.echo(client.wait(submission["id"]).reference)


@app.command("versions")
def versions(name: str) -> None:
    """List the versions of an algorithm, newest first, with what stands for them."""
    client = Client()
    found = client.call("GET", f"/algorithms/{name}/versions")
    aliases = client.call("GET", f"/algorithms/{name}/aliases")
    table = Table("version", "state", "aliases", "why", "origin", "since")
    for row in found:
        called = [a["alias"] for a in aliases if a["version"] == row["version"]]
        why = row["state_reason"] or ""
        table.add_row(
            row["version"], row["state"], ", ".join(called), why, row["origin"], row["created_at"]
        )
    Console().print(table)


@app.command("retire")
def retire(name: str, version: str, reason: Reason) -> None:
    """Let nothing new use a version; what runs goes on."""
    _become(name, version, "retired", reason)


@app.command("revoke")
def revoke(name: str, version: str, reason: Reason) -> None:
    """Stop a version everywhere within seconds, for good."""
    _become(name, version, "revoked", reason)


@app.command("approve")
def approve(name: str, version: str, reason: Reason) -> None:
    """Let a version that was retired be used again."""
    _become(name, version, "approved", reason)


@app.command("alias")
def alias(
    name: str,
    alias: Annotated[str, typer.Argument(help="Such as champion or candidate.")],
    version: Annotated[str, typer.Argument(help="What it shall stand for.")],
) -> None:
    """Move an alias, or make one; what runs follows within seconds."""
    client, path = Client(), f"/algorithms/{name}/aliases/{alias}"
    try:
        before = client.call("GET", path)
    except RefusedError as error:
        if error.status != HTTPStatus.NOT_FOUND:
            raise
        before = {"version": "nothing", "revision": 0}
    headers = {"If-Match": f'"{before["revision"]}"'}
    now = client.call("PUT", path, json={"version": version}, headers=headers)
    typer.echo(f"{name}:{alias} is {now['version']}, was {before['version']}")


@app.command("moves")
def moves(
    name: str, alias: Annotated[str, typer.Argument(help="Such as champion.")] = "champion"
) -> None:
    """List what an alias has stood for, newest first."""
    table = Table("since", "version", "by")
    for move in Client().call("GET", f"/algorithms/{name}/aliases/{alias}/moves"):
        table.add_row(move["moved_at"], move["version"], move["moved_by"])
    Console().print(table)


def _become(name: str, version: str, state: str, reason: str) -> None:
    client, path = Client(), f"/algorithms/{name}/versions/{version}/state"
    headers = {"If-Match": f'"{client.call("GET", path)["revision"]}"'}
    client.call("PUT", path, json={"state": state, "reason": reason}, headers=headers)
    typer.echo(f"{name}@{version} is {state}")


def _read(model: Path) -> onnx.ModelProto:
    try:
        return onnx.ModelProto.FromString(model.read_bytes())
    except DecodeError as error:
        raise ManifestError(f"{model}: expected an ONNX file, got {error}") from error
