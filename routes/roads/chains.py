"""OpenStreetMap ways -> lines: bends become shape, and only junctions and bends that matter stay nodes.

Nodes at which just two pieces of the same kind of road meet are no junctions. A run of them between two
junctions is a chain. Its shape is simplified (Douglas & Peucker 1973), and each stretch between two bends
that stay becomes an edge whose length is that of the road along all its nodes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order

from routes.roads.lines import Lines, joined_pieces
from routes.roads.osm import Spots
from routes.roads.osm_months import FORD, turned_to_place
from routes.support.geo import KM_PER_DEGREE, great_circle_km

if TYPE_CHECKING:
    from collections.abc import Callable

    from routes.roads.osm import Ways
    from routes.support.arrays import Floats, Ints, Mask

    Progress = Callable[[int, int | None], None]

TOLERANCE_KM = 0.025  # how far a drawn road may lie from the true one: half a footprint is 3 km
NODE_EVERY_KM = 5.0  # a straight road keeps a node this often, so that towns and posts find one near
_BATCH = 50_000  # chains simplified at a time


class Segments(NamedTuple):
    """Straight pieces of ways, between nodes numbered as in `Spots`; `kind` is all that an edge is, in one.

    It holds conditions, class and whether the piece is one-way: `kind_of`.
    """

    a: Ints
    b: Ints
    kind: Ints


_CLASSES = 64


def kind_of(road_class: Ints, oneway: Mask, conditions: Ints) -> Ints:
    """Put class, one-way and conditions into one number; `taken_apart` undoes it.

    Examples
    --------
    >>> [int(part[0]) for part in taken_apart(kind_of(np.array([7]), np.array([True]), np.array([4097])))]
    [7, 1, 4097]
    """
    return np.asarray(_CLASSES * conditions + 2 * road_class + oneway)


def taken_apart(kind: Ints) -> tuple[Ints, Mask, Ints]:
    """Class, one-way and conditions of a kind."""
    return kind % _CLASSES // 2, kind % 2 == 1, kind // _CLASSES


class Chains(NamedTuple):
    """Runs of segments: nodes of all chains in order, where each chain begins, and its kind."""

    node: Ints
    start: Ints
    kind: Ints


def lines_of(
    ways: Ways,
    spots: Spots,
    box: tuple[float, float, float, float],
    progress: Progress = lambda _done, _of: None,
) -> tuple[Lines, dict[str, int]]:
    """Contract ways into lines.

    Parameters
    ----------
    ways : Ways
    spots : Spots
    box : tuple of float
        lon, lat, lon, lat: what lies outside is left out.
    progress : function of (done, of), optional
        Told of chains.

    Returns
    -------
    Lines
    dict
        How many ways, nodes that the files do not hold, segments, chains.
    """
    missing = int(np.isnan(spots.lon).sum())
    segments, spots = parted(segments_of(ways, spots, box), spots)
    chains = chains_of(segments, len(spots.id))
    lines = _lines(chains, spots, progress)
    figures = {
        "osm_ways": len(ways.road_class),
        "osm_nodes_missing": missing,
        "osm_segments": len(segments.a),
        "osm_chains": len(chains.kind),
    }
    return lines, figures


def segments_of(ways: Ways, spots: Spots, box: tuple[float, float, float, float]) -> Segments:
    """Cut ways into segments; those with an end that is unknown or outside the box are left out."""
    node = np.searchsorted(spots.id, ways.node)
    way = np.repeat(np.arange(len(ways.road_class)), np.diff(ways.start))
    west, south, east, north = box
    inside = (spots.lon >= west) & (spots.lon <= east) & (spots.lat >= south) & (spots.lat <= north)
    a, b = node[:-1], node[1:]
    use = np.flatnonzero((way[:-1] == way[1:]) & (a != b) & inside[a] & inside[b])
    a, b, of_way = a[use], b[use], way[use]
    forth = ways.direction[of_way]
    conditions = turned_to_place(ways.conditions[of_way], spots.lat[a])
    conditions |= FORD * (spots.ford[a] | spots.ford[b])
    kind = kind_of(ways.road_class[of_way], forth != 0, conditions)
    return Segments(np.where(forth < 0, b, a), np.where(forth < 0, a, b), kind)


def parted(segments: Segments, spots: Spots) -> tuple[Segments, Spots]:
    """Give each piece that ends at a barrier an end of its own there, so that no way leads through."""
    ends = np.concatenate([segments.a, segments.b])
    hit = np.flatnonzero(spots.blocked[ends])
    at = ends[hit]
    ends[hit] = len(spots.id) + np.arange(len(hit))
    a, b = np.split(ends, 2)
    return Segments(a, b, segments.kind), Spots(*(np.concatenate([old, old[at]]) for old in spots.columns))


def chains_of(segments: Segments, nodes: int) -> Chains:
    """Join segments at the nodes that are no junctions.

    Examples
    --------
    >>> a, b = np.array([0, 2, 2]), np.array([1, 1, 3])  # 0 - 1 - 2 - 3, all of one kind
    >>> chains_of(Segments(a, b, np.zeros(3, int)), 4).node.tolist()
    [0, 1, 2, 3]
    """
    passed = _passed(segments, nodes)
    label = _runs(segments, passed)
    # A ring without a junction is opened at one of its nodes.
    joins = passed[segments.a] != passed[segments.b]
    inner = np.where(passed[segments.a], segments.a, segments.b)
    opened = np.zeros(label.max(initial=0) + 1, bool)
    opened[label[inner[joins]]] = True
    ring = np.flatnonzero(passed & ~opened[label])
    passed[ring[np.unique(label[ring], return_index=True)[1]]] = False
    return _ordered(segments, passed, _runs(segments, passed))


def _passed(segments: Segments, nodes: int) -> Mask:
    """Whether just two segments of one kind meet at a node, one after the other if they are one-way."""
    a, b, kind = segments
    both = np.concatenate([a, b])
    twice = np.concatenate([kind, kind]).astype(float)
    number = np.bincount(both, minlength=nodes)
    total, squares = np.bincount(both, twice, nodes), np.bincount(both, twice**2, nodes)
    oneway = kind % 2 == 1
    through = np.bincount(a[oneway], minlength=nodes) == np.bincount(b[oneway], minlength=nodes)
    two = number == 2  # noqa: PLR2004 - by definition
    return np.asarray(two & (2 * squares == total**2) & through)


def _runs(segments: Segments, passed: Mask) -> Ints:
    """Label the runs of nodes that are no junctions; every other node has a label of its own."""
    within = passed[segments.a] & passed[segments.b]
    return joined_pieces(segments.a[within], segments.b[within], len(passed))


def _ordered(segments: Segments, passed: Mask, label: Ints) -> Chains:
    """Put the nodes of every chain in order, from its first segment to its last."""
    a, b, kind = segments
    single = ~passed[a] & ~passed[b]
    joins = np.flatnonzero(passed[a] != passed[b])
    inner = np.where(passed[a[joins]], a[joins], b[joins])
    outer = np.where(passed[a[joins]], b[joins], a[joins])
    # Each run is joined to the rest twice; a one-way run begins where its segment leaves the rest.
    against = (kind[joins] % 2 == 1) & passed[a[joins]]
    order = np.lexsort([against, label[inner]])
    first, last = order[0::2], order[1::2]
    walk = _walk(segments, passed, inner[first])
    walk = walk[np.argsort(label[walk], kind="stable")]
    size = np.bincount(label[walk], minlength=len(passed))[label[inner[first]]] + 2
    start = np.concatenate([[0], np.cumsum(size)])
    node = np.empty(start[-1], np.int64)
    ends = np.zeros(len(node), bool)
    ends[start[:-1]] = ends[start[1:] - 1] = True
    node[start[:-1]], node[start[1:] - 1], node[~ends] = outer[first], outer[last], walk
    pairs = np.column_stack([a[single], b[single]]).ravel()
    return Chains(
        np.concatenate([node, pairs]),
        np.concatenate([start, start[-1] + 2 * np.arange(1, np.count_nonzero(single) + 1)]),
        np.concatenate([kind[joins[first]], kind[single]]),
    )


def _walk(segments: Segments, passed: Mask, first: Ints) -> Ints:
    """All nodes that are no junctions, those of each run in order from its first node."""
    nodes = len(passed)
    within = passed[segments.a] & passed[segments.b]
    a, b = segments.a[within], segments.b[within]
    # One search along all runs at once, from a root that stands before every first node.
    root = np.full(len(first), nodes)
    matrix = csr_array(
        (np.ones(2 * len(a) + len(first), np.int8), (np.r_[a, b, root], np.r_[b, a, first])),
        shape=(nodes + 1, nodes + 1),
    )
    return np.asarray(breadth_first_order(matrix, nodes, return_predecessors=False)[1:]).astype(np.int64)


def _lines(chains: Chains, spots: Spots, progress: Progress) -> Lines:
    chain = np.repeat(np.arange(len(chains.kind)), np.diff(chains.start))
    lon, lat = spots.lon[chains.node], spots.lat[chains.node]
    step = np.zeros(len(lon))
    step[1:] = np.where(chain[1:] == chain[:-1], great_circle_km(lon[:-1], lat[:-1], lon[1:], lat[1:]), 0.0)
    along = np.cumsum(step)
    since = along - along[chains.start[:-1]][chain]
    kept = _bends(lon, lat, chains.start, progress)
    kept[1:] |= since[1:] // NODE_EVERY_KM > since[:-1] // NODE_EVERY_KM
    at = np.flatnonzero(kept)
    here, there = at[:-1], at[1:]
    edge = (chain[here] == chain[there]) & (chains.node[here] != chains.node[there])
    here, there = here[edge], there[edge]
    ends = chains.node[np.concatenate([here, there])]
    is_used = np.zeros(len(spots.id), bool)
    is_used[ends] = True
    used, number = np.flatnonzero(is_used), (np.cumsum(is_used) - 1)[ends]
    road_class, oneway, conditions = taken_apart(chains.kind[chain[here]])
    return Lines(
        lon=spots.lon[used],
        lat=spots.lat[used],
        u=number[: len(here)],
        v=number[len(here) :],
        length_km=along[there] - along[here],
        road_class=road_class,
        oneway=oneway,
        conditions=conditions,
    )


def _bends(lon: Floats, lat: Floats, start: Ints, progress: Progress) -> Mask:
    """Which nodes of the chains stay when their shapes are simplified; their ends always do."""
    kept = np.zeros(len(lon), bool)
    kept[start[:-1]] = kept[start[1:] - 1] = True
    bent = np.flatnonzero(np.diff(start) > 2)  # noqa: PLR2004 - two ends and something between them
    for begin in range(0, len(bent), _BATCH):
        some = bent[begin : begin + _BATCH]
        size = start[some + 1] - start[some]
        node = np.arange(size.sum()) + np.repeat(start[some] - (np.cumsum(size) - size), size)
        x = lon[node] * np.cos(np.radians(np.repeat(lat[start[some]], size)))
        # The number of each node goes along as its height, and tells which of them come back.
        points = np.column_stack([x, lat[node], node])
        shapes = shapely.linestrings(points, indices=np.repeat(np.arange(len(some)), size))
        simple = shapely.simplify(shapes, TOLERANCE_KM / KM_PER_DEGREE, preserve_topology=False)
        kept[shapely.get_coordinates(simple, include_z=True)[:, 2].astype(np.int64)] = True
        progress(min(begin + _BATCH, len(bent)), len(bent))
    return kept
