"""Where to put sensors when every evader knows where they are."""

from __future__ import annotations

import heapq
import math
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from routes.planning.interdiction.branch_and_cut import Outcome, solve
from routes.planning.interdiction.game import Game, all_watched, unwatched
from routes.planning.interdiction.problem import (
    ArcTable,
    EdgeReader,
    arc_table,
    attribute,
    check_budget,
    check_time_limit,
    refuse,
    scenario_rows,
)

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

    import networkx as nx

    from routes.planning.interdiction.problem import Edge, ScenarioRow, Scenarios
    from routes.support.arrays import Floats


@dataclass(frozen=True)
class SensorPlan:
    """Where to watch, and how sure it is that nowhere is better.

    Parameters
    ----------
    edges
        The watched edges ``(u, v)``; fewer than the budget allows if more would not help.
    evasion_probability
        What gets through this plan: the weighted sum over scenarios, as evaluated anew by
        `evasion_probability`.
    lower_bound
        No plan within the budget lets less through than this.
    gap
        ``(evasion_probability - lower_bound) / evasion_probability``; 0 if nothing gets through.
    proven_optimal
        The search ended by itself: no plan is better by more than 1e-7 of the evasion without
        sensors.
    seconds
        Time taken.

    """

    edges: tuple[Edge, ...]
    evasion_probability: float
    lower_bound: float
    gap: float
    proven_optimal: bool
    seconds: float


def place_sensors(
    graph: nx.DiGraph[Any],
    scenarios: Scenarios,
    budget: float,
    *,
    time_limit: float | None = None,
) -> SensorPlan:
    r"""Choose the edges to watch so that the least gets through, each evader knowing them all.

    Solves, with ``x[a]`` whether candidate ``a`` is watched,

    .. math:: \min_x \sum_s p_s \max_{P: o_s \to d_s}
              \prod_{a \in P, x_a = 0} r_a \prod_{a \in P, x_a = 1} q_a
              \quad\text{with}\quad \sum_a c_a x_a \le b

    exactly, by branch and cut with level cuts (see `routes.planning.interdiction.level_cuts`).

    Parameters
    ----------
    graph
        Every edge has ``evasion``, the probability r in (0, 1] of passing it unwatched. Edges
        that can be watched also have ``evasion_watched``, q in [0, r], and may have ``cost`` c,
        at least 0 (1 if missing; infinite for "cannot be bought").
    scenarios
        A data frame, a mapping of columns, or a sequence of mappings, with ``origin``,
        ``destination`` and ``probability``. Probabilities are weights: they need not sum to 1,
        and rows of the same pair add up. A scenario without a path adds nothing.
    budget
        How much the watched edges may cost together.
    time_limit
        Seconds. At the limit, or at Ctrl-C, the best plan so far is returned with its gap.

    Returns
    -------
    SensorPlan
        The plan, its evasion, and the bound that proves how good it is.

    Raises
    ------
    ValueError
        If an edge, a row, the budget or the time limit is not as described; the message lists
        the faults.

    References
    ----------
    Morton, Pan & Saeger (2007), Models for nuclear smuggling interdiction, IIE Transactions 39.
    Towle & Luedtke (2018), New solution approaches for the maximum-reliability stochastic network
    interdiction problem, Computational Management Science 15.

    Examples
    --------
    Two bridges; watching the better one sends everybody over the other.

    >>> import networkx as nx
    >>> graph = nx.DiGraph()
    >>> graph.add_edge("port", "north", evasion=0.9, evasion_watched=0.3)
    >>> graph.add_edge("port", "south", evasion=0.6, evasion_watched=0.2)
    >>> graph.add_edge("north", "city", evasion=1.0)
    >>> graph.add_edge("south", "city", evasion=1.0)
    >>> scenarios = [{"origin": "port", "destination": "city", "probability": 1.0}]
    >>> plan = place_sensors(graph, scenarios, budget=1)
    >>> plan.edges, round(plan.evasion_probability, 6), plan.proven_optimal
    ((('port', 'north'),), 0.6, True)

    """
    start = time.perf_counter()
    check_time_limit(time_limit)
    table = arc_table(graph, _READER)
    rows = scenario_rows(graph, scenarios)
    spendable = check_budget(budget, table.costs)
    table = table.within(spendable)
    game, constant = _game(table, rows, spendable)
    outcome = solve(game, time_limit)
    edges = table.chosen(outcome.watched)
    evasion = _evasion(graph, rows, frozenset(edges))
    return _plan(edges, evasion, outcome, constant, time.perf_counter() - start)


def _plan(
    edges: tuple[Edge, ...], evasion: float, outcome: Outcome, constant: float, seconds: float
) -> SensorPlan:
    bound = min(constant + outcome.bound, evasion)
    gap = (evasion - bound) / evasion if evasion > 0 else 0.0
    return SensorPlan(edges, evasion, bound, gap, outcome.finished, seconds)


def evasion_probability(graph: nx.DiGraph[Any], scenarios: Scenarios, watched_edges: Iterable[Edge]) -> float:
    r"""Return what gets past a plan: ``sum_s p_s * (best path's probability of passing)``.

    By Dijkstra on products, from every destination backwards; it shares no code with the solver,
    whose every plan it checks.

    Parameters
    ----------
    graph, scenarios
        As for `place_sensors`.
    watched_edges
        Edges ``(u, v)`` of the graph with an ``evasion_watched``.

    Returns
    -------
    float
        The weighted sum over scenarios; a scenario without a path adds 0.

    Raises
    ------
    ValueError
        If an edge or a row is not as described, or a watched edge cannot be watched.

    Examples
    --------
    >>> import networkx as nx
    >>> graph = nx.DiGraph()
    >>> graph.add_edge("a", "b", evasion=0.5, evasion_watched=0.25)
    >>> scenarios = {"origin": ["a"], "destination": ["b"], "probability": [2.0]}
    >>> evasion_probability(graph, scenarios, [("a", "b")])
    0.5

    """
    arc_table(graph, _READER)
    watched = frozenset(watched_edges)
    refuse(
        [
            f"watched edge {edge!r}: wanted an edge of the graph with evasion_watched"
            for edge in watched
            if "evasion_watched" not in graph.get_edge_data(*edge, default={})
        ]
    )
    return _evasion(graph, scenario_rows(graph, scenarios), watched)


def _evasion(graph: nx.DiGraph[Any], rows: Sequence[ScenarioRow], watched: frozenset[Edge]) -> float:
    best: dict[Hashable, Mapping[Hashable, float]] = {}
    for row in rows:
        if row.destination not in best:
            best[row.destination] = _best_evasions(graph, row.destination, watched)
    terms = (row.probability * best[row.destination].get(row.origin, 0.0) for row in rows)
    return math.fsum(terms)


def _best_evasions(
    graph: nx.DiGraph[Any], destination: Hashable, watched: frozenset[Edge]
) -> dict[Hashable, float]:
    """Return the best probability of reaching the destination, from every node that can."""
    found: dict[Hashable, float] = {}
    queue: list[tuple[float, int, Hashable]] = [(-1.0, 0, destination)]
    while queue:
        negative, _, node = heapq.heappop(queue)
        if node in found:
            continue
        found[node] = -negative
        for before, _, data in graph.in_edges(node, data=True):
            key = "evasion_watched" if (before, node) in watched else "evasion"
            passing = -negative * data[key]
            if passing > 0 and before not in found:
                # The count breaks ties: nodes need not be comparable.
                heapq.heappush(queue, (-passing, len(queue), before))
    return found


def _length(data: Mapping[str, Any]) -> float:
    wanted = "a probability above 0 and at most 1"
    return -math.log(attribute(data, "evasion", wanted, lambda value: 0 < value <= 1))


def _watched_length(data: Mapping[str, Any]) -> float | None:
    if "evasion_watched" not in data:
        return None
    evasion = data["evasion"]
    wanted = f"a probability from 0 to evasion ({evasion!r})"
    watched = attribute(data, "evasion_watched", wanted, lambda value: 0 <= value <= evasion)
    return -math.log(watched) if watched > 0 else math.inf


def _cost(data: Mapping[str, Any]) -> float:
    if "cost" not in data:
        return 1.0
    return attribute(data, "cost", "a number of at least 0", lambda value: value >= 0)


_READER = EdgeReader(_length, _watched_length, _cost)


def _payoff(lengths: Floats) -> Floats:
    return np.exp(-lengths)


def _mixed(lengths: Floats, watched: Floats, x: Floats) -> Floats:
    """Return the lengths of the mean evasion, if a candidate is watched with probability x."""
    with np.errstate(divide="ignore"):
        return -np.log((1 - x) * np.exp(-lengths) + x * np.exp(-watched))


def _game(table: ArcTable, rows: Sequence[ScenarioRow], budget: float) -> tuple[Game, float]:
    """Return the game of the scenarios that a plan can change, and what the others add."""
    position = {node: place for place, node in enumerate(table.nodes)}
    weights: defaultdict[tuple[int, int], list[float]] = defaultdict(list)
    for row in rows:
        weights[position[row.origin], position[row.destination]].append(row.probability)
    pairs = np.array(sorted(weights), dtype=np.int64).reshape(-1, 2)
    totals = np.array([math.fsum(weights[o, d]) for o, d in pairs.tolist()], dtype=np.float64)
    answers = {"payoff": _payoff, "mixed": _mixed}
    game = table.game(budget, pairs, totals, **answers)
    before = _payoff(game.pair_lengths(unwatched(game)))
    after = _payoff(game.pair_lengths(all_watched(game)))
    open_pairs = (before > after * (1 + 1e-12)) & (totals > 0)
    constant = math.fsum((totals * before)[~open_pairs])
    return table.game(budget, pairs[open_pairs], totals[open_pairs], **answers), constant
