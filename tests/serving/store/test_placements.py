from datetime import timedelta

from serving.store import Store, cameras, placements
from serving.store.models import Camera, now


def make_camera(store: Store) -> str:
    with store.write() as session:
        row = Camera(name="gate", url="rtsp://10.0.0.7/1", kind="stream")
        return cameras.create(session, row).id


def test_the_generation_rises_with_every_move(store: Store) -> None:
    with store.write() as session:
        generations = [placements.move(session, "camera", n).generation for n in ("a", "b", "b")]

    with store.read() as session:
        assert generations == [1, 2, 3]
        assert placements.node_of(session) == {"camera": "b"}


def test_an_older_generation_is_stale_from_the_move_on(store: Store) -> None:
    with store.write() as session:
        placements.move(session, "camera", "a")
        since = placements.move(session, "camera", "b").since

    with store.read() as session:
        stale = placements.is_stale
        assert stale(session, "camera", 1)
        assert stale(session, "camera", 1, since + timedelta(seconds=1))
        assert not stale(session, "camera", 1, since)
        assert not stale(session, "camera", 2)
        assert not stale(session, "camera", None)
        assert not stale(session, "elsewhere", 1)


def test_the_heartbeat_of_an_older_generation_is_ignored(store: Store) -> None:
    camera = make_camera(store)
    with store.write() as session:
        placements.move(session, camera, "a")
        placements.move(session, camera, "b")

    with store.write() as session:
        assert cameras.observe(session, camera, generation=2, state="online")
        assert not cameras.observe(session, camera, generation=1, state="disabled")

    with store.read() as session:
        status = cameras.status(session, camera)
    assert status is not None
    assert status.state == "online"


def test_only_the_placements_of_deleted_cameras_are_forgotten(store: Store) -> None:
    kept, deleted = make_camera(store), make_camera(store)
    with store.write() as session:
        cameras.update(session, kept, None, enabled=False)
        for camera in (kept, deleted):
            placements.move(session, camera, "a")
        cameras.delete(session, deleted)

        placements.forget_deleted(session)

        assert list(placements.known(session)) == [kept]
        assert placements.known(session)[kept].since <= now()
