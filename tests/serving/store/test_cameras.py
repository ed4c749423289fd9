import pytest

from serving.store import Store, cameras, deployments, messages
from serving.store.errors import NotFoundError, StaleError
from serving.store.models import Camera, Deployment


def _add(store: Store, **fields: object) -> str:
    with store.write() as session:
        camera = Camera(**{"name": "gate", "url": "rtsp://10.0.0.7/1", "kind": "stream"} | fields)
        return cameras.create(session, camera).id


def test_only_enabled_cameras_are_desired(store: Store) -> None:
    on = _add(store)
    _add(store, enabled=False)

    with store.read() as session:
        assert [camera.id for camera in cameras.desired(session)] == [on]


def test_a_new_camera_is_registered(store: Store) -> None:
    camera_id = _add(store)

    with store.read() as session:
        status = cameras.status(session, camera_id)

    assert status is not None
    assert status.state == "registered"


def test_a_change_of_state_is_told_once_and_a_heartbeat_is_not(store: Store) -> None:
    camera_id = _add(store)

    for _ in range(2):
        with store.write() as session:
            cameras.observe(session, camera_id, state="offline", reason="timeout", retries=3)

    with store.read() as session:
        told = messages.after(session, 0)
        status = cameras.status(session, camera_id)
    assert [message.type for message in told] == ["longan.camera.state_changed"]
    assert (told[0].subject, told[0].data["reason"]) == (camera_id, "timeout")
    assert status is not None
    assert status.since < status.heartbeat_at


def test_what_is_not_observed_stays_as_it_was(store: Store) -> None:
    camera_id = _add(store)
    with store.write() as session:
        cameras.observe(session, camera_id, width_px=1280, checkpoint={"position_s": 4.0})

    with store.write() as session:
        cameras.observe(session, camera_id, state="online")

    with store.read() as session:
        status = cameras.status(session, camera_id)
    assert status is not None
    assert (status.width_px, status.checkpoint) == (1280, {"position_s": 4.0})


def test_observing_a_deleted_camera_does_nothing(store: Store) -> None:
    with store.write() as session:
        cameras.observe(session, "01JGONE", state="online")

    with store.read() as session:
        assert cameras.status(session, "01JGONE") is None
        assert messages.after(session, 0) == []


def test_a_change_made_from_an_old_revision_is_refused(store: Store) -> None:
    camera_id = _add(store)
    with store.write() as session:
        cameras.update(session, camera_id, 1, name="first")

    with store.write() as session, pytest.raises(StaleError, match="revision 2, not 1"):
        cameras.update(session, camera_id, 1, name="second")


def test_deleting_a_camera_takes_it_out_of_its_deployments(store: Store) -> None:
    gone, stays = _add(store), _add(store)
    with store.write() as session:
        deployment = deployments.create(
            session, Deployment(scenario="rider-helmet", camera_ids=[gone, stays])
        )

    with store.write() as session:
        cameras.delete(session, gone)

    with store.read() as session:
        left = deployments.get(session, deployment.id)
        assert (left.camera_ids, left.revision) == ([stays], 2)
        with pytest.raises(NotFoundError):
            cameras.get(session, gone)
