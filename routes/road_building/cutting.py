"""Give every node its country, cut every edge at the border, drop what hangs on nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from routes.geo import great_circle_km
from routes.road_building.joining import LINK
from routes.road_building.lines import without
from routes.roads import Roads

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from routes.road_building.lines import Lines

    Floats = NDArray[np.float64]
    Ints = NDArray[np.integer[Any]]

_SHORE_KM = 30.0
_NOWHERE = -2  # country of a point in the open sea


def build_roads(
    lines: Lines, borders: gpd.GeoDataFrame, crossings: pd.DataFrame, about: dict[str, Any]
) -> Roads:
    """Give every node its country, cut every edge at the border, drop what hangs on nothing.

    Parameters
    ----------
    lines : Lines
        The joined network.
    borders : GeoDataFrame
        ``iso3``, ``modelled``, ``geometry``.
    crossings : DataFrame
        Listed crossings; a highway stop that is one is a border node of its two countries.
    about : dict
        Sources and figures; the figures of this step are added.

    Returns
    -------
    Roads
        The largest connected component of the modelled countries' roads.
    """
    countries = tuple(borders["iso3"])
    country = node_countries(lines.lon, lines.lat, borders)
    for code in set(lines.stated) - {""}:
        country[lines.stated == code] = countries.index(code)
    pair_of = {
        node: tuple(countries.index(c) for c in (row.country_a, row.country_b))
        for row in crossings.itertuples()
        for node, crossing_id in lines.crossing.items()
        if crossing_id == row.crossing_id
    }
    country[list(pair_of)] = -1
    # A link over a border joins a highway to a road of the other country that merely runs beside it.
    astray = (lines.road_class == LINK) & (country[lines.u] != country[lines.v])
    lines = without(lines, astray)
    length = great_circle_km(lines.lon[lines.u], lines.lat[lines.u], lines.lon[lines.v], lines.lat[lines.v])
    lines = replace(lines, length_km=np.maximum(lines.length_km, length))
    cut, border_node, border_pair = _cut(lines, country, borders, pair_of)
    modelled = np.flatnonzero(borders["modelled"])
    country = np.concatenate([country, np.full(len(cut.lon) - len(country), -1)])
    return _main_part(cut, country, border_node, border_pair, countries, modelled, about)


def node_countries(lon: Floats, lat: Floats, borders: gpd.GeoDataFrame) -> Ints:
    """Country of each point by point in polygon; on the shore the nearest within 30 km; else -2."""
    points = shapely.points(lon, lat)
    tree = shapely.STRtree(borders.geometry.to_numpy())
    country = np.full(len(lon), _NOWHERE)
    point, polygon = tree.query(points, predicate="intersects")
    country[point[::-1]] = polygon[::-1]
    lost = np.flatnonzero(country == _NOWHERE)
    reach = _SHORE_KM / 111
    point, polygon = tree.query_nearest(points[lost], max_distance=reach, all_matches=False)
    country[lost[point]] = polygon
    return country


def _cut(
    lines: Lines, country: Ints, borders: gpd.GeoDataFrame, pair_of: dict[int, tuple[int, ...]]
) -> tuple[Lines, Ints, Ints]:
    """Split every edge between two countries where it leaves the first."""
    a, b = country[lines.u], country[lines.v]
    over = np.flatnonzero((a >= 0) & (b >= 0) & (a != b))
    at = _leaving_point(lines, over, a[over], borders)
    new = len(lines.lon) + np.arange(len(over))
    u, v = lines.u[over], lines.v[over]
    lon = lines.lon[u] + (lines.lon[v] - lines.lon[u]) * at
    lat = lines.lat[u] + (lines.lat[v] - lines.lat[u]) * at
    keep = np.ones(len(lines.u), bool)
    keep[over] = False
    km, kind = lines.length_km[over], lines.road_class[over]
    cut = replace(
        lines,
        lon=np.concatenate([lines.lon, lon]),
        lat=np.concatenate([lines.lat, lat]),
        u=np.concatenate([lines.u[keep], u, new]),
        v=np.concatenate([lines.v[keep], new, v]),
        length_km=np.concatenate([lines.length_km[keep], km * at, km * (1 - at)]),
        road_class=np.concatenate([lines.road_class[keep], kind, kind]),
    )
    listed = np.array(sorted(pair_of), int)
    pairs = np.array([pair_of[n] for n in listed], int).reshape(-1, 2)
    return cut, np.concatenate([listed, new]), np.concatenate([pairs, np.column_stack([a[over], b[over]])])


def _leaving_point(lines: Lines, edges: Ints, country: Ints, borders: gpd.GeoDataFrame) -> Floats:
    """How far along an edge (0..1) its first country ends, by bisection."""
    polygons = borders.geometry.to_numpy()
    shapely.prepare(polygons)
    u, v = lines.u[edges], lines.v[edges]
    low, high = np.zeros(len(edges)), np.ones(len(edges))
    for _ in range(14):
        middle = (low + high) / 2
        lon = lines.lon[u] + (lines.lon[v] - lines.lon[u]) * middle
        lat = lines.lat[u] + (lines.lat[v] - lines.lat[u]) * middle
        inside = shapely.intersects_xy(polygons[country], lon, lat)
        low, high = np.where(inside, middle, low), np.where(inside, high, middle)
    return np.asarray((low + high) / 2)


def _main_part(
    lines: Lines,
    country: Ints,
    border_node: Ints,
    border_pair: Ints,
    countries: tuple[str, ...],
    modelled: Ints,
    about: dict[str, Any],
) -> Roads:
    """Edges that touch a modelled country, of the largest connected component, renumbered."""
    of_country = np.isin(country, modelled)
    edges = of_country[lines.u] | of_country[lines.v]
    nodes = len(lines.lon)
    graph = csr_array((np.ones(edges.sum()), (lines.u[edges], lines.v[edges])), shape=(nodes, nodes))
    label = connected_components(graph, directed=False)[1]
    largest = np.bincount(label[lines.u[edges]]).argmax()
    edges &= label[lines.u] == largest
    used = np.unique(np.concatenate([lines.u[edges], lines.v[edges]]))
    number = np.full(nodes, -1)
    number[used] = np.arange(len(used))
    at_border = number[border_node] >= 0
    dropped = int((of_country & (number < 0)).sum())
    return Roads(
        lon=lines.lon[used],
        lat=lines.lat[used],
        country=country[used],
        countries=countries,
        u=number[lines.u[edges]],
        v=number[lines.v[edges]],
        length_km=lines.length_km[edges],
        road_class=lines.road_class[edges],
        border_node=number[border_node[at_border]],
        border_pair=border_pair[at_border],
        stops={int(number[n]): name for n, name in lines.stops.items() if number[n] >= 0},
        about=about | {"nodes_dropped_unconnected": dropped},
    )
