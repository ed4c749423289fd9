"""What every test may ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from serving.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty, migrated store of its own."""
    store = Store(f"sqlite:///{tmp_path / 'longan.db'}")
    store.migrate()
    yield store
    store.dispose()
