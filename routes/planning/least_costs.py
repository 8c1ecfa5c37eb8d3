"""Crossing graph -> least costs between gates and processing areas, with any crossing shut."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    import networkx as nx

    from routes.support.arrays import Floats, Ints, Mask


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """Legs of a crossing graph as arrays; entering a node costs its penalty.

    These are ways by road: unlike corridors they may enter a country twice.

    Parameters
    ----------
    nodes, places : tuple of str
        Nodes of the graph, and the gate, crossing or area that each belongs to.
    tail, head : ndarray of int, shape (legs,)
    cost : ndarray of float, shape (legs,)
        Cost of the leg and penalty of its end, in km-equivalents.
    gates, areas : ndarray of int
        Positions in `nodes`.
    gate_penalty, gate_weight, area_weight : ndarray of float
    """

    nodes: tuple[str, ...]
    places: tuple[str, ...]
    tail: Ints
    head: Ints
    cost: Floats
    gates: Ints
    areas: Ints
    gate_penalty: Floats
    gate_weight: Floats
    area_weight: Floats

    def least(self, closed: Collection[str] = ()) -> Floats:
        """Least cost from every gate to every area, shape (gates, areas); infinite without a way.

        Parameters
        ----------
        closed : collection of str
            Crossings and gates that nothing passes.
        """
        found = self._from_gates(closed)[:, self.areas]
        shut = np.array([self.places[g] in closed for g in self.gates])
        found[shut] = np.inf
        return found

    def cells(self, pairs: Iterable[tuple[str, str]]) -> tuple[Ints, Ints]:
        """Rows and columns of some pairs of gate and area in the table of `least`."""
        gate = {self.nodes[g]: i for i, g in enumerate(self.gates)}
        area = {self.nodes[a]: i for i, a in enumerate(self.areas)}
        rows, columns = np.array([(gate[g], area[a]) for g, a in pairs], int).reshape(-1, 2).T
        return rows, columns

    def dearer(self, extra: Mapping[str, float]) -> Ways:
        """Return the ways with km-equivalents added to what passing some places costs."""
        more = np.array([extra.get(place, 0.0) for place in self.places])
        return replace(
            self, cost=self.cost + more[self.head], gate_penalty=self.gate_penalty + more[self.gates]
        )

    def on_least_ways(self) -> Mask:
        """Whether each node lies on a least-cost way, shape (gates, nodes, areas)."""
        there = self._from_gates(())
        onward = np.atleast_2d(dijkstra(self._matrix(()).T.tocsr(), indices=self.areas)).T
        through = there[:, :, None] + onward[None]
        least = there[:, self.areas][:, None, :]
        return np.asarray(np.isfinite(through) & (through <= least * (1 + 1e-12)))

    def _from_gates(self, closed: Collection[str]) -> Floats:
        found: Floats = np.atleast_2d(dijkstra(self._matrix(closed), indices=self.gates))
        return found + self.gate_penalty[:, None]

    def _matrix(self, closed: Collection[str]) -> csr_array:
        shut = np.array([place in closed for place in self.places])
        kept = ~(shut[self.tail] | shut[self.head])
        shape = (len(self.nodes), len(self.nodes))
        return csr_array((self.cost[kept], (self.tail[kept], self.head[kept])), shape=shape)


def ways_of(graph: nx.DiGraph[str]) -> Ways:
    """Arrays of a crossing graph.

    Examples
    --------
    >>> import networkx as nx
    >>> g = nx.DiGraph()
    >>> g.add_node("port", kind="gate", place="port", weight=1.0, penalty=10.0)
    >>> g.add_node("pass:A>B", kind="crossing", place="pass", penalty=100.0)
    >>> g.add_node("town", kind="processing_area", place="town", weight=1.0, penalty=0.0)
    >>> g.add_edge("port", "pass:A>B", kind="leg", cost=300.0)
    >>> g.add_edge("pass:A>B", "town", kind="leg", cost=50.0)
    >>> ways_of(g).least().tolist(), ways_of(g).least(["pass"]).tolist()
    ([[460.0]], [[inf]])
    """
    nodes = [n for n, data in graph.nodes(data=True) if data["kind"] != "seizure"]
    position = {n: i for i, n in enumerate(nodes)}
    facts = [graph.nodes[n] for n in nodes]
    arcs = [
        (position[a], position[b], leg["cost"] + graph.nodes[b].get("penalty", 0.0))
        for a, b, leg in graph.edges(data=True)
        if leg["kind"] == "leg"
    ]
    tail, head, cost = (np.array(column) for column in zip(*arcs, strict=True)) if arcs else [np.zeros(0)] * 3
    gates = np.array([i for i, fact in enumerate(facts) if fact["kind"] == "gate"], int)
    areas = np.array([i for i, fact in enumerate(facts) if fact["kind"] == "processing_area"], int)
    return Ways(
        nodes=tuple(nodes),
        places=tuple(fact["place"] for fact in facts),
        tail=tail.astype(np.int64),
        head=head.astype(np.int64),
        cost=cost.astype(float),
        gates=gates,
        areas=areas,
        gate_penalty=np.array([facts[g].get("penalty", 0.0) for g in gates], float),
        gate_weight=np.array([facts[g]["weight"] for g in gates], float),
        area_weight=np.array([facts[a]["weight"] for a in areas], float),
    )
