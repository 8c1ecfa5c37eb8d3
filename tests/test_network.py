"""Blocks, terminals, connectors, legs: a network of eight road nodes with every answer worked out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from routes.errors import InputError
from routes.network import block_legs, build_crossing_graph, leg_edges
from routes.network.blocks import CONNECTOR_DETOUR, Network, build_network
from routes.parameters import Parameters, RoadSpeeds, read_parameters
from routes.roads.road_file import ROAD_CLASSES, Roads
from routes.support.geo import great_circle_km

if TYPE_CHECKING:
    from pathlib import Path

MODELLED = ("AAA", "BBB")


@pytest.fixture
def roads() -> Roads:
    r"""Two countries, border at 66 E, all at about 30 N (one degree east is 96 km, edges say their own km).

    0 --100-- 1 --40-- (b2) --60-- 3 --100-- 4        b2 within 15 km of the listed crossing x
              |                    |
             50                   200
              |                    |
              5 --70-- (b6) --80-- 7                  b6 is 111 km south of x: an unlisted crossing
    """
    return Roads(
        lon=np.array([64, 65, 66, 67, 68, 65, 66, 67.0]),
        lat=np.array([30, 30, 30.05, 30, 30, 29, 29, 29.0]),
        country=np.array([0, 0, -1, 1, 1, 0, -1, 1]),
        countries=("AAA", "BBB", "CCC"),
        u=np.array([0, 1, 2, 3, 1, 5, 6, 3]),
        v=np.array([1, 2, 3, 4, 5, 6, 7, 7]),
        length_km=np.array([100, 40, 60, 100, 50, 70, 80, 200.0]),
        road_class=np.zeros(8, int),
        oneway=np.zeros(8, bool),
        border_node=np.array([2, 6]),
        border_pair=np.array([[0, 1], [1, 0]]),
        stops={},
        about={},
    )


@pytest.fixture
def crossings() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "crossing_id": ["x", "far", "train"],
            "name": ["X", "Far", "Train"],
            "country_a": "AAA",
            "country_b": "BBB",
            "kind": ["road", "track", "rail"],
            "official": True,
            "lat": [30.05, 30.9, 30.05],
            "lon": [66.0, 66.0, 66.0],
        }
    )


@pytest.fixture
def places() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "place_id": ["port", "lab"],
            "name": ["Port", "Lab"],
            "kind": ["seaport", "processing_area"],
            "country": ["AAA", "BBB"],
            "lat": [30.0, 30.0],
            "lon": [64.0, 68.0],
            "weight": [1.0, 1.0],
            "part_of": "",
            "crossing_id": "",
        }
    )


@pytest.fixture
def network(roads: Roads, crossings: pd.DataFrame, places: pd.DataFrame) -> Network:
    return build_network(roads, crossings, places, Parameters().cost_per_km(), MODELLED)


def test_border_nodes_belong_to_the_listed_crossing_near_them(network: Network) -> None:
    assert network.figures["crossings_listed"] == 2
    assert network.figures["crossings_unlisted"] == 1
    assert network.figures["crossings_rail_left_out"] == 1
    (unlisted,) = network.crossings[network.crossings["kind"] == "unlisted"].itertuples()
    assert (unlisted.lat, unlisted.lon) == (29, 66)
    assert unlisted.crossing_id == "unlisted-aaa-bbb-29.00-66.00"


def test_a_crossing_that_no_road_reaches_gets_a_connector(network: Network) -> None:
    # "far" at 30.9 N 66 E: nearest node of AAA is (65, 30), of BBB (67, 30), each some 138 km away.
    for country, node in (("AAA", 1), ("BBB", 0)):
        block = network.blocks[country]
        terminal = block.terminal_node[block.terminals.index("far")]
        at = np.flatnonzero(block.u == terminal)
        assert len(at) == 1
        assert block.v[at[0]] == node
        assert block.synthetic[at[0]]
        straight = float(great_circle_km(66, 30.9, 66 + (-1 if country == "AAA" else 1), 30))
        assert block.length_km[at[0]] == pytest.approx(CONNECTOR_DETOUR * straight)
    assert network.figures["connectors"] == 2


def test_leg_lengths_by_hand(network: Network) -> None:
    graph = build_crossing_graph(network, dict.fromkeys(network.crossings["crossing_id"], 100.0)).graph
    unlisted = "unlisted-aaa-bbb-29.00-66.00"
    close = pytest.approx
    assert graph.edges["port", "x:AAA>BBB"]["length_km"] == close(140, abs=0.1)
    assert graph.edges["port", f"{unlisted}:AAA>BBB"]["length_km"] == close(220, abs=0.1)
    assert graph.edges["x:AAA>BBB", "lab"]["length_km"] == close(160, abs=0.1)
    assert graph.edges[f"{unlisted}:AAA>BBB", "lab"]["length_km"] == close(380, abs=0.1)
    assert graph.edges["x:BBB>AAA", f"{unlisted}:AAA>BBB"]["length_km"] == close(160, abs=0.1)
    assert not graph.has_edge("x:AAA>BBB", "x:BBB>AAA")
    assert graph.nodes["x:AAA>BBB"]["country"] == "BBB"
    assert nx.shortest_path_length(graph, "port", "lab", weight="length_km") == close(300, abs=0.1)


def test_way_and_edges_of_a_leg(network: Network) -> None:
    part = block_legs(network.blocks["BBB"])
    ids = part.block.terminals
    unlisted = ids.index("unlisted-aaa-bbb-29.00-66.00")
    way, edges = part.way(unlisted, ids.index("lab"))
    assert part.block.length_km[edges].sum() == pytest.approx(380, abs=0.1)
    assert part.block.lon[way].tolist() == [66, 67, 67, 68, 68]
    used = leg_edges(part, np.array([unlisted]), np.array([ids.index("lab")]))
    assert part.block.length_km[used.indices].sum() == pytest.approx(380, abs=0.1)


def test_a_place_beyond_reach_is_a_fault(roads: Roads, crossings: pd.DataFrame, places: pd.DataFrame) -> None:
    lost = places.assign(lat=[30.0, 40.0])
    network = build_network(roads, crossings, lost, Parameters().cost_per_km(), MODELLED)
    assert network.faults == ("BBB: no road within 150 km of lab",)
    result = build_crossing_graph(network, dict.fromkeys(network.crossings["crossing_id"], 0.0))
    assert ("BBB", "x", "lab") in result.unreachable
    assert not result.graph.in_degree("lab")


def test_bundled_legs_are_those_of_plain_networkx() -> None:
    from routes.network.build import built_network

    _, network, crossing_graph = built_network()
    block = network.blocks["AFG"]
    plain = nx.Graph()
    for u, v, cost in zip(block.u.tolist(), block.v.tolist(), block.cost.tolist(), strict=True):
        if not plain.has_edge(u, v) or cost < plain.edges[u, v]["weight"]:
            plain.add_edge(u, v, weight=cost)
    part = crossing_graph.blocks["AFG"]
    for i in range(0, len(block.terminals), 4):
        expected = nx.single_source_dijkstra_path_length(plain, int(block.terminal_node[i]))
        for j, node in enumerate(block.terminal_node.tolist()):
            assert part.cost[i, j] == pytest.approx(expected.get(node, np.inf))


def test_bundled_legs_are_as_long_as_geography_lets_them_be() -> None:
    # Never shorter than the great circle; at most 2.5 times as long where only real roads are used.
    from routes.network.build import built_network

    _, _, crossing_graph = built_network()
    graph = crossing_graph.graph
    for part in crossing_graph.blocks.values():
        block = part.block
        lon, lat = block.lon[block.terminal_node], block.lat[block.terminal_node]
        straight = great_circle_km(lon[:, None], lat[:, None], lon, lat)
        assert (part.length_km >= straight - 0.5).all()
    ratios = []
    for a, b, leg in graph.edges(data=True):
        start, end = graph.nodes[a], graph.nodes[b]
        ratios.append(
            (leg["length_km"], float(great_circle_km(start["lon"], start["lat"], end["lon"], end["lat"])))
        )
    length, straight = np.array(ratios).T
    assert np.median(length / np.maximum(straight, 1)) < 1.7


def test_costs_of_a_kilometre() -> None:
    # What they were as bare factors, before speeds: the bundled ranking rests on them.
    cost = Parameters().cost_per_km()
    before = {"trunk": 1.0, "paved": 1.0, "gravel": 1.6, "track": 2.5, "link": 1.0, "connector": 2.0}
    assert {name: cost[name] for name in before} == before
    assert {*cost} == {*ROAD_CLASSES, "connector"}
    slower = replace(Parameters(), road_speeds=RoadSpeeds(trunk=40.0))
    assert slower.cost_per_km()["trunk"] == 1
    assert slower.cost_per_km()["paved"] == 0.5


@pytest.mark.parametrize("section", ["road_speeds", "road_factors"])
def test_speeds_and_factors_are_above_0(tmp_path: Path, section: str) -> None:
    file = tmp_path / "c.toml"
    file.write_text(f"[{section}]\ntrack = 0\ngravle = 1\n")
    with pytest.raises(InputError) as caught:
        read_parameters(file, frozenset())
    assert f"{section}.track: wanted a number from 0." in str(caught.value)
    assert "Did you mean gravel?" in str(caught.value)


def test_one_way_roads_make_legs_one_way(roads: Roads, crossings: pd.DataFrame, places: pd.DataFrame) -> None:
    # The road 3 -> 7 is one-way: it leads from x to the unlisted crossing, and nothing leads back.
    one_way = replace(roads, oneway=np.arange(8) == 7)
    network = build_network(one_way, crossings, places, Parameters().cost_per_km(), MODELLED)
    part = block_legs(network.blocks["BBB"])
    x, lab, unlisted = (part.block.terminals.index(t) for t in ("x", "lab", "unlisted-aaa-bbb-29.00-66.00"))
    assert part.length_km[x, unlisted] == pytest.approx(340, abs=0.1)
    assert part.length_km[unlisted, x] == np.inf
    assert part.length_km[unlisted, lab] == np.inf
    assert part.length_km[x, lab] == part.length_km[lab, x] == pytest.approx(160, abs=0.1)
    assert not network.blocks["AAA"].oneway.any()


def test_a_place_at_the_end_of_a_one_way_road_gets_a_connector(
    roads: Roads, crossings: pd.DataFrame, places: pd.DataFrame
) -> None:
    # The road 3 -> 4 to the lab is one-way and nobody could leave: the lab is tied to 3, 96 km away.
    one_way = replace(roads, oneway=np.arange(8) == 3)
    network = build_network(one_way, crossings, places, Parameters().cost_per_km(), MODELLED)
    part = block_legs(network.blocks["BBB"])
    x, lab = part.block.terminals.index("x"), part.block.terminals.index("lab")
    straight = float(great_circle_km(67, 30, 68, 30))
    expected = pytest.approx(60 + CONNECTOR_DETOUR * straight, abs=0.1)
    assert part.length_km[x, lab] == part.length_km[lab, x] == expected


def test_a_border_full_of_roads_has_a_crossing_every_so_far(
    crossings: pd.DataFrame, places: pd.DataFrame
) -> None:
    # A road over the border every 4.9 km for 294 km from 31 N: no unlisted crossing reaches over 25 km.
    rows = 61
    lat = 31 + np.arange(rows) * 4.9 / 111.195
    ladder = Roads(
        lon=np.concatenate([np.full(rows, 65.0), np.full(rows, 66.0), np.full(rows, 67.0)]),
        lat=np.tile(lat, 3),
        country=np.repeat([0, -1, 1], rows),
        countries=("AAA", "BBB", "CCC"),
        u=np.concatenate([np.arange(2 * rows), np.arange(rows - 1), 2 * rows + np.arange(rows - 1)]),
        v=np.concatenate([np.arange(2 * rows) + rows, np.arange(1, rows), 2 * rows + np.arange(1, rows)]),
        length_km=np.full(4 * rows - 2, 96.0),
        road_class=np.zeros(4 * rows - 2, int),
        oneway=np.zeros(4 * rows - 2, bool),
        border_node=rows + np.arange(rows),
        border_pair=np.tile([0, 1], (rows, 1)),
        stops={},
        about={},
    )
    listed = crossings.assign(lat=28.0)
    network = build_network(ladder, listed, places, Parameters().cost_per_km(), MODELLED)
    found = network.crossings[network.crossings["kind"] == "unlisted"]
    # In 25 km lie five steps: pieces of six roads, ten of them, and one road left.
    assert len(found) == 11
    assert np.diff(np.sort(found["lat"])).max() * 111.195 == pytest.approx(29.4, abs=0.1)
