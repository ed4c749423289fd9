from collections.abc import Mapping, Sequence
from datetime import datetime

import pytest

from serving.inference.preview import PreviewFrame, PreviewWant
from serving.settings import Settings
from serving.store import Store, cameras, nodes, placements
from serving.store.models import Camera
from serving.streams import supervisor as module
from serving.streams.fleet import NodeSeen, PipelineReport
from serving.streams.plan import CameraPlan
from serving.streams.supervisor import Supervisor


class FakeFleet:
    """Nodes that do what the test says; every plan that was handed over is kept."""

    def __init__(self, *node_ids: str) -> None:
        self.alive = {n: NodeSeen(n, n, {}, 4, 0.0) for n in node_ids}
        self.plans: dict[str, list[CameraPlan]] = {}
        self.ready: set[str] = set()
        self.lost: set[str] = set()
        self.silent: set[str] = set()
        self.dead: set[str] = set()
        self.version = module.VERSION
        self.order: list[str] = []
        self._count = 0

    def nodes(self) -> list[NodeSeen]:
        return list(self.alive.values())

    def found(self) -> dict[str, str]:
        return {pipeline.split("/")[0]: pipeline for pipeline in self.plans}

    def start(self, node_id: str) -> str:
        self._count += 1
        name = f"{node_id}/{self._count}"
        self.plans[name] = []
        return name

    def apply(
        self, plans: Mapping[str, list[CameraPlan]], timeout_s: float
    ) -> dict[str, PipelineReport | None]:
        answers: dict[str, PipelineReport | None] = {}
        for name, mine in plans.items():
            if name in self.silent:
                continue
            self.plans[name] = mine
            self.order.append(name)
            answers[name] = (
                None
                if name in self.lost
                else PipelineReport(1, self.version, frozenset(self.ready))
            )
        return answers

    def ended(self, pipeline: str) -> bool:
        return pipeline in self.dead

    def stop(self, pipelines: Sequence[str], timeout_s: float) -> None:
        for pipeline in pipelines:
            self.plans.pop(pipeline, None)

    def newest(
        self, wants: Mapping[str, list[PreviewWant]], timeout_s: float
    ) -> list[PreviewFrame]:
        self.asked = set(wants)
        return []

    def analysing(self) -> dict[str, str]:
        """Camera → pipeline; fails where two analyse the same."""
        found: dict[str, str] = {}
        for name, mine in self.plans.items():
            if name.split("/")[0] in self.alive:
                for plan in mine:
                    if not plan.standby:
                        assert plan.camera_id not in found, "analysed twice"
                        found[plan.camera_id] = name
        return found

    def waiting(self) -> dict[str, str]:
        """Camera → pipeline that has it on standby."""
        return {p.camera_id: name for name, mine in self.plans.items() for p in mine if p.standby}


def add_cameras(store: Store, count: int) -> list[str]:
    with store.write() as session:
        rows = [Camera(name=f"c{i}", url="rtsp://10.0.0.7/1", kind="stream") for i in range(count)]
        return [cameras.create(session, row).id for row in rows]


def generations(store: Store) -> dict[str, int]:
    with store.read() as session:
        return {camera: row.generation for camera, row in placements.known(session).items()}


def make(store: Store, fleet: FakeFleet) -> Supervisor:
    supervisor = Supervisor(store, Settings(), fleet)
    supervisor.round()
    return supervisor


def test_every_camera_runs_on_one_node_and_nodes_are_noted(store: Store) -> None:
    added = add_cameras(store, 10)
    fleet = FakeFleet("a", "b")

    make(store, fleet)

    assert set(fleet.analysing()) == set(added)
    assert {len(mine) for mine in fleet.plans.values()} == {5}
    assert set(generations(store).values()) == {1}
    with store.read() as session:
        assert [(n.id, n.state) for n in nodes.known(session)] == [("a", "alive"), ("b", "alive")]


def test_a_new_supervisor_moves_nothing(store: Store) -> None:
    add_cameras(store, 10)
    fleet = FakeFleet("a", "b")
    make(store, fleet)
    before = fleet.analysing()

    make(store, fleet)

    assert fleet.analysing() == before
    assert set(generations(store).values()) == {1}


def test_the_cameras_of_a_lost_node_run_elsewhere_at_once_and_the_others_stay(
    store: Store,
) -> None:
    added = add_cameras(store, 10)
    fleet = FakeFleet("a", "b", "c")
    supervisor = make(store, fleet)
    before = fleet.analysing()

    del fleet.alive["a"]
    supervisor.round()

    after = fleet.analysing()
    lost = {camera for camera, pipeline in before.items() if pipeline.startswith("a/")}
    assert set(after) == set(added)
    assert all(after[camera] == before[camera] for camera in set(added) - lost)
    assert {c for c, generation in generations(store).items() if generation == 2} == lost
    with store.read() as session:
        assert nodes.get(session, "a").state == "gone"


def test_a_drained_node_goes_on_until_the_new_ones_bring_pictures(store: Store) -> None:
    added = add_cameras(store, 4)
    fleet = FakeFleet("a", "b")
    supervisor = make(store, fleet)
    before = fleet.analysing()
    moving = {camera for camera, pipeline in before.items() if pipeline.startswith("a/")}

    with store.write() as session:
        nodes.set_drained(session, "a", True)
    supervisor.round()
    assert fleet.analysing() == before
    assert set(fleet.waiting()) == moving

    fleet.ready |= moving
    supervisor.round()  # hears that they are ready
    fleet.order.clear()
    supervisor.round()
    assert set(fleet.analysing()) == set(added)
    assert {pipeline[0] for pipeline in fleet.analysing().values()} == {"b"}
    assert not fleet.waiting()
    assert [name[0] for name in fleet.order] == ["a", "b"], "who loses a camera hears of it first"


def test_a_camera_that_cannot_be_reached_moves_after_a_while(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_cameras(store, 4)
    fleet = FakeFleet("a", "b")
    supervisor = make(store, fleet)

    monkeypatch.setattr(module, "HANDOVER_S", -1.0)
    with store.write() as session:
        nodes.set_drained(session, "a", True)
    supervisor.round()

    assert {pipeline[0] for pipeline in fleet.analysing().values()} == {"b"}


@pytest.mark.parametrize("why", ["asked", "upgraded"])
def test_a_pipeline_is_replaced_without_a_camera_going_dark(store: Store, why: str) -> None:
    added = add_cameras(store, 3)
    fleet = FakeFleet("a")
    if why == "upgraded":
        fleet.version = "0.0.1"
    supervisor = make(store, fleet)
    old = fleet.analysing()[added[0]]

    if why == "asked":
        with store.write() as session:
            nodes.want_restart(session, "a")
    supervisor.round()
    assert set(fleet.analysing().values()) == {old}
    assert set(fleet.waiting()) == set(added)

    fleet.ready |= set(added)
    fleet.version = module.VERSION
    for _ in range(3):
        supervisor.round()
        assert set(fleet.analysing()) == set(added)

    (fresh,) = set(fleet.analysing().values())
    assert fresh != old
    assert set(generations(store).values()) == {2}
    with store.read() as session:
        wanted: datetime | None = nodes.get(session, "a").restart_wanted_at
    assert wanted is None


def test_a_silent_node_does_not_hold_up_the_others(store: Store) -> None:
    fleet = FakeFleet("a", "b")
    supervisor = make(store, fleet)
    fleet.silent = {name for name in fleet.plans if name.startswith("a/")}

    added = add_cameras(store, 4)
    supervisor.round()

    assert 0 < len(fleet.analysing()) < len(added)


def test_a_lost_process_is_said_and_an_ended_one_replaced(store: Store) -> None:
    (camera,) = add_cameras(store, 1)
    fleet = FakeFleet("a")
    supervisor = make(store, fleet)
    old = fleet.analysing()[camera]

    fleet.lost = {old}
    supervisor.round()
    with store.read() as session:
        status = cameras.status(session, camera)
    assert status is not None
    assert (status.state, status.reason) == ("offline", "restarting")

    fleet.dead = {old}
    del fleet.plans[old]
    supervisor.round()
    assert fleet.analysing()[camera] != old


def test_a_camera_that_no_node_fits_says_so_until_one_comes(store: Store) -> None:
    (camera,) = add_cameras(store, 1)
    with store.write() as session:
        cameras.update(session, camera, None, needs=["gpu"])
    fleet = FakeFleet("a")
    supervisor = make(store, fleet)
    with store.read() as session:
        status = cameras.status(session, camera)
    assert status is not None
    assert (status.state, status.reason) == ("offline", "no_node")

    fleet.alive["g"] = NodeSeen("g", "g", {}, 4, 1.0)
    supervisor.round()

    assert fleet.analysing()[camera].startswith("g/")


def test_previews_are_asked_where_the_camera_runs(store: Store) -> None:
    first, *_ = add_cameras(store, 4)
    fleet = FakeFleet("a", "b")
    supervisor = make(store, fleet)

    supervisor.newest([PreviewWant(first, 320, 0)], 0.0)

    assert fleet.asked == {fleet.analysing()[first]}
