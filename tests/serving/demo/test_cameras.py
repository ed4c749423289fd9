from pathlib import Path

from serving.demo.cameras import clip_cameras, register
from serving.store import Store, cameras, deployments


def test_the_clip_of_the_demo_is_there_and_watched_for_helmets() -> None:
    first, *_ = clip_cameras([])

    assert Path(first.url).is_file()
    assert first.scenarios == ("rider-helmet",)


def test_a_second_start_adds_nothing(store: Store) -> None:
    register(store, clip_cameras([]))
    register(store, clip_cameras([]))

    with store.read() as session:
        assert len(cameras.desired(session)) == 2
        assert len(deployments.active(session)) == 2


def test_ones_own_clip_takes_the_place_of_the_demos(tmp_path: Path) -> None:
    (camera,) = clip_cameras([tmp_path / "mine.mp4"])

    assert (camera.name, camera.kind) == ("mine", "file")
