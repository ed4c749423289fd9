"""Secrets in the store: sealed, bound to their row, moved to other keys, never plain on disk."""

import os
import stat
from base64 import b64encode
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from typer.testing import CliRunner

from serving.app import open_store
from serving.cli import app as longan
from serving.settings import Settings
from serving.store import Store, cameras, resealing, sealing
from serving.store.migrations import upgrade
from serving.store.models import Camera, IdempotencyKey
from serving.store.sealing import KEY_BYTES, Keyring, SealingError
from serving.store.secret_keys import keys_of
from serving.store.sink_models import Delivery, Sink

CANARY = "kanarienvogel-0815"
URL = f"rtsp://user:{CANARY}@10.0.0.7/1"
A, B = b"a" * KEY_BYTES, b"b" * KEY_BYTES


def hold(*keys: bytes) -> Keyring:
    keyring = Keyring(keys)
    sealing.hold(lambda: keyring)
    return keyring


def add_secrets(store: Store) -> str:
    """A camera, a sink and a kept answer, each with the canary; the camera's id."""
    with store.write() as session:
        camera = cameras.create(session, Camera(name="gate", url=URL, sub_url=URL, kind="stream"))
        session.add(
            Sink(
                name="tickets",
                spec={"kind": "webhook", "url": f"https://tickets.lan/?key={CANARY}"},
                secret=f"whsec_{CANARY}",
                types=["longan."],
                position=0,
                created_by="tests",
            )
        )
        session.add(
            IdempotencyKey(
                key="t:1", request_sha256=CANARY, status_code=201, headers={}, body={"a": CANARY}
            )
        )
        return camera.id


def on_disk(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.glob("longan.db*"))


def plain(store: Store, camera_id: str) -> tuple[str, str | None]:
    with store.read() as session:
        camera = cameras.get(session, camera_id)
    return camera.url, camera.sub_url


def test_the_database_never_holds_a_secret_in_clear(store: Store, tmp_path: Path) -> None:
    camera_id = add_secrets(store)

    assert CANARY.encode() not in on_disk(tmp_path)
    assert plain(store, camera_id) == (URL, URL)
    with store.read() as session:
        (sink,) = session.query(Sink).all()
        kept = session.get_one(IdempotencyKey, "t:1")
    assert (sink.secret, sink.spec["kind"]) == (f"whsec_{CANARY}", "webhook")
    assert (kept.request_sha256, kept.body) == (CANARY, {"a": CANARY})


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE camera SET url = (SELECT url FROM camera WHERE name = 'other') WHERE name = 'gate'",
        "UPDATE camera SET url = sub_url WHERE name = 'gate'",
    ],
)
def test_a_secret_does_not_open_elsewhere(store: Store, statement: str) -> None:
    camera_id = add_secrets(store)
    with store.write() as session:
        cameras.create(session, Camera(name="other", url="rtsp://10.0.0.8/1", kind="stream"))
    with store.write() as session:
        session.execute(text(statement))

    with pytest.raises(SealingError, match=f"camera/url/{camera_id} does not open"):
        plain(store, camera_id)


def test_setting_what_is_there_already_changes_nothing(store: Store) -> None:
    camera_id = add_secrets(store)
    with store.write() as session:
        camera = cameras.get(session, camera_id)
        before = camera.sealed_url
        camera.url = URL
        same = camera.sealed_url
        camera.url = "rtsp://10.0.0.9/1"

    assert same == before != camera.sealed_url


def test_a_store_from_before_comes_up_sealed(tmp_path: Path) -> None:
    """With a password that was changed later: its old text is in a page that is free by now."""
    file = tmp_path / "longan.db"
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        upgrade(connection, "0022")
        for name in ("gate", "gone"):
            connection.execute(
                text(
                    "INSERT INTO camera (id, name, url, sub_url, kind, poll_s, loop, analysed_fps,"
                    " tags, privacy_areas, needs, enabled, revision, created_at, updated_at)"
                    " VALUES (:id, :id, :url, NULL, 'stream', 10, 0, 5, '[]', '[]', '[]', 1, 1,"
                    " '2026-11-01', '2026-11-01')"
                ),
                {"id": name, "url": URL},
            )
        connection.execute(
            text(
                "INSERT INTO sink (id, name, spec, secret, types, enabled, position, revision,"
                " created_by, created_at, updated_at) VALUES ('s', 's',"
                ' \'{"kind": "webhook", "url": "https://h/"}\', :secret, \'[]\', 1, 0, 1, \'t\','
                " '2026-11-01', '2026-11-01')"
            ),
            {"secret": f"whsec_{CANARY}"},
        )
        connection.execute(
            text(
                "INSERT INTO delivery (id, sink_id, seq, subject, state, attempts, next_attempt_at,"
                " created_at) VALUES ('d', 's', 1, 'o', 'waiting', 0, '2026-11-01', '2026-11-01')"
            )
        )
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM camera WHERE id = 'gone'"))
    engine.dispose()
    assert CANARY.encode() in on_disk(tmp_path)

    store = Store(f"sqlite:///{file}")
    store.migrate()

    assert CANARY.encode() not in on_disk(tmp_path)
    assert plain(store, "gate") == (URL, None)
    with store.read() as session:
        sink = session.get_one(Sink, "s")
        assert session.get_one(Delivery, "d").sink_id == "s"
    assert (sink.spec["url"], sink.secret) == ("https://h/", f"whsec_{CANARY}")
    store.dispose()


def test_other_keys_take_over_and_can_be_broken_off(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(A)
    ids = [add_secrets(store)]
    for number in range(5):
        with store.write() as session:
            new = Camera(name=f"{number}", url=URL, kind="stream")
            ids.append(cameras.create(session, new).id)
    monkeypatch.setattr(resealing, "AT_ONCE", 2)
    both = hold(B, A)
    broken = _BreaksOff(store, after=2)
    with pytest.raises(InterruptedError):
        resealing.reseal(broken, both)  # pyright: ignore[reportArgumentType]  a store that fails
    with store.read() as session:
        half = resealing.used_keys(session)

    rest = resealing.reseal(store, both)
    again = resealing.reseal(store, both)

    assert len(half) == 2
    assert (rest, again) == (half[Keyring([A]).first], 0)
    hold(B)
    assert [plain(store, camera_id)[0] for camera_id in ids] == [URL] * 6


class _BreaksOff:
    """A store whose machine is switched off after some transactions."""

    def __init__(self, store: Store, after: int) -> None:
        self._store = store
        self._left = after

    def write(self) -> object:
        if not self._left:
            raise InterruptedError
        self._left -= 1
        return self._store.write()


def test_a_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    first = keys_of(settings)().first

    file = settings.own_secret_keys_file
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert keys_of(settings)().first == first


def test_keys_come_from_a_setting_a_file_or_a_command(tmp_path: Path) -> None:
    words = f"{b64encode(B).decode()} {b64encode(A).decode()}"
    file = tmp_path / "keys"
    file.write_text(words)
    sources: list[dict[str, str]] = [
        {"secret_keys": words},
        {"secret_keys_file": str(file)},
        {"secret_keys_command": f"cat '{file}'"},
    ]
    for source in sources:
        settings = Settings.model_validate({"data_dir": tmp_path / "data", **source})
        keys = keys_of(settings)()

        assert (keys.first, len(keys.ids)) == (Keyring([B]).first, 2)
        assert words not in repr(settings)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ({"secret_keys": "c2hvcnQ="}, "32 bytes in base64"),
        ({"secret_keys": "not base64!"}, "openssl rand"),
        ({"secret_keys": " "}, "at least one key"),
        ({"secret_keys_file": "/nowhere/keys"}, "put the file back"),
        ({"secret_keys_command": "false"}, "exit code 1"),
        ({"secret_keys_command": "/nowhere/kms"}, "could not be run"),
    ],
)
def test_keys_that_cannot_be_are_told_and_not_repeated(source: dict[str, str], told: str) -> None:
    with pytest.raises(SealingError, match=told) as refused:
        keys_of(Settings.model_validate(source))

    assert "c2hvcnQ" not in str(refused.value)


def test_two_sources_are_one_too_many() -> None:
    with pytest.raises(ValueError, match="expected one of"):
        Settings.model_validate({"secret_keys": "x", "secret_keys_file": "/y"})


def test_a_platform_without_its_key_does_not_start(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", weights_dir=tmp_path)
    store = open_store(settings)
    add_secrets(store)
    store.dispose()
    settings.own_secret_keys_file.rename(tmp_path / "lost")

    with pytest.raises(SealingError, match="give it those keys again"):
        open_store(settings)


def test_the_keys_are_rotated_while_the_platform_runs(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", weights_dir=tmp_path)
    store = open_store(settings)
    camera_id = add_secrets(store)
    running = keys_of(settings)
    first = running().first
    data = ["--data-dir", str(settings.data_dir)]

    rotated = CliRunner().invoke(longan, ["secrets", "rotate", *data])
    sealing.hold(running)  # the platform, which has not been started again
    after = plain(store, camera_id)
    second = running().first
    forgotten = CliRunner().invoke(longan, ["secrets", "forget", *data])
    shown = CliRunner().invoke(longan, ["secrets", "status", *data])
    sealing.hold(running)

    assert (rotated.exit_code, forgotten.exit_code, shown.exit_code) == (0, 0, 0), rotated.output
    assert "6 secrets" in rotated.output
    assert after == plain(store, camera_id) == (URL, URL)
    assert second != first
    assert running().ids == {second}
    assert shown.output.split() == [second, "seals", "6", "secrets"]
    with store.read() as session:
        audited = session.execute(text("SELECT action FROM audit_record")).scalars().all()
    assert audited == ["secrets.rotated"]
    store.dispose()


def test_a_key_that_is_still_needed_is_not_forgotten(tmp_path: Path) -> None:
    file = tmp_path / "data" / "secret-keys"
    settings = Settings(data_dir=tmp_path / "data", weights_dir=tmp_path)
    store = open_store(settings)
    add_secrets(store)
    store.dispose()
    file.write_text(f"{b64encode(A).decode()}\n{file.read_text()}")

    refused = CliRunner().invoke(longan, ["secrets", "forget", "--data-dir", str(file.parent)])

    assert isinstance(refused.exception, SealingError)
    assert len(file.read_text().split()) == 2


def test_no_key_is_left_readable_by_others_on_rotation(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", weights_dir=tmp_path)
    open_store(settings).dispose()
    old = os.umask(0)
    try:
        CliRunner().invoke(longan, ["secrets", "rotate", "--data-dir", str(settings.data_dir)])
    finally:
        os.umask(old)

    assert stat.S_IMODE(settings.own_secret_keys_file.stat().st_mode) == 0o600
