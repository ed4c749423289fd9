"""`longan secrets …`: the keys that seal passwords in the store; on the platform's machine."""

import secrets
from pathlib import Path
from typing import Annotated, Any

import typer

from serving.settings import Settings
from serving.store import Store, audit, resealing, sealing
from serving.store.sealing import KEY_BYTES, SealingError
from serving.store.secret_keys import key_file, keys_of, read_keys, write_keys

app = typer.Typer(help="Keys that seal stored secrets: show, rotate.", no_args_is_help=True)

DataDir = Annotated[Path | None, typer.Option(help="The platform's folder; default: ./data.")]


@app.command()
def status(data_dir: DataDir = None) -> None:
    """Show how many secrets each key seals; the first key seals what comes."""
    store, _ = _open(data_dir)
    keys = sealing.held()
    with store.read() as session:
        used = resealing.used_keys(session)
    for key in sorted(keys.ids | set(used), key=lambda key: key != keys.first):
        role = "seals" if key == keys.first else "opens" if key in keys.ids else "is missing"
        typer.echo(f"{key}  {role}  {used[key]} secrets")
    store.dispose()


@app.command()
def rotate(data_dir: DataDir = None) -> None:
    """Seal every secret anew by the first key; safe while the platform runs.

    Where the keys lie in a file, a fresh one is put first, unless an earlier rotation is to be
    finished. Where a setting or a command gives them, put the new one first there, start the
    platform again, and call this. The old keys stay until `longan secrets forget`.
    """
    store, settings = _open(data_dir)
    if _in_file(settings) and not _unfinished(store):
        file = key_file(settings)
        write_keys(file, [secrets.token_bytes(KEY_BYTES), *read_keys(file)])
    keys = sealing.held()
    count = resealing.reseal(store, keys)
    with store.write() as session:
        audit.append(
            session,
            actor=("nobody", "", "platform"),
            action="secrets.rotated",
            thing="longan secrets rotate",
            address="",
            detail={"key": keys.first, "secrets": count},
        )
    typer.echo(f"{count} secrets are sealed by {keys.first} now. Keep a copy of the keys.")
    store.dispose()


@app.command()
def forget(data_dir: DataDir = None) -> None:
    """Take keys that seal nothing any more out of the file; backups they open stay closed then."""
    store, settings = _open(data_dir)
    if not _in_file(settings):
        raise SealingError("the keys lie in no file; take the old ones out where you give them")
    if _unfinished(store):
        raise SealingError("other keys than the first seal secrets; call `longan secrets rotate`")
    file = key_file(settings)
    first, *old = read_keys(file)
    write_keys(file, [first])
    typer.echo(f"{len(old)} old keys are forgotten.")
    store.dispose()


def _open(data_dir: Path | None) -> tuple[Store, Settings]:
    given: dict[str, Any] = {} if data_dir is None else {"data_dir": data_dir}
    settings = Settings(**given)
    if settings.database_url is None and not (settings.data_dir / "longan.db").is_file():
        raise SealingError(
            f"{settings.data_dir}: expected the platform's folder with longan.db; "
            "say where it is: --data-dir"
        )
    sealing.hold(keys_of(settings))
    store = Store(settings.store_url)
    store.migrate()
    with store.read() as session:
        resealing.check(session, sealing.held())
    return store, settings


def _in_file(settings: Settings) -> bool:
    return settings.secret_keys is None and settings.secret_keys_command is None


def _unfinished(store: Store) -> bool:
    with store.read() as session:
        return bool(set(resealing.used_keys(session)) - {sealing.held().first})
