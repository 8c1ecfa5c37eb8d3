"""Chokepoints: worked out by hand, against networkx, and by trying every set of places."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from networks import add_area, add_crossing, add_gate, add_legs
from planning_networks import analysis_of, road_graphs, two_bridges

from routes.network import BlockLegs, block_legs
from routes.network.blocks import Block
from routes.planning.alternatives import SAME_ROAD_KM, road_search, road_ways, shared_length
from routes.planning.chokepoints import betweenness, place_chokepoints, smallest_cuts
from routes.planning.least_costs import ways_of
from routes.planning.segments import leg_use_of_edges, place_name, road_segments

if TYPE_CHECKING:
    from routes.analysis import Analysis


@pytest.fixture(scope="module")
def bundled(analysis: Analysis) -> Analysis:
    return analysis


def reachable(graph: nx.DiGraph, area: str, closed: set[str]) -> bool:
    left = graph.subgraph([n for n, d in graph.nodes(data=True) if d["place"] not in closed])
    return any(
        d["kind"] == "gate" and nx.has_path(left, n, area) for n, d in left.nodes(data=True) if area in left
    )


def weighted(graph: nx.DiGraph, closed: set[str]) -> nx.DiGraph:
    """The same graph with the penalty of a node on the legs into it, and without the closed places."""
    found = nx.DiGraph()
    for a, b, leg in graph.edges(data=True):
        if not {graph.nodes[a]["place"], graph.nodes[b]["place"]} & closed:
            found.add_edge(a, b, cost=leg["cost"] + graph.nodes[b]["penalty"])
    return found


def test_two_bridges_by_hand() -> None:
    # Shares 1/3 and 2/3. Without the south the least cost rises from 150 to 350, without the north not.
    rows = {row.place.id: row for row in place_chokepoints(analysis_of(two_bridges()))}
    south, north, port = rows["south"], rows["north"], rows["port"]
    assert south.place.posterior_share == pytest.approx(2 / 3)
    assert south.criticality == pytest.approx(200)
    assert south.detour_factor == pytest.approx(350 / 150)
    assert (north.criticality, north.detour_factor) == (0.0, 1.0)
    assert (south.betweenness, north.betweenness, port.betweenness) == (1.0, 0.0, 1.0)
    assert (port.cut_areas, south.cut_areas, north.cut_areas) == (("town",), (), ())
    assert (port.criticality, port.detour_factor) == (None, None)


def test_the_only_crossing_cuts_off_all_inflow() -> None:
    graph = two_bridges()
    graph.remove_nodes_from(["north:AAA>BBB", "north:BBB>AAA"])
    south = next(row for row in place_chokepoints(analysis_of(graph)) if row.place.id == "south")
    assert south.cut_off_share == pytest.approx(1)
    assert south.criticality == 0
    assert south.detour_factor is None
    assert smallest_cuts(graph, "town") == (1, frozenset({"port", "south"}))


def test_both_directions_of_a_crossing_are_one_place() -> None:
    # To the town in CCC one passes x out of AAA or back into it, never two places more than that.
    graph = nx.DiGraph()
    add_gate(graph, "west", "AAA")
    add_gate(graph, "east", "BBB")
    add_crossing(graph, "x", "AAA", "BBB")
    add_crossing(graph, "a", "AAA", "CCC")
    add_crossing(graph, "b", "BBB", "CCC")
    add_area(graph, "town", "CCC")
    legs = [("west", "x"), ("west", "a"), ("east", "x"), ("east", "b"), ("a", "town"), ("b", "town")]
    legs += [("x", "a"), ("x", "b"), ("a", "x"), ("b", "x")]
    add_legs(graph, dict.fromkeys(legs, 10.0))
    size, members = smallest_cuts(graph, "town")
    assert size == 2
    assert members == {"west", "east", "a", "b"}


@settings(derandomize=True, deadline=None, max_examples=150)
@given(road_graphs())
def test_a_cut_separates_is_smallest_and_names_every_member(graph: nx.DiGraph) -> None:
    places = sorted({d["place"] for _, d in graph.nodes(data=True) if d["kind"] != "processing_area"})
    for area in [n for n, d in graph.nodes(data=True) if d["kind"] == "processing_area"]:
        size, members = smallest_cuts(graph, area)
        for k in range(len(places) + 1):
            cuts = [set(some) for some in combinations(places, k) if not reachable(graph, area, set(some))]
            if cuts:
                break
        assert size == k
        assert members == set().union(*cuts)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(road_graphs())
def test_the_size_of_a_cut_is_that_of_networkx(graph: nx.DiGraph) -> None:
    merged = nx.DiGraph()
    for a, b in graph.edges:
        merged.add_edge(graph.nodes[a]["place"], graph.nodes[b]["place"])
    for name, d in graph.nodes(data=True):
        merged.add_node(d["place"])
        if d["kind"] == "gate":
            merged.add_edge("source", name)
    for area in [n for n, d in graph.nodes(data=True) if d["kind"] == "processing_area"]:
        size = len(nx.minimum_node_cut(merged, "source", area))
        assert smallest_cuts(graph, area)[0] == size


@settings(derandomize=True, deadline=None, max_examples=100)
@given(road_graphs(), st.data())
def test_closing_never_lowers_a_cost_and_least_costs_are_those_of_networkx(
    graph: nx.DiGraph, data: st.DataObject
) -> None:
    ways = ways_of(graph)
    closed = data.draw(
        st.sets(st.sampled_from(sorted(set(ways.places) - {ways.nodes[a] for a in ways.areas})))
    )
    before, after = ways.least(), ways.least(closed)
    assert (after >= before).all()
    plain = weighted(graph, closed)
    for i, g in enumerate(ways.gates):
        gate = ways.nodes[g]
        known = nx.single_source_dijkstra_path_length(plain, gate, weight="cost") if gate in plain else {}
        for j, a in enumerate(ways.areas):
            wanted = known.get(ways.nodes[a], np.inf) + graph.nodes[gate]["penalty"]
            assert after[i, j] == (np.inf if gate in closed else pytest.approx(wanted))


@settings(derandomize=True, deadline=None, max_examples=60)
@given(road_graphs())
def test_betweenness_counts_the_places_on_all_shortest_paths(graph: nx.DiGraph) -> None:
    plain, ways = weighted(graph, set()), ways_of(graph)
    flow: dict[str, float] = dict.fromkeys(ways.places, 0.0)
    total = 0.0
    for gate in (ways.nodes[g] for g in ways.gates):
        for area in (ways.nodes[a] for a in ways.areas):
            if gate not in plain or area not in plain or not nx.has_path(plain, gate, area):
                continue
            weight = graph.nodes[gate]["weight"] * graph.nodes[area]["weight"]
            total += weight
            paths = nx.all_shortest_paths(plain, gate, area, weight="cost")
            for place in {graph.nodes[n]["place"] for path in paths for n in path}:
                flow[place] += weight
    found = betweenness(ways)
    for place, share in flow.items():
        assert found[place] == pytest.approx(share / total if total else 0.0)


def block(apart: float) -> BlockLegs:
    """Two roads between forks F and G, degrees apart to either side; one road from A to F and G to B.

    Nodes: 0 F, 1 G, 2 and 3 the middles of the two roads, 4 A, 5 B (the terminals).
    """
    lon = np.array([1.0, 3.0, 2.0, 2.0, 0.0, 4.0])
    lat = np.array([0.0, 0.0, apart, -apart, 0.0, 0.0])
    u, v = np.array([4, 0, 2, 0, 3, 1]), np.array([0, 2, 1, 3, 1, 5])
    km = np.array([111.0, 115.0, 115.0, 115.0, 115.0, 111.0])
    return block_legs(
        Block(
            country="AAA",
            lon=lon,
            lat=lat,
            u=u,
            v=v,
            length_km=km,
            cost=km,
            synthetic=np.zeros(6, bool),
            terminals=("A", "B"),
            terminal_node=np.array([4, 5]),
            names={0: "Fork"},
        )
    )


def test_unwatched_parallel_roads_are_not_a_chokepoint() -> None:
    part = block(0.3)
    use = leg_use_of_edges(part, np.array([[0, 1]]), np.array([1.0]), 200.0).toarray()[0]
    assert use == pytest.approx([1, 0.5, 0.5, 0.5, 0.5, 1])


def test_two_carriageways_are_one_road_and_small_legs_keep_the_cheapest() -> None:
    near = block(SAME_ROAD_KM / 111 / 4)
    assert len(road_ways(road_search(near), 0, 1, 200.0)) == 1
    far = block(0.3)
    small = leg_use_of_edges(far, np.array([[0, 1]]), np.array([0.001]), 200.0).toarray()[0]
    assert sorted(small) == pytest.approx([0, 0, 1, 1, 1, 1])


def test_shared_length_by_hand() -> None:
    # The lower road shares the first and last 111 km of 452 with the upper one, and what lies within 3 km.
    part = block(0.3)
    upper, lower = np.array([0, 1, 2, 5]), np.array([0, 3, 4, 5])
    assert shared_length(part.block, upper, upper) == 1
    assert shared_length(part.block, lower, upper) == pytest.approx(222 / 452, abs=0.05)


def test_places_are_named_by_what_lies_there() -> None:
    part = block(0.3)
    assert place_name(part.block, 4) == "A"
    assert place_name(part.block, 0) == "Fork"
    assert place_name(part.block, 2) == "0.30 N 2.00 E"
    near = block(0.3)
    near.block.lon[0] = 1.5
    assert place_name(near.block, 2) == "65 km NE of Fork"


def test_bundled_shares_are_those_of_the_ranking(bundled: Analysis) -> None:
    rows = place_chokepoints(bundled)
    shares = {row.place.id: row.place.posterior_share for row in rows}
    for place in (*bundled.ranking.gates, *bundled.ranking.crossings):
        assert shares[place.id] == pytest.approx(place.posterior_share)
    assert all(row.detour_factor is None or row.detour_factor >= 1 - 1e-12 for row in rows)
    assert all(a.place.posterior_share >= b.place.posterior_share for a, b in pairwise(rows))


def test_bundled_shares_into_an_area_are_of_that_area(bundled: Analysis) -> None:
    last = [row for row in place_chokepoints(bundled, "helmand") if "AFG" in row.place.countries]
    assert sum(row.place.posterior_share for row in last) == pytest.approx(1)
    assert {row.place.id for row in last} >= {"spin-boldak-chaman", "zaranj-milak"}


def test_bundled_segments_have_names_and_sensible_shares(bundled: Analysis) -> None:
    rows = road_segments(bundled, 200.0)
    assert all(a.share >= b.share for a, b in pairwise(rows))
    assert all(0 <= row.interval_90[0] <= row.interval_90[1] <= 1 for row in rows)
    assert all(row.interval_90[0] <= row.share + 0.02 for row in rows)
    names = " ".join(row.name for row in rows[:40])
    assert "Gereshk - Delaram" in names
    assert "Kandahar" in names
    assert all(len(row.points) >= 2 and row.length_km >= 5 for row in rows)
    # Whatever enters by Spin Boldak leaves it by road on both sides.
    share = next(c.posterior_share for c in bundled.ranking.crossings if c.id == "spin-boldak-chaman")
    ends = [row for row in rows if "spin-boldak-chaman" in row.ends]
    assert {row.country for row in ends} == {"AFG", "PAK"}
    assert max(row.share for row in ends if row.country == "AFG") == pytest.approx(share, abs=0.01)


def test_segments_of_a_country_and_area(bundled: Analysis) -> None:
    rows = road_segments(bundled, 200.0, area="helmand", country="AFG", top=5)
    assert len(rows) == 5
    assert {row.country for row in rows} == {"AFG"}
    assert rows[0].share > 0.4
