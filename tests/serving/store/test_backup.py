"""A backup of a platform becomes a platform with the same in it, or says why not."""

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from serving.access import Actor
from serving.settings import Settings
from serving.store import Store, audit, backup, dump, events
from serving.store.archive import Archive, write_whole
from serving.store.errors import BackupError
from serving.store.models import Event, Evidence
from tests.bucket import S3
from tests.postgres import Cluster

MakeEvent = Callable[..., Event]
ADMIN = Actor("01JADMIN", "admin", "token", ())
PICTURE = b"a picture"


@pytest.fixture
def settings(store_url: str, tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", database_url=store_url)


@pytest.fixture
def empty(settings: Settings, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Settings]:
    """A platform that has nothing yet."""
    data = tmp_path / "restored"
    if dump.kind(settings.store_url) == "sqlite":
        yield Settings(data_dir=data)
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    database = cluster.create()
    yield Settings(data_dir=data, database_url=cluster.url(database))
    cluster.drop(database)


@pytest.fixture
def happened(store: Store, settings: Settings, make_event: MakeEvent) -> list[str]:
    """Three events with a picture each, an audit, a key, and what waits in a spool."""
    made = [make_event(n) for n in range(3)]
    for event in made:
        path = f"2026/11/24/{event.id}-snapshot.jpg"
        for folder in (settings.evidence_dir, settings.evidence_dir.with_name("originals")):
            write_whole(folder / path, lambda part: part.write_bytes(PICTURE))
        digest = hashlib.sha256(PICTURE).hexdigest()
        shown = Evidence(
            event_id=event.id,
            kind="snapshot",
            path=path,
            media_type="image/jpeg",
            sha256=digest,
            original_sha256=digest,
        )
        with store.write() as session:
            events.record(session, event)
            events.add_evidence(session, shown)
            audit.append(
                session,
                actor=("token", ADMIN.id, ADMIN.name),
                action="events.read",
                thing=f"GET /{event.id}",
                address="127.0.0.1",
                detail={},
            )
    (settings.data_dir / "admin-token").write_text("secret")
    (settings.data_dir / "admin-token").chmod(0o600)
    (settings.data_dir / "spool" / "n-1").mkdir(parents=True)
    (settings.data_dir / "spool" / "n-1" / "01J-1.json").write_text("{}")
    (settings.data_dir / "datasets" / "ours").mkdir(parents=True)
    (settings.data_dir / "datasets" / "ours" / "data.yaml").write_text("names: []")
    return [event.id for event in made]


def ids(settings: Settings) -> list[str]:
    store = Store(settings.store_url)
    with store.read() as session:
        found = session.scalars(select(Event.id).order_by(Event.id)).all()
    store.dispose()
    return list(found)


def test_what_is_restored_is_what_was_there(
    settings: Settings, empty: Settings, happened: list[str], tmp_path: Path
) -> None:
    made = backup.back_up(settings, tmp_path / "backup")

    found = backup.restore(empty, tmp_path / "backup")

    assert found == made
    assert (made.events, made.audit_records, made.damaged) == (3, 3, [])
    assert made.left_out == ["datasets"]
    assert ids(empty) == sorted(happened)
    assert len(list(empty.evidence_dir.rglob("*.jpg"))) == 3
    assert len(list((empty.data_dir / "originals").rglob("*.jpg"))) == 3
    assert (empty.data_dir / "spool" / "n-1" / "01J-1.json").is_file()
    assert (empty.data_dir / "admin-token").stat().st_mode & 0o777 == 0o600
    store = Store(empty.store_url)
    with store.read() as session:
        assert audit.verify(session).broken_at is None
    store.dispose()


@pytest.mark.usefixtures("happened")
def test_data_sets_are_copied_when_asked(settings: Settings, tmp_path: Path) -> None:
    made = backup.back_up(settings, tmp_path / "backup", everything=True)

    assert made.left_out == []
    assert (tmp_path / "backup/data/datasets/ours/data.yaml").is_file()


@pytest.mark.usefixtures("happened")
def test_what_is_written_meanwhile_is_not_waited_for_and_not_in_it(
    store: Store, settings: Settings, make_event: MakeEvent, tmp_path: Path
) -> None:
    file = tmp_path / "one"
    with dump.dumped(settings.store_url, file) as session:
        with store.write() as writing:
            events.record(writing, make_event(100))
        in_it = session.scalars(select(Event.id)).all()

    assert len(in_it) == 3
    assert len(ids(settings)) == 4


@pytest.mark.usefixtures("happened")
def test_evidence_that_is_not_what_was_recorded_is_named(
    settings: Settings, tmp_path: Path
) -> None:
    first, second, _ = sorted(settings.evidence_dir.rglob("*.jpg"))
    first.write_bytes(b"another picture")
    second.unlink()

    made = backup.back_up(settings, tmp_path / "backup")

    names = [file.relative_to(settings.data_dir).as_posix() for file in (first, second)]
    assert made.damaged == names


@pytest.mark.usefixtures("happened")
def test_a_damaged_backup_is_refused_before_anything_is_written(
    settings: Settings, empty: Settings, tmp_path: Path
) -> None:
    backup.back_up(settings, tmp_path / "backup")
    picture = next((tmp_path / "backup").rglob("*.jpg"))
    picture.write_bytes(b"another picture")

    with pytest.raises(BackupError, match=picture.name):
        backup.restore(empty, tmp_path / "backup")

    assert not empty.data_dir.exists()
    assert dump.is_empty(empty.store_url)


@pytest.mark.usefixtures("happened")
def test_nothing_is_restored_over_anything(
    settings: Settings, empty: Settings, tmp_path: Path
) -> None:
    backup.back_up(settings, tmp_path / "backup")

    with pytest.raises(BackupError, match="expected an empty folder or none"):
        backup.back_up(settings, tmp_path / "backup")
    with pytest.raises(BackupError, match="expected an empty data folder"):
        backup.restore(settings, tmp_path / "backup")
    occupied = settings.model_copy(update={"data_dir": empty.data_dir})
    with pytest.raises(BackupError, match="not empty"):
        backup.restore(occupied, tmp_path / "backup")


@pytest.mark.usefixtures("happened")
def test_a_backup_of_a_newer_release_or_an_unfinished_one_is_refused(
    settings: Settings, empty: Settings, tmp_path: Path
) -> None:
    backup.back_up(settings, tmp_path / "backup")
    manifest = tmp_path / "backup" / "manifest.json"
    said = json.loads(manifest.read_text())

    manifest.write_text(json.dumps({**said, "revision": "9999"}))
    with pytest.raises(BackupError, match="newer than this one"):
        backup.restore(empty, tmp_path / "backup")
    manifest.unlink()
    with pytest.raises(BackupError, match="not finished"):
        backup.restore(empty, tmp_path / "backup")


@pytest.mark.usefixtures("happened")
def test_evidence_in_a_bucket_is_in_the_backup(
    settings: Settings, empty: Settings, s3: S3, tmp_path: Path
) -> None:
    keys = {"s3_access_key_id": "any", "s3_secret_access_key": "secret"}
    settings = settings.model_copy(update={"evidence_url": s3.create(), **keys})
    archive = Archive.of(settings)
    for file in archive.waiting()[:4]:
        archive.move_up(file)

    made = backup.back_up(settings, tmp_path / "backup")
    backup.restore(empty, tmp_path / "backup")

    assert made.damaged == []
    assert len(Archive.of(empty).waiting()) == 6
