"""Crossing graph -> sums over all its ways, which enter no country twice: exact, and the ways best first."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import networkx as nx

    from routes.support.arrays import Floats, Ints

    Legs = tuple[tuple[str, int, int], ...]  # country, entry, leaf of each


@dataclass(frozen=True, slots=True)
class _Country:
    """Legs inside one country as a matrix: entries (rows) to exits and areas (columns)."""

    entries: dict[str, int]
    enters: tuple[str, ...]
    leaves: tuple[str, ...]
    factor: Floats  # weight at its end x exp(-(leg cost + penalty at its end) / scale), 0 without a leg
    length_km: Floats
    onward: dict[str, Ints]  # next country -> columns of the crossings into it
    leads_to: tuple[str, ...]  # country that each column leads to, '' for an area
    area_columns: Ints
    area_index: Ints


class WaySums:
    """Sums over all corridors of a graph, by dynamic programming over (country, countries visited)."""

    def __init__(self, graph: nx.DiGraph[str], areas: Sequence[str], scale: float) -> None:
        self.areas = areas
        codes = sorted({d["country"] for _, d in graph.nodes(data=True) if d["kind"] != "seizure"})
        self.bit = {code: 1 << i for i, code in enumerate(codes)}
        self.country = _country_matrices(graph, codes, areas, scale)
        self.joints = {code: [*self._joints(part)] for code, part in self.country.items()}
        self.gates = [
            (n, d["country"], float(d["weight"] * np.exp(-d["penalty"] / scale)))
            for n, d in graph.nodes(data=True)
            if d["kind"] == "gate"
        ]
        self.area_bits = sum({self.bit[graph.nodes[a]["country"]] for a in areas})
        self.onward = cache(self._onward)

    def total_by_area(self) -> Floats:
        """Plain mass of all corridors into each area, shape (areas,)."""
        total = np.zeros(len(self.areas))
        for gate, code, mass in self.gates:
            total += mass * self.onward(code, self.bit[code])[self.country[code].entries[gate]]
        return total

    def _onward(self, code: str, visited: int) -> Floats:
        """Mass of all ways on from each entry of a country to each area, shape (entries, areas)."""
        here = self.country[code]
        mass = np.zeros((len(here.entries), len(self.areas)))
        mass[:, here.area_index] = here.factor[:, here.area_columns]
        for following, columns, rows in self.steps(code, visited):
            mass += here.factor[:, columns] @ self.onward(following, visited | self.bit[following])[rows]
        return mass

    def _joints(self, here: _Country) -> Iterator[tuple[str, Ints, Ints]]:
        """Countries that a country leads to: (country, columns of the crossings into it, its rows)."""
        for following, columns in here.onward.items():
            entries = self.country[following].entries
            yield following, columns, np.array([entries[here.leaves[c]] for c in columns])

    def steps(self, code: str, visited: int) -> list[tuple[str, Ints, Ints]]:
        """Those of them that can be entered next and still lead to an area."""
        if not self.area_bits & ~visited:
            return []
        return [joint for joint in self.joints[code] if not visited & self.bit[joint[0]]]

    def leg_flows(self, per_mass: Floats) -> dict[str, Floats]:
        """Plain logit flow over every leg towards each area: country -> (entries, leaves, areas)."""
        flow = {code: np.zeros((*part.factor.shape, len(self.areas))) for code, part in self.country.items()}
        arriving: dict[tuple[str, int], Floats] = {}
        for gate, code, mass in self.gates:
            start = arriving.setdefault((code, self.bit[code]), np.zeros(len(self.country[code].entries)))
            start[self.country[code].entries[gate]] += mass
        queue = sorted(arriving)
        while queue:  # sets of visited countries only grow: breadth first visits each pair once
            following_queue: dict[tuple[str, int], None] = {}
            for code, visited in queue:
                self._spread(code, visited, arriving, flow[code], following_queue)
            queue = list(following_queue)
        return {code: f * per_mass for code, f in flow.items()}

    def _spread(
        self,
        code: str,
        visited: int,
        arriving: dict[tuple[str, int], Floats],
        flow: Floats,
        reached: dict[tuple[str, int], None],
    ) -> None:
        here = self.country[code]
        leaving = arriving[code, visited][:, None] * here.factor
        if len(here.area_columns):
            flow[:, here.area_columns, here.area_index] += leaving[:, here.area_columns]
        for following, columns, rows in self.steps(code, visited):
            then = visited | self.bit[following]
            flow[:, columns] += leaving[:, columns, None] * self.onward(following, then)[rows]
            there = arriving.setdefault((following, then), np.zeros(len(self.country[following].entries)))
            there[rows] += leaving[:, columns].sum(axis=0)  # no crossing is there twice
            reached[following, then] = None

    def best_first(self, per_mass: Floats) -> Iterator[tuple[float, Legs]]:
        """Corridors by falling plain share, with their legs as (country, entry, leaf)."""
        value = cache(lambda code, visited: self._child_values(code, visited, per_mass))
        ticket = count()
        heap: list[tuple[float, int, float, str, int, int, int, Legs]] = []

        def offer(code: str, visited: int, row: int, rank: int, mass: float, legs: Legs) -> None:
            # Only the best child not yet taken waits in the queue: its siblings are worth no more.
            worth = value(code, visited)[1][row]
            if rank < len(worth) and (best := mass * worth[rank]) > 0:
                heapq.heappush(heap, (-best, next(ticket), mass, code, visited, row, rank, legs))

        for gate, code, mass in self.gates:
            offer(code, self.bit[code], self.country[code].entries[gate], 0, mass, ())
        while heap:
            worth, _, mass, code, visited, row, rank, legs = heapq.heappop(heap)
            offer(code, visited, row, rank + 1, mass, legs)
            here = self.country[code]
            leaf = value(code, visited)[0][row][rank]
            longer = (*legs, (code, row, leaf))
            following = here.leads_to[leaf]
            if not following:
                yield -worth, longer
            else:
                entry = self.country[following].entries[here.leaves[leaf]]
                mass *= here.factor.item(row, leaf)
                offer(following, visited | self.bit[following], entry, 0, mass, longer)

    def _child_values(
        self, code: str, visited: int, per_mass: Floats
    ) -> tuple[list[list[int]], list[list[float]]]:
        """For each entry, its leaves by falling mass of all corridors through them, and that mass."""
        here = self.country[code]
        worth = np.zeros_like(here.factor)
        worth[:, here.area_columns] = here.factor[:, here.area_columns] * per_mass[here.area_index]
        for following, columns, rows in self.steps(code, visited):
            onward = self.onward(following, visited | self.bit[following])[rows] @ per_mass
            worth[:, columns] = here.factor[:, columns] * onward
        order = np.argsort(-worth, axis=1, kind="stable")
        return order.tolist(), np.take_along_axis(worth, order, axis=1).tolist()


def _country_matrices(
    graph: nx.DiGraph[str], codes: Sequence[str], areas: Sequence[str], scale: float
) -> dict[str, _Country]:
    entries: dict[str, list[str]] = {code: [] for code in codes}
    leaves: dict[str, list[str]] = {code: [] for code in codes}
    for name, node in graph.nodes(data=True):
        if node["kind"] in ("gate", "crossing"):
            entries[node["country"]].append(name)
        if node["kind"] == "crossing" and node["came_from"] in leaves:
            leaves[node["came_from"]].append(name)
        elif node["kind"] == "processing_area":
            leaves[node["country"]].append(name)
    return {code: _country_matrix(graph, entries[code], leaves[code], areas, scale) for code in codes}


def _country_matrix(
    graph: nx.DiGraph[str], entries: list[str], leaves: list[str], areas: Sequence[str], scale: float
) -> _Country:
    column = {leaf: i for i, leaf in enumerate(leaves)}
    facts = [graph.nodes[leaf] for leaf in leaves]
    cost, length = np.full((len(entries), len(leaves)), np.inf), np.zeros((len(entries), len(leaves)))
    for i, entry in enumerate(entries):
        for leaf, arc in graph.adj[entry].items():
            if arc["kind"] == "leg":
                cost[i, column[leaf]] = arc["cost"]
                length[i, column[leaf]] = arc["length_km"]
    penalty = np.array([node.get("penalty", 0.0) for node in facts])
    weight = np.array([node.get("weight", 1.0) if node["kind"] == "crossing" else 1.0 for node in facts])
    leads_to = tuple(node["country"] if node["kind"] == "crossing" else "" for node in facts)
    onward: dict[str, list[int]] = {}
    for i, following in enumerate(leads_to):
        if following:
            onward.setdefault(following, []).append(i)
    ends = [(i, areas.index(leaf)) for leaf, i in column.items() if not leads_to[i]]
    return _Country(
        entries={n: i for i, n in enumerate(entries)},
        enters=tuple(entries),
        leaves=tuple(leaves),
        factor=weight * np.exp(-(cost + penalty) / scale),
        length_km=length,
        onward={following: np.array(columns) for following, columns in onward.items()},
        leads_to=leads_to,
        area_columns=np.array([i for i, _ in ends], int),
        area_index=np.array([a for _, a in ends], int),
    )
