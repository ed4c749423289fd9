from pathlib import Path
from threading import Thread

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError

from serving.store import Store, cameras
from serving.store.errors import StaleError
from serving.store.models import Base, Camera


def _camera(name: str = "gate") -> Camera:
    return Camera(name=name, url="rtsp://10.0.0.7/1", kind="stream")


def test_the_folder_of_a_new_file_is_made(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'new' / 'longan.db'}")
    store.migrate()
    store.dispose()

    assert (tmp_path / "new" / "longan.db").is_file()


def test_migrations_make_exactly_the_tables_of_the_models(store_url: str) -> None:
    engine = create_engine(store_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": _is_compared}
        )
        differences = compare_metadata(context, Base.metadata)
    engine.dispose()

    assert differences == []


def _count_one(store: Store, camera_id: str) -> bool:
    with store.read() as session:
        seen = cameras.get(session, camera_id)
    with store.write() as session:
        try:
            cameras.update(session, camera_id, seen.revision, poll_s=seen.poll_s + 1)
        except StaleError:
            return False
        return True


def test_migrating_twice_changes_nothing(store: Store) -> None:
    with store.write() as session:
        camera = cameras.create(session, _camera())

    store.migrate()

    with store.read() as session:
        assert cameras.get(session, camera.id).name == "gate"


def _is_compared(_: object, name: str | None, kind: str, reflected: bool, __: object) -> bool:
    """Indexes that only PostgreSQL has are not in the models."""
    return not (kind == "index" and reflected and (name or "").endswith("_trgm"))


def test_what_was_written_is_read_back_the_same(store: Store) -> None:
    with store.write() as session:
        written = cameras.create(session, _camera())

    with store.read() as session:
        stored = cameras.get(session, written.id)

    assert (stored.name, stored.poll_s, stored.revision) == ("gate", 10.0, 1)
    assert stored.created_at == written.created_at
    assert stored.created_at.tzinfo is not None


def test_a_failed_transaction_leaves_nothing_behind(store: Store) -> None:
    def cut_short() -> None:
        with store.write() as session:
            cameras.create(session, _camera())
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        cut_short()

    with store.read() as session:
        assert cameras.desired(session) == []


def test_a_reader_cannot_write(store: Store) -> None:
    with store.read() as session, pytest.raises(DBAPIError, match=r"read-?only"):
        cameras.create(session, _camera())


def test_a_reader_does_not_wait_for_a_writer(store: Store) -> None:
    with store.write() as writing:
        cameras.create(writing, _camera())

        with store.read() as reading:
            assert cameras.desired(reading) == []


def test_concurrent_writers_lose_nothing(store: Store, store_url: str) -> None:
    with store.write() as session:
        camera_id = cameras.create(session, _camera()).id
    other_process = Store(store_url)

    def count_up(through: Store) -> None:
        for _ in range(25):
            while not _count_one(through, camera_id):
                pass  # somebody else changed it meanwhile

    writers = [Thread(target=count_up, args=(s,)) for s in (store, store, other_process)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    other_process.dispose()

    with store.read() as session:
        assert cameras.get(session, camera_id).poll_s == 10 + 75
