"""The same answers by plain networkx, and leg costs by igraph, rustworkx and scipy alone.

The plain way is helped where it cannot help itself: it is handed the blocks as they are cut, the shape of the
crossing graph, and for each gate and processing area the cost at which the listed corridors end.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routes.corridors import Corridors
    from routes.network import Block, Network

Legs = dict[tuple[str, str, str], tuple[float, float]]  # country, terminal, terminal -> cost, km
_SLACK = 1e-6


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


def cut_offs(corridors: Corridors) -> dict[tuple[str, str], float]:
    """Cost of the dearest listed corridor of each gate and processing area."""
    dearest: dict[tuple[str, str], float] = {}
    for path, cost in zip(corridors.nodes, corridors.cost.tolist(), strict=True):
        ends = path[0], path[-1]
        dearest[ends] = max(dearest.get(ends, 0.0), cost + _SLACK)
    return dearest


def _enters_twice(graph: nx.DiGraph, path: list[str]) -> bool:
    entered = [graph.nodes[n]["country"] for n in path[:-1]]
    return len(set(entered)) < len(entered)


def yen_corridors(
    graph: nx.DiGraph, dearest: dict[tuple[str, str], float], seconds: float
) -> tuple[set, int]:
    """Corridors by `networkx.shortest_simple_paths`; how many pairs of gate and area were done in time."""
    found: set[tuple[str, ...]] = set()
    stop = time.perf_counter() + seconds
    for done, ((gate, area), bound) in enumerate(dearest.items()):
        for path in nx.shortest_simple_paths(graph, gate, area, weight="cost"):
            if time.perf_counter() > stop:
                return found, done
            if nx.path_weight(graph, path, "cost") > bound:
                break
            if not _enters_twice(graph, path):
                found.add(tuple(path))
    return found, len(dearest)


def depth_first_corridors(
    graph: nx.DiGraph, dearest: dict[tuple[str, str], float], seconds: float
) -> tuple[set, int]:
    """Corridors by a depth-first search in Python over the graph, cut off at the cost."""
    found: set[tuple[str, ...]] = set()
    stop = time.perf_counter() + seconds
    for done, ((gate, area), bound) in enumerate(dearest.items()):
        for path in _paths(graph, (gate,), frozenset([graph.nodes[gate]["country"]]), 0.0, area, bound):
            found.add(path)
            if time.perf_counter() > stop:
                return found, done
    return found, len(dearest)


def _paths(
    graph: nx.DiGraph, path: tuple[str, ...], seen: frozenset[str], cost: float, area: str, bound: float
) -> Iterator[tuple[str, ...]]:
    for node, arc in graph[path[-1]].items():
        total = cost + arc["cost"]
        if total > bound:
            continue
        if node == area:
            yield (*path, node)
        elif graph.nodes[node]["kind"] == "crossing" and graph.nodes[node]["country"] not in seen:
            country = graph.nodes[node]["country"]
            yield from _paths(graph, (*path, node), seen | {country}, total, area, bound)


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
