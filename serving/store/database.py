"""Two doors to one database: `read` never waits for a writer, `write` queues behind the others.

SQLite loses updates when a transaction reads first and writes later, unless it takes the write
lock at its start (`BEGIN IMMEDIATE`; measured: 406 of 1,000 increments lost without). Readers
must not take that lock, so they have an engine of their own.
"""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from serving.store import audit, placing
from serving.store.migrations import upgrade

_READERS = 40
"""As many as the API has worker threads, so that none waits for a connection."""


class StoreSession(Session):
    """A session that shows nobody what lies elsewhere, and writes down who changed what."""


event.listen(StoreSession, "do_orm_execute", placing.show_only_here)
event.listen(StoreSession, "before_flush", placing.refuse_elsewhere)
event.listen(StoreSession, "after_flush", audit.note_changes)
event.listen(StoreSession, "before_commit", audit.record)


class Store:
    """The database. Safe to share between threads; each process makes its own.

    Args:
        url: SQLAlchemy address. The folder of an SQLite file is made when missing.
    """

    def __init__(self, url: str) -> None:
        self._engines = _sqlite(url) if url.startswith("sqlite") else _server(url)

    @contextmanager
    def read(self) -> Generator[Session]:
        """One consistent view of the data; whatever is changed in it is thrown away."""
        with StoreSession(self._engines[0], expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Generator[Session]:
        """One transaction, committed at the end, rolled back if an exception leaves it.

        Do not nest: on SQLite the inner one would wait for the outer one.
        """
        with StoreSession(self._engines[1], expire_on_commit=False) as session, session.begin():
            yield session

    def migrate(self, to: str = "head") -> None:
        """Bring the tables to this release, or to an older revision; safe to call at every start.

        Raises:
            IntegrityError: A reference would lead nowhere afterwards; nothing was changed then.
        """
        with self._engines[1].connect() as connection:
            with _rebuilding(connection):
                upgrade(connection, to)
            scrub = connection.info.pop("scrub", False)
        if scrub and self._engines[1].dialect.name == "sqlite":
            _scrub(self._engines[1])

    def dispose(self) -> None:
        """Close every connection."""
        for engine in self._engines:
            engine.dispose()


def _server(url: str) -> tuple[Engine, Engine]:
    engine = create_engine(
        url, hide_parameters=True, pool_pre_ping=True, pool_size=10, max_overflow=_READERS
    )
    # A transaction sees one moment, as on SQLite, and what it would write is refused.
    reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return reader, engine


def _sqlite(url: str) -> tuple[Engine, Engine]:
    if file := make_url(url).database:
        Path(file).parent.mkdir(parents=True, exist_ok=True)

    reader = create_engine(url, hide_parameters=True, pool_size=4, max_overflow=_READERS)
    # One connection: writers of this process queue in order instead of polling SQLite's lock.
    writer = create_engine(url, hide_parameters=True, pool_size=1, max_overflow=0)
    for engine, begin in ((reader, "BEGIN"), (writer, "BEGIN IMMEDIATE")):
        event.listen(engine, "connect", _prepare)
        _begin_with(engine, begin)
    event.listen(reader, "connect", _only_read)
    return reader, writer


def _prepare(dbapi: SqliteConnection, _: ConnectionPoolEntry) -> None:
    dbapi.isolation_level = None  # we say BEGIN ourselves
    for pragma in (
        "busy_timeout=5000",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
    ):
        dbapi.execute(f"PRAGMA {pragma}")


@contextmanager
def _rebuilding(connection: Connection) -> Generator[None]:
    """A transaction in which tables may be made anew without losing what refers to them.

    SQLite deletes the rows of a table before it drops it, and that cascades.
    """
    if connection.dialect.name != "sqlite":
        with connection.begin():
            yield
        return
    sqlite = connection.connection.dbapi_connection
    assert isinstance(sqlite, SqliteConnection)
    sqlite.execute("PRAGMA foreign_keys=OFF")  # does nothing once a transaction has begun
    try:
        with connection.begin():
            yield
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            if broken:
                raise IntegrityError("PRAGMA foreign_key_check", None, ValueError(broken))
    finally:
        sqlite.execute("PRAGMA foreign_keys=ON")


def _only_read(dbapi: SqliteConnection, _: ConnectionPoolEntry) -> None:
    dbapi.execute("PRAGMA query_only=ON")


def _scrub(engine: Engine) -> None:
    """Write the file anew: pages that are free and the log still hold what was there before."""
    connection = engine.raw_connection()
    try:
        for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
            connection.cursor().execute(statement)
    finally:
        connection.close()


def _begin_with(engine: Engine, statement: str) -> None:
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(statement)

    event.listen(engine, "begin", begin)
