"""The store is tested on both of its databases."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from serving.store import Store
from tests.postgres import Cluster


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, migrated: Path, tmp_path: Path) -> Iterator[str]:
    """Address of an empty database with today's tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{shutil.copy(migrated, tmp_path)}"
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    database = cluster.create_migrated()
    yield cluster.url(database)
    cluster.drop(database)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An empty store of its own."""
    store = Store(store_url)
    yield store
    store.dispose()
