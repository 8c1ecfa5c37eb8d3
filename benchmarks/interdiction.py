"""Time `place_sensors` beside the plain way, a compact MILP in HiGHS, on the twelve SNIP cases.

    python benchmarks/interdiction.py
    python benchmarks/interdiction.py --skip-compact
    python benchmarks/interdiction.py --cases q:30 0.1:90 --limit 600

A case is the watched evasion (q: as given, else that part of the unwatched) and the budget. Both
ways run one after the other in this process, so their ratio means something on any machine.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import NamedTuple

import networkx as nx
import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from routes.planning.interdiction import evasion_probability, place_sensors

SNIP = Path(__file__).parent.parent / "tests" / "data" / "snip"
CASES = [f"{part}:{budget}" for part in ("q", "0.5", "0.1", "0") for budget in (30, 60, 90)]

Scenarios = list[dict[str, float]]


class Timing(NamedTuple):
    """What one way found and how long it took."""

    seconds: float
    value: float
    bound: float
    proven: bool

    def __str__(self) -> str:
        """Seconds, or more than them where the proof is missing."""
        return f"{'' if self.proven else '>'}{self.seconds:.1f}"


def read_table(name: str) -> list[list[float]]:
    """Return the rows of numbers in one of the instance's files."""
    lines = (SNIP / name).read_text().splitlines()
    return [[float(word) for word in line.split()] for line in lines if line.strip()]


def read_case(part: str) -> tuple[nx.DiGraph, Scenarios]:
    """Return the network with its watched evasions, and the scenarios."""
    graph = nx.DiGraph()
    for tail, head, evasion in read_table("arcgain0.txt"):
        graph.add_edge(int(tail), int(head), evasion=evasion)
    for tail, head, evasion, watched in read_table("intd_arc0.txt"):
        after = watched if part == "q" else float(part) * evasion
        graph.add_edge(int(tail), int(head), evasion=evasion, evasion_watched=after)
    columns = ("origin", "destination", "probability")
    return graph, [dict(zip(columns, row, strict=True)) for row in read_table("Scenarios.txt")]


class Rows:
    """Rows ``sum(value * column) >= lower`` of a sparse matrix, as they come."""

    def __init__(self) -> None:
        """Start with none."""
        self.entries: list[tuple[int, int, float]] = []
        self.lower: list[float] = []

    def add(self, lower: float, *terms: tuple[int, float]) -> None:
        """Append one row."""
        self.entries.extend((len(self.lower), column, value) for column, value in terms)
        self.lower.append(lower)

    def constraint(self, columns: int) -> LinearConstraint:
        """Return them in scipy's form."""
        rows, places, values = zip(*self.entries, strict=True)
        shape = (len(self.lower), columns)
        return LinearConstraint(coo_array((values, (rows, places)), shape=shape).tocsr(), self.lower)


def compact(graph: nx.DiGraph, scenarios: Scenarios, budget: int, limit: float) -> Timing:
    """Solve the compact MILP: one variable a node and destination, for its best evasion."""
    start = time.perf_counter()
    candidates = [edge for edge, data in graph.edges.items() if "evasion_watched" in data]
    destinations = sorted({row["destination"] for row in scenarios})
    nodes = {node: place for place, node in enumerate(graph)}
    watch = {edge: place for place, edge in enumerate(candidates)}
    size = len(candidates) + len(destinations) * len(nodes)
    cost, lower = np.zeros(size), np.zeros(size)
    rows = Rows()
    rows.add(-budget, *((column, -1.0) for column in watch.values()))
    for place, destination in enumerate(destinations):
        first = len(candidates) + place * len(nodes)
        lower[first + nodes[destination]] = 1.0
        add_destination(rows, graph, destination, watch, {n: first + at for n, at in nodes.items()})
        for row in scenarios:
            if row["destination"] == destination:
                cost[first + nodes[row["origin"]]] += row["probability"]
    integrality = np.arange(size) < len(candidates)
    result = milp(
        cost,
        integrality=integrality,
        bounds=Bounds(lower, 1.0),
        constraints=rows.constraint(size),
        options={"time_limit": limit, "mip_rel_gap": 1e-6},
    )
    value = np.nan if result.x is None else float(result.fun)
    bound = float(result.mip_dual_bound) if result.mip_dual_bound is not None else 0.0
    return Timing(time.perf_counter() - start, value, bound, result.status == 0)


def add_destination(
    rows: Rows,
    graph: nx.DiGraph,
    destination: float,
    watch: dict[tuple[int, int], int],
    column: dict[int, int],
) -> None:
    """Add ``pi[u] >= r pi[v]``, and for candidates the two rows that ``x`` switches between."""
    lengths = nx.single_source_dijkstra_path_length(
        graph.reverse(copy=False), destination, weight=lambda _u, _v, data: -np.log(data["evasion"])
    )
    for (u, v), data in graph.edges.items():
        if v not in lengths:
            continue
        best, evasion = np.exp(-lengths[v]), data["evasion"]
        if (u, v) not in watch:
            rows.add(0.0, (column[u], 1.0), (column[v], -evasion))
            continue
        watched = data["evasion_watched"]
        switch = (watch[u, v], (evasion - watched) * best)
        rows.add(0.0, (column[u], 1.0), (column[v], -evasion), switch)
        rows.add(0.0, (column[u], 1.0), (column[v], -watched))


def ours(graph: nx.DiGraph, scenarios: Scenarios, budget: int) -> Timing:
    """Solve with `place_sensors`, and evaluate its plan once more."""
    plan = place_sensors(graph, scenarios, budget)
    value = evasion_probability(graph, scenarios, plan.edges)
    return Timing(plan.seconds, value, plan.lower_bound, plan.proven_optimal)


def main() -> None:
    """Print a row a case."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--cases", nargs="+", default=CASES, metavar="PART:BUDGET", help="which cases")
    parser.add_argument("--skip-compact", action="store_true", help="time place_sensors only")
    parser.add_argument("--limit", type=float, default=600.0, help="seconds for the compact MILP")
    options = parser.parse_args()
    print("| watched | budget | evasion | lower bound | proven | ours s | compact s | ratio |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for case in options.cases:
        part, budget = case.split(":")
        graph, scenarios = read_case(part)
        mine = ours(graph, scenarios, int(budget))
        row = f"| {part} | {budget} | {mine.value:.6f} | {mine.bound:.6f} | {mine.proven} | {mine} |"
        if options.skip_compact:
            print(row, "- | - |", flush=True)
            continue
        plain = compact(graph, scenarios, int(budget), options.limit)
        sign = "" if plain.proven else ">"
        print(row, f"{plain} | {sign}{plain.seconds / mine.seconds:.0f} |", flush=True)


if __name__ == "__main__":
    main()
