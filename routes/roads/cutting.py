"""Give every node its country, cut every edge at the border, drop what hangs on nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from routes.errors import RoutesError
from routes.roads.lines import LINK, joined_pieces, without
from routes.roads.road_file import Roads
from routes.support.geo import great_circle_km

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from routes.roads.lines import Lines
    from routes.support.arrays import Floats, Ints, Mask


_SHORE_KM = 30.0
_SETTLE_KM = 10.0  # a road that returns over a drawn border after less than this has not left its country
_SETTLE_ROUNDS = 10
_NOWHERE = -2  # country of a point in the open sea


def build_roads(
    lines: Lines,
    borders: gpd.GeoDataFrame,
    crossings: pd.DataFrame,
    about: dict[str, Any],
    *,
    surveyed: bool = False,
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
    surveyed : bool
        Whether the lines have their true shape, so that they may lie beside a border that is drawn less
        finely: short stretches beyond it then count as the country that they are joined to. Roads that
        hang on nothing are kept, for they are known to exist.

    Returns
    -------
    Roads
        The roads of the modelled countries; if they are not surveyed, their largest connected component.
    """
    countries = tuple(borders["iso3"])
    country = node_countries(lines.lon, lines.lat, borders)
    if surveyed:
        country = _settled(lines, country)
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
    parts = cut, country, border_node, border_pair
    return _of_modelled(*parts, countries, modelled, about, keep_apart=surveyed)


def box_around(borders: gpd.GeoDataFrame, beyond: float) -> tuple[float, float, float, float]:
    """Give lon, lat, lon, lat of a box that reaches some degrees beyond the modelled countries."""
    west, south, east, north = borders.loc[borders["modelled"], "geometry"].total_bounds.tolist()
    return west - beyond, south - beyond, east + beyond, north + beyond


def node_countries(lon: Floats, lat: Floats, borders: gpd.GeoDataFrame) -> Ints:
    """Country of each point by point in polygon; on the shore the nearest within 30 km; else -2."""
    polygons = borders.geometry.to_numpy()
    shapely.prepare(polygons)
    country = np.full(len(lon), _NOWHERE)
    for number, (polygon, (west, south, east, north)) in enumerate(
        zip(polygons, shapely.bounds(polygons), strict=True)
    ):
        near = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north) & (country == _NOWHERE)
        at = np.flatnonzero(near)
        country[at[shapely.intersects_xy(polygon, lon[at], lat[at])]] = number
    lost = np.flatnonzero(country == _NOWHERE)
    reach = _SHORE_KM / 111
    # The borders in single steps: the nearest step is found far sooner than the nearest polygon.
    corners, owner = shapely.get_coordinates(shapely.boundary(polygons), return_index=True)
    same = owner[1:] == owner[:-1]
    steps = shapely.linestrings(np.stack([corners[:-1], corners[1:]], axis=1)[same])
    points = shapely.points(lon[lost], lat[lost])
    point, step = shapely.STRtree(steps).query_nearest(points, max_distance=reach, all_matches=False)
    country[lost[point]] = owner[1:][same][step]
    return country


def _settled(lines: Lines, country: Ints) -> Ints:
    """Give short pieces of road beyond a border to the one country that they come from and go back to.

    A dead end beyond the border is none: the extract may end there. In a round a piece changes hands only
    if all pieces about it are longer, so that no two neighbours do.
    """
    country = country.copy()
    for _ in range(_SETTLE_ROUNDS):
        same = country[lines.u] == country[lines.v]
        label = joined_pieces(lines.u[same], lines.v[same], len(country))
        pieces = int(label.max(initial=-1)) + 1
        length = np.bincount(label[lines.u[same]], lines.length_km[same], pieces)
        rank = np.empty(pieces, int)
        rank[np.argsort(length, kind="stable")] = np.arange(pieces)
        a, b = lines.u[~same], lines.v[~same]
        near, far = np.concatenate([a, b]), np.concatenate([b, a])
        keeps = (length >= _SETTLE_KM) | (np.bincount(label[near], minlength=pieces) <= 1)
        keeps[label[near][rank[label[near]] > rank[label[far]]]] = True
        low, high = np.full(pieces, len(country)), np.full(pieces, _NOWHERE - 1)
        np.minimum.at(low, label[near], country[far])
        np.maximum.at(high, label[near], country[far])
        moved = ~keeps & (low == high) & (low >= 0)
        if not moved.any():
            break
        country = np.where(moved[label], low[label], country)
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
        oneway=np.concatenate([lines.oneway[keep], lines.oneway[over], lines.oneway[over]]),
        conditions=np.concatenate([lines.conditions[keep], lines.conditions[over], lines.conditions[over]]),
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


def _of_modelled(
    lines: Lines,
    country: Ints,
    border_node: Ints,
    border_pair: Ints,
    countries: tuple[str, ...],
    modelled: Ints,
    about: dict[str, Any],
    *,
    keep_apart: bool,
) -> Roads:
    """Edges that touch a modelled country, renumbered; of the largest connected component or of all."""
    of_country = np.isin(country, modelled)
    edges = of_country[lines.u] | of_country[lines.v]
    if not edges.any():
        message = "no road lies in a modelled country. Do the roads and the borders belong together?"
        raise RoutesError(message)
    nodes = len(lines.lon)
    label = joined_pieces(lines.u[edges], lines.v[edges], nodes)
    main = label == np.bincount(label[lines.u[edges]]).argmax()
    ends = _ends(lines, edges)
    apart = ends[~main[ends]]
    figures = {"roads_apart": len(np.unique(label[apart])), "nodes_apart": len(apart)}
    if not keep_apart:
        edges &= main[lines.u]
    used = _ends(lines, edges)
    number = np.full(nodes, -1)
    number[used] = np.arange(len(used))
    at_border = number[border_node] >= 0
    if not keep_apart:
        figures = {"nodes_dropped_unconnected": int((of_country & (number < 0)).sum())}
    return Roads(
        lon=lines.lon[used],
        lat=lines.lat[used],
        country=country[used],
        countries=countries,
        u=number[lines.u[edges]],
        v=number[lines.v[edges]],
        length_km=lines.length_km[edges],
        road_class=lines.road_class[edges],
        oneway=lines.oneway[edges],
        border_node=number[border_node[at_border]],
        border_pair=border_pair[at_border],
        stops={int(number[n]): name for n, name in lines.stops.items() if number[n] >= 0},
        about=about | figures,
        conditions=lines.conditions[edges],
    )


def _ends(lines: Lines, edges: Mask) -> Ints:
    """Nodes at the ends of some edges, in order."""
    used = np.zeros(len(lines.lon), bool)
    used[lines.u[edges]] = used[lines.v[edges]] = True
    return np.flatnonzero(used)
