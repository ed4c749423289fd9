from datetime import UTC, datetime

from serving.api.live_messages import Acknowledge, Pause, Subscribe, Tile
from serving.api.live_viewer import Viewer
from serving.api.wires import PreviewFrame, PreviewWant


def _frame(camera: str, seq: int, width_px: int = 320) -> PreviewFrame:
    return PreviewFrame(camera, seq, datetime(2026, 11, 24, tzinfo=UTC), width_px, b"jpeg", [])


def _viewer(*cameras: str, credit: int = 8, fps: float = 5, w: int = 320) -> Viewer:
    viewer = Viewer()
    tiles = [Tile(slot=n, camera=c, w=w, fps=fps) for n, c in enumerate(cameras)]
    viewer.hear(Subscribe(type="sub", rev=1, credit=credit, tiles=tiles), 0)
    return viewer


def test_every_tile_is_wanted_once_a_camera_and_width() -> None:
    viewer = _viewer("a", "b", "a", w=300)

    assert viewer.wants(0) == [PreviewWant("a", 320, -1), PreviewWant("b", 320, -1)]


def test_one_picture_serves_all_tiles_of_its_camera() -> None:
    viewer = _viewer("a", "b", "a")

    served = viewer.take([_frame("a", 1)], 0)

    assert [tile.slot for tile, _ in served] == [0, 2]


def test_a_tile_rests_until_its_next_picture_is_due() -> None:
    viewer = _viewer("a", fps=5)
    viewer.take([_frame("a", 1)], 10)

    assert viewer.wants(10.1) == []
    assert viewer.wants(10.2) == [PreviewWant("a", 320, 1)]


def test_with_little_credit_tiles_take_turns() -> None:
    viewer = _viewer("a", "b", "c", credit=1, fps=60)
    order: list[str] = []

    for n in range(6):
        frames = [_frame(c, n) for c in "abc"]
        order += [tile.camera_id for tile, _ in viewer.take(frames, n)]
        viewer.hear(Acknowledge(type="ack", n=1), n)

    assert order == ["a", "b", "c", "a", "b", "c"]


def test_without_credit_nothing_is_wanted_or_taken() -> None:
    viewer = _viewer("a", credit=1)
    viewer.take([_frame("a", 1)], 0)

    assert viewer.wants(9) == []
    assert viewer.take([_frame("a", 2)], 9) == []


def test_more_answers_than_pictures_give_no_more_credit() -> None:
    viewer = _viewer("a", credit=1)
    viewer.take([_frame("a", 1)], 0)

    viewer.hear(Acknowledge(type="ack", n=1000), 1)

    assert viewer.credit == 1


def test_a_paused_browser_gets_nothing_until_it_subscribes_again() -> None:
    viewer = _viewer("a")

    viewer.hear(Pause(type="pause"), 0)
    paused = viewer.wants(1)
    viewer.hear(Subscribe(type="sub", rev=2, credit=4, tiles=[Tile(slot=0, camera="a")]), 2)

    assert paused == []
    assert viewer.wants(3) == [PreviewWant("a", 320, -1)]


def test_a_browser_that_owes_an_answer_for_ten_seconds_is_gone() -> None:
    viewer = _viewer("a")
    idle = viewer.is_gone(60)

    viewer.take([_frame("a", 1)], 60)

    assert not idle
    assert not viewer.is_gone(69)
    assert viewer.is_gone(71)
