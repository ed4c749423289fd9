"""Several nodes on this machine, by Ray's own cluster utilities: one of them is lost."""

import importlib
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from serving.store import Store, nodes, placements
from serving.streams.cluster import NODE_CHECKS
from tests.clips import blinking
from tests.integration.test_main_job import ended, played_to_the_end, seconds, started_at, submit
from tests.models import manifest, sees_light
from tests.platform import Platform, running_platform, until

pytestmark = [pytest.mark.cluster, pytest.mark.slow]

BACK_WITHIN_S = 15.0


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A head that runs no cameras and two nodes that do, with `NODE_CHECKS`."""
    token = tmp_path / "ray-token"
    token.write_text("a" * 64)
    environment = {
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN_PATH": str(token),
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
        "RAY_worker_niceness": "0",
        **NODE_CHECKS,
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    cluster_utils: Any = importlib.import_module("ray.cluster_utils")  # reads the environment
    head = {"num_cpus": 0, "include_dashboard": False}
    cluster = cluster_utils.Cluster(initialize_head=True, head_node_args=head)
    try:
        for _ in range(2):
            cluster.add_node(num_cpus=2, object_store_memory=100 * 2**20)
        yield cluster
    finally:
        cluster.shutdown()


@pytest.fixture
def platform(cluster: Any, tmp_path: Path) -> Iterator[Platform]:
    environment = {"LONGAN_RAY_ADDRESS": cluster.address, "LONGAN_STOP_PIPELINES": "true"}
    with running_platform(tmp_path / "data", **environment) as platform:
        yield platform


@pytest.fixture
def platform_store(platform: Platform) -> Iterator[Store]:
    store = Store(f"sqlite:///{platform.data_dir / 'longan.db'}")
    yield store
    store.dispose()


def placed(store: Store) -> dict[str, str]:
    with store.read() as session:
        return placements.node_of(session)


def frame_at(platform: Platform, camera: str) -> datetime | None:
    status = platform.status(camera)
    at = status["last_frame_at"] if (status["analysed_fps"] or 0) > 0 else None
    return datetime.fromisoformat(at) if at else None


def test_a_lost_nodes_cameras_are_analysed_elsewhere_and_no_event_is_lost_or_doubled(
    cluster: Any, platform: Platform, platform_store: Store, tmp_path: Path
) -> None:
    lights = [(2.0, 5.0), (10.0, 16.0), (21.0, 24.0)]
    clip = blinking(tmp_path / "lights.mp4", lights, 28)
    submit(platform, sees_light(tmp_path / "light.onnx"), manifest("person", name="light-seer"))
    added = [platform.add_camera(f"camera {i}", str(clip)) for i in range(4)]
    for camera in added:
        platform.deploy("danger-zone", camera, algorithm="light-seer")
    until(lambda: all(len(platform.events(c)) == 2 for c in added), 90, "two events are open each")
    before = placed(platform_store)
    assert len(set(before.values())) == 2

    victim = next(n for n in cluster.list_all_nodes() if n.node_id in before.values())
    lost = [camera for camera, node in before.items() if node == victim.node_id]
    cluster.remove_node(victim, allow_graceful=False)
    killed_at = time.time()

    until(
        lambda: all(
            (at := frame_at(platform, camera)) is not None
            and at.timestamp() > killed_at
            and placed(platform_store)[camera] != victim.node_id
            for camera in lost
        ),
        60,
        "the lost cameras are analysed again",
    )
    back_s = time.time() - killed_at
    print(f"analysed again after {back_s:.1f} s")  # noqa: T201  for the record
    assert back_s < BACK_WITHIN_S

    after = placed(platform_store)
    assert all(after[camera] == before[camera] for camera in set(added) - set(lost))
    with platform_store.read() as session:
        assert nodes.get(session, victim.node_id).state == "gone"
    for camera in added:
        until(lambda camera=camera: played_to_the_end(platform, camera), 90, "the clip is over")
        until(lambda camera=camera: ended(platform, camera), 20, "all events have ended")
        start = started_at(platform, camera)
        found = platform.events(camera)
        assert [seconds(e["first_seen_at"], start) for e in found] == pytest.approx(
            [begin for begin, _ in lights], abs=0.5
        )
        assert [seconds(e["last_seen_at"], start) for e in found] == pytest.approx(
            [end for _, end in lights], abs=0.5
        )


def test_a_drained_node_and_a_restart_leave_no_camera_dark(
    platform: Platform, platform_store: Store, tmp_path: Path
) -> None:
    clip = blinking(tmp_path / "lights.mp4", [(0.0, 1.0)], 20)
    added = [platform.add_camera(f"camera {i}", str(clip), loop=True) for i in range(2)]
    until(lambda: all(frame_at(platform, c) for c in added), 60, "all are analysed")
    before = placed(platform_store)
    node = before[added[0]]
    gap_s = 0.0

    def watched(done: bool) -> bool:
        nonlocal gap_s
        for camera in added:
            if (at := frame_at(platform, camera)) is not None:
                gap_s = max(gap_s, time.time() - at.timestamp())
        return done

    with platform_store.write() as session:
        nodes.set_drained(session, node, True)
    until(
        lambda: watched(node not in placed(platform_store).values()),
        30,
        "the drained node is empty",
    )
    other = placed(platform_store)[added[0]]
    with platform_store.write() as session:
        nodes.want_restart(session, other)

    def restarted() -> bool:
        with platform_store.read() as session:
            return nodes.get(session, other).restart_wanted_at is None

    until(lambda: watched(restarted()), 40, "the other node has a fresh process")
    calm_at = time.monotonic() + 4
    until(lambda: watched(time.monotonic() > calm_at), 10, "it goes on")
    print(f"longest time without a picture: {gap_s:.1f} s")  # noqa: T201  for the record
    assert gap_s < 5.0
