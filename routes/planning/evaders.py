r"""Traffickers who know the posts: each answers with the best way past them.

A way of cost *c* with posts of detection :math:`p_x` on it is worth :math:`e^{-hc} \prod_x (1 - p_x)` to
the trafficker, with the hazard *h* per km-equivalent: a long way is weighed against a watched crossing.
Every pair of gate and processing area is one trafficker, with the posterior share of the inflow that
goes from there to there; each counts relative to the best way without posts, so that all of the inflow
gets through an empty map.

A trafficker is held to the roads alone, not to the corridors' rule that no country is entered twice: the
rule is there for the sums of route choice, which would not converge without it, and a trafficker with
more ways is the safer assumption. `rule_share` tells for how much of the inflow the two could ever differ.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np

from routes.planning.chokepoints import pair_shares
from routes.planning.interdiction import place_sensors
from routes.planning.least_costs import ways_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from routes.planning.flows import Flows
    from routes.planning.interdiction import SensorPlan
    from routes.planning.least_costs import Ways
    from routes.support.arrays import Floats, Ints

    Node = tuple[str, str]

_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class Evaders:
    """The game: the roads as an evasion graph, and one trafficker for each gate and area.

    Parameters
    ----------
    crossing_graph : networkx.DiGraph
        Without seizures; ways into areas that no corridor takes are gone.
    sensor_graph : networkx.DiGraph
        Edges have ``evasion``; the edge ``(("in", x), ("out", x))`` stands for passing crossing *x* in
        either direction and has ``evasion_watched`` and ``cost`` if it is a candidate.
    ways : Ways
    pairs : tuple of (gate, area)
    share : ndarray of float, shape (pairs,)
        They sum to one.
    least : ndarray of float, shape (pairs,)
        Least cost of each without posts.
    hazard : float
        Per km-equivalent.
    standing : mapping of str to float
        Detection where a post stands whatever the plan.
    """

    crossing_graph: nx.DiGraph[str]
    sensor_graph: nx.DiGraph[Node]
    ways: Ways
    pairs: tuple[tuple[str, str], ...]
    share: Floats
    least: Floats
    hazard: float
    standing: Mapping[str, float] = field(default_factory=dict)

    def scenarios(self) -> dict[str, list[object]]:
        """Table for `interdiction.place_sensors`; weights make the evasion 1 without posts."""
        return {
            "origin": [("gate", gate) for gate, _ in self.pairs],
            "destination": [("area", area) for _, area in self.pairs],
            "probability": (self.share * np.exp(self.hazard * self.least)).tolist(),
        }

    def solve(self, budget: float, time_limit: float | None) -> SensorPlan:
        """Find the best plan within the budget, proven."""
        return place_sensors(self.sensor_graph, self.scenarios(), budget, time_limit=time_limit)

    def passing(self, watched: Mapping[str, float]) -> float:
        """Share of the inflow that gets past posts of these post detections, relative to none."""
        extra = _worth_km({**self.standing, **watched}, self.hazard)
        cost = self.ways.dearer(extra).least()[self.ways.cells(self.pairs)]
        return float(self.share @ np.exp(-self.hazard * (cost - self.least)))


def evaders_of(
    graph: nx.DiGraph[str],
    flows: Flows,
    candidates: Mapping[str, tuple[float, float]],
    hazard: float,
    standing: Mapping[str, float] | None = None,
) -> Evaders:
    """Make the game.

    Parameters
    ----------
    graph : networkx.DiGraph
        Crossing graph.
    flows : Flows
    candidates : mapping of str to (post detection, cost)
        Crossings that can be watched.
    hazard : float
        Per km-equivalent, above 0.
    standing : mapping of str to float, optional
        Detection where a post stands whatever the plan.
    """
    always = dict(standing or {})
    kept = _towards_areas(graph)
    ways = ways_of(kept)
    demand = pair_shares(flows, ways)
    least = ways.least()
    rows, columns = np.nonzero((demand > 0) & np.isfinite(least))
    share = demand[rows, columns]
    pairs = tuple(
        (ways.nodes[ways.gates[i]], ways.nodes[ways.areas[j]]) for i, j in zip(rows, columns, strict=True)
    )
    extra = _worth_km({x: p for x, (p, _) in candidates.items()} | always, hazard)
    sensors = sensor_graph(_on_answers(kept, ways, extra, rows, columns), candidates, hazard, always)
    return Evaders(
        crossing_graph=kept,
        sensor_graph=sensors,
        ways=ways,
        pairs=pairs,
        share=share / share.sum(),
        least=least[rows, columns],
        hazard=hazard,
        standing=always,
    )


def _worth_km(posts: Mapping[str, float], hazard: float) -> dict[str, float]:
    """Tell what detour each post is worth to a trafficker, in km-equivalents."""
    return {x: -float(np.log1p(-p)) / hazard for x, p in posts.items()}


def _towards_areas(graph: nx.DiGraph[str]) -> nx.DiGraph[str]:
    """Leave out seizures, and crossings out of the one country that holds all areas: no corridor has them."""
    data = graph.nodes
    last = {data[n]["country"] for n in graph if data[n]["kind"] == "processing_area"}
    gone = {
        n
        for n in graph
        if data[n]["kind"] == "seizure" or (len(last) == 1 and data[n].get("came_from") in last)
    }
    kept: nx.DiGraph[str] = graph.subgraph(set(graph) - gone).copy()
    return kept


def _on_answers(
    graph: nx.DiGraph[str], ways: Ways, extra: Mapping[str, float], gates: Ints, areas: Ints
) -> nx.DiGraph[str]:
    """Keep the nodes that some trafficker may pass under some plan, so that the solver has less to do.

    Nobody goes farther than the best way with every candidate watched: a node is passed if the cheapest
    unwatched way over it is no dearer than that.
    """
    distance = _all_costs(ways)
    start, end = ways.gates[gates], ways.areas[areas]
    over = distance[start] + distance[:, end].T
    limit = ways.dearer(extra).least()[gates, areas] - ways.gate_penalty[gates]
    needed = np.flatnonzero((over <= limit[:, None] * (1 + _SLACK)).any(axis=0))
    kept: nx.DiGraph[str] = graph.subgraph([ways.nodes[n] for n in needed])
    return kept


def sensor_graph(
    graph: nx.DiGraph[str],
    candidates: Mapping[str, tuple[float, float]],
    hazard: float,
    standing: Mapping[str, float],
) -> nx.DiGraph[Node]:
    """Write the crossing graph as a graph of probabilities, both directions of a crossing on one edge.

    Turning back inside a crossing is possible in this graph but never pays: it costs the crossing's
    penalty, and a leg is the cheapest way between its ends already.
    """
    found: nx.DiGraph[Node] = nx.DiGraph()
    for node, data in graph.nodes(data=True):
        place = data["place"]
        if data["kind"] == "crossing":
            past = 1 - standing.get(place, 0.0)
            edge = {"evasion": float(np.exp(-hazard * data["penalty"])) * past}
            if place in candidates:
                post_detection, cost = candidates[place]
                edge |= {"evasion_watched": edge["evasion"] * (1 - post_detection), "cost": cost}
            found.add_edge(("in", place), ("out", place), **edge)
        elif data["kind"] == "gate":
            entry = float(np.exp(-hazard * data["penalty"]))
            found.add_edge(("gate", node), ("out", node), evasion=entry)
        else:
            found.add_node(("area", node))
    for a, b, leg in graph.edges(data=True):
        start = ("out", graph.nodes[a]["place"])
        is_area = graph.nodes[b]["kind"] == "processing_area"
        end = ("area", b) if is_area else ("in", graph.nodes[b]["place"])
        evasion = float(np.exp(-hazard * leg["cost"]))
        known = found.get_edge_data(start, end, {"evasion": 0.0})["evasion"]
        found.add_edge(start, end, evasion=max(known, evasion))
    return found


def best_ways(evaders: Evaders, watched: Mapping[str, float]) -> list[tuple[float, tuple[str, ...]]]:
    """Best corridor of each pair past the posts: (cost in km-equivalents with the posts, nodes).

    These are corridors: no country is entered twice. Where there is none the cost is infinite.

    Parameters
    ----------
    evaders : Evaders
    watched : mapping of str to float
        Detection probability at the watched crossings, below 1.
    """
    extra = _worth_km(watched, evaders.hazard)
    onward = _costs_onward(evaders, extra)
    return [
        _best_corridor(evaders.crossing_graph, gate, area, extra, onward[area])
        for gate, area in evaders.pairs
    ]


def _costs_onward(evaders: Evaders, extra: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """Least cost by road from every node to each area: never above that of a corridor."""
    graph = evaders.crossing_graph

    def cost(_: str, b: str, leg: Mapping[str, float]) -> float:
        node = graph.nodes[b]
        return float(leg["cost"]) + float(node.get("penalty", 0.0)) + extra.get(node["place"], 0.0)

    backwards = graph.reverse(copy=False)
    areas = {area for _, area in evaders.pairs}
    return {
        area: nx.single_source_dijkstra_path_length(backwards, area, weight=lambda a, b, leg: cost(b, a, leg))
        for area in sorted(areas)
    }


def _best_corridor(
    graph: nx.DiGraph[str], gate: str, area: str, extra: Mapping[str, float], onward: Mapping[str, float]
) -> tuple[float, tuple[str, ...]]:
    """Search by A* over (node, countries visited), led by the least cost by road."""
    if gate not in onward:
        return float("inf"), ()
    ticket = count()
    start = graph.nodes[gate]
    at = float(start["penalty"])
    queue: list[tuple[float, int, float, tuple[str, ...], frozenset[str]]] = [
        (at + onward[gate], next(ticket), at, (gate,), frozenset([start["country"]]))
    ]
    done: set[tuple[str, frozenset[str]]] = set()
    while queue:
        _, _, at, path, visited = heapq.heappop(queue)
        node = path[-1]
        if node == area:
            return at, path
        if (node, visited) in done:
            continue
        done.add((node, visited))
        for b, leg in graph.adj[node].items():
            there = graph.nodes[b]
            is_crossing = there["kind"] == "crossing"
            if (
                b not in onward
                or (is_crossing and there["country"] in visited)
                or (not is_crossing and b != area)
            ):
                continue
            cost = at + leg["cost"] + there.get("penalty", 0.0) + extra.get(there["place"], 0.0)
            then = visited | {there["country"]} if is_crossing else visited
            heapq.heappush(queue, (cost + onward[b], next(ticket), cost, (*path, b), then))
    return float("inf"), ()


def rule_share(evaders: Evaders, candidates: Mapping[str, float]) -> float:
    """Share of the inflow for which entering a country twice could be the best answer to some plan.

    A way that enters a country twice leaves it at one crossing and comes back at another, so it holds
    a stretch between two places of one country that is cheaper outside it. For a pair of gate and area the
    cheapest way over any such stretch, unwatched, is compared with the best corridor when every
    candidate is watched: if that is no dearer, the rule never matters for the pair, whatever the plan.
    """
    distance = _all_costs(evaders.ways)
    position = {n: i for i, n in enumerate(evaders.ways.nodes)}
    around = _short_cuts(evaders, distance, position)
    if not around:
        return 0.0
    worst = [cost for cost, _ in best_ways(evaders, candidates)]
    doubtful = 0.0
    a, b = np.array([(position[a], position[b]) for a, b in around]).T
    for (gate, area), share, limit in zip(evaders.pairs, evaders.share, worst, strict=True):
        g = position[gate]
        over = distance[g, a] + distance[a, b] + distance[b, position[area]]
        cheapest = float(over.min()) + float(evaders.crossing_graph.nodes[gate]["penalty"])
        if not cheapest >= limit * (1 - _SLACK):
            doubtful += float(share)
    return doubtful


def _all_costs(ways: Ways) -> Floats:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    shape = (len(ways.nodes), len(ways.nodes))
    found: Floats = dijkstra(csr_array((ways.cost, (ways.tail, ways.head)), shape=shape))
    return found


def _short_cuts(evaders: Evaders, distance: Floats, position: Mapping[str, int]) -> list[tuple[str, str]]:
    """Find entries and exits of one country between which it is cheaper to go through others."""
    graph = evaders.crossing_graph
    found = []
    for a, start in graph.nodes(data=True):
        if start["kind"] == "processing_area":
            continue
        for b, end in graph.nodes(data=True):
            leaves = end.get("came_from", end["country"] if end["kind"] == "processing_area" else None)
            if leaves != start["country"] or start["place"] == end["place"]:
                continue
            leg = graph.get_edge_data(a, b)
            inside = leg["cost"] + end.get("penalty", 0.0) if leg else np.inf
            slack = _SLACK * max(1.0, abs(inside)) if leg else 0.0
            if distance[position[a], position[b]] < inside - slack:
                found.append((a, b))
    return found
