"""What every test may ask for."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from serving.store import Store, sealing
from tests.bucket import S3, running_s3
from tests.postgres import Cluster, running_cluster

# Cameras, receivers and catalogues of the tests are on this machine.
os.environ.setdefault("LONGAN_OUTBOUND_LOOPBACK", "true")

KEY = b"a key that is only for the tests"
KEYS = sealing.Keyring([KEY])


@pytest.fixture(autouse=True)
def keys() -> None:
    """What seals secrets in this process, whatever an earlier test left."""
    sealing.hold(lambda: KEYS)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with empty tables; migrating takes longer than copying."""
    file = tmp_path_factory.mktemp("store") / "longan.db"
    store = Store(f"sqlite:///{file}")
    store.migrate()
    store.dispose()
    return file


@pytest.fixture
def store(migrated: Path, tmp_path: Path) -> Iterator[Store]:
    """An empty store of its own."""
    file = Path(shutil.copy(migrated, tmp_path))
    store = Store(f"sqlite:///{file}")
    yield store
    store.dispose()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A running PostgreSQL server."""
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def s3() -> Iterator[S3]:
    """A running S3 server."""
    with running_s3() as server:
        yield server
