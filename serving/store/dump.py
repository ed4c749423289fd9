"""A database as one file, while it is used, and a database made of one."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import create_engine, inspect, make_url, text
from sqlalchemy.orm import Session

from serving.store.database import Store
from serving.store.errors import BackupError


def kind(url: str) -> str:
    """`sqlite` or `postgresql`."""
    return make_url(url).get_backend_name()


@contextmanager
def dumped(url: str, file: Path) -> Generator[Session]:
    """Write a database to a file, as it is at one moment; writers go on meanwhile.

    Args:
        url: SQLAlchemy address of the database.
        file: To be made: an SQLite file, or an archive of `pg_dump`.

    Yields:
        A session that reads what the file holds.

    Raises:
        BackupError: `pg_dump` cannot do it.
    """
    if kind(url) == "sqlite":
        with closing(sqlite3.connect(make_url(url).database or "")) as source:
            source.execute("VACUUM INTO ?", (str(file),))
        store = Store(f"sqlite:///{file}")
        try:
            with store.read() as session:
                yield session
        finally:
            store.dispose()
        return
    store = Store(url)
    try:
        with store.read() as session:
            moment = session.scalar(text("SELECT pg_export_snapshot()"))
            arguments = ["--format=custom", f"--file={file}", f"--snapshot={moment}"]
            _run("pg_dump", url, *arguments)
            yield session
    finally:
        store.dispose()


def load(url: str, file: Path) -> None:
    """Make an empty database what was dumped; raises BackupError if `pg_restore` cannot."""
    if kind(url) == "sqlite":
        target = Path(make_url(url).database or "")
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.copyfile(file, target)
        return
    _run("pg_restore", url, "--exit-on-error", "--single-transaction", str(file))


def is_empty(url: str) -> bool:
    """Whether there is no table yet."""
    place = make_url(url).database
    if kind(url) == "sqlite" and place is not None and not Path(place).exists():
        return True
    engine = create_engine(url, hide_parameters=True)
    try:
        with engine.connect() as connection:
            return not inspect(connection).get_table_names()
    finally:
        engine.dispose()


def _run(program: str, url: str, *arguments: str) -> None:
    """One of PostgreSQL's own programs; the password is not on its command line."""
    address = make_url(url)
    password = address.password
    where = address.set(drivername="postgresql")._replace(password=None)
    try:
        done = subprocess.run(
            [
                program,
                "--no-owner",
                "--no-privileges",
                f"--dbname={where.render_as_string(hide_password=False)}",
                *arguments,
            ],
            env={**os.environ, **({} if password is None else {"PGPASSWORD": str(password)})},
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise BackupError(
            f"{program} is not installed here: apt-get install postgresql-client, in the "
            "server's version or newer"
        ) from error
    if done.returncode != 0:
        raise BackupError(f"{program}: {done.stderr.strip() or f'exit code {done.returncode}'}")
