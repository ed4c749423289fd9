"""`longan algorithm`: the manifest of a model, and versions in one file."""

from pathlib import Path
from typing import Annotated

import onnx
import typer
from google.protobuf.message import DecodeError

from algorithms import embedded
from algorithms.draft import draft
from algorithms.errors import ManifestError
from algorithms.manifest import AlgorithmManifest
from serving.cli.client import Client

app = typer.Typer(no_args_is_help=True, help="The manifest of a model, and its versions.")

Model = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The .onnx file.")]


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


def _read(model: Path) -> onnx.ModelProto:
    try:
        return onnx.ModelProto.FromString(model.read_bytes())
    except DecodeError as error:
        raise ManifestError(f"{model}: expected an ONNX file, got {error}") from error
