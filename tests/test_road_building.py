"""Joining highways with the trunk network, on a road drawn by hand."""

from __future__ import annotations

import json
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

from routes import roads as build
from routes.errors import InputError
from routes.roads.road_file import ROAD_CLASSES, load_roads, save_roads, straight_km
from routes.support.geo import great_circle_km

DEGREE_KM = float(great_circle_km(0, 0, 0, 1))  # 111.19


def highways(*stops: tuple[str, int, str, str, float, float, float]) -> pd.DataFrame:
    columns = ["highway_id", "order", "stop", "crossing_id", "lon", "lat", "distance_km"]
    table = pd.DataFrame(stops, columns=columns)
    return table.assign(
        kind=np.where(table["crossing_id"] != "", "crossing", "town"),
        country="",
        surface="paved",
        terrain="flat",
    )


def lines(lon: list[float], lat: list[float], edges: list[tuple[int, int]], km: list[float]) -> build.Lines:
    u, v = np.array(edges).T
    return build.Lines(
        np.array(lon),
        np.array(lat),
        u,
        v,
        np.array(km),
        np.zeros(len(edges), int),
        np.zeros(len(edges), bool),
        np.full(len(lon), "", "<U3"),
        {},
        {},
    )


def test_published_distance_is_spread_over_its_stretch() -> None:
    # Stops at latitudes 30, 31, 33 on a meridian: 1 and 2 degrees. 400 km published over both.
    made = build.highway_lines(
        highways(
            ("h", 1, "A", "", 65, 30, np.nan),
            ("h", 2, "B", "", 65, 31, np.nan),
            ("h", 3, "C", "", 65, 33, 400),
            ("h", 4, "D", "", 65, 34, np.nan),
        )
    )
    circuity = build.CIRCUITY["flat"]
    assert made.length_km == pytest.approx([400 / 3, 800 / 3, DEGREE_KM * circuity])


def test_a_published_distance_below_the_straight_line_does_not_count() -> None:
    made = build.highway_lines(highways(("h", 1, "A", "", 65, 30, np.nan), ("h", 2, "B", "", 65, 31, 50)))
    assert made.length_km == pytest.approx([DEGREE_KM])


def test_stops_at_the_same_place_are_one_node_and_pieces_count_once() -> None:
    made = build.highway_lines(
        highways(
            ("h", 1, "A", "", 65, 30, np.nan),
            ("h", 2, "B", "", 65, 31, np.nan),
            ("i", 1, "B", "", 65, 31, np.nan),
            ("i", 2, "A", "", 65, 30, np.nan),
            ("i", 3, "C", "", 66, 30, np.nan),
        )
    )
    assert len(made.lon) == 3
    assert len(made.u) == 2


@pytest.fixture
def bent() -> tuple[build.Lines, build.Lines]:
    """Trunk: a straight edge of two degrees along 65 E, and a side road east from its southern end.

    Highway: the same road, bent 0.2 degrees east in the middle, with 300 km published.
    """
    trunk = lines([65.01, 65.01, 66.0], [30, 32, 30], [(0, 1), (0, 2)], [222.4, 96.0])
    road = build.highway_lines(
        highways(
            ("h", 1, "A", "", 65, 30, np.nan),
            ("h", 2, "B", "", 65.2, 31, np.nan),
            ("h", 3, "C", "", 65, 32, 300),
        )
    )
    return trunk, road


def test_a_highway_replaces_the_trunk_edge_it_explains(bent: tuple[build.Lines, build.Lines]) -> None:
    joined, figures = build.join(*bent)
    assert figures["trunk_edges_explained"] == 1
    # Two pieces of highway, the side road, and links to it from the two trunk nodes near A and C.
    assert len(joined.u) == 5
    assert joined.length_km.sum() == pytest.approx(
        300 + 96 + 2 * great_circle_km(65, 31, 65.01, 31), rel=1e-3
    )
    assert (joined.road_class == ROAD_CLASSES.index("link")).sum() == 2


def test_a_road_of_another_course_stays(bent: tuple[build.Lines, build.Lines]) -> None:
    trunk, _ = bent
    far = build.highway_lines(highways(("h", 1, "A", "", 67, 30, np.nan), ("h", 2, "B", "", 67, 32, np.nan)))
    joined, figures = build.join(trunk, far)
    assert figures["trunk_edges_explained"] == 0
    assert len(joined.u) == 3


@pytest.fixture
def two_countries() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"iso3": ["AAA", "BBB"], "name": ["A", "B"], "modelled": [True, True]},
        geometry=[box(60, 28, 65.5, 34), box(65.5, 28, 70, 34)],
        crs="EPSG:4326",
    )


def crossing_table(*rows: tuple[str, str, str, str, float, float]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["crossing_id", "kind", "country_a", "country_b", "lon", "lat"])
    return table.assign(name=table["crossing_id"], official="yes")


def test_edges_are_cut_where_they_leave_a_country(two_countries: gpd.GeoDataFrame) -> None:
    trunk = lines([65.0, 67.0], [30, 30], [(0, 1)], [200.0])
    roads = build.build_roads(trunk, two_countries, crossing_table(), {})
    assert len(roads.border_node) == 1
    (node,) = roads.border_node
    assert roads.lon[node] == pytest.approx(65.5, abs=1e-3)
    assert roads.country[node] == -1
    assert sorted(roads.length_km) == pytest.approx([50, 150], rel=1e-3)


def test_a_crossing_on_a_highway_is_a_border_node(two_countries: gpd.GeoDataFrame) -> None:
    road = build.highway_lines(
        highways(
            ("h", 1, "A", "", 65, 30, np.nan),
            ("h", 2, "X", "x", 65.47, 30, np.nan),
            ("h", 3, "B", "", 66, 30, np.nan),
        )
    )
    table = crossing_table(("x", "road", "AAA", "BBB", 65.47, 30))
    roads = build.build_roads(road, two_countries, table, {})
    assert len(roads.border_node) == 1  # at the crossing, not where the drawn border is
    assert roads.lon[roads.border_node[0]] == pytest.approx(65.47)


def test_the_stated_country_of_a_stop_wins_over_the_drawn_border(two_countries: gpd.GeoDataFrame) -> None:
    table = highways(
        ("h", 1, "A", "", 65.4, 30, np.nan),
        ("h", 2, "B", "", 65.53, 30.4, np.nan),
        ("h", 3, "C", "", 65.4, 30.8, np.nan),
    ).assign(country="AAA")
    roads = build.build_roads(build.highway_lines(table), two_countries, crossing_table(), {})
    assert not len(roads.border_node)


def test_road_file_keeps_everything(tmp_path, two_countries: gpd.GeoDataFrame) -> None:
    trunk = lines([65.0, 67.0], [30, 30.00001], [(0, 1)], [200.0])
    roads = build.build_roads(trunk, two_countries, crossing_table(), {"note": "é"})
    save_roads(roads, tmp_path / "r.npz")
    again = load_roads(tmp_path / "r.npz")
    for name in ("lon", "lat", "length_km"):
        assert getattr(again, name) == pytest.approx(getattr(roads, name), abs=1e-3)
    assert (again.u == roads.u).all()
    assert again.about == roads.about
    save_roads(again, tmp_path / "s.npz")
    assert (tmp_path / "r.npz").read_bytes() == (tmp_path / "s.npz").read_bytes()


def test_road_file_keeps_one_way_roads_and_refuses_other_versions(
    tmp_path, two_countries: gpd.GeoDataFrame
) -> None:
    trunk = lines([65.0, 67.0, 67.5], [30, 30, 30], [(0, 1), (1, 2)], [200.0, 50.0])
    one_way = replace(trunk, oneway=np.array([True, False]))
    roads = build.build_roads(one_way, two_countries, crossing_table(), {})
    assert sorted(zip(roads.length_km.round(), roads.oneway.tolist(), strict=True)) == [
        (50, False),
        (50, True),
        (150, True),
    ]
    save_roads(roads, tmp_path / "r.npz")
    assert (load_roads(tmp_path / "r.npz").oneway == roads.oneway).all()
    with np.load(tmp_path / "r.npz") as file:
        arrays = {name: file[name] for name in file.files}
    text = json.loads(arrays["json"].tobytes()) | {"format": 1}
    del arrays["oneway"]
    arrays["json"] = np.frombuffer(json.dumps(text).encode(), np.uint8)
    np.savez(tmp_path / "old.npz", **arrays)
    with pytest.raises(InputError, match="wanted road file format 2 or 3, got 1"):
        load_roads(tmp_path / "old.npz")


def test_no_bundled_edge_is_shorter_than_its_straight_line() -> None:
    from routes.read import bundled

    roads = load_roads(bundled("roads.npz"))
    assert (roads.length_km >= straight_km(roads) - 0.01).all()
