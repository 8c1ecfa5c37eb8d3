"""The one door in: graphs and scenarios become arrays, or all that is wrong comes in one error."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from routes.planning.interdiction.game import Game

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator

    import networkx as nx
    import pandas as pd

    from routes.support.arrays import Floats, Ints, Mask

    Edge = tuple[Hashable, Hashable]
    Scenarios = pd.DataFrame | Mapping[str, Iterable[Any]] | Sequence[Mapping[str, Any]]

COLUMNS = ("origin", "destination", "probability")
_FAULTS_SHOWN = 10


@dataclass(frozen=True)
class ScenarioRow:
    """One evader: where from, where to, and how likely (a weight, need not sum to 1)."""

    origin: Hashable
    destination: Hashable
    probability: float


@dataclass(frozen=True)
class ArcTable:
    """A checked graph as arrays; ``candidates`` are positions in ``edges``."""

    nodes: list[Hashable]
    edges: list[Edge]
    tails: Ints
    heads: Ints
    lengths: Floats
    watched_lengths: Floats
    candidates: Ints
    costs: Floats

    def chosen(self, watched: Mask) -> tuple[Edge, ...]:
        """Return the edges of a plan, in the order of the table."""
        return tuple(self.edges[arc] for arc in self.candidates[watched])

    def game(self, budget: float, pairs: Ints, weights: Floats, **answers: Any) -> Game:  # noqa: ANN401 - functions of the game
        """Make the game of some evaders, shape (pairs, 2), whose payoff, mixed and sharpen are given."""
        return Game(
            n_nodes=len(self.nodes),
            tails=self.tails,
            heads=self.heads,
            lengths=self.lengths,
            watched_lengths=self.watched_lengths,
            candidates=self.candidates,
            costs=self.costs,
            budget=budget,
            origins=pairs[:, 0],
            destinations=pairs[:, 1],
            weights=weights,
            **answers,
        )

    def within(self, budget: float) -> ArcTable:
        """Return the table without the candidates that cost more than the whole budget."""
        affordable = self.costs <= budget
        watched = self.lengths.copy()
        kept = self.candidates[affordable]
        watched[kept] = self.watched_lengths[kept]
        return replace(self, watched_lengths=watched, candidates=kept, costs=self.costs[affordable])


@dataclass(frozen=True)
class EdgeReader:
    """How to read one edge: its length, its watched length (None: no candidate), its cost."""

    length: Callable[[Mapping[str, Any]], float]
    watched_length: Callable[[Mapping[str, Any]], float | None]
    cost: Callable[[Mapping[str, Any]], float]


def refuse(faults: list[str]) -> None:
    """Raise one ValueError for all faults, if there are any."""
    if not faults:
        return
    shown = faults[:_FAULTS_SHOWN]
    if len(faults) > len(shown):
        shown.append(f"... and {len(faults) - len(shown)} more")
    raise ValueError("\n".join(shown))


def number(value: object, wanted: str, fits: Callable[[float], bool]) -> float:
    """Return the value as a float, or raise a ValueError that says what was wanted."""
    if isinstance(value, Real) and not math.isnan(value) and fits(float(value)):
        return float(value)
    raise ValueError(f"wanted {wanted}, got {value!r}")


def attribute(data: Mapping[str, Any], name: str, wanted: str, fits: Callable[[float], bool]) -> float:
    """Return an edge attribute as a float; raise a ValueError if it is missing or does not fit."""
    if name not in data:
        raise ValueError(f"{name}: wanted {wanted}, but the edge has no such attribute")
    try:
        return number(data[name], wanted, fits)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error


def check_graph(graph: nx.DiGraph[Any]) -> None:
    """Raise unless the graph is a directed graph without parallel edges."""
    if not graph.is_directed() or graph.is_multigraph():
        kind = type(graph).__name__
        raise ValueError(
            f"graph: wanted a networkx.DiGraph, got a {kind}. Give an undirected road as two "
            "edges, and split parallel roads at a midpoint node."
        )


def check_budget(budget: float, costs: Floats) -> float:
    """Return the budget; whole costs cannot use the fraction of one, so it is dropped."""
    try:
        checked = number(budget, "a number of at least 0", lambda value: value >= 0)
    except ValueError as error:
        raise ValueError(f"budget: {error}") from error
    buyable = costs[np.isfinite(costs)]
    if math.isfinite(checked) and bool(np.all(buyable == np.round(buyable))):
        return float(math.floor(checked + 1e-9))
    return checked


def check_time_limit(time_limit: float | None) -> None:
    """Raise unless the limit is None or a number of at least 0."""
    if time_limit is None:
        return
    try:
        number(time_limit, "None or seconds, at least 0", lambda value: value >= 0)
    except ValueError as error:
        raise ValueError(f"time_limit: {error}") from error


def arc_table(graph: nx.DiGraph[Any], reader: EdgeReader) -> ArcTable:
    """Read all edges; self-loops never help a path and are left out.

    Nodes and edges are put in an order of their own, so that the same graph built in another
    order gives the same answer.
    """
    check_graph(graph)
    nodes = in_order(graph.nodes)
    position = {node: place for place, node in enumerate(nodes)}
    edges = sorted(
        (edge for edge in graph.edges if edge[0] != edge[1]),
        key=lambda edge: (position[edge[0]], position[edge[1]]),
    )
    rows = _read_edges(graph, edges, reader)
    ends = np.array([(position[u], position[v]) for u, v in edges], dtype=np.int64).reshape(-1, 2)
    table = np.array(rows, dtype=np.float64).reshape(-1, 3)
    lengths, watched, costs = table.T
    candidates = np.flatnonzero(watched > lengths)
    watched = np.where(watched > lengths, watched, lengths)
    return ArcTable(
        nodes=nodes,
        edges=edges,
        tails=ends[:, 0],
        heads=ends[:, 1],
        lengths=lengths,
        watched_lengths=watched,
        candidates=candidates,
        costs=costs[candidates],
    )


def _read_edges(
    graph: nx.DiGraph[Any], edges: Iterable[Edge], reader: EdgeReader
) -> list[tuple[float, float, float]]:
    rows, faults = [], []
    for u, v in edges:
        try:
            rows.append(_read_edge(graph.edges[u, v], reader))
        except ValueError as error:
            faults.append(f"edge {u!r} -> {v!r}, {error}")
    refuse(faults)
    return rows


def _read_edge(data: Mapping[str, Any], reader: EdgeReader) -> tuple[float, float, float]:
    """Return length, watched length (-1 for no candidate) and cost; adding 0 drops a minus."""
    length = reader.length(data) + 0.0
    watched = reader.watched_length(data)
    if watched is None:
        return length, -1.0, 0.0
    return length, watched + 0.0, reader.cost(data)


def in_order(nodes: Iterable[Hashable]) -> list[Hashable]:
    """Return the nodes sorted: by value within a kind, by what they print where that fails."""
    listed = list(nodes)
    try:
        return sorted(listed)  # type: ignore[type-var]
    except TypeError:
        return sorted(listed, key=lambda node: (type(node).__name__, repr(node)))


def scenario_rows(graph: nx.DiGraph[Any], scenarios: Scenarios) -> list[ScenarioRow]:
    """Return the checked rows of the table, or raise one error for all faulty rows."""
    rows, faults = [], []
    for place, record in enumerate(_records(scenarios)):
        try:
            rows.append(_scenario_row(graph, record))
        except ValueError as error:
            faults.append(f"scenarios row {place}, {error}")
    refuse(faults)
    return rows


def _scenario_row(graph: nx.DiGraph[Any], record: Mapping[str, Any]) -> ScenarioRow:
    if not isinstance(record, Mapping):
        raise ValueError(f"wanted {', '.join(COLUMNS)} by name, got {record!r}")  # noqa: TRY004 - one kind of error for all faults of input
    missing = [name for name in COLUMNS if name not in record]
    if missing:
        raise ValueError(f"{', '.join(missing)}: wanted, but the row has {sorted(record)}")
    for name in ("origin", "destination"):
        if record[name] not in graph:
            raise ValueError(f"{name}: wanted a node of the graph, got {record[name]!r}")
    probability = attribute(
        record, "probability", "a finite weight of at least 0", lambda value: 0 <= value < math.inf
    )
    return ScenarioRow(record["origin"], record["destination"], probability)


def _records(scenarios: Scenarios) -> Iterator[Mapping[str, Any]]:
    """Yield one mapping a row from a data frame, a mapping of columns, or records as they are."""
    if isinstance(scenarios, Sequence):
        yield from scenarios
        return
    missing = [name for name in COLUMNS if name not in scenarios]
    if missing:
        raise ValueError(f"scenarios: wanted columns {COLUMNS}, missing {missing}")
    columns = [_listed(scenarios[name]) for name in COLUMNS]
    sizes = {len(column) for column in columns}
    if len(sizes) > 1:
        raise ValueError(f"scenarios: wanted columns of one length, got {sorted(sizes)}")
    for row in zip(*columns, strict=True):
        yield dict(zip(COLUMNS, row, strict=True))


def _listed(column: Iterable[Any]) -> list[Any]:
    """Return plain Python values: numpy's integers print with their type in an error."""
    return column.tolist() if hasattr(column, "tolist") else list(column)
