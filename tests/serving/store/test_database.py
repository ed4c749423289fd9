from pathlib import Path
from threading import Thread

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from serving.store import Store, cameras
from serving.store.models import Base, Camera


def _camera(name: str = "gate") -> Camera:
    return Camera(name=name, url="rtsp://10.0.0.7/1", kind="stream")


def test_migrations_make_exactly_the_tables_of_the_models(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'new' / 'longan.db'}")
    store.migrate()
    store.dispose()

    engine = create_engine(f"sqlite:///{tmp_path / 'new' / 'longan.db'}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Base.metadata)
    engine.dispose()

    assert differences == []


def test_migrating_twice_changes_nothing(store: Store) -> None:
    with store.write() as session:
        camera = cameras.create(session, _camera())

    store.migrate()

    with store.read() as session:
        assert cameras.get(session, camera.id).name == "gate"


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
    with store.read() as session, pytest.raises(OperationalError, match="readonly"):
        cameras.create(session, _camera())


def test_a_reader_does_not_wait_for_a_writer(store: Store) -> None:
    with store.write() as writing:
        cameras.create(writing, _camera())

        with store.read() as reading:
            assert cameras.desired(reading) == []


def test_concurrent_writers_lose_nothing(store: Store, tmp_path: Path) -> None:
    with store.write() as session:
        camera_id = cameras.create(session, _camera()).id
    other_process = Store(f"sqlite:///{tmp_path / 'longan.db'}")

    def count_up(through: Store) -> None:
        for _ in range(25):
            with through.write() as session:
                seen = cameras.get(session, camera_id).poll_s
                cameras.update(session, camera_id, None, poll_s=seen + 1)

    writers = [Thread(target=count_up, args=(s,)) for s in (store, store, other_process)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    other_process.dispose()

    with store.read() as session:
        assert cameras.get(session, camera_id).poll_s == 10 + 75
