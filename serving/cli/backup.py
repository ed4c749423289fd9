"""`longan backup` and `longan restore`: all there is, into a folder and back."""

from pathlib import Path
from typing import Annotated

import typer

from serving.cli.up import DataDir
from serving.settings import Settings
from serving.store import backup as backups


def backup(
    folder: Annotated[Path, typer.Argument(help="Where to; missing, or empty.")],
    data_dir: DataDir = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Data sets, base weights and training runs, too.")
    ] = False,
) -> None:
    """Copy database and files, with checksums, while the platform runs.

    Exit code 2: it is whole, but some evidence was not what had been recorded.
    """
    made = backups.back_up(_settings(data_dir), folder, everything=everything)
    typer.echo(
        f"{made.events} events, {made.audit_records} audit records and {made.files} files "
        f"({made.size_bytes / 1e6:.1f} MB) are in {folder}"
    )
    if made.left_out:
        typer.echo(f"Left out: {', '.join(made.left_out)}; --all copies them, too.")
    for name in made.damaged:
        typer.echo(f"Not what was recorded, or missing: {name}", err=True)
    if made.damaged:
        raise typer.Exit(2)


def restore(
    folder: Annotated[Path, typer.Argument(help="Of a backup.")], data_dir: DataDir = None
) -> None:
    """Make an empty data folder and an empty database what a backup holds."""
    settings = _settings(data_dir)
    found = backups.restore(settings, folder)
    typer.echo(
        f"Restored {found.events} events, {found.audit_records} audit records (all fit) and "
        f"{found.files} files as of {found.begun_at.isoformat(timespec='seconds')} into "
        f"{settings.data_dir.absolute()} and the {found.database} database."
    )
    if found.left_out:
        typer.echo(f"The backup was made without: {', '.join(found.left_out)}")


def _settings(data_dir: Path | None) -> Settings:
    return Settings() if data_dir is None else Settings(data_dir=data_dir)
