from serving.streams.placement import place

CAMERAS = [f"camera-{i}" for i in range(300)]


def test_every_camera_has_exactly_one_node() -> None:
    placed = place(CAMERAS, ["a", "b", "c"])

    assert sorted(c for mine in placed.values() for c in mine) == sorted(CAMERAS)
    assert min(len(mine) for mine in placed.values()) > 60


def test_only_the_cameras_of_a_lost_node_move() -> None:
    before = place(CAMERAS, ["a", "b", "c"])
    after = place(CAMERAS, ["a", "b"])

    assert set(before["a"]) <= set(after["a"])
    assert set(before["b"]) <= set(after["b"])
