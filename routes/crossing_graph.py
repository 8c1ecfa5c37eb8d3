"""Network -> the crossing graph: the plain `networkx.DiGraph` that everything else works on.

Nodes are gates, directed crossings and processing areas; arcs are legs. A directed crossing
``torkham:PAK>AFG`` can only be left inside Afghanistan. What an analyst varies (penalties, closures)
are attributes of this graph, so that no what-if touches the roads again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from numpy.typing import NDArray

    from routes.network import Block, Network
    from routes.parameters import CrossingPenalties

    Floats = NDArray[np.float64]
    Ints = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class BlockLegs:
    """Cheapest ways between all terminals of one block.

    Parameters
    ----------
    block : Block
    cost, length_km : ndarray of float, shape (terminals, terminals)
        Generalised cost and length of the cheapest way; infinite where there is none.
    predecessor : ndarray of int, shape (terminals, nodes)
        Tree of cheapest ways from each terminal.
    """

    block: Block
    cost: Floats
    length_km: Floats
    predecessor: Ints

    def way(self, source: int, target: int) -> Ints:
        """Nodes of the way from one terminal to another (positions in `block.terminals`), in order."""
        node = int(self.block.terminal_node[target])
        nodes = [node]
        while node != self.block.terminal_node[source]:
            node = int(self.predecessor[source, node])
            nodes.append(node)
        return np.array(nodes[::-1])

    def edges_along(self, way: Ints) -> Ints:
        """Find the edges between the nodes of a way, in order."""
        return edges_between(self.block, way[:-1], way[1:])


@dataclass(frozen=True, slots=True)
class CrossingGraph:
    """The graph, and where the roads of its legs are.

    ``graph.nodes[n]``: ``kind`` gate, crossing or processing_area; ``place`` the id of the gate, crossing
    or area; ``country`` the country that one is in after it; ``lon``, ``lat``; ``penalty`` in
    km-equivalents (crossings); ``weight`` (gates and areas). ``graph.edges[a, b]``: ``kind`` leg,
    ``country``, ``length_km``, ``cost`` in km-equivalents.
    """

    graph: nx.DiGraph[str]
    blocks: Mapping[str, BlockLegs]
    unreachable: tuple[tuple[str, str, str], ...]
    penalty_parts: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


def directed(crossing: str, came_from: str, goes_to: str) -> str:
    """Name of a directed crossing.

    Examples
    --------
    >>> directed("torkham", "PAK", "AFG")
    'torkham:PAK>AFG'
    """
    return f"{crossing}:{came_from}>{goes_to}"


def block_legs(block: Block) -> BlockLegs:
    """One Dijkstra from each terminal of the block (``scipy.sparse.csgraph``)."""
    cost = _adjacency(block, block.cost)
    distance, predecessor = dijkstra(
        cost, directed=False, indices=block.terminal_node, return_predecessors=True
    )
    distance = distance[:, block.terminal_node]
    return BlockLegs(block, distance, _lengths(block, predecessor, distance), predecessor)


def leg_edges(part: BlockLegs, source: Ints, target: Ints) -> csr_array:
    """Which edges each leg runs over.

    Parameters
    ----------
    part : BlockLegs
    source, target : ndarray of int, shape (legs,)
        Positions in ``part.block.terminals``; there must be a way between them.

    Returns
    -------
    csr_array of float, shape (legs, edges)
        1 where the leg uses the edge.
    """
    block = part.block
    leg = np.arange(len(source))
    node = block.terminal_node[target]
    legs, u, v = [leg[:0]], [node[:0]], [node[:0]]
    while len(leg):  # all legs are walked back together, one step a round
        before = part.predecessor[source[leg], node].astype(np.int64)
        walking = before >= 0
        leg, node, before = leg[walking], node[walking], before[walking]
        legs.append(leg)
        u.append(node)
        v.append(before)
        node = before
    rows, edges = np.concatenate(legs), edges_between(block, np.concatenate(u), np.concatenate(v))
    shape = (len(source), len(block.u))
    return csr_array((np.ones(len(rows)), (rows, edges)), shape=shape)


def _adjacency(block: Block, weight: Floats) -> csr_array:
    """Upper triangle of the block's adjacency; of parallel edges the cheapest."""
    nodes = len(block.lon)
    edge = cheapest_parallel(block)
    a, b = np.minimum(block.u, block.v)[edge], np.maximum(block.u, block.v)[edge]
    return csr_array((weight[edge], (a, b)), shape=(nodes, nodes))


def cheapest_parallel(block: Block) -> Ints:
    """Edges of the block, only the cheapest of those that join the same two nodes."""
    key = edge_key(block, block.u, block.v)
    order = np.lexsort([block.length_km, block.cost, key])
    first = np.ones(len(order), bool)
    first[1:] = key[order][1:] != key[order][:-1]
    return order[first]


def edge_key(block: Block, u: Ints, v: Ints) -> Ints:
    """Give each pair of nodes a number, whatever their order."""
    return np.asarray(np.minimum(u, v) * len(block.lon) + np.maximum(u, v))


def edges_between(block: Block, u: Ints, v: Ints) -> Ints:
    """Find the cheapest edge between each pair of neighbouring nodes."""
    edge = cheapest_parallel(block)
    key = edge_key(block, block.u, block.v)[edge]
    return np.asarray(edge[np.searchsorted(key, edge_key(block, u, v))])


def _lengths(block: Block, predecessor: Ints, distance: Floats) -> Floats:
    """Length of every cheapest way: all ways are walked back together, one step a round."""
    terminals = len(block.terminals)
    km_between = _length_lookup(block)
    source, target = np.nonzero(np.isfinite(distance))
    way = np.arange(len(source))
    length = np.zeros(len(source))
    node = block.terminal_node[target]
    while len(way):
        before = predecessor[source[way], node].astype(np.int64)
        walking = before >= 0
        way, node, before = way[walking], node[walking], before[walking]
        length[way] += km_between(node, before)
        node = before
    lengths = np.full((terminals, terminals), np.inf)
    lengths[source, target] = length
    return lengths


def _length_lookup(block: Block) -> Callable[[Ints, Ints], Floats]:
    edge = cheapest_parallel(block)
    key = edge_key(block, block.u, block.v)[edge]
    km = block.length_km[edge]
    return lambda u, v: km[np.searchsorted(key, edge_key(block, u, v))]


def build_crossing_graph(
    network: Network,
    penalty: Mapping[str, float],
    legs: Mapping[str, BlockLegs] | None = None,
    parts: Mapping[str, Mapping[str, float]] | None = None,
) -> CrossingGraph:
    """Legs of all blocks, joined at the crossings.

    Parameters
    ----------
    network : Network
    penalty : mapping of str to float
        Penalty of each crossing and gate in km-equivalents.
    legs : mapping of str to BlockLegs, optional
        Legs by country, if they are known already.
    parts : mapping, optional
        What the penalties are made of, from `penalty_parts`.

    Returns
    -------
    CrossingGraph
    """
    blocks = legs or {country: block_legs(block) for country, block in network.blocks.items()}
    graph: nx.DiGraph[str] = nx.DiGraph()
    _add_places(graph, network, penalty)
    unreachable: list[tuple[str, str, str]] = []
    for country, part in blocks.items():
        unreachable += _add_legs(graph, country, part)
    return CrossingGraph(graph, blocks, tuple(unreachable), parts or {})


def _add_places(graph: nx.DiGraph[str], network: Network, penalty: Mapping[str, float]) -> None:
    for kind, table in (("gate", network.gates), ("processing_area", network.areas)):
        for row in table.to_dict("records"):
            place = row["place_id"]
            graph.add_node(
                place,
                kind=kind,
                place=place,
                country=row["country"],
                lon=float(row["lon"]),
                lat=float(row["lat"]),
                weight=float(row["weight"]),
                penalty=penalty.get(place, 0.0),
            )
    for row in network.crossings.to_dict("records"):
        crossing, pair = row["crossing_id"], (row["country_a"], row["country_b"])
        for a, b in (pair, pair[::-1]):
            graph.add_node(
                directed(crossing, a, b),
                kind="crossing",
                place=crossing,
                country=b,
                came_from=a,
                lon=float(row["lon"]),
                lat=float(row["lat"]),
                penalty=penalty[crossing],
            )


def _add_legs(graph: nx.DiGraph[str], country: str, part: BlockLegs) -> list[tuple[str, str, str]]:
    """Add the legs inside one country; returns the pairs between which there is no way."""
    position = {terminal: i for i, terminal in enumerate(part.block.terminals)}
    here = [(name, node) for name, node in graph.nodes(data=True) if node["place"] in position]
    entries = [
        (name, position[node["place"]])
        for name, node in here
        if node["kind"] != "processing_area" and node["country"] == country
    ]
    exits = [
        (name, position[node["place"]])
        for name, node in here
        if node["kind"] == "processing_area" or node.get("came_from") == country
    ]
    unreachable = []
    for entry, i in entries:
        for leave, j in exits:
            if i == j:
                continue
            if np.isfinite(part.cost[i, j]):
                graph.add_edge(
                    entry,
                    leave,
                    kind="leg",
                    country=country,
                    cost=float(part.cost[i, j]),
                    length_km=float(part.length_km[i, j]),
                )
            else:
                unreachable.append((country, part.block.terminals[i], part.block.terminals[j]))
    return unreachable


PENALTY_PARTS = ("kind", "unlisted", "unofficial", "restricted", "closed")


def penalty_parts(
    kinds: Iterable[tuple[str, str, str]],
    status: Mapping[str, Mapping[str, float]],
    costs: CrossingPenalties,
) -> dict[str, dict[str, float]]:
    """Tell what the penalty of each crossing and gate is made of.

    Parameters
    ----------
    kinds : iterable of (id, kind, official)
        ``official`` is ``yes`` or ``no``. Seaports and land gates cost nothing of themselves.
    status : mapping
        For each id the share of the period in which it was ``open``, ``restricted``, ``closed``.
    costs : CrossingPenalties

    Returns
    -------
    dict of str to dict of str to float
        Id -> part (one of `PENALTY_PARTS`) -> km-equivalents.

    Examples
    --------
    >>> from routes.parameters import CrossingPenalties
    >>> penalty_parts([("x", "road", "yes")], {"x": {"open": 0.5, "closed": 0.5}}, CrossingPenalties())
    {'x': {'kind': 100.0, 'closed': 300.0}}
    """
    by_kind = {
        "road": costs.road,
        "road_rail": costs.road_rail,
        "bridge": costs.bridge,
        "ferry": costs.ferry,
        "pass": costs.high_pass,
        "track": costs.track,
        "unlisted": costs.unlisted,
        "seaport": 0.0,
        "land_gate": 0.0,
    }
    result = {}
    for place, kind, official in kinds:
        shares = status.get(place, {})
        parts = {
            "unlisted" if kind == "unlisted" else "kind": by_kind[kind],
            "unofficial": costs.unofficial if official == "no" and kind != "unlisted" else 0.0,
            "restricted": shares.get("restricted", 0.0) * costs.restricted,
            "closed": shares.get("closed", 0.0) * costs.closed,
        }
        result[place] = {part: km for part, km in parts.items() if km}
    return result
