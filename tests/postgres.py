"""A real PostgreSQL of the tests' own, in a temporary folder, reached by its socket only."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest

from serving.store import Store

OWNER = "longan"
_QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "200",
    "listen_addresses": "''",
}
"""What a crash would cost does not matter here."""


class Cluster:
    """A running server.

    Args:
        folder: With its socket.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = count(1)
        self._template: str | None = None

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://{OWNER}@/{database}?host={self._folder}"

    def create(self, template: str = "template1") -> str:
        """Name of a new database."""
        name = f"longan_{next(self._number)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def create_migrated(self) -> str:
        """Name of a new database with empty tables; migrating takes longer than copying."""
        if self._template is None:
            name = self.create()
            store = Store(self.url(name))
            store.migrate()
            store.dispose()
            self._template = name
        return self.create(self._template)

    def drop(self, database: str) -> None:
        self._execute(f"DROP DATABASE {database} WITH (FORCE)")

    def _execute(self, statement: str) -> None:
        where = f"host={self._folder} user={OWNER} dbname=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def running_cluster(settings: Mapping[str, str] = _QUICK) -> Generator[Cluster]:
    """Start a server and stop it; without PostgreSQL the test is skipped, in CI it fails."""
    programs = _programs()
    if programs is None:
        why = "PostgreSQL is not installed: apt-get install postgresql"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    folder = Path(tempfile.mkdtemp(prefix="longan-postgres-"))
    user = _unprivileged(folder)

    def run(program: str, *arguments: str) -> None:
        command = [str(programs / program), "-D", str(folder / "data"), *arguments]
        done = subprocess.run(
            command, user=user, cwd=folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{program}: {done.stdout}{done.stderr}"

    try:
        run("initdb", "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        with (folder / "data" / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = {value}\n" for name, value in settings.items())
            file.write(f"unix_socket_directories = '{folder}'\n")
        run("pg_ctl", "start", "-w", "-l", str(folder / "log"))
        try:
            yield Cluster(folder)
        finally:
            run("pg_ctl", "stop", "-m", "immediate")
    finally:
        shutil.rmtree(folder)


def _programs() -> Path | None:
    """Where the newest PostgreSQL's programs lie."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(found, key=lambda file: int(file.parts[-3]), default=None)
    if newest is not None:
        return newest.parent
    on_path = shutil.which("initdb")
    return None if on_path is None else Path(on_path).parent


def _unprivileged(folder: Path) -> str | None:
    """PostgreSQL does not run as root: who runs it then, and owns the folder; None: we do."""
    if os.geteuid() != 0:
        return None
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return user.pw_name
