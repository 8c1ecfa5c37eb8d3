"""Which edges to close, or to slow down, so that the shortest path becomes as long as it can."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np

from routes.planning.interdiction.branch_and_cut import solve
from routes.planning.interdiction.problem import (
    ArcTable,
    EdgeReader,
    arc_table,
    attribute,
    check_budget,
    check_time_limit,
    number,
    refuse,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from routes.planning.interdiction.game import Game
    from routes.planning.interdiction.problem import Edge
    from routes.support.arrays import Floats

_NOT_NEGATIVE = "a number of at least 0"


@dataclass(frozen=True)
class VitalEdges:
    """Which edges to interdict, and how sure it is that no others do more.

    Parameters
    ----------
    edges
        The interdicted edges ``(u, v)``; fewer than the budget allows if more would not help.
    length_before, length_after
        The shortest path without and with the plan; infinite where there is no path.
    lower_bound, upper_bound
        The best plan within the budget gives a length between these; the lower one is
        ``length_after``.
    gap
        ``(upper_bound - lower_bound) / upper_bound``; 0 if both are equal, 1 if the upper bound
        is infinite.
    proven_optimal
        The search ended by itself: no plan is better, up to rounding.
    seconds
        Time taken.

    """

    edges: tuple[Edge, ...]
    length_before: float
    length_after: float
    lower_bound: float
    upper_bound: float
    gap: float
    proven_optimal: bool
    seconds: float

    @property
    def disconnected(self) -> bool:
        """Whether the plan leaves no path at all: ``length_after`` is then infinite."""
        return self.length_after == inf


@dataclass(frozen=True)
class _Best:
    """What is known so far: a plan, its length, and a length that no plan can exceed."""

    plan: tuple[Edge, ...]
    length: float
    ceiling: float
    proven: bool


def most_vital_edges(
    graph: nx.DiGraph[Any],
    source: Hashable,
    target: Hashable,
    budget: float,
    *,
    length: str = "length",
    delay: float | str | None = None,
    cost: str | None = None,
    time_limit: float | None = None,
) -> VitalEdges:
    r"""Choose the edges to interdict so that the shortest path becomes as long as it can.

    Solves, with ``x[a]`` whether edge ``a`` is interdicted,

    .. math:: \max_x \min_{P: s \to t} \sum_{a \in P} (l_a + d_a x_a)
              \quad\text{with}\quad \sum_a c_a x_a \le b

    exactly, by the branch and cut of `place_sensors`. What the evader gains by a path is how far
    it stays below a reference length, which is doubled until some path always does.

    Parameters
    ----------
    graph
        Every edge has the attribute named by ``length``, finite and at least 0.
    source, target
        Nodes of the graph.
    budget
        How much the interdicted edges may cost together.
    length
        Name of the length attribute.
    delay
        What interdiction adds to a length: a number for every edge, or the name of an attribute,
        and edges without it cannot be interdicted. None removes the edge (so does an infinite
        delay). If the budget suffices to cut the target off, the result's ``length_after`` is
        infinite and ``disconnected`` is true.
    cost
        Name of the attribute that says what interdicting an edge costs, at least 0 and infinite
        for "cannot be done"; None is 1 for every edge.
    time_limit
        Seconds. At the limit, or at Ctrl-C, the best plan so far is returned with its gap.

    Returns
    -------
    VitalEdges
        The plan, the lengths before and after, and the bounds that prove how good it is.

    Raises
    ------
    ValueError
        If a node, an edge, the budget, the delay or the time limit is not as described.

    References
    ----------
    Israeli & Wood (2002), Shortest-path network interdiction, Networks 40.

    Examples
    --------
    >>> import networkx as nx
    >>> graph = nx.DiGraph()
    >>> graph.add_weighted_edges_from(
    ...     [("a", "b", 1), ("b", "d", 1), ("a", "c", 2), ("c", "d", 2)], weight="length")
    >>> result = most_vital_edges(graph, "a", "d", budget=1, delay=5)
    >>> result.length_before, result.length_after, result.proven_optimal
    (2.0, 4.0, True)
    >>> most_vital_edges(graph, "a", "d", budget=2).disconnected
    True

    """
    start = time.perf_counter()
    check_time_limit(time_limit)
    deadline = inf if time_limit is None else start + time_limit
    table = arc_table(graph, _reader(length, delay, cost))
    _check_ends(graph, source, target)
    spendable = check_budget(budget, table.costs)
    table = table.within(spendable)
    before = _length_with(table, source, target, ())
    best = _search(table, (source, target), spendable, before, deadline)
    return _result(best, before, time.perf_counter() - start)


def _result(best: _Best, before: float, seconds: float) -> VitalEdges:
    upper = max(best.ceiling, best.length)
    gap = _gap(best.length, upper)
    return VitalEdges(
        edges=best.plan,
        length_before=before,
        length_after=best.length,
        lower_bound=best.length,
        upper_bound=upper,
        gap=gap,
        proven_optimal=best.proven,
        seconds=seconds,
    )


def _gap(lower: float, upper: float) -> float:
    if upper == lower:
        return 0.0
    return 1.0 if upper == inf else (upper - lower) / upper


def _search(table: ArcTable, ends: Edge, budget: float, before: float, deadline: float) -> _Best:
    if ends[0] == ends[1] or before == inf:
        return _Best((), before, before, proven=True)
    cut = _cut_within(table, ends, budget)
    if cut is not None:
        return _Best(cut, inf, inf, proven=True)
    return _lengthen(table, ends, budget, before, deadline)


def _lengthen(table: ArcTable, ends: Edge, budget: float, before: float, deadline: float) -> _Best:
    """Raise the reference length until the best plan falls short of it, which proves that plan.

    A reference far above the answer makes weak cuts, so it starts low.
    """
    ceiling = _longest_possible(table, ends)
    best = _Best((), before, ceiling, proven=before >= ceiling)
    reference = 2 * before + _typical_length(table)
    while not best.proven and time.perf_counter() < deadline:
        reference = min(reference, ceiling)
        left = None if deadline == inf else deadline - time.perf_counter()
        outcome = solve(_game(table, ends, budget, reference), left)
        best = _longer(best, table.chosen(outcome.watched), table, ends)
        if outcome.bound > 0:
            best = replace(best, ceiling=min(best.ceiling, reference - outcome.bound))
        if not outcome.finished:
            return best
        settled = outcome.value > 0 and best.length < reference
        best = replace(best, proven=settled or best.length >= best.ceiling)
        reference = 2 * max(reference, best.length)
    return best


def _longer(best: _Best, plan: tuple[Edge, ...], table: ArcTable, ends: Edge) -> _Best:
    length = _length_with(table, *ends, plan)
    return replace(best, plan=plan, length=length) if length > best.length else best


def _longest_possible(table: ArcTable, ends: Edge) -> float:
    """Return a length no plan exceeds: all interdicted, or all edges one after another."""
    every = _length_with(table, *ends, table.chosen(np.ones(len(table.candidates), np.bool_)))
    if every < inf:
        return every
    finite = np.where(table.watched_lengths < inf, table.watched_lengths, table.lengths)
    return float(finite.sum())


def _typical_length(table: ArcTable) -> float:
    """Return the mean step that lengths can grow by, so that a length of 0 can grow too."""
    steps = np.concatenate([table.lengths, table.watched_lengths - table.lengths])
    steps = steps[(steps > 0) & (steps < inf)]
    return float(steps.mean()) if len(steps) else 1.0


def _game(table: ArcTable, ends: Edge, budget: float, reference: float) -> Game:
    def below_reference(lengths: Floats) -> Floats:
        gain: Floats = np.maximum(reference - lengths, 0.0)
        return gain

    def mixed(lengths: Floats, watched: Floats, x: Floats) -> Floats:
        return lengths + np.minimum(watched - lengths, reference) * x

    def sharpen(bound: float) -> float:
        return reference - math.floor(reference - bound + 1e-6)

    pair = np.array([[table.nodes.index(end) for end in ends]], dtype=np.int64)
    sharpened = sharpen if _whole(table) else float
    return table.game(budget, pair, np.ones(1), payoff=below_reference, mixed=mixed, sharpen=sharpened)


def _whole(table: ArcTable) -> bool:
    """Return whether all lengths are whole numbers, and so every path's length."""
    finite = table.watched_lengths[table.watched_lengths < inf]
    return all(np.array_equal(part, np.round(part)) for part in (table.lengths, finite))


def _length_with(table: ArcTable, source: Hashable, target: Hashable, plan: tuple[Edge, ...]) -> float:
    """Return the shortest length under a plan, by networkx: it checks what the solver says."""
    interdicted = frozenset(plan)
    rows = zip(table.edges, table.lengths.tolist(), table.watched_lengths.tolist(), strict=True)
    network: nx.DiGraph[Any] = nx.DiGraph()
    network.add_nodes_from(table.nodes)
    for edge, length, watched in rows:
        current = watched if edge in interdicted else length
        if current < inf:
            network.add_edge(*edge, weight=current)
    try:
        return float(nx.dijkstra_path_length(network, source, target, weight="weight"))
    except nx.NetworkXNoPath:
        return inf


def _cut_within(table: ArcTable, ends: Edge, budget: float) -> tuple[Edge, ...] | None:
    """Return edges that cut the target off within the budget, or None if that costs more."""
    removable = {
        table.edges[arc]: cost
        for arc, cost in zip(table.candidates.tolist(), table.costs.tolist(), strict=True)
        if table.watched_lengths[arc] == inf
    }
    network: nx.DiGraph[Any] = nx.DiGraph()
    for edge in table.edges:
        # An edge without a capacity is one that cannot be cut, to networkx.
        network.add_edge(*edge, **({"capacity": removable[edge]} if edge in removable else {}))
    try:
        _, (near, _) = nx.minimum_cut(network, *ends)
    except nx.NetworkXUnbounded:
        return None
    cut = tuple(edge for edge in table.edges if edge[0] in near and edge[1] not in near)
    return cut if sum(removable[edge] for edge in cut) <= budget else None


def _check_ends(graph: nx.DiGraph[Any], source: Hashable, target: Hashable) -> None:
    ends = {"source": source, "target": target}
    refuse(
        [
            f"{name}: wanted a node of the graph, got {node!r}"
            for name, node in ends.items()
            if node not in graph
        ]
    )


def _reader(length: str, delay: float | str | None, cost: str | None) -> EdgeReader:
    def read_length(data: Mapping[str, Any]) -> float:
        wanted = "a finite number of at least 0"
        return attribute(data, length, wanted, lambda value: 0 <= value < inf)

    def read_cost(data: Mapping[str, Any]) -> float:
        return 1.0 if cost is None else attribute(data, cost, _NOT_NEGATIVE, _not_negative)

    read_delay = _delay_reader(delay)

    def read_watched(data: Mapping[str, Any]) -> float | None:
        added = read_delay(data)
        return None if added is None else read_length(data) + added

    return EdgeReader(read_length, read_watched, read_cost)


def _delay_reader(delay: float | str | None) -> Callable[[Mapping[str, Any]], float | None]:
    if isinstance(delay, str):
        name = delay
        return lambda data: attribute(data, name, _NOT_NEGATIVE, _not_negative) if name in data else None
    fixed = inf
    if delay is not None:
        try:
            fixed = number(delay, f"{_NOT_NEGATIVE}, an attribute's name or None", _not_negative)
        except ValueError as error:
            raise ValueError(f"delay: {error}") from error
    return lambda _: fixed


def _not_negative(value: float) -> bool:
    return value >= 0
