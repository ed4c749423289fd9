"""The real supervisor with 1,000 cameras on 50 nodes that only acknowledge their plans.

    python -m benchmarks.scale

Stands in for Ray, because 50 raylets do not fit beside other work on a small machine: `Fleet` is
the seam. Placement, the store, plans and their pickling are real. Prints JSON.
"""

import json
import os
import pickle
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from scenarios.scenario import load_catalog
from serving.app import open_store
from serving.inference.preview import PreviewFrame, PreviewWant
from serving.settings import Settings
from serving.store import Store, cameras, placements
from serving.store.models import Camera, Deployment
from serving.streams.fleet import NodeSeen, PipelineReport
from serving.streams.plan import CameraPlan
from serving.streams.supervisor import ROUND_S, VERSION, Supervisor

CAMERAS, NODES, LOST = 1000, 50, 5
SCENARIO = "rider-helmet"


class StandInFleet:
    """Nodes whose pipelines take plans, as bytes as over Ray, and analyse nothing."""

    def __init__(self, count: int) -> None:
        self.alive = [NodeSeen(f"node-{i:02}", f"node-{i:02}", {}, 8, 0.0) for i in range(count)]
        self.running: dict[str, dict[str, int]] = {}

    def nodes(self) -> list[NodeSeen]:
        return list(self.alive)

    def found(self) -> dict[str, str]:
        return {}

    def start(self, node_id: str) -> str:
        return node_id

    def apply(
        self, plans: Mapping[str, list[CameraPlan]], timeout_s: float
    ) -> dict[str, PipelineReport | None]:
        answers: dict[str, PipelineReport | None] = {}
        for name, mine in plans.items():
            taken: list[CameraPlan] = pickle.loads(pickle.dumps(mine))
            self.running[name] = {p.camera_id: p.generation for p in taken if not p.standby}
            ready = frozenset(plan.camera_id for plan in taken)
            answers[name] = PipelineReport(1, VERSION, ready)
        return answers

    def ended(self, pipeline: str) -> bool:
        return False

    def stop(self, pipelines: Sequence[str], timeout_s: float) -> None: ...

    def newest(
        self, wants: Mapping[str, list[PreviewWant]], timeout_s: float
    ) -> list[PreviewFrame]:
        return []

    def covered(self) -> Counter[str]:
        alive = {node.node_id for node in self.alive}
        return Counter(c for node, mine in self.running.items() if node in alive for c in mine)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        store = open_store(settings)
        _register(store)
        fleet = StandInFleet(NODES)
        supervisor = Supervisor(store, settings, fleet)

        place_s = _until_all_run(supervisor, fleet)
        calm_cpu_s = _cpu_of_rounds(supervisor, 10)
        with store.read() as session:
            before = placements.node_of(session)
        lost = {node.node_id for node in fleet.alive[:LOST]}
        fleet.alive = fleet.alive[LOST:]
        recover_s = _until_all_run(supervisor, fleet)
        with store.read() as session:
            after = placements.node_of(session)
        store.dispose()
    load = Counter(after.values())
    print(
        json.dumps(
            {
                "command": "python -m benchmarks.scale",
                "cpus": os.cpu_count(),
                "cameras": CAMERAS,
                "nodes": NODES,
                "stand_in": "Ray (serving.streams.fleet.Fleet), readers and engine",
                "place_s": round(place_s, 2),
                "recover_from_losing_5_nodes_s": round(recover_s, 2),
                "cameras_on_lost_nodes": sum(node in lost for node in before.values()),
                "cameras_moved": sum(after[c] != before[c] for c in after),
                "fewest_and_most_cameras_on_a_node": [min(load.values()), max(load.values())],
                "supervisor_cpu_s_per_round": round(calm_cpu_s, 3),
                "supervisor_share_of_a_core": round(calm_cpu_s / max(ROUND_S, calm_cpu_s), 3),
            }
        )
    )


def _register(store: Store) -> None:
    assert SCENARIO in load_catalog()
    with store.write() as session:
        ids = [
            cameras.create(
                session, Camera(name=f"camera {i}", url=f"rtsp://10.0.0.1/{i}", kind="stream")
            ).id
            for i in range(CAMERAS)
        ]
        for start in range(0, CAMERAS, 100):
            session.add(Deployment(scenario=SCENARIO, camera_ids=ids[start : start + 100]))


def _until_all_run(supervisor: Supervisor, fleet: StandInFleet) -> float:
    """Seconds of rounds, their pauses included, until each camera runs on one living node."""
    started = time.monotonic()
    while True:
        supervisor.round()
        covered = fleet.covered()
        if len(covered) == CAMERAS and set(covered.values()) == {1}:
            return time.monotonic() - started + ROUND_S  # the loss may fall just after a look
        time.sleep(ROUND_S)


def _cpu_of_rounds(supervisor: Supervisor, count: int) -> float:
    started = time.process_time()
    for _ in range(count):
        supervisor.round()
    return (time.process_time() - started) / count


if __name__ == "__main__":
    main()
