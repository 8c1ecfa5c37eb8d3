"""Other roads that a leg may take, so that a road beside another gets its part of the flow.

The crossing graph knows the cheapest road of a leg. Where a leg carries noticeable flow, dissimilar
alternatives are added by the penalty method (de la Barra, Pérez & Anez 1993): the edges of the ways found
so far are made dearer and the search is made again. A way counts if it costs at most 1.25 times the
cheapest and runs less than 70 % of its length along the ways before; the two carriageways of one road,
which the roads hold as two lines, are one road here. The flow is split by path-size logit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import KDTree

from routes.network import Arcs, arcs_of
from routes.support.geo import local_plane_km

if TYPE_CHECKING:
    from routes.network import BlockLegs
    from routes.network.blocks import Block
    from routes.support.arrays import Floats, Ints


DEARER_AT_MOST = 1.25
SHARED_AT_MOST = 0.7
SAME_ROAD_KM = 3.0  # roads nearer than this run together
_PENALTY = 1.5  # factor on the cost of edges already used
_TRIES = 4
_STEP_KM = 2.0  # between the points that stand for a road


@dataclass(frozen=True, slots=True)
class RoadWay:
    """One road of a leg: its edges in order, and the share of the leg's flow on it."""

    edges: Ints
    share: float


@dataclass(frozen=True, slots=True)
class RoadSearch:
    """The roads of a block made ready for many searches."""

    part: BlockLegs
    arcs: Arcs

    def cheapest(self, weight: Floats, ends: Ints) -> Ints:
        """Edges of the cheapest way between two nodes, by weights of all edges of the block."""
        matrix, directed = self.arcs.matrix(weight), not self.arcs.both_ways
        before = dijkstra(matrix, directed=directed, indices=ends[:1], return_predecessors=True)[1][0]
        way = [int(ends[1])]
        while way[-1] != ends[0]:
            way.append(int(before[way[-1]]))
        along = np.array(way[::-1])
        return self.arcs.between(along[:-1], along[1:])


def road_search(part: BlockLegs) -> RoadSearch:
    """Make the roads of a block ready for `road_ways`."""
    return RoadSearch(part, arcs_of(part.block))


def road_ways(search: RoadSearch, source: int, target: int, scale_km: float) -> tuple[RoadWay, ...]:
    """Find the cheapest road of a leg and its dissimilar alternatives, with their shares.

    Parameters
    ----------
    search : RoadSearch
        From `road_search`.
    source, target : int
        Positions in ``search.part.block.terminals``; there must be a way between them.
    scale_km : float
        Scale of the route choice.

    Returns
    -------
    tuple of RoadWay
        The cheapest first; the shares sum to one.
    """
    block = search.part.block
    ends = block.terminal_node[[source, target]]
    found = [search.cheapest(block.cost, ends)]
    limit = DEARER_AT_MOST * block.cost[found[0]].sum()
    weight = block.cost.copy()
    for _ in range(_TRIES):
        weight[found[-1]] *= _PENALTY
        way = search.cheapest(weight, ends)
        fresh = block.cost[way].sum() <= limit and all(
            shared_length(block, way, other) < SHARED_AT_MOST for other in found
        )
        if fresh:
            found.append(way)
        else:
            weight[way] *= _PENALTY
    return tuple(
        RoadWay(way, share) for way, share in zip(found, _split(block, found, scale_km), strict=True)
    )


def shared_length(block: Block, way: Ints, other: Ints) -> float:
    """Share of the length of a way that runs within `SAME_ROAD_KM` of another."""
    near = KDTree(_points(block, other)[0])
    points, weight = _points(block, way)
    distance = near.query(points)[0]
    return float(weight[distance <= SAME_ROAD_KM].sum() / weight.sum())


def _points(block: Block, edges: Ints) -> tuple[Floats, Floats]:
    """Points every few kilometres along edges in a local plane, and the length that each stands for."""
    lon_0, lat_0 = float(block.lon.mean()), float(block.lat.mean())
    x, y = local_plane_km(block.lon, block.lat, lon_0, lat_0)
    u, v = block.u[edges], block.v[edges]
    parts = np.maximum(np.ceil(np.hypot(x[u] - x[v], y[u] - y[v]) / _STEP_KM), 1).astype(int)
    edge = np.repeat(np.arange(len(edges)), parts)
    first = np.concatenate([[0], np.cumsum(parts)[:-1]])
    along = (np.arange(len(edge)) - first[edge] + 0.5) / parts[edge]
    points = np.column_stack(
        [x[u][edge] + along * (x[v] - x[u])[edge], y[u][edge] + along * (y[v] - y[u])[edge]]
    )
    return points, block.length_km[edges][edge] / parts[edge]


def _split(block: Block, ways: list[Ints], scale_km: float) -> list[float]:
    """Path-size logit over the ways: exp(-cost / scale) times the mean of 1 / ways on each kilometre."""
    rows = np.concatenate([np.full(len(way), i) for i, way in enumerate(ways)])
    use = coo_array((np.ones(len(rows)), (rows, np.concatenate(ways))), shape=(len(ways), len(block.u)))
    together = np.asarray(use.sum(axis=0)).ravel()
    cost = np.array([block.cost[way].sum() for way in ways])
    size = np.array(
        [(block.length_km[way] / together[way]).sum() / block.length_km[way].sum() for way in ways]
    )
    raw = size * np.exp(-(cost - cost.min()) / scale_km)
    shares: list[float] = (raw / raw.sum()).tolist()
    return shares
