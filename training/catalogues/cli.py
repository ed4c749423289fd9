"""`longan catalogue …`: open data, from where it is published to this machine."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel
from rich.console import Console
from rich.table import Table

from serving.settings import Settings
from training.catalogues import CATALOGUES, Catalogue, open_catalogue
from training.catalogues.catalogue import find_file
from training.catalogues.http import Http
from training.catalogues.records import Dataset, SnapshotCamera
from training.catalogues.register import register
from training.catalogues.shape import file_name
from training.errors import CatalogueError

app = typer.Typer(help="Open-data catalogues: search, describe, fetch.", no_args_is_help=True)

_NAMES = ", ".join(n if c.default_address else f"{n}+https://…" for n, c in CATALOGUES.items())
Where = Annotated[str, typer.Argument(metavar="CATALOGUE", help=f"One of {_NAMES}.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Query = Annotated[str, typer.Argument(help="Words; none: all.")]


@app.command()
def search(
    catalogue: Where,
    query: Query = "",
    limit: Annotated[int, typer.Option(min=1, max=100, help="Entries at most.")] = 20,
    cursor: Annotated[str | None, typer.Option(help="Where the page before ended.")] = None,
    as_json: AsJson = False,
) -> None:
    """Find data sets; prints their ids."""
    with _opened(catalogue) as source:
        found = source.search(query, cursor, limit)
    if as_json:
        for dataset in found.items:
            _print_json(dataset)
    else:
        table = Table("id", "title", "publisher", "licence", "updated")
        for dataset in found.items:
            updated = f"{dataset.updated_at:%Y-%m-%d}" if dataset.updated_at else ""
            table.add_row(dataset.id, dataset.title, dataset.publisher, _terms(dataset), updated)
        Console().print(table)
    if found.next_cursor:
        typer.echo(f"there is more: --cursor {found.next_cursor}", err=True)


@app.command()
def describe(
    catalogue: Where,
    dataset: Annotated[str, typer.Argument(help="As `search` shows.")],
    as_json: AsJson = False,
) -> None:
    """Show one data set: publisher, licence, files."""
    with _opened(catalogue) as source:
        found = source.describe(dataset)
    if as_json:
        _print_json(found)
        return
    typer.echo(f"{found.title}\n{found.description or ''}")
    typer.echo(f"publisher: {found.publisher or 'not said'}")
    typer.echo(f"licence: {_terms(found) or 'not said'}")
    typer.echo(f"updated: {found.updated_at or 'not said'}")
    typer.echo(f"page: {found.page_url or 'none'}")
    table = Table("file", "name", "type", "bytes", "address")
    for file in found.files:
        size = "" if file.size_bytes is None else str(file.size_bytes)
        table.add_row(file.id, file.name, file.media_type or "", size, file.url)
    Console().print(table)


@app.command()
def fetch(
    catalogue: Where,
    dataset: Annotated[str, typer.Argument(help="As `search` shows.")],
    file: Annotated[
        list[str] | None, typer.Argument(help="As `describe` shows; none: all files.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder; default: one in the data folder.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Bring files here, with their record beside them; prints where they are."""
    with _opened(catalogue) as source:
        found = source.describe(dataset)
        files = [find_file(found, name) for name in file] if file else found.files
        if not files:
            raise CatalogueError(f"{dataset}: offers no file that can be fetched")
        folder = out or _folder(source, found)
        for wanted in files:
            record = source.fetch(found, wanted, folder)
            if as_json:
                _print_json(record)
            else:
                typer.echo(folder / record.file)


@app.command()
def cameras(
    catalogue: Where,
    query: Query = "",
    limit: Annotated[int, typer.Option(min=1, help="Cameras at most.")] = 100,
    add: Annotated[
        bool, typer.Option("--register", help="Register them on the running platform.")
    ] = False,
) -> None:
    """List a network's cameras as bodies of POST /api/v1/cameras, or register them."""
    with _opened(catalogue) as source:
        found = _cameras(source, query, limit)
    if add:
        for camera_id in register(found, Settings()):
            typer.echo(camera_id)
    else:
        for camera in found:
            typer.echo(json.dumps(camera.order(), ensure_ascii=False))


def _cameras(source: Catalogue, query: str, limit: int) -> list[SnapshotCamera]:
    found = source.search(query, limit=limit).items
    cameras = [dataset.camera for dataset in found if dataset.camera]
    if found and not cameras:
        raise CatalogueError(
            f"{source.name}: no camera whose picture stays at one address; fetch pictures instead"
        )
    return cameras


@contextmanager
def _opened(where: str) -> Generator[Catalogue]:
    with Http(Settings()) as http:
        yield open_catalogue(where, http)


def _folder(source: Catalogue, dataset: Dataset) -> Path:
    folder = file_name(dataset.id, "").removesuffix(".") or "dataset"
    return Settings().data_dir / "open-data" / source.name / folder


def _terms(dataset: Dataset) -> str:
    terms = dataset.licence
    return "" if terms is None else terms.spdx or terms.text


def _print_json(value: BaseModel) -> None:
    typer.echo(value.model_dump_json())
