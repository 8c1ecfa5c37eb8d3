"""Join the trunk roads with the highways: where both describe the same road, the highway wins."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from routes.roads.lines import LINK, Lines, without
from routes.support.geo import great_circle_km

if TYPE_CHECKING:
    from routes.support.arrays import Floats, Ints, Mask


_REPLACED_FROM_KM = 8.0  # shorter trunk edges carry shape and stay
_EXPLAINED_RATIO = 1.5
_ATTACH_KM = 9.0
_STOP_LINK_KM = 4.0


def join(trunk: Lines, highways: Lines) -> tuple[Lines, dict[str, Any]]:
    """Join the two networks: leave out the trunk edges that a highway explains, link the rest.

    A trunk edge is explained if both its ends lie near highways and the way along the highways between
    them is at most 1.5 times its straight length. The trunk nodes at its ends are linked to the highway.

    Returns
    -------
    Lines
        Highway nodes first, then the nodes where links meet a highway, then the trunk nodes.
    dict
        How many trunk edges, and kilometres of them, were left out; how many links were made.
    """
    plane = pyproj.Transformer.from_crs("EPSG:4326", _plane(highways), always_xy=True)
    trunk_xy = np.column_stack(plane.transform(trunk.lon, trunk.lat))
    highway_xy = np.column_stack(plane.transform(highways.lon, highways.lat))
    place, offset, distance = _project(trunk_xy, highway_xy, highways)
    explained = _explained(trunk, trunk_xy, highways, place, offset, distance)
    linked = np.unique(
        np.concatenate(
            [trunk.u[explained], trunk.v[explained], _nearest_to_stops(trunk_xy, highway_xy, highways)]
        )
    )
    lines = _link(without(trunk, explained), highways, linked, place[linked], offset[linked])
    figures = {
        "trunk_edges_explained": int(explained.sum()),
        "trunk_km_explained": round(float(trunk.length_km[explained].sum())),
        "links": len(linked),
    }
    return lines, figures


def _plane(lines: Lines) -> str:
    """Plane about the middle of some lines, in kilometres: what is near stays near at any latitude."""
    lon, lat = ((z.min() + z.max()) / 2 for z in (lines.lon, lines.lat))
    return f"+proj=aeqd +lat_0={lat:.3f} +lon_0={lon:.3f} +units=km"


def _project(points: Floats, ends: Floats, highways: Lines) -> tuple[Ints, Floats, Floats]:
    """Nearest highway edge of each point, how far along it (0..1) and how far away (km)."""
    lines = shapely.linestrings(np.stack([ends[highways.u], ends[highways.v]], axis=1))
    tree = shapely.STRtree(lines)
    spots = shapely.points(points)
    edge = tree.nearest(spots)
    offset = shapely.line_locate_point(lines[edge], spots, normalized=True)
    return edge, offset, shapely.distance(lines[edge], spots)


def _explained(
    trunk: Lines, xy: Floats, highways: Lines, place: Ints, offset: Floats, distance: Floats
) -> Mask:
    straight = np.hypot(*(xy[trunk.u] - xy[trunk.v]).T)
    near = np.minimum(_ATTACH_KM, 0.3 * straight)
    candidates = np.flatnonzero(
        (straight > _REPLACED_FROM_KM) & (distance[trunk.u] < near) & (distance[trunk.v] < near)
    )
    km = great_circle_km(
        highways.lon[highways.u], highways.lat[highways.u], highways.lon[highways.v], highways.lat[highways.v]
    )
    nodes = len(highways.lon)
    both = (np.concatenate([highways.u, highways.v]), np.concatenate([highways.v, highways.u]))
    apart = dijkstra(csr_array((np.concatenate([km, km]), both), shape=(nodes, nodes)))
    a, b = trunk.u[candidates], trunk.v[candidates]
    way = _along(apart, km, highways, (place[a], offset[a]), (place[b], offset[b]))
    explained = np.zeros(len(trunk.u), bool)
    explained[candidates] = way <= _EXPLAINED_RATIO * straight[candidates]
    return explained


def _along(
    apart: Floats, km: Floats, highways: Lines, one: tuple[Ints, Floats], two: tuple[Ints, Floats]
) -> Floats:
    """Distance along the highways between two positions (edge, offset), in km."""
    (edge_a, at_a), (edge_b, at_b) = one, two
    ways = [
        apart[end_a[edge_a], end_b[edge_b]] + to_a * km[edge_a] + to_b * km[edge_b]
        for end_a, to_a in ((highways.u, at_a), (highways.v, 1 - at_a))
        for end_b, to_b in ((highways.u, at_b), (highways.v, 1 - at_b))
    ]
    ways.append(np.where(edge_a == edge_b, np.abs(at_a - at_b) * km[edge_a], np.inf))
    return np.asarray(np.min(ways, axis=0))


def _nearest_to_stops(trunk_xy: Floats, highway_xy: Floats, highways: Lines) -> Ints:
    """Trunk nodes nearest to a stop, within reach: a town joins both networks."""
    tree = shapely.STRtree(shapely.points(trunk_xy))
    stops = np.array(sorted(set(highways.stops) - set(highways.crossing)))
    pair = tree.query_nearest(
        shapely.points(highway_xy[stops]), max_distance=_STOP_LINK_KM, all_matches=False
    )
    return np.asarray(pair[1])


def _link(trunk: Lines, highways: Lines, linked: Ints, edge: Ints, offset: Floats) -> Lines:
    """Put the trunk beside the highways and link the given trunk nodes to their projections."""
    split, node_at = _split(highways, edge, offset)
    shift = len(split.lon)
    km = great_circle_km(trunk.lon[linked], trunk.lat[linked], split.lon[node_at], split.lat[node_at])
    return Lines(
        lon=np.concatenate([split.lon, trunk.lon]),
        lat=np.concatenate([split.lat, trunk.lat]),
        u=np.concatenate([split.u, trunk.u + shift, linked + shift]),
        v=np.concatenate([split.v, trunk.v + shift, node_at]),
        length_km=np.concatenate([split.length_km, trunk.length_km, km]),
        road_class=np.concatenate([split.road_class, trunk.road_class, np.full(len(linked), LINK)]),
        oneway=np.concatenate([split.oneway, trunk.oneway, np.zeros(len(linked), bool)]),
        stated=np.concatenate([split.stated, trunk.stated]),
        stops=split.stops,
        crossing=split.crossing,
    )


def _split(lines: Lines, edge: Ints, offset: Floats) -> tuple[Lines, Ints]:
    """Insert nodes at (edge, offset), one a kilometre at most; ends of the edge serve when they are near.

    Returns the lines and, for each position, the node that stands for it.
    """
    km = np.maximum(lines.length_km[edge], 1e-9)
    rounded = np.round(offset * km) / km
    at_u, at_v = rounded * km < 1, (1 - rounded) * km < 1
    inner = ~(at_u | at_v)
    keys, which = np.unique(np.column_stack([edge, rounded])[inner], axis=0, return_inverse=True)
    new_edge, new_at = keys[:, 0].astype(int), keys[:, 1]
    new_node = len(lines.lon) + np.arange(len(keys))
    node = np.where(at_u, lines.u[edge], lines.v[edge])
    node[inner] = new_node[which]
    a, b = lines.u[new_edge], lines.v[new_edge]
    lon = np.concatenate([lines.lon, lines.lon[a] + (lines.lon[b] - lines.lon[a]) * new_at])
    lat = np.concatenate([lines.lat, lines.lat[a] + (lines.lat[b] - lines.lat[a]) * new_at])
    between = np.where(lines.stated[a] == lines.stated[b], lines.stated[a], "")
    # Chain each edge through its inserted nodes: sort all (edge, offset) with the two ends added.
    every = np.arange(len(lines.u))
    chain_edge = np.concatenate([every, new_edge, every])
    chain_at = np.concatenate([np.zeros(len(every)), new_at, np.ones(len(every))])
    chain_node = np.concatenate([lines.u, new_node, lines.v])
    order = np.lexsort([chain_at, chain_edge])
    chain_edge, chain_at, chain_node = chain_edge[order], chain_at[order], chain_node[order]
    same = np.flatnonzero(chain_edge[1:] == chain_edge[:-1])
    parent = chain_edge[same]
    return (
        replace(
            lines,
            lon=lon,
            lat=lat,
            u=chain_node[same],
            v=chain_node[same + 1],
            length_km=lines.length_km[parent] * (chain_at[same + 1] - chain_at[same]),
            road_class=lines.road_class[parent],
            oneway=lines.oneway[parent],
            stated=np.concatenate([lines.stated, between]),
        ),
        node,
    )
