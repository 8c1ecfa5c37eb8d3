"""Flows -> road segments: stretches of road ranked by the share of the inflow on them.

A segment runs on as long as the flow changes by less than a tenth at each junction, so that a row of the
table is a piece of road that one team could stand on anywhere. It is named by the nearest stops at its ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_array

from routes.corridors import legs_passed
from routes.evidence.shares import interval_of
from routes.network import leg_edges
from routes.planning.alternatives import road_search, road_ways
from routes.planning.flows import flows_of, into_area
from routes.results import RoadSegment
from routes.support.geo import great_circle_km

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routes.analysis import Analysis
    from routes.evidence.shares import ShareDraws
    from routes.network import BlockLegs
    from routes.network.blocks import Block
    from routes.support.arrays import Floats, Ints


ALTERNATIVES_FROM = 0.01  # share of a leg from which other roads for it are looked for
LISTED_FROM = 0.005  # roads with a smaller share are not listed
LISTED_FROM_KM = 5.0  # nor are pieces shorter than this: interchanges and streets
SAME_FLOW = 0.1  # relative change of the flow up to which a segment runs on
_AT_KM, _NEAR_KM = 5.0, 100.0  # up to where an end is "at" a stop, and "near" one


def road_segments(
    analysis: Analysis,
    scale_km: float,
    *,
    area: str | None = None,
    country: str | None = None,
    top: int | None = None,
) -> tuple[RoadSegment, ...]:
    """Rank road segments by the share of the inflow on them.

    Parameters
    ----------
    analysis : Analysis
    scale_km : float
        Scale of the route choice, for the split between roads of one leg.
    area : str, optional
        Look at the inflow into this processing area alone: shares are of it.
    country : str, optional
        Only roads of this country.
    top : int, optional
        How many; default all.

    Returns
    -------
    tuple of RoadSegment
        Largest share first.

    Raises
    ------
    RoutesError
        If no listed corridor leads to the area.
    """
    flows = into_area(flows_of(analysis), area)
    legs = legs_passed(flows.corridors)
    through = flows.shares.through(legs)
    found = [
        stretch
        for name in sorted(analysis.untied.blocks)
        if country in (None, name)
        for stretch in _country_stretches(analysis, name, legs.names, through.mean, scale_km)
    ]
    found.sort(key=lambda s: (-s.share, s.part.block.country, int(s.edges[0])))
    return _segments(through, found[:top])


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Edges of a segment in order, and the part of each leg's flow on it (mean over its length)."""

    part: BlockLegs
    edges: Ints
    legs: Ints
    of_leg: Floats
    share: float


def _country_stretches(
    analysis: Analysis, country: str, legs: Sequence[tuple[str, str]], share: Floats, scale_km: float
) -> list[_Stretch]:
    graph = analysis.untied.graph
    here = np.array([i for i, leg in enumerate(legs) if graph.edges[leg]["country"] == country], int)
    if not len(here):
        return []
    part = analysis.untied.blocks[country]
    number = {terminal: i for i, terminal in enumerate(part.block.terminals)}
    ends = np.array([[number[graph.nodes[n]["place"]] for n in legs[i]] for i in here])
    on_edge = leg_use_of_edges(part, ends, share[here], scale_km)
    stretches = []
    for edges in _stretches(part.block, on_edge.T @ share[here]):
        length = part.block.length_km[edges]
        of_leg = np.asarray(on_edge[:, edges] @ length / length.sum())
        stretches.append(_Stretch(part, edges, here, of_leg, float(share[here] @ of_leg)))
    return stretches


def leg_use_of_edges(part: BlockLegs, ends: Ints, share: Floats, scale_km: float) -> csr_array:
    """Part of each leg's flow on each edge, shape (legs, edges).

    Parameters
    ----------
    part : BlockLegs
    ends : ndarray of int, shape (legs, 2)
        Positions of the legs' ends in ``part.block.terminals``.
    share : ndarray of float, shape (legs,)
        Legs with at least `ALTERNATIVES_FROM` are divided over dissimilar roads.
    scale_km : float
    """
    on_edge = leg_edges(part, ends[:, 0], ends[:, 1]).tolil()
    busy = np.flatnonzero(share >= ALTERNATIVES_FROM)
    search = road_search(part)
    for leg in busy:
        ways = road_ways(search, int(ends[leg, 0]), int(ends[leg, 1]), scale_km)
        row = np.zeros(len(part.block.u))
        for way in ways:
            row[way.edges] += way.share
        on_edge[[leg]] = row
    return csr_array(on_edge)


def _stretches(block: Block, flow: Floats) -> list[Ints]:
    """Edges with noticeable flow in stretches of hardly changing flow, from the largest flow down."""
    used = np.flatnonzero(flow >= LISTED_FROM)
    at_node: dict[int, list[int]] = {}
    for edge in used.tolist():
        for node in (int(block.u[edge]), int(block.v[edge])):
            at_node.setdefault(node, []).append(edge)
    free = set(used.tolist())
    terminals = set(block.terminal_node.tolist())
    stretches = []
    for seed in used[np.argsort(-flow[used], kind="stable")].tolist():
        if seed not in free:
            continue
        free.discard(seed)
        ahead = _run_on(block, flow, seed, int(block.v[seed]), at_node, free, terminals)
        behind = _run_on(block, flow, seed, int(block.u[seed]), at_node, free, terminals)
        edges = np.array([*behind[::-1], seed, *ahead])
        if block.length_km[edges].sum() >= LISTED_FROM_KM:
            stretches.append(edges)
    return stretches


def _run_on(
    block: Block,
    flow: Floats,
    seed: int,
    node: int,
    at_node: dict[int, list[int]],
    free: set[int],
    terminals: set[int],
) -> list[int]:
    """Edges on from a node while the flow stays near that of the seed; they are taken from `free`."""
    found: list[int] = []
    while node not in terminals:
        onward = [
            e for e in at_node[node] if e in free and abs(flow[e] - flow[seed]) <= SAME_FLOW * flow[seed]
        ]
        if not onward:
            break
        edge = min(onward, key=lambda e: (abs(flow[e] - flow[seed]), e))
        free.discard(edge)
        found.append(edge)
        node = int(block.v[edge] if block.u[edge] == node else block.u[edge])
    return found


def _segments(through: ShareDraws, stretches: Sequence[_Stretch]) -> tuple[RoadSegment, ...]:
    of_leg = np.zeros((len(through.names), len(stretches)))
    for column, stretch in enumerate(stretches):
        of_leg[stretch.legs, column] = stretch.of_leg
    low, high = interval_of(through.draws @ of_leg)
    return tuple(_segment(stretch, (float(low[i]), float(high[i]))) for i, stretch in enumerate(stretches))


def _segment(stretch: _Stretch, interval: tuple[float, float]) -> RoadSegment:
    block = stretch.part.block
    length = block.length_km[stretch.edges]
    return RoadSegment(
        **stretch_facts(block, stretch.edges),
        share=stretch.share,
        interval_90=interval,
        synthetic=bool(length[block.synthetic[stretch.edges]].sum() > length.sum() / 2),
    )


def stretch_facts(block: Block, edges: Ints) -> dict[str, Any]:
    """Name, country, ends, length and points of a stretch of road."""
    nodes = nodes_along(block, edges)
    ends = (place_name(block, nodes[0]), place_name(block, nodes[-1]))
    return {
        "name": f"{ends[0]} - {ends[1]}" if ends[0] != ends[1] else f"about {ends[0]}",
        "country": block.country,
        "ends": ends,
        "length_km": float(block.length_km[edges].sum()),
        "points": tuple(zip(block.lon[nodes].tolist(), block.lat[nodes].tolist(), strict=True)),
    }


def nodes_along(block: Block, edges: Ints) -> list[int]:
    """Nodes of a stretch in order."""
    u, v = block.u[edges].tolist(), block.v[edges].tolist()
    if len(edges) == 1:
        return [u[0], v[0]]
    first = u[0] if v[0] in (u[1], v[1]) else v[0]
    nodes = [first]
    for a, b in zip(u, v, strict=True):
        nodes.append(b if nodes[-1] == a else a)
    return nodes


def place_name(block: Block, node: int) -> str:
    """Name what lies at a node: a gate, crossing or area, else the nearest stop, with how far it is.

    Within 5 km the stop's name alone; up to 100 km ``22 km E of Ghazni``; beyond that the position.
    """
    if node in set(block.terminal_node.tolist()):
        return str(block.terminals[int(np.flatnonzero(block.terminal_node == node)[0])])
    lon, lat = float(block.lon[node]), float(block.lat[node])
    stops = np.array(sorted(block.names), int)
    if len(stops):
        km = great_circle_km(lon, lat, block.lon[stops], block.lat[stops])
        nearest = int(km.argmin())
        name, away = block.names[int(stops[nearest])], float(km[nearest])
        if away <= _AT_KM:
            return name
        if away <= _NEAR_KM:
            side = _side(lon - float(block.lon[stops[nearest]]), lat - float(block.lat[stops[nearest]]), lat)
            return f"{away:.0f} km {side} of {name}"
    return f"{lat:.2f} N {lon:.2f} E"


def _side(east: float, north: float, lat: float) -> str:
    angle = np.degrees(np.arctan2(north, east * np.cos(np.radians(lat))))
    return ("E", "NE", "N", "NW", "W", "SW", "S", "SE")[round(float(angle) / 45) % 8]
