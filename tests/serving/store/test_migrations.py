"""A database of any earlier release comes to this one with everything that is in it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    DateTime,
    Float,
    Integer,
    MetaData,
    String,
    insert,
    select,
)

from serving.store import Store
from serving.store.migrations import revisions
from serving.store.models import Base
from tests.postgres import Cluster

Rows = dict[str, set[tuple[Any, ...]]]
"""Table → primary keys."""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store without tables."""
    if request.param == "sqlite":
        store = Store(f"sqlite:///{tmp_path / 'longan.db'}")
        yield store
        store.dispose()
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    database = cluster.create()
    store = Store(cluster.url(database))
    yield store
    store.dispose()
    cluster.drop(database)


def test_rows_written_at_every_revision_are_there_at_the_last_one(empty: Store) -> None:
    written: Rows = {}
    for number, revision in enumerate(revisions()):
        empty.migrate(revision)
        with empty.write() as session:
            for table, key in _fill(session.connection(), number):
                written.setdefault(table, set()).add(key)

    found: Rows = {}
    with empty.read() as session:
        for mapper in Base.registry.mappers:
            rows = session.scalars(select(mapper.class_)).all()
            keys = {tuple(mapper.primary_key_from_instance(row)) for row in rows}
            found[str(mapper.local_table.name)] = keys  # pyright: ignore
    lost = {table: keys - found.get(table, set()) for table, keys in written.items()}
    assert {table: keys for table, keys in lost.items() if keys} == {}


def _fill(connection: Connection, number: int) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """A row in every table there is; yields its table and primary key."""
    metadata = MetaData()
    metadata.reflect(connection)
    written: dict[str, dict[str, Any]] = {}
    for table in metadata.sorted_tables:
        if table.name == "alembic_version":
            continue
        row = {column.name: _value(column, number, written) for column in table.columns}
        connection.execute(insert(table), row)
        written[table.name] = row
        yield table.name, tuple(row[column.name] for column in table.primary_key)


def _value(column: Column[Any], number: int, written: dict[str, dict[str, Any]]) -> Any:
    for key in column.foreign_keys:
        return written[key.column.table.name][key.column.name]
    match column.type:
        case JSON():
            return None if column.nullable else _empty(column)
        case Boolean():
            return True
        case DateTime():
            return datetime(2026, 1, 1, tzinfo=UTC)
        case Integer():
            return number + 1
        case Float():
            return 0.5
        case String(length=length):
            return f"{number:04d}-{column.name}"[: length or 255]
        case _:
            raise NotImplementedError(f"a value of {column.type!r} for {column}")


def _empty(column: Column[Any]) -> list[Any] | dict[str, Any]:
    """What a JSON column is without anything in it: the model says which, if it still has it."""
    for mapper in Base.registry.mappers:
        if str(mapper.local_table.name) == column.table.name:  # pyright: ignore
            (hint,) = get_args(get_type_hints(mapper.class_).get(column.name)) or (dict,)
            return [] if get_origin(hint) is list else {}
    return {}
