"""The same answers by plain networkx, and leg costs by igraph, rustworkx and scipy alone.

The plain way is helped where it cannot help itself: it is handed the blocks as they are cut, the shape of the
crossing graph, and what all corridors into a processing area weigh together, which it could only know by
listing them all.
"""

from __future__ import annotations

import heapq
import math
from itertools import islice
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routes.network.blocks import Block, Network

Legs = dict[tuple[str, str, str], tuple[float, float]]  # country, terminal, terminal -> cost, km
Path = tuple[str, ...]


def cheapest_edges(block: Block) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Give ends, cost and length of a block's edges, of parallel ones the cheapest."""
    u, v = np.minimum(block.u, block.v), np.maximum(block.u, block.v)
    order = np.lexsort([block.length_km, block.cost, v, u])
    first = np.ones(len(order), bool)
    first[1:] = (np.diff(u[order]) != 0) | (np.diff(v[order]) != 0)
    keep = order[first]
    return u[keep], v[keep], block.cost[keep], block.length_km[keep]


def networkx_legs(network: Network) -> Legs:
    """Cost and length of every leg: one `networkx` Dijkstra from each terminal, with its paths."""
    legs: Legs = {}
    for country, block in network.blocks.items():
        graph = nx.Graph()
        for u, v, cost, km in zip(*(x.tolist() for x in cheapest_edges(block)), strict=True):
            graph.add_edge(u, v, weight=cost, km=km)
        graph.add_nodes_from(block.terminal_node.tolist())
        ends = list(zip(block.terminals, block.terminal_node.tolist(), strict=True))
        for a, start in ends:
            cost, path = nx.single_source_dijkstra(graph, start)
            for b, end in ends:
                if end in path:
                    km = sum(graph.edges[pair]["km"] for pair in nx.utils.pairwise(path[end]))
                    legs[country, a, b] = cost[end], km
    return legs


def networkx_graph(shape: nx.DiGraph, legs: Legs) -> nx.DiGraph:
    """Make a crossing graph of the same shape from these legs; penalties are in the cost of the arcs."""
    graph = nx.DiGraph()
    graph.add_nodes_from(shape.nodes(data=True))
    for a, b, leg in shape.edges(data=True):
        places = (shape.nodes[a]["place"], shape.nodes[b]["place"])
        cost, km = legs[leg["country"], *places]
        start = shape.nodes[a]["penalty"] if shape.nodes[a]["kind"] == "gate" else 0.0
        graph.add_edge(a, b, cost=cost + start + shape.nodes[b].get("penalty", 0.0), km=km)
    return graph


def best_first(graph: nx.DiGraph, per_mass: dict[str, float], scale: float) -> Iterator[tuple[float, Path]]:
    """Corridors by falling plain share: `networkx.shortest_simple_paths` of all gates and areas, merged."""
    waiting: list[tuple[float, int, Path, Iterator[tuple[float, Path]]]] = []
    pairs = [(gate, area) for gate in nodes_of(graph, "gate") for area in per_mass]
    for ticket, (gate, area) in enumerate(pairs):
        worth = graph.nodes[gate]["weight"] * per_mass[area]
        ways = _cheapest_first(graph, gate, area, worth, scale)
        waiting += [(-share, ticket, path, ways) for share, path in islice(ways, 1)]
    heapq.heapify(waiting)
    while waiting:
        share, ticket, path, ways = heapq.heappop(waiting)
        yield -share, path
        for following, longer in islice(ways, 1):
            heapq.heappush(waiting, (-following, ticket, longer, ways))


def _cheapest_first(
    graph: nx.DiGraph, gate: str, area: str, worth: float, scale: float
) -> Iterator[tuple[float, Path]]:
    if not nx.has_path(graph, gate, area):
        return
    for path in nx.shortest_simple_paths(graph, gate, area, weight="cost"):
        entered = [graph.nodes[node]["country"] for node in path[:-1]]
        if len(set(entered)) == len(entered):
            yield worth * math.exp(-nx.path_weight(graph, path, "cost") / scale), tuple(path)


def nodes_of(graph: nx.DiGraph, kind: str) -> list[str]:
    """Nodes of a kind."""
    return [name for name, node in graph.nodes(data=True) if node["kind"] == kind]


def scipy_costs(block: Block) -> np.ndarray:
    """Leg costs by scipy alone, on all nodes: shape (terminals, terminals)."""
    u, v, cost, _ = cheapest_edges(block)
    nodes = len(block.lon)
    matrix = coo_array((cost, (u, v)), shape=(nodes, nodes)).tocsr()
    return np.asarray(dijkstra(matrix, directed=False, indices=block.terminal_node))[:, block.terminal_node]


def igraph_costs(block: Block) -> np.ndarray:
    """Leg costs by igraph."""
    import igraph

    u, v, cost, _ = cheapest_edges(block)
    graph = igraph.Graph(n=len(block.lon), edges=np.column_stack([u, v]).tolist())
    ends = block.terminal_node.tolist()
    return np.array(graph.distances(ends, ends, weights=cost.tolist(), algorithm="dijkstra"))


def rustworkx_costs(block: Block) -> np.ndarray:
    """Leg costs by rustworkx."""
    import rustworkx

    u, v, cost, _ = cheapest_edges(block)
    graph = rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(len(block.lon)))
    graph.add_edges_from(list(zip(u.tolist(), v.tolist(), cost.tolist(), strict=True)))
    ends = block.terminal_node.tolist()
    found = np.full((len(ends), len(ends)), np.inf)
    for i, start in enumerate(ends):
        reached = rustworkx.dijkstra_shortest_path_lengths(graph, start, float)
        found[i] = [reached[end] if end in reached else np.inf for end in ends]  # noqa: SIM401 - has no get
        found[i, i] = 0.0
    return found


def networkx_costs(block: Block) -> np.ndarray:
    """Leg costs by networkx."""
    u, v, cost, _ = cheapest_edges(block)
    graph = nx.Graph()
    graph.add_nodes_from(block.terminal_node.tolist())
    graph.add_weighted_edges_from(zip(u.tolist(), v.tolist(), cost.tolist(), strict=True))
    ends = block.terminal_node.tolist()
    reached = (nx.single_source_dijkstra_path_length(graph, start) for start in ends)
    return np.array([[row.get(end, np.inf) for end in ends] for row in reached])
