"""Roads from OpenStreetMap: real .osm.pbf files, written with osmium, read back and worked out by hand."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from grids import write_grid
from hypothesis import given, settings
from hypothesis import strategies as st

from routes.errors import InputError, RoutesError
from routes.network import block_legs, build_crossing_graph
from routes.network.blocks import build_network
from routes.parameters import Parameters
from routes.read import bundled, read_borders, read_crossings, read_places
from routes.read.inputs import region_of
from routes.read.paths import Source
from routes.roads import osm, osm_roads, with_towns
from routes.roads.chains import NODE_EVERY_KM, TOLERANCE_KM, lines_of
from routes.roads.osm_nodes import marked, read_marks, without_other_yards
from routes.roads.osm_tags import HIGHWAYS, PAVED, UNPAVED, direction, road_class
from routes.roads.road_file import ROAD_CLASSES, load_roads, save_roads, straight_km
from routes.support.geo import great_circle_km

if TYPE_CHECKING:
    from collections.abc import Callable

    from routes.network.blocks import Network
    from routes.roads import Lines
    from routes.roads.road_file import Roads

osmium = pytest.importorskip("osmium") if os.environ.get("CI") != "true" else __import__("osmium")

Node = tuple[float, float]
Way = tuple[list[int], dict[str, str]]
DATA = Path(__file__).parent / "data"
WORLD = (-180.0, -90.0, 180.0, 90.0)


def write_osm(
    path: Path, nodes: dict[int, Node], ways: dict[int, Way], tags: dict[int, dict[str, str]] | None = None
) -> Path:
    """Write an extract: nodes by id as (lon, lat), ways by id as (node ids, tags), tags of nodes."""
    path.unlink(missing_ok=True)
    with osmium.SimpleWriter(str(path)) as writer:
        for node, place in nodes.items():
            writer.add_node(osmium.osm.mutable.Node(id=node, location=place, tags=(tags or {}).get(node, {})))
        for way, (refs, said) in ways.items():
            writer.add_way(osmium.osm.mutable.Way(id=way, nodes=refs, tags=said))
    return path


NO_CROSSINGS = pd.DataFrame({"lon": [], "lat": []})


def lines_from(*paths: Path, crossings: pd.DataFrame = NO_CROSSINGS) -> tuple[Lines, dict[str, int]]:
    ways, marks = osm.read_ways(paths), read_marks(paths)
    spots = osm.read_spots(paths, ways)
    kept = without_other_yards(ways, spots, marks, crossings)
    return lines_of(kept, marked(spots, marks), WORLD)


@pytest.fixture
def borders() -> gpd.GeoDataFrame:
    """AAA west of 65.5 E, BBB east of it up to 70 E, both modelled; CCC beyond, not modelled."""
    return gpd.GeoDataFrame(
        {"iso3": ["AAA", "BBB", "CCC"], "name": ["A", "B", "C"], "modelled": [True, True, False]},
        geometry=[shapely.box(60, 28, 65.5, 34), shapely.box(65.5, 28, 70, 34), shapely.box(70, 28, 72, 34)],
        crs="EPSG:4326",
    )


@pytest.fixture
def no_crossings() -> pd.DataFrame:
    return pd.DataFrame(
        columns=["crossing_id", "name", "kind", "country_a", "country_b", "official", "lon", "lat"]
    )


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        *(({"highway": key}, name) for key, name in HIGHWAYS.items()),
        ({"highway": "trunk_link"}, "trunk"),
        ({"highway": "motorway", "surface": "gravel"}, "gravel"),
        ({"highway": "secondary", "surface": "unpaved"}, "gravel"),
        ({"highway": "tertiary", "tracktype": "grade3"}, "gravel"),
        ({"highway": "tertiary", "tracktype": "grade3", "surface": "asphalt"}, "tertiary"),
        ({"highway": "tertiary", "tracktype": "grade1"}, "tertiary"),
        ({"highway": "residential", "surface": "dirt"}, "track"),
        ({"highway": "track", "surface": "asphalt"}, "minor"),
        ({"highway": "track", "tracktype": "grade1"}, "minor"),
        ({"highway": "track", "tracktype": "grade1", "surface": "sand"}, "track"),
        ({"route": "ferry"}, "ferry"),
        ({"route": "ferry", "motor_vehicle": "no"}, None),
        ({"route": "ferry", "highway": "primary"}, "ferry"),
        ({"route": "bus", "highway": "primary"}, "primary"),
        ({"route": "hiking"}, None),
        ({"highway": "footway"}, None),
        ({"highway": "path"}, None),
        ({"highway": "service"}, None),
        ({"highway": "construction", "construction": "primary"}, None),
        ({"highway": "proposed"}, None),
        ({"highway": "residential", "area": "yes"}, None),
        ({"highway": "primary", "access": "private"}, None),
        ({"highway": "primary", "access": "no"}, None),
        ({"highway": "primary", "access": "no", "motor_vehicle": "yes"}, "primary"),
        ({"highway": "primary", "access": "no", "vehicle": "permissive"}, "primary"),
        ({"highway": "primary", "vehicle": "no", "motor_vehicle": "destination"}, "primary"),
        ({"highway": "primary", "motor_vehicle": "private", "access": "yes"}, None),
        ({"railway": "rail"}, None),
        ({"highway": "primary", "hgv": "no"}, None),
        ({"highway": "primary", "goods": "no"}, None),
        ({"highway": "primary", "goods": "no", "hgv": "yes"}, "primary"),
        ({"highway": "primary", "access": "no", "hgv": "designated"}, "primary"),
        ({"highway": "primary", "hgv": "no", "motor_vehicle": "yes"}, None),
        ({"highway": "primary", "access": "military"}, None),
        ({"highway": "primary", "access": "permit"}, None),
        ({"highway": "primary", "motor_vehicle": "agricultural;forestry"}, None),
        ({"highway": "primary", "motor_vehicle": "agricultural;destination"}, "primary"),
        ({"highway": "primary", "abandoned": "yes"}, None),
        ({"highway": "primary", "abandoned": "no"}, "primary"),
        ({"highway": "track", "smoothness": "impassable"}, None),
        ({"highway": "track", "smoothness": "horrible"}, "track"),
        ({"highway": "primary", "maxweight": "3.5"}, None),
        ({"highway": "primary", "maxweight": "7.5"}, "primary"),
        ({"highway": "primary", "maxweight": "5 t"}, None),
        ({"highway": "primary", "maxweight": "7000 kg"}, None),
        ({"highway": "primary", "maxweight": "8 st"}, None),
        ({"highway": "primary", "maxweight": "9 st"}, "primary"),
        ({"highway": "primary", "maxweight": "3.5", "maxweight:hgv": "20"}, "primary"),
        ({"highway": "primary", "maxweight": "none"}, "primary"),
        ({"highway": "primary", "surface": "asphalt;gravel"}, "gravel"),
        ({"highway": "primary", "surface": "asphalt; paving_stones"}, "primary"),
        ({"highway": "residential", "surface": "asphalt,ground"}, "track"),
        ({"highway": "track", "surface": "concrete;dirt"}, "track"),
        ({"highway": "track", "tracktype": "grade1", "surface": "asphalt;mud"}, "track"),
        ({"highway": "primary", "access": "no", "access:conditional": "yes @ (Jun-Sep)"}, "primary"),
        ({"highway": "primary", "access:conditional": "no @ (Nov-Apr)"}, "primary"),
        ({"highway": "primary", "motor_vehicle:forward": "no", "motor_vehicle:backward": "no"}, None),
        ({"highway": "primary", "motor_vehicle:forward": "no", "oneway": "yes"}, None),
    ],
)
def test_class_of_road_from_tags(tags: dict[str, str], expected: str | None) -> None:
    kind = road_class(tags)
    assert (None if kind is None else ROAD_CLASSES[kind]) == expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({}, 0),
        ({"oneway": "yes"}, 1),
        ({"oneway": "true"}, 1),
        ({"oneway": "1"}, 1),
        ({"oneway": "-1"}, -1),
        ({"oneway": "reverse"}, -1),
        ({"oneway": "no"}, 0),
        ({"oneway": "reversible"}, 0),
        ({"junction": "roundabout"}, 1),
        ({"junction": "circular"}, 1),
        ({"junction": "roundabout", "oneway": "-1"}, -1),
        ({"highway": "motorway"}, 1),
        ({"highway": "motorway", "oneway": "no"}, 0),
        ({"highway": "motorway_link"}, 1),
        ({"highway": "motorway_link", "oneway": "no"}, 0),
        ({"highway": "trunk_link"}, 0),
        ({"motor_vehicle:backward": "no"}, 1),
        ({"hgv:forward": "no"}, -1),
        ({"vehicle:backward": "no", "hgv": "yes"}, 0),
        ({"access:backward": "private"}, 1),
        ({"oneway": "yes", "oneway:hgv": "no"}, 0),
        ({"oneway": "yes", "oneway:motor_vehicle": "no"}, 0),
    ],
)
def test_direction_from_tags(tags: dict[str, str], expected: int) -> None:
    assert direction(tags) == expected


def test_a_surface_is_paved_or_unpaved() -> None:
    assert not PAVED & UNPAVED


def edges_of(lines: Lines) -> set[tuple[Node, Node, str, bool]]:
    """Ends (lon, lat) in order of travel, or sorted where the edge is open both ways; class; one-way."""
    found = set()
    for u, v, kind, oneway in zip(lines.u, lines.v, lines.road_class, lines.oneway, strict=True):
        ends = [(round(lines.lon[n], 4), round(lines.lat[n], 4)) for n in (u, v)]
        found.add((*(ends if oneway else sorted(ends)), ROAD_CLASSES[kind], bool(oneway)))
    return found


def test_a_small_extract_by_hand(tmp_path: Path) -> None:
    """Nodes 0.01 degrees apart on a line; every edge that must come out is listed.

    1 -2- 3 (primary), 3 -4- 5 drawn as a second primary way: one edge 1-5, for nodes 2, 3, 4 are no
    junctions and lie in line. 5-6 gravel; 6 > 7 one-way, drawn 7-6 with oneway=-1; 7 - 8 ferry.
    """
    nodes = {n: (60 + n * 0.01, 30.0) for n in range(1, 10)}
    ways = {
        11: ([1, 2, 3], {"highway": "primary"}),
        12: ([5, 4, 3], {"highway": "primary", "name": "drawn the other way round"}),
        13: ([5, 6], {"highway": "secondary", "surface": "gravel"}),
        14: ([7, 6], {"highway": "tertiary", "oneway": "-1"}),
        15: ([7, 8], {"route": "ferry"}),
        16: ([8, 9], {"highway": "footway"}),
        17: ([9], {"highway": "primary"}),
    }
    lines, figures = lines_from(write_osm(tmp_path / "a.osm.pbf", nodes, ways))

    def at(n: int) -> Node:
        return (round(60 + n * 0.01, 4), 30.0)

    assert edges_of(lines) == {
        (at(1), at(5), "primary", False),
        (at(5), at(6), "gravel", False),
        (at(6), at(7), "tertiary", True),
        (at(7), at(8), "ferry", False),
    }
    assert figures == {"osm_ways": 5, "osm_nodes_missing": 0, "osm_segments": 7, "osm_chains": 4}


def test_one_way_pieces_join_only_in_one_direction(tmp_path: Path) -> None:
    # 1 > 2 > 3 is one chain; 3 > 4 < 5 meet head on, so that 4 stays a node though nothing leaves it.
    nodes = {n: (60 + n * 0.01, 30.0) for n in range(1, 6)}
    one = {"highway": "primary", "oneway": "yes"}
    ways = {1: ([1, 2], one), 2: ([2, 3, 4], one), 3: ([5, 4], one)}
    lines, _ = lines_from(write_osm(tmp_path / "a.osm.pbf", nodes, ways))
    assert edges_of(lines) == {
        ((60.01, 30.0), (60.04, 30.0), "primary", True),
        ((60.05, 30.0), (60.04, 30.0), "primary", True),
    }


def test_a_way_that_stands_in_two_files_counts_once_and_the_parts_meet(tmp_path: Path) -> None:
    nodes = {n: (60 + n * 0.01, 30.0) for n in range(1, 6)}
    road = {"highway": "primary"}
    west = {1: ([1, 2], road), 2: ([2, 3], road)}
    east = {2: ([2, 3], road), 3: ([3, 4, 5], road)}
    lines, figures = lines_from(
        write_osm(tmp_path / "west.osm.pbf", {n: nodes[n] for n in (1, 2, 3)}, west),
        write_osm(tmp_path / "east.osm.pbf", {n: nodes[n] for n in (2, 3, 4, 5)}, east),
    )
    assert figures["osm_ways"] == 3
    assert edges_of(lines) == {((60.01, 30.0), (60.05, 30.0), "primary", False)}


def test_a_node_that_the_file_does_not_hold_cuts_the_road(tmp_path: Path) -> None:
    # As at the edge of an extract: of 1 - 2 - (3) - 4 - 5 node 3 is not there.
    nodes = {n: (60 + n * 0.01, 30.0) for n in (1, 2, 4, 5)}
    path = write_osm(tmp_path / "a.osm.pbf", nodes, {1: ([1, 2, 3, 4, 5], {"highway": "primary"})})
    lines, figures = lines_from(path)
    assert figures["osm_nodes_missing"] == 1
    assert edges_of(lines) == {
        ((60.01, 30.0), (60.02, 30.0), "primary", False),
        ((60.04, 30.0), (60.05, 30.0), "primary", False),
    }


def test_bends_are_simplified_and_their_length_is_kept(tmp_path: Path) -> None:
    """A road of 24 km with waves of 15 m (left out) on one of 2 km (kept), a node every 40 m or so."""
    x = np.linspace(0, 0.2, 601)
    y = 0.02 * np.sin(x * 60) + 0.00013 * np.sin(x * 6000)
    nodes = {i + 1: (64 + float(a), 30 + float(b)) for i, (a, b) in enumerate(zip(x, y, strict=True))}
    path = write_osm(tmp_path / "a.osm.pbf", nodes, {1: ([*nodes], {"highway": "primary"})})
    lines, _ = lines_from(path)
    lon, lat = 64 + x, 30 + y
    true = great_circle_km(lon[:-1], lat[:-1], lon[1:], lat[1:]).sum()
    straight = great_circle_km(lines.lon[lines.u], lines.lat[lines.u], lines.lon[lines.v], lines.lat[lines.v])
    assert lines.length_km.sum() == pytest.approx(true, rel=1e-5)
    assert straight.sum() < 0.999 * true
    assert (lines.length_km >= straight - 1e-6).all()
    assert lines.length_km.max() < 2 * NODE_EVERY_KM
    assert len(lines.lon) < 120
    drawn = shapely.union_all(
        shapely.linestrings(
            [[(lines.lon[n], lines.lat[n]) for n in ends] for ends in zip(lines.u, lines.v, strict=True)]
        )
    )
    away = shapely.distance(drawn, shapely.points(lon, lat)).max() * 111.2
    assert away <= TOLERANCE_KM * 1.01


def test_a_straight_road_keeps_a_node_every_few_kilometres(tmp_path: Path) -> None:
    # 201 nodes in line, 0.961 km apart: nodes stay where 5, 10, ... km have been passed.
    nodes = {i + 1: (60 + i * 0.01, 30.0) for i in range(201)}
    path = write_osm(tmp_path / "a.osm.pbf", nodes, {1: ([*nodes], {"highway": "primary"})})
    lines, _ = lines_from(path)
    assert len(lines.u) == int(lines.length_km.sum() // NODE_EVERY_KM) + 1
    assert lines.length_km.max() < NODE_EVERY_KM + 1


@st.composite
def extracts(draw: st.DrawFn) -> tuple[dict[int, Node], dict[int, Way]]:
    """Up to 12 nodes and 8 ways: chains, rings, crossings, repeated nodes, one-way roads, classes."""
    count = draw(st.integers(2, 12))
    place = st.tuples(st.integers(0, 40), st.integers(0, 40))
    spots = draw(st.lists(place, min_size=count, max_size=count, unique=True))
    nodes = {i + 1: (64 + x / 100, 30 + y / 100) for i, (x, y) in enumerate(spots)}
    tags = st.sampled_from(
        [
            {"highway": "primary"},
            {"highway": "primary", "oneway": "yes"},
            {"highway": "primary", "oneway": "-1"},
            {"highway": "track"},
        ]
    )
    refs = st.lists(st.integers(1, count), min_size=2, max_size=8)
    ways = draw(st.lists(st.tuples(refs, tags), min_size=1, max_size=8))
    return nodes, {i + 1: way for i, way in enumerate(ways)}


def plain_graph(nodes: dict[int, Node], ways: dict[int, Way]) -> nx.DiGraph:
    graph = nx.DiGraph()
    for refs, tags in ways.values():
        for a, b in pairwise(refs):
            km = float(great_circle_km(*nodes[a], *nodes[b]))
            if a == b:
                continue
            ends = {"yes": [(a, b)], "-1": [(b, a)]}.get(tags.get("oneway", ""), [(a, b), (b, a)])
            for u, v in ends:
                graph.add_edge(nodes[u], nodes[v], weight=km)
    return graph


@settings(max_examples=150, deadline=None)
@given(extracts())
def test_distances_are_those_between_all_nodes(
    tmp_path_factory: pytest.TempPathFactory, extract: tuple[dict[int, Node], dict[int, Way]]
) -> None:
    nodes, ways = extract
    graph = plain_graph(nodes, ways)
    path = write_osm(tmp_path_factory.getbasetemp() / "random.osm.pbf", nodes, ways)
    lines, _ = lines_from(path)
    require_distances(lines, graph)


def require_distances(lines: Lines, graph: nx.DiGraph) -> None:
    """Distances over the lines, between all of their nodes, are those over all nodes of the ways."""
    spot = [(round(x, 7), round(y, 7)) for x, y in zip(lines.lon, lines.lat, strict=True)]
    known = {(round(x, 7), round(y, 7)): (x, y) for x, y in graph}
    made = nx.DiGraph()
    rows = zip(lines.u, lines.v, lines.length_km, lines.oneway, strict=True)
    for u, v, km, oneway in rows:
        for a, b in ((u, v),) if oneway else ((u, v), (v, u)):
            if not made.has_edge(a, b) or km < made.edges[a, b]["weight"]:
                made.add_edge(a, b, weight=km)
    junctions = {n for n in graph if len({*graph.pred[n], *graph.succ[n]}) > 2}
    assert junctions <= {known[s] for s in spot}
    for a in made:
        expected = nx.single_source_dijkstra_path_length(graph, known[spot[a]])
        found = nx.single_source_dijkstra_path_length(made, a)
        for b in made:
            assert found.get(b, np.inf) == pytest.approx(expected.get(known[spot[b]], np.inf), abs=1e-4)


def test_distances_in_a_real_city(no_crossings: pd.DataFrame) -> None:
    """The middle of Helsinki: one-way streets, tram and foot ways between them, ways cut at the rim."""
    path = DATA / "helsinki.osm.pbf"
    graph, road_km = nx.DiGraph(), dict.fromkeys(ROAD_CLASSES, 0.0)
    for way in osmium.FileProcessor(str(path)).with_locations():
        if not way.is_way() or (kind := road_class(way.tags)) is None:
            continue
        course = [(n.lon, n.lat) if n.location.valid() else None for n in way.nodes]
        for a, b in pairwise(course):
            if a is None or b is None or a == b:
                continue
            km = float(great_circle_km(*a, *b))
            road_km[ROAD_CLASSES[kind]] += km
            way_open = direction(way.tags)
            ends = {1: [(a, b)], -1: [(b, a)], 0: [(a, b), (b, a)]}[way_open]
            graph.add_edges_from((*pair, {"weight": km}) for pair in ends)
    lines, figures = lines_from(path)
    assert figures["osm_nodes_missing"] > 100  # as extracts have it that were cut out of larger ones
    assert lines.oneway.mean() > 0.2
    by_class = np.bincount(lines.road_class, lines.length_km, len(ROAD_CLASSES))
    assert by_class == pytest.approx(list(road_km.values()), abs=1e-3)
    require_distances(lines, graph)
    finland = gpd.GeoDataFrame(
        {"iso3": ["FIN"], "name": ["Finland"], "modelled": [True]},
        geometry=[shapely.box(20, 59, 32, 70)],
        crs="EPSG:4326",
    )
    roads = osm_roads([path], finland, no_crossings)
    assert roads.length_km.sum() == pytest.approx(sum(road_km.values()), abs=len(roads.u) * 0.0006)


def test_roads_are_cut_at_the_border_and_small_errors_of_it_are_settled(
    tmp_path: Path, borders: gpd.GeoDataFrame, no_crossings: pd.DataFrame
) -> None:
    """A main road over both borders, the last of it a dead end; a track that strays 1 km over and back."""
    nodes = {
        1: (65.0, 30.0),
        2: (66.0, 30.0),
        3: (65.4, 31.0),
        4: (65.51, 31.005),
        5: (65.4, 31.01),
        6: (64.8, 31.0),
        7: (69.9, 30.0),
        8: (70.4, 30.0),
        9: (80.0, 30.0),
    }
    ways = {1: ([1, 2, 7, 8, 9], {"highway": "trunk"}), 2: ([6, 3, 4, 5, 1], {"highway": "track"})}
    path = write_osm(tmp_path / "a.osm.pbf", nodes, ways)
    roads = osm_roads([path], borders, no_crossings)
    assert sorted(roads.lon[roads.border_node]) == pytest.approx([65.5, 70], abs=1e-3)
    assert {tuple(roads.countries[c] for c in pair) for pair in roads.border_pair} == {
        ("AAA", "BBB"),
        ("BBB", "CCC"),
    }
    strayed = np.flatnonzero(np.isclose(roads.lon, 65.51))
    assert roads.countries[roads.country[strayed[0]]] == "AAA"
    assert roads.lon.max() < 71  # the end at 80 E lies outside the box of the modelled countries
    assert roads.about["attribution"] == "© OpenStreetMap contributors"
    assert len(roads.about["osm_files"]["a.osm.pbf"]) == 64


def test_pieces_apart_are_kept_and_counted(
    tmp_path: Path, borders: gpd.GeoDataFrame, no_crossings: pd.DataFrame
) -> None:
    nodes = {1: (61.0, 30.0), 2: (61.04, 30.0), 3: (63.0, 30.0), 4: (63.04, 30.0), 5: (63.08, 30.001)}
    ways = {1: ([1, 2], {"highway": "track"}), 2: ([3, 4, 5], {"highway": "trunk"})}
    roads = osm_roads([write_osm(tmp_path / "a.osm.pbf", nodes, ways)], borders, no_crossings)
    assert len(roads.u) == 3
    assert (roads.about["roads_apart"], roads.about["nodes_apart"]) == (1, 2)


def test_towns_name_the_nodes_near_them(
    tmp_path: Path, borders: gpd.GeoDataFrame, no_crossings: pd.DataFrame
) -> None:
    nodes = {1: (61.0, 30.0), 2: (61.4, 30.0), 10: (61.01, 30.0), 11: (61.4, 30.2), 12: (61.4, 30.001)}
    tags = {
        10: {"place": "town", "name": "شهر", "name:en": "Town"},
        11: {"place": "city", "name": "Too far"},
        12: {"place": "hamlet", "name": "Too small"},
    }
    path = write_osm(tmp_path / "a.osm.pbf", nodes, {1: ([1, 2], {"highway": "trunk"})}, tags)
    roads = osm_roads([path], borders, no_crossings)
    assert roads.stops == {int(np.argmin(roads.lon)): "Town"}
    assert with_towns(roads, []).stops == roads.stops
    both = [("First", 61.4, 30.0), ("Second", 61.4, 30.0)]
    assert with_towns(replace(roads, stops={}), both).stops == {int(np.argmax(roads.lon)): "First"}


def bad_files(folder: Path) -> dict[str, tuple[Path, str]]:
    nodes = {n: (60 + n * 0.02, 30.0) for n in range(1, 6)}
    road = write_osm(folder / "road.osm.pbf", nodes, {1: ([1, 2], {"highway": "primary"})})
    garbage, cut, empty = (folder / f"{name}.osm.pbf" for name in ("garbage", "cut", "empty"))
    garbage.write_bytes(b"this is no extract" * 20)
    cut.write_bytes(road.read_bytes()[:-20])
    empty.write_bytes(b"")
    unknown = folder / "roads.docx"
    unknown.write_bytes(b"PK")
    ocean = {1: (0.0, 0.0), 2: (0.1, 0.0)}
    return {
        "missing": (folder / "missing.osm.pbf", "there is no such file"),
        "garbage": (garbage, "cannot be read as an OpenStreetMap extract"),
        "cut": (cut, "cannot be read as an OpenStreetMap extract: .*Is the download complete"),
        "empty": (empty, "cannot be read as an OpenStreetMap extract"),
        "unknown": (unknown, "cannot be read as an OpenStreetMap extract"),
        "no road": (
            write_osm(folder / "none.osm.pbf", nodes, {1: ([1, 2], {"waterway": "river"})}),
            "no road in it",
        ),
        "elsewhere": (
            write_osm(folder / "ocean.osm.pbf", ocean, {1: ([1, 2], {"highway": "primary"})}),
            "no road lies in a modelled country",
        ),
    }


@pytest.mark.parametrize("case", ["missing", "garbage", "cut", "empty", "unknown", "no road", "elsewhere"])
def test_bad_files_are_told_in_one_message(
    tmp_path: Path, borders: gpd.GeoDataFrame, no_crossings: pd.DataFrame, case: str
) -> None:
    path, message = bad_files(tmp_path)[case]
    with pytest.raises((InputError, RoutesError), match=message):
        osm_roads([path], borders, no_crossings)


def routes(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        [sys.executable, "-m", "routes", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


def test_the_command_writes_nothing_from_a_bad_file(tmp_path: Path) -> None:
    path, _ = bad_files(tmp_path)["cut"]
    before = {p.name for p in tmp_path.iterdir()}
    ran = routes("network", "build", "--osm", str(path), "--output", "out.npz", folder=tmp_path)
    assert ran.returncode == 2
    assert "Traceback" not in ran.stderr
    assert str(path) in ran.stderr
    assert {p.name for p in tmp_path.iterdir()} == before


def test_highways_do_not_go_with_extracts(tmp_path: Path) -> None:
    ran = routes("network", "build", "--osm", "a.osm.pbf", "--highways", "h.csv", folder=tmp_path)
    assert ran.returncode == 2
    assert "--highways goes with the trunk network" in ran.stderr


def test_without_osmium_the_message_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "osmium", None)
    with pytest.raises(RoutesError, match=r'pip install "\.\[osm\]"'):
        osm.read_ways([tmp_path / "a.osm.pbf"])


def network_of(roads: Roads) -> Network:
    return build_network(
        roads,
        read_crossings(bundled("crossings.csv")),
        read_places(bundled("places.csv")),
        Parameters().cost_per_km(),
        region_of(Source()).countries,
    )


def check_grid(roads: Roads, edges: int) -> None:
    """Every part of the region is there, and legs run to all that roads reach."""
    assert len(roads.u) - len(roads.border_node) == pytest.approx(edges, rel=0.01)
    assert (roads.length_km >= straight_km(roads) - 0.01).all()
    network = network_of(roads)
    assert not network.faults
    graph = build_crossing_graph(network, dict.fromkeys(network.crossings["crossing_id"], 100.0)).graph
    for name, kind in graph.nodes(data="kind"):
        assert kind != "processing_area" or graph.in_degree(name)
        assert kind != "gate" or graph.out_degree(name)
    for part in network.blocks.values():
        assert len(part.lon) - len(part.terminals) > edges / 2 * 0.01


def test_a_grid_over_the_region(tmp_path: Path) -> None:
    edges = write_grid(10_000, tmp_path / "grid.osm.pbf", 2)
    ran = routes("network", "build", "--osm", "grid.osm.pbf", "--output", "made/grid.npz", folder=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert "reading their nodes ..." in ran.stderr
    assert [p.name for p in (tmp_path / "made").iterdir()] == ["grid.npz"]
    roads = load_roads(tmp_path / "made" / "grid.npz")
    assert roads.about["osm_segments"] == 3 * edges
    # Chains are longer than 5 km here, so that they keep some nodes between; junctions are what counts.
    assert roads.about["osm_chains"] == pytest.approx(edges, rel=0.01)


@pytest.mark.slow
def test_a_grid_of_a_million_edges(tmp_path: Path) -> None:
    edges = write_grid(1_000_000, tmp_path / "grid.osm.pbf", 0)
    assert edges >= 1_000_000
    quiet = routes(
        "network", "build", "--osm", "grid.osm.pbf", "--output", "g.npz", "--quiet", folder=tmp_path
    )
    assert (quiet.returncode, quiet.stderr) == (0, "")
    check_grid(load_roads(tmp_path / "g.npz"), edges)


def test_a_grid_makes_a_network(tmp_path: Path) -> None:
    edges = write_grid(20_000, tmp_path / "grid.osm.pbf", 0)
    borders, crossings = read_borders(bundled("borders.geojson")), read_crossings(bundled("crossings.csv"))
    told: list[tuple[str, int, int | None]] = []

    class Stage:
        def __init__(self, what: str) -> None:
            self.what = what

        def __enter__(self) -> Callable[[int, int | None], None]:
            return lambda done, of: told.append((self.what, done, of))

        def __exit__(self, *_: object) -> None:
            pass

    roads = osm_roads([tmp_path / "grid.osm.pbf"], borders, crossings, Stage)
    check_grid(roads, edges)
    last = {what: (done, of) for what, done, of in told}
    assert {"reading roads", "reading their nodes"} <= set(last)
    assert all(done == of for done, of in last.values())


@pytest.mark.slow
@pytest.mark.parametrize("after", ["reading roads", "simplifying their shapes"])
def test_an_interrupted_build_leaves_nothing(tmp_path: Path, after: str) -> None:
    write_grid(100_000, tmp_path / "grid.osm.pbf", 3)
    build = ["network", "build", "--osm", "grid.osm.pbf", "--output", "o.npz"]
    command = [sys.executable, "-m", "routes", *build]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stderr
        for line in process.stderr:
            if line.startswith(after):
                process.send_signal(signal.SIGINT)
                break
        rest = process.stderr.read()
    assert process.returncode not in (0, None)
    assert "Traceback" not in rest
    assert [p.name for p in tmp_path.iterdir()] == ["grid.osm.pbf"]


TAGS = {
    "trunk": {"highway": "trunk"},
    "paved": {"highway": "trunk", "surface": "asphalt"},
    "gravel": {"highway": "primary", "surface": "gravel"},
    "track": {"highway": "track"},
    "link": {"highway": "trunk_link"},
}


def test_the_bundled_roads_come_back(tmp_path: Path) -> None:
    """Written as an extract and read again, the bundled roads give the same legs.

    Straight edges on both sides, for an extract holds shapes and not lengths. What differs is where the
    border is: at the listed crossing in the bundled roads, at the drawn line in the extract. That moves a
    leg by some kilometres, and where a road ends at a crossing by the connector that takes its place.
    """
    roads = load_roads(bundled("roads.npz"))
    nodes = {i + 1: place for i, place in enumerate(zip(roads.lon.tolist(), roads.lat.tolist(), strict=True))}
    ways = {
        i + 1: ([u + 1, v + 1], TAGS[ROAD_CLASSES[kind]])
        for i, (u, v, kind) in enumerate(
            zip(roads.u.tolist(), roads.v.tolist(), roads.road_class.tolist(), strict=True)
        )
    }
    path = write_osm(tmp_path / "bundled.osm.pbf", nodes, ways)
    borders, crossings = read_borders(bundled("borders.geojson")), read_crossings(bundled("crossings.csv"))
    again = osm_roads([path], borders, crossings)
    assert again.length_km.sum() == pytest.approx(straight_km(roads).sum(), rel=1e-3)
    before, after = network_of(replace(roads, length_km=straight_km(roads))), network_of(again)
    error = np.concatenate(
        [relative_error(before, after, country) for country in region_of(Source()).countries]
    )
    assert len(error) > 3000
    assert np.quantile(error, [0.5, 0.9]) == pytest.approx([0, 0], abs=0.04)
    assert np.median(error) < 0.005


def relative_error(before: Network, after: Network, country: str) -> np.ndarray:
    """Of the costs of legs between gates, listed crossings and areas."""
    one, two = block_legs(before.blocks[country]), block_legs(after.blocks[country])
    ids = [t for t in one.block.terminals if not t.startswith("unlisted") and t in two.block.terminals]
    i, j = ([part.block.terminals.index(t) for t in ids] for part in (one, two))
    a, b = one.cost[np.ix_(i, i)], two.cost[np.ix_(j, j)]
    assert (np.isfinite(a) == np.isfinite(b)).all()
    real = np.isfinite(a) & (a > 0)
    return np.abs(b[real] / a[real] - 1)


def test_over_127_countries_keep_their_numbers(tmp_path: Path) -> None:
    """A country number above 127 does not fit into one byte with a sign: 200 stripes of land, one road."""
    count = 200
    stripes = gpd.GeoDataFrame(
        {"iso3": [f"C{i:03d}" for i in range(count)], "name": "c", "modelled": True},
        geometry=[shapely.box(i / 2, 0, i / 2 + 0.5, 1) for i in range(count)],
        crs="EPSG:4326",
    )
    nodes = {i + 1: (i / 2 + 0.25, 0.5) for i in range(count)}
    path = write_osm(tmp_path / "a.osm.pbf", nodes, {1: ([*nodes], {"highway": "primary"})})
    none = pd.DataFrame(columns=["crossing_id", "country_a", "country_b"])
    made = osm_roads([path], stripes, none)
    save_roads(made, tmp_path / "roads.npz")
    roads = load_roads(tmp_path / "roads.npz")
    assert roads.country.tolist() == made.country.tolist()
    assert roads.country.max() == count - 1
    assert roads.border_pair.tolist() == made.border_pair.tolist()
    assert len(roads.border_node) == count - 1


def test_ids_of_today_do_not_cost_a_gigabyte(tmp_path: Path) -> None:
    """Sixty nodes with ids up to 8e9: osmium's sets of ids would take 4 MiB for each."""
    ids = [1 + i * 2**27 for i in range(60)]
    nodes = {n: (60 + i * 0.02, 30.0) for i, n in enumerate(ids)}
    path = write_osm(tmp_path / "a.osm.pbf", nodes, {2**30: (ids, {"highway": "primary"})})
    code = (
        "import resource, sys, pathlib\n"
        "from routes.roads import osm\n"
        "paths = [pathlib.Path(sys.argv[1])]\n"
        "ways = osm.read_ways(paths)\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "spots = osm.read_spots(paths, ways)\n"
        "print(len(spots.id), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    count, grown_kb = map(int, done.stdout.split())
    assert count == 60
    assert grown_kb < 60_000


def test_both_ways_to_find_the_nodes_find_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for pay in (True, False):
        monkeypatch.setattr(osm, "sets_pay", lambda *_, pay=pay: pay)
        found.append(lines_from(DATA / "helsinki.osm.pbf"))
    (one, figures), (other, again) = found
    assert figures == again
    for name in ("lon", "lat", "u", "v", "length_km", "road_class", "oneway"):
        assert (getattr(one, name) == getattr(other, name)).all()
