import threading
from collections.abc import Iterator

import pytest

from serving.streams.lanes import Lanes
from tests.serving.streams.waiting import until


class Fake:
    """Has work until it was served `frames` times."""

    def __init__(self, name: str, frames: int, served: list[str], fps: float = 5.0) -> None:
        self.name = name
        self.frames = frames
        self.served = served
        self.served_s = 0.0
        self.step_s = 1 / fps
        self.inside = 0
        self.most_inside = 0
        self.hold = threading.Event()
        self.hold.set()

    @property
    def has_work(self) -> bool:
        return self.frames > 0

    def work(self) -> None:
        self.inside += 1
        self.most_inside = max(self.most_inside, self.inside)
        self.hold.wait(5)
        self.frames -= 1
        self.served.append(self.name)
        self.inside -= 1


@pytest.fixture
def stopping() -> Iterator[list[Lanes]]:
    made: list[Lanes] = []
    yield made
    for lanes in made:
        lanes.stop()


def test_cameras_take_turns(stopping: list[Lanes]) -> None:
    served: list[str] = []
    cameras = [Fake(name, 20, served) for name in "abc"]
    lanes = Lanes(1, lambda: cameras)
    stopping.append(lanes)

    lanes.start()
    until(lambda: len(served) == 60)

    assert all(sorted(served[i : i + 3]) == ["a", "b", "c"] for i in range(0, 60, 3))


def test_a_camera_is_in_one_lane_at_a_time(stopping: list[Lanes]) -> None:
    served: list[str] = []
    slow, quick = Fake("slow", 3, served), Fake("quick", 5, served)
    slow.hold.clear()
    lanes = Lanes(2, lambda: [slow, quick])
    stopping.append(lanes)

    lanes.start()
    until(lambda: served.count("quick") == 5)  # the slow one holds up nobody
    slow.hold.set()
    until(lambda: served.count("slow") == 3)

    assert slow.most_inside == 1


def test_a_frame_that_fails_costs_only_itself(stopping: list[Lanes]) -> None:
    served: list[str] = []

    class Broken(Fake):
        def work(self) -> None:
            self.frames -= 1
            raise RuntimeError("broken")

    broken, well = Broken("broken", 2, served), Fake("well", 3, served)
    lanes = Lanes(1, lambda: [broken, well])
    stopping.append(lanes)

    lanes.start()
    until(lambda: served == ["well"] * 3 and broken.frames == 0)
