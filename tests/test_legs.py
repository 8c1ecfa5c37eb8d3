"""Legs of a block: one-way roads by hand, and plain networkx as the oracle on random blocks."""

from __future__ import annotations

import pickle

import networkx as nx
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from routes.network import BlockLegs, arcs_of, block_legs, core_of, join_legs, leg_edges, legs_from
from routes.network.blocks import Block
from routes.planning.alternatives import road_search, road_ways


def block_of(
    nodes: int, edges: list[tuple[int, int, float, bool]], terminals: list[int], factor: float = 2.0
) -> Block:
    """A block on a line; edges are (u, v, km, whether one-way), a kilometre costs `factor`."""
    u, v, km, oneway = (np.array(column) for column in zip(*edges, strict=True))
    return Block(
        country="AAA",
        lon=np.arange(nodes) / 10,
        lat=np.zeros(nodes),
        u=u,
        v=v,
        length_km=km.astype(float),
        cost=factor * km,
        synthetic=np.zeros(len(u), bool),
        terminals=tuple(f"t{node}" for node in terminals),
        terminal_node=np.array(terminals, int),
        oneway=oneway,
    )


@st.composite
def blocks(draw: st.DrawFn) -> Block:
    """Up to 14 nodes: trees, chains, parallel edges, loops, one-way roads, pieces apart, costs that tie."""
    nodes = draw(st.integers(1, 14))
    node = st.integers(0, nodes - 1)
    oneway = st.booleans() if draw(st.booleans()) else st.just(value=False)
    edge = st.tuples(node, node, st.integers(0, 6), oneway)
    links = draw(st.integers(0, nodes - 1))
    chain = [(i, i + 1, draw(st.integers(1, 6)), draw(oneway)) for i in range(links)]
    edges = chain + draw(st.lists(edge, min_size=0 if chain else 1, max_size=18))
    terminals = draw(st.lists(node, min_size=1, max_size=5, unique=True))
    return block_of(nodes, edges, terminals)


def plain(block: Block) -> nx.DiGraph:
    graph = nx.DiGraph()
    graph.add_nodes_from(range(len(block.lon)))
    rows = zip(block.u.tolist(), block.v.tolist(), block.cost.tolist(), block.oneway.tolist(), strict=True)
    for u, v, cost, oneway in rows:
        for a, b in ((u, v),) if oneway else ((u, v), (v, u)):
            if not graph.has_edge(a, b) or cost < graph.edges[a, b]["weight"]:
                graph.add_edge(a, b, weight=cost)
    return graph


def walk(block: Block, nodes: np.ndarray, edges: np.ndarray) -> None:
    """Every edge joins the nodes beside it, in a direction in which it may be travelled."""
    assert len(nodes) == len(edges) + 1
    for a, b, edge in zip(nodes[:-1], nodes[1:], edges, strict=True):
        forth = (block.u[edge], block.v[edge]) == (a, b)
        back = (block.v[edge], block.u[edge]) == (a, b)
        assert forth or (back and not block.oneway[edge])


def check(part: BlockLegs) -> None:
    block = part.block
    graph = plain(block)
    for i, start in enumerate(block.terminal_node.tolist()):
        expected = nx.single_source_dijkstra_path_length(graph, start)
        for j, end in enumerate(block.terminal_node.tolist()):
            assert part.cost[i, j] == expected.get(end, np.inf)
            if not np.isfinite(part.cost[i, j]):
                assert part.length_km[i, j] == np.inf
                with pytest.raises(ValueError, match=f"no way from t{start} to t{end} in AAA"):
                    part.way(i, j)
                continue
            nodes, edges = part.way(i, j)
            assert (nodes[0], nodes[-1]) == (start, end)
            walk(block, nodes, edges)
            assert block.cost[edges].sum() == part.cost[i, j]
            assert block.length_km[edges].sum() == part.length_km[i, j]
            used = leg_edges(part, np.array([i]), np.array([j]))
            assert used.shape == (1, len(block.u))
            assert sorted(used.indices) == sorted(edges)
            assert (used.data == 1).all()


@settings(max_examples=300, deadline=None)
@given(blocks())
@example(block_of(1, [(0, 0, 1, False)], [0]))
@example(block_of(4, [(0, 1, 1, False), (1, 2, 1, False), (2, 3, 1, False)], [1]))
@example(block_of(4, [(0, 1, 1, True), (1, 2, 1, True), (2, 3, 1, True), (3, 0, 1, True)], [0, 2]))
def test_legs_are_those_of_plain_networkx(block: Block) -> None:
    check(block_legs(block))


@settings(max_examples=50, deadline=None)
@given(blocks(), st.randoms(use_true_random=False))
def test_legs_in_pieces_are_legs_in_one_go(block: Block, random) -> None:
    whole = block_legs(block)
    core = pickle.loads(pickle.dumps(core_of(block)))  # noqa: S301 - as it goes to a worker
    sources = list(range(len(block.terminals)))
    random.shuffle(sources)
    cut = random.randint(0, len(sources))
    parts = [legs_from(core, np.array(some, int)) for some in (sources[:cut], sources[cut:]) if some]
    joined = join_legs(block, core, parts)
    for name in ("cost", "length_km", "before"):
        assert (getattr(joined, name) == getattr(whole, name)).all()


def test_a_few_sources_at_a_time_find_what_all_at_once_find(monkeypatch: pytest.MonkeyPatch) -> None:
    from routes.network import legs

    rng = np.random.default_rng(5)
    edges = [(int(a), int(b), float(km), False) for a, b, km in rng.integers(0, 60, (150, 3))]
    block = block_of(60, edges, [*range(0, 60, 7)])
    whole = block_legs(block)
    monkeypatch.setattr(legs, "_CELLS", 100)
    few = block_legs(block)
    assert (few.before == whole.before).all()
    check(few)


def test_dead_ends_bends_and_junctions_of_three_leave_the_core() -> None:
    # 0 - 1 - 2 - 3 with a dead end 1 - 4 - 5 - 6: only the terminals 0 and 3 stay, joined by one shortcut.
    edges = [(0, 1, 1, False), (1, 2, 2, False), (2, 3, 3, False), (1, 4, 9, False), (4, 5, 9, False)]
    core = core_of(block_of(7, [*edges, (5, 6, 9, False)], [0, 3]))
    assert core.node.tolist() == [0, 3]
    assert core.cost.tolist() == [12, 12]
    assert core.length_km[core.arc].tolist() == [6, 6]


def test_one_way_parallel_roads_by_hand() -> None:
    # Between 0 and 1: a one-way road there of 3 km, one back of 4 km, and an old road of 5 km both ways.
    block = block_of(2, [(0, 1, 3, True), (1, 0, 4, True), (0, 1, 5, False)], [0, 1])
    arcs = arcs_of(block)
    assert arcs.between(np.array([0, 1]), np.array([1, 0])).tolist() == [0, 1]
    part = block_legs(block)
    assert part.length_km.tolist() == [[0, 3], [4, 0]]
    assert part.way(0, 1)[1].tolist() == [0]
    assert part.way(1, 0)[1].tolist() == [1]


def test_a_ring_is_driven_round_one_way_only() -> None:
    # A roundabout 0 > 1 > 2 > 3 > 0 with terminals at 0 and 1: there 1 km, back 6 km.
    block = block_of(4, [(0, 1, 1, True), (1, 2, 2, True), (2, 3, 2, True), (3, 0, 2, True)], [0, 1])
    part = block_legs(block)
    assert part.length_km.tolist() == [[0, 1], [6, 0]]
    assert part.way(1, 0)[0].tolist() == [1, 2, 3, 0]


def test_other_roads_of_a_leg_keep_to_one_way_streets() -> None:
    # From t0 to t1 a one-way road of 110 km and another, 0.4 degrees beside it; back only the second.
    block = Block(
        country="AAA",
        lon=np.array([0.0, 1.0, 0.5, 0.5]),
        lat=np.array([0.0, 0.0, 0.2, -0.2]),
        u=np.array([0, 2, 0, 3]),
        v=np.array([2, 1, 3, 1]),
        length_km=np.array([60.0, 60, 62, 62]),
        cost=np.array([60.0, 60, 62, 62]),
        synthetic=np.zeros(4, bool),
        terminals=("t0", "t1"),
        terminal_node=np.array([0, 1]),
        oneway=np.array([True, True, False, False]),
    )
    search = road_search(block_legs(block))
    there = road_ways(search, 0, 1, 200.0)
    assert sorted(way.edges.tolist() for way in there) == [[0, 1], [2, 3]]
    back = road_ways(search, 1, 0, 200.0)
    assert [way.edges.tolist() for way in back] == [[3, 2]]
