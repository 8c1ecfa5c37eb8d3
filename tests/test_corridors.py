"""Corridors and prior shares against every corridor listed by hand or by brute force."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from networks import add_area, add_crossing, add_gate, add_legs, crossing_graphs

from routes.corridors import list_corridors
from routes.errors import RoutesError
from routes.parameters import RouteChoice


def every_corridor(graph: nx.DiGraph) -> list[tuple[str, ...]]:
    """All corridors by depth-first search."""
    found = []

    def walk(path: tuple[str, ...], visited: frozenset[str]) -> None:
        for following, leg in graph.adj[path[-1]].items():
            node = graph.nodes[following]
            if leg["kind"] != "leg":
                continue
            if node["kind"] == "processing_area":
                found.append((*path, following))
            elif node["country"] not in visited:
                walk((*path, following), visited | {node["country"]})

    for name, node in graph.nodes(data=True):
        if node["kind"] == "gate":
            walk((name,), frozenset({node["country"]}))
    return found


def brute_force(graph: nx.DiGraph, choice: RouteChoice) -> dict[str, float]:
    """Prior shares from the definition, over all corridors."""
    nodes = graph.nodes
    plain: dict[tuple[str, ...], float] = {}
    for path in every_corridor(graph):
        cost = sum(nodes[n]["penalty"] for n in path) + sum(graph.edges[e]["cost"] for e in pairwise(path))
        plain[path] = nodes[path[0]]["weight"] * np.exp(-cost / choice.scale_km)
    flow: dict[tuple[str, str, str], float] = defaultdict(float)
    for path, mass in plain.items():
        for a, b in pairwise(path):
            flow[a, b, path[-1]] += mass
    sized = {}
    for path, mass in plain.items():
        km = [graph.edges[e]["length_km"] for e in pairwise(path)]
        alone = [mass / flow[a, b, path[-1]] for a, b in pairwise(path)]
        size = sum(k * s for k, s in zip(km, alone, strict=True)) / sum(km) if sum(km) else 1.0
        sized[path] = mass * size**choice.path_size_exponent
    into: dict[str, float] = defaultdict(float)
    for path, mass in sized.items():
        into[path[-1]] += mass
    weight = {area: nodes[area]["weight"] for area in into}
    return {
        ">".join(nodes[n]["place"] for n in path): mass
        / into[path[-1]]
        * weight[path[-1]]
        / sum(weight.values())
        for path, mass in sized.items()
    }


@pytest.fixture
def two_ways() -> nx.DiGraph:
    """Port P in AAA; crossings N and S from AAA to BBB; T from AAA to CCC and U from CCC to BBB; area Z."""
    graph = nx.DiGraph()
    add_gate(graph, "P", "AAA")
    add_area(graph, "Z", "BBB")
    add_crossing(graph, "N", "AAA", "BBB", penalty=100)
    add_crossing(graph, "S", "AAA", "BBB", penalty=100)
    add_crossing(graph, "T", "AAA", "CCC", penalty=50)
    add_crossing(graph, "U", "CCC", "BBB", penalty=50)
    add_legs(
        graph,
        {
            ("P", "N"): 300,
            ("P", "S"): 100,
            ("P", "T"): 100,
            ("T", "U"): 100,
            ("N", "Z"): 50,
            ("S", "Z"): 250,
            ("U", "Z"): 100,
            ("N", "S"): 10,
            ("S", "N"): 10,
        },
    )
    return graph


def test_shares_worked_by_hand(two_ways: nx.DiGraph) -> None:
    # P>N>Z costs 300+100+50 = 450, P>S>Z 100+100+250 = 450, P>T>U>Z 100+50+100+50+100 = 400.
    # No leg is shared, so every path size is 1. With scale 50/ln 2 the last is twice as likely.
    found = list_corridors(two_ways, RouteChoice(scale_km=50 / np.log(2), coverage=1 - 1e-9))
    shares = dict(zip(found.ids, found.prior_share, strict=True))
    assert shares == pytest.approx({"P>T>U>Z": 0.5, "P>N>Z": 0.25, "P>S>Z": 0.25})
    assert found.uncovered_share == 0
    assert dict(zip(found.ids, found.cost, strict=True))["P>T>U>Z"] == 400
    assert dict(zip(found.ids, found.length_km, strict=True))["P>T>U>Z"] == 300


def test_path_size_of_a_shared_leg(two_ways: nx.DiGraph) -> None:
    # A second way from S to Z through nothing new: a second port beside P whose leg to S is as long, so
    # that P>S>Z and Q>S>Z share 250 of 350 km half and half: path size 100/350 + 250/350/2 = 9/14.
    add_gate(two_ways, "Q", "AAA")
    add_legs(two_ways, {("Q", "S"): 100})
    found = list_corridors(two_ways, RouteChoice(coverage=1 - 1e-9))
    size = dict(zip(found.ids, found.path_size, strict=True))
    assert size["P>S>Z"] == pytest.approx(9 / 14)
    assert size["Q>S>Z"] == pytest.approx(9 / 14)
    assert size["P>N>Z"] == pytest.approx(1)


def test_no_country_is_entered_twice(two_ways: nx.DiGraph) -> None:
    add_legs(two_ways, {("N", "U"): 1, ("U", "T"): 1, ("T", "S"): 1})
    assert not [c for c in list_corridors(two_ways, RouteChoice(coverage=1 - 1e-9)).ids if c.count(">") > 3]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(crossing_graphs())
def test_against_brute_force(graph: nx.DiGraph) -> None:
    choice = RouteChoice(scale_km=150, coverage=1 - 1e-12)
    expected = brute_force(graph, choice)
    if not expected:
        with pytest.raises(RoutesError, match="no processing area can be reached"):
            list_corridors(graph, choice)
        return
    found = list_corridors(graph, choice)
    shares = dict(zip(found.ids, found.prior_share, strict=True))
    for corridor, share in expected.items():
        assert shares.get(corridor, 0.0) == pytest.approx(share, abs=1e-9)
    assert set(shares) <= set(expected)
    assert found.prior_share.sum() + found.uncovered_share == pytest.approx(1, abs=1e-9)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(crossing_graphs())
def test_listing_stops_when_covered_and_is_best_first(graph: nx.DiGraph) -> None:
    choice = RouteChoice(scale_km=150, coverage=0.8, path_size_exponent=0)
    everything = brute_force(graph, choice)
    if not everything:
        return
    found = list_corridors(graph, choice)
    assert found.prior_share.sum() >= 0.8 - 1e-9
    assert found.prior_share.sum() + found.uncovered_share == pytest.approx(1, abs=1e-9)
    # Without path size the plain share is the share: best first, exact, and none left out is larger.
    assert list(found.prior_share) == sorted(found.prior_share, reverse=True)
    for corridor, share in zip(found.ids, found.prior_share, strict=True):
        assert share == pytest.approx(everything[corridor], abs=1e-9)
    left_out = [share for corridor, share in everything.items() if corridor not in found.ids]
    assert max(left_out, default=0) <= found.prior_share.min() + 1e-9


def test_the_list_ends_at_the_most_corridors_and_says_what_it_leaves_out(two_ways: nx.DiGraph) -> None:
    # As worked by hand above: the likeliest has a half, the two others together the rest.
    choice = RouteChoice(scale_km=50 / np.log(2), most_corridors=1)
    found = list_corridors(two_ways, choice)
    assert found.ids == ("P>T>U>Z",)
    assert found.prior_share.tolist() == pytest.approx([0.5])
    assert found.uncovered_share == pytest.approx(0.5)


def test_an_area_without_a_corridor_is_named(two_ways: nx.DiGraph) -> None:
    add_area(two_ways, "island", "DDD", weight=3)
    found = list_corridors(two_ways, RouteChoice())
    assert found.unreachable_areas == ("island",)
    assert found.prior_share.sum() + found.uncovered_share == pytest.approx(1)


def test_a_dearer_crossing_never_gains(two_ways: nx.DiGraph) -> None:
    before = list_corridors(two_ways, RouteChoice(coverage=1 - 1e-9))
    two_ways.nodes["N:AAA>BBB"]["penalty"] += 200
    after = list_corridors(two_ways, RouteChoice(coverage=1 - 1e-9))
    share = [dict(zip(c.ids, c.prior_share, strict=True))["P>N>Z"] for c in (before, after)]
    assert share[1] < share[0]
