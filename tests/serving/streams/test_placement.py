from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.streams.placement import IMBALANCE, Demand, NodeOffer, place

CAMERAS = {f"camera-{i:03}": Demand(0.1) for i in range(300)}
ABC = [NodeOffer(name, 10.0) for name in "abc"]

LABELS = st.frozensets(st.sampled_from(["gpu", "site=east", "site=west"]))
DEMANDS = st.dictionaries(
    st.integers(0, 40).map("c{:02}".format),
    st.builds(Demand, st.floats(0, 2), LABELS),
    max_size=30,
)
NODES = st.lists(
    st.builds(
        NodeOffer,
        st.sampled_from("abcdef"),
        st.floats(0.5, 8),
        LABELS,
        st.booleans(),
    ),
    unique_by=lambda node: node.node_id,
    max_size=6,
)
CURRENT = st.dictionaries(st.integers(0, 40).map("c{:02}".format), st.sampled_from("abcdefgh"))


def loads(demands: dict[str, Demand], placed: dict[str, str]) -> Counter[str]:
    total = Counter[str]()
    for camera, node in placed.items():
        total[node] += demands[camera].cores  # pyright: ignore[reportArgumentType]  a sum
    return total


@given(DEMANDS, NODES, CURRENT, st.integers(0, 3))
def test_a_camera_runs_exactly_where_something_fits_it(
    demands: dict[str, Demand], nodes: list[NodeOffer], current: dict[str, str], moves: int
) -> None:
    placed = place(demands, nodes, current, moves)

    by_id = {node.node_id: node for node in nodes if not node.drained}
    for camera, demand in demands.items():
        if camera in placed:
            assert demand.needs <= by_id[placed[camera]].has
        else:
            assert not any(demand.needs <= node.has for node in by_id.values())


@given(DEMANDS, NODES, CURRENT)
def test_nothing_moves_that_can_stay(
    demands: dict[str, Demand], nodes: list[NodeOffer], current: dict[str, str]
) -> None:
    placed = place(demands, nodes, current)

    by_id = {node.node_id: node for node in nodes if not node.drained}
    for camera, node in current.items():
        if camera in demands and node in by_id and demands[camera].needs <= by_id[node].has:
            assert placed[camera] == node
    assert place(demands, nodes, placed) == placed


@given(DEMANDS, NODES, CURRENT)
def test_levelling_out_comes_to_an_end(
    demands: dict[str, Demand], nodes: list[NodeOffer], current: dict[str, str]
) -> None:
    placed = place(demands, nodes, current)
    for _ in range(200):
        before, placed = placed, place(demands, nodes, placed, moves=1)
        assert sum(before[camera] != placed[camera] for camera in placed) <= 1
        if before == placed:
            return
    pytest.fail("cameras still move after 200 rounds")


def test_cameras_spread_by_what_the_nodes_can_do() -> None:
    nodes = [NodeOffer("small", 2.0), NodeOffer("large", 8.0)]

    count = Counter(place({f"c{i}": Demand(0.1) for i in range(50)}, nodes, {}).values())

    assert count == {"small": 10, "large": 40}


def test_cameras_that_cost_nothing_spread_too() -> None:
    count = Counter(place(dict.fromkeys("uvwxyz", Demand(0.0)), ABC, {}).values())

    assert set(count.values()) == {2}


def test_only_the_cameras_of_a_lost_node_move() -> None:
    before = place(CAMERAS, ABC, {})
    after = place(CAMERAS, ABC[:2], before)

    assert all(after[camera] == node for camera, node in before.items() if node != "c")
    assert sorted(Counter(after.values()).values()) == [150, 150]


def test_a_new_node_fills_a_few_cameras_at_a_time() -> None:
    placed = place(CAMERAS, ABC[:2], {})
    rounds = 0
    while (after := place(CAMERAS, ABC, placed, moves=2)) != placed:
        assert sum(after[camera] != placed[camera] for camera in placed) <= 2
        placed, rounds = after, rounds + 1

    levels = [load / 10 for load in loads(CAMERAS, placed).values()]
    assert rounds > 10
    assert max(levels) - min(levels) <= IMBALANCE + 0.01


def test_a_small_imbalance_moves_nothing() -> None:
    placed = place(CAMERAS, ABC, {})
    del placed["camera-000"]
    demands = {camera: CAMERAS[camera] for camera in placed}

    assert place(demands, ABC, placed, moves=5) == placed


def test_more_than_the_nodes_can_carry_is_spread_evenly() -> None:
    demands = {camera: Demand(1.0) for camera in CAMERAS}

    count = Counter(place(demands, ABC, {}).values())

    assert set(count.values()) == {100}


def test_a_drained_node_gives_up_its_cameras_and_takes_none() -> None:
    before = place(CAMERAS, ABC, {})
    drained = [ABC[0], ABC[1], NodeOffer("c", 10.0, drained=True)]

    after = place(CAMERAS, drained, before)

    assert set(after) == set(CAMERAS)
    assert "c" not in after.values()


def test_a_camera_goes_where_its_labels_are_even_if_others_are_emptier() -> None:
    nodes = [NodeOffer("plain", 100.0), NodeOffer("east", 1.0, frozenset({"gpu", "site=east"}))]
    demands = {
        "gpu": Demand(2.0, frozenset({"gpu"})),
        "any": Demand(0.1),
        "west": Demand(0.1, frozenset({"site=west"})),
    }

    assert place(demands, nodes, {}) == {"gpu": "east", "any": "plain"}
