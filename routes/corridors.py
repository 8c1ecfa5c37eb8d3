r"""Crossing graph -> corridors and their prior shares.

A corridor is a gate, the crossings in their order and a processing area; it enters no country twice.
Inflow into a processing area chooses among the corridors that end there by path-size logit:

.. math:: P(c \mid a) \propto w_{gate}\, e^{-cost_c / θ}\, PS_c^{β}, \qquad
          PS_c = \sum_{l \in c} \frac{L_l}{L_c} \frac{p_c}{F_{l,a}}

where :math:`p_c` is the plain logit share (β = 0) and :math:`F_{l,a}` the plain logit flow over leg
*l* towards *a*, so that corridors which nobody would use do not dilute the others (Ben-Akiva &
Bierlaire 1999; the weighting by share follows Duncan, Watling, Connors, Rasmussen & Nielsen 2020).
The areas' own shares are data.

The plain normaliser and the flows are exact, by dynamic programming over (node, countries visited).
Corridors are listed best first, with the exact mass of all that is left as the bound, until the listed
ones hold the wanted share of the prior, or are as many as anyone will list.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from functools import cache
from itertools import chain, count, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_array, eye_array, vstack

from routes.errors import RoutesError
from routes.network import check_crossing_graph

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import networkx as nx
    from numpy.typing import NDArray

    from routes.parameters import RouteChoice

    Floats = NDArray[np.float64]
    Ints = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Corridors:
    """Listed corridors with their prior shares, largest plain share first.

    Parameters
    ----------
    nodes : tuple of tuple of str
        Nodes of the crossing graph along each corridor, from gate to processing area.
    ids : tuple of str
        Gate, crossings and area joined by ``>``.
    prior_share, path_size : ndarray of float, shape (corridors,)
    length_km, cost : ndarray of float, shape (corridors,)
        Cost in km-equivalents, with the penalties of gate and crossings.
    uncovered_share : float
        Prior share of all corridors that are not listed (an upper bound: their path size counts as 1).
    unreachable_areas : tuple of str
        Processing areas that no corridor reaches; their weight is spread over the others.
    """

    nodes: tuple[tuple[str, ...], ...]
    ids: tuple[str, ...]
    prior_share: Floats
    path_size: Floats
    length_km: Floats
    cost: Floats
    uncovered_share: float
    unreachable_areas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Passed:
    """Which corridor passes what.

    Parameters
    ----------
    names : tuple of (str, str)
        In the order that they are met: (kind of node, id) of places, the two nodes of legs.
    use : csr_array of float, shape (names, corridors)
        1 where the corridor passes it.
    """

    names: tuple[tuple[str, str], ...]
    use: csr_array

    def of_kind(self, *kinds: str) -> Passed:
        """Keep the places of some kinds of node."""
        return self.where([kind in kinds for kind, _ in self.names])

    def where(self, wanted: Sequence[bool]) -> Passed:
        """Keep some of the names."""
        which = np.flatnonzero(wanted)
        return Passed(tuple(self.names[i] for i in which), csr_array(self.use[which]))


def places_passed(graph: nx.DiGraph[str], corridors: Corridors) -> Passed:
    """Gates, crossings and processing areas on the corridors."""
    nodes = graph.nodes
    named = {n: (nodes[n]["kind"], nodes[n]["place"]) for n in set(chain.from_iterable(corridors.nodes))}
    return _passed([[named[n] for n in path] for path in corridors.nodes])


def corridors_and_places(graph: nx.DiGraph[str], corridors: Corridors) -> Passed:
    """Every corridor, which only itself passes, and every place on them."""
    places = places_passed(graph, corridors)
    itself = eye_array(len(corridors.ids), format="csr")
    names = tuple(("corridor", name) for name in corridors.ids)
    return Passed((*names, *places.names), csr_array(vstack([itself, places.use], format="csr")))


def legs_passed(corridors: Corridors) -> Passed:
    """Legs on the corridors."""
    return _passed([list(pairwise(path)) for path in corridors.nodes])


def _passed(members: Sequence[Sequence[tuple[str, str]]]) -> Passed:
    number: dict[tuple[str, str], int] = {}
    row = np.array([number.setdefault(m, len(number)) for some in members for m in some], int)
    column = np.repeat(np.arange(len(members)), [len(some) for some in members])
    use = csr_array((np.ones(len(row)), (row, column)), shape=(len(number), len(members)))
    return Passed(tuple(number), use)


@dataclass(frozen=True, slots=True)
class _Country:
    """Legs inside one country as a matrix: entries (rows) to exits and areas (columns)."""

    entries: dict[str, int]
    leaves: tuple[str, ...]
    factor: Floats  # exp(-(leg cost + penalty at its end) / scale), 0 where there is no leg
    length_km: Floats
    onward: dict[str, Ints]  # next country -> columns of the crossings into it
    leads_to: tuple[str, ...]  # country that each column leads to, '' for an area
    area_columns: Ints
    area_index: Ints


def list_corridors(graph: nx.DiGraph[str], choice: RouteChoice) -> Corridors:
    """List the corridors of a crossing graph best first and give them prior shares.

    Parameters
    ----------
    graph : networkx.DiGraph
        As `routes.network.build_crossing_graph` makes it; see `routes.network.check_crossing_graph`.
    choice : RouteChoice

    Returns
    -------
    Corridors
        The listed corridors hold at least ``choice.coverage`` of the prior, unless there are
        ``choice.most_corridors`` of them before; their shares and ``uncovered_share`` sum to one.

    Raises
    ------
    RoutesError
        If the graph is no crossing graph, with every fault; if no processing area can be reached, or the
        scale is so small that all shares vanish.

    Examples
    --------
    >>> import networkx as nx
    >>> from routes.parameters import RouteChoice
    >>> g, spot = nx.DiGraph(), {"lon": 66.0, "lat": 31.0, "penalty": 0.0}
    >>> g.add_node("port", kind="gate", place="port", country="PAK", weight=1.0, **spot)
    >>> for gate in ("north", "south"):
    ...     g.add_node(gate + ":PAK>AFG", kind="crossing", place=gate, country="AFG", came_from="PAK", **spot)
    >>> g.add_node("helmand", kind="processing_area", place="helmand", country="AFG", weight=1.0, **spot)
    >>> for gate, km in (("north:PAK>AFG", 300.0), ("south:PAK>AFG", 100.0)):
    ...     g.add_edge("port", gate, kind="leg", country="PAK", cost=km, length_km=km)
    ...     g.add_edge(gate, "helmand", kind="leg", country="AFG", cost=50.0, length_km=50.0)
    >>> found = list_corridors(g, RouteChoice(scale_km=200 / 0.6931471805599453))
    >>> dict(zip(found.ids, found.prior_share.round(6).tolist()))
    {'port>south>helmand': 0.666667, 'port>north>helmand': 0.333333}
    """
    check_crossing_graph(graph)
    areas = [n for n, d in graph.nodes(data=True) if d["kind"] == "processing_area"]
    search = _Search(graph, areas, choice.scale_km)
    total = search.total_by_area()
    weight = np.array([graph.nodes[a]["weight"] for a in areas], float)
    if not (total * weight).any():
        message = (
            f"no processing area can be reached from any gate with route_choice.scale_km = "
            f"{choice.scale_km:g}. Check the network (routes network check) or raise the scale."
        )
        raise RoutesError(message)
    reached = total > 0
    area_share = np.where(reached, weight, 0) / weight[reached].sum()
    per_mass = np.divide(area_share, total, out=np.zeros(len(areas)), where=reached)
    listed = _take_until_covered(search, per_mass, area_share, choice)
    return _as_corridors(
        graph, listed, area_share, tuple(a for a, r in zip(areas, reached, strict=True) if not r)
    )


def total_mass(graph: nx.DiGraph[str], scale_km: float) -> dict[str, float]:
    """Plain logit mass of all corridors into each processing area, listed or not.

    Examples
    --------
    >>> import networkx as nx
    >>> g = nx.DiGraph()
    >>> g.add_node("port", kind="gate", place="port", country="PAK", weight=2.0, penalty=0.0)
    >>> g.add_node("helmand", kind="processing_area", place="helmand", country="PAK", weight=1.0)
    >>> g.add_edge("port", "helmand", kind="leg", cost=0.0, length_km=10.0)
    >>> total_mass(g, 200.0)
    {'helmand': 2.0}
    """
    areas = [n for n, d in graph.nodes(data=True) if d["kind"] == "processing_area"]
    return dict(zip(areas, _Search(graph, areas, scale_km).total_by_area().tolist(), strict=True))


class _Search:
    """Sums over all corridors of a graph, by dynamic programming over (country, countries visited)."""

    def __init__(self, graph: nx.DiGraph[str], areas: Sequence[str], scale: float) -> None:
        self.areas = areas
        codes = sorted({d["country"] for _, d in graph.nodes(data=True) if d["kind"] != "seizure"})
        self.bit = {code: 1 << i for i, code in enumerate(codes)}
        self.country = _country_matrices(graph, codes, areas, scale)
        self.gates = [
            (n, d["country"], d["weight"] * np.exp(-d["penalty"] / scale))
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

    def steps(self, code: str, visited: int) -> Iterator[tuple[str, Ints, Ints]]:
        """Countries that can be entered next and still lead to an area: (country, columns, its rows)."""
        if not self.area_bits & ~visited:
            return
        here = self.country[code]
        for following, columns in here.onward.items():
            if not visited & self.bit[following]:
                entries = self.country[following].entries
                yield following, columns, np.array([entries[here.leaves[c]] for c in columns])

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
        flow[:, here.area_columns, here.area_index] += leaving[:, here.area_columns]
        for following, columns, rows in self.steps(code, visited):
            then = visited | self.bit[following]
            flow[:, columns] += leaving[:, columns, None] * self.onward(following, then)[rows]
            there = arriving.setdefault((following, then), np.zeros(len(self.country[following].entries)))
            np.add.at(there, rows, leaving[:, columns].sum(axis=0))
            reached[following, then] = None

    def best_first(self, per_mass: Floats) -> Iterator[tuple[float, tuple[tuple[str, int, int], ...]]]:
        """Corridors by falling plain share, with their legs as (country, entry, leaf)."""
        value = cache(lambda code, visited: self._child_values(code, visited, per_mass))
        ticket = count()
        heap: list[tuple[float, int, float, str, int, int, int, tuple[tuple[str, int, int], ...]]] = []

        def offer(
            code: str, visited: int, row: int, rank: int, mass: float, legs: tuple[tuple[str, int, int], ...]
        ) -> None:
            # Only the best child not yet taken waits in the queue: its siblings are worth no more.
            order, worth = value(code, visited)
            if rank < len(order[row]) and (best := mass * worth[row, order[row, rank]]) > 0:
                heapq.heappush(heap, (-best, next(ticket), mass, code, visited, row, rank, legs))

        for gate, code, mass in self.gates:
            offer(code, self.bit[code], self.country[code].entries[gate], 0, mass, ())
        while heap:
            worth, _, mass, code, visited, row, rank, legs = heapq.heappop(heap)
            offer(code, visited, row, rank + 1, mass, legs)
            here = self.country[code]
            leaf = int(value(code, visited)[0][row, rank])
            longer = (*legs, (code, row, leaf))
            following = here.leads_to[leaf]
            if not following:
                yield -worth, longer
            else:
                entry = self.country[following].entries[here.leaves[leaf]]
                offer(
                    following, visited | self.bit[following], entry, 0, mass * here.factor[row, leaf], longer
                )

    def _child_values(self, code: str, visited: int, per_mass: Floats) -> tuple[Ints, Floats]:
        """For each entry, its leaves by falling mass of all corridors through them, and that mass."""
        here = self.country[code]
        worth = np.zeros_like(here.factor)
        worth[:, here.area_columns] = here.factor[:, here.area_columns] * per_mass[here.area_index]
        for following, columns, rows in self.steps(code, visited):
            onward = self.onward(following, visited | self.bit[following])[rows] @ per_mass
            worth[:, columns] = here.factor[:, columns] * onward
        return np.argsort(-worth, axis=1, kind="stable"), worth


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
    leads_to = tuple(node["country"] if node["kind"] == "crossing" else "" for node in facts)
    onward: dict[str, list[int]] = {}
    for i, following in enumerate(leads_to):
        if following:
            onward.setdefault(following, []).append(i)
    ends = [(i, areas.index(leaf)) for leaf, i in column.items() if not leads_to[i]]
    return _Country(
        entries={n: i for i, n in enumerate(entries)},
        leaves=tuple(leaves),
        factor=np.exp(-(cost + penalty) / scale),
        length_km=length,
        onward={following: np.array(columns) for following, columns in onward.items()},
        leads_to=leads_to,
        area_columns=np.array([i for i, _ in ends], int),
        area_index=np.array([a for _, a in ends], int),
    )


@dataclass(frozen=True, slots=True)
class _Listed:
    nodes: list[tuple[str, ...]]
    area: Ints
    mass: Floats
    path_size: Floats
    share: Floats


def _take_until_covered(
    search: _Search, per_mass: Floats, area_share: Floats, choice: RouteChoice
) -> _Listed:
    flows = search.leg_flows(per_mass)
    size_of = _path_size(search, flows)
    nodes, area, mass, size = [], [], [], []
    goal = area_share.tolist()
    weighted, left, covered = [0.0] * len(goal), list(goal), [0.0] * len(goal)
    for share, legs in search.best_first(per_mass):
        nodes.append(_nodes(search, legs))
        a = search.areas.index(nodes[-1][-1])
        area.append(a)
        mass.append(share)
        size.append(size_of(share, legs, a) ** choice.path_size_exponent)
        weighted[a] += share * size[-1]
        left[a] -= share
        covered[a] = goal[a] * weighted[a] / (weighted[a] + max(left[a], 0.0))
        if sum(covered) >= choice.coverage or len(nodes) == choice.most_corridors:
            break
    where = np.array(area)
    # Rounding leaves some 1e-16 of an area whose corridors are all listed; that is not a remainder.
    both = np.array(weighted) + np.where(np.array(left) > 1e-12 * area_share, left, 0)
    scaled = np.array(mass) * np.array(size) * (area_share / np.where(both > 0, both, 1))[where]
    return _Listed(nodes, where, np.array(mass), np.array(size), scaled)


def _path_size(
    search: _Search, flows: dict[str, Floats]
) -> Callable[[float, tuple[tuple[str, int, int], ...], int], float]:
    def size(share: float, legs: tuple[tuple[str, int, int], ...], area: int) -> float:
        km = [float(search.country[code].length_km[row, leaf]) for code, row, leaf in legs]
        if not sum(km):
            return 1.0
        alone = [share / flows[code][row, leaf, area] for code, row, leaf in legs]
        return float(min(1.0, sum(k * a for k, a in zip(km, alone, strict=True)) / sum(km)))

    return size


def _nodes(search: _Search, legs: tuple[tuple[str, int, int], ...]) -> tuple[str, ...]:
    code, row, _ = legs[0]
    gate = next(n for n, i in search.country[code].entries.items() if i == row)
    return (gate, *(search.country[code].leaves[leaf] for code, _, leaf in legs))


def _as_corridors(
    graph: nx.DiGraph[str], listed: _Listed, area_share: Floats, unreachable: tuple[str, ...]
) -> Corridors:
    length = [sum(graph.edges[a, b]["length_km"] for a, b in pairwise(path)) for path in listed.nodes]
    cost = [
        sum(graph.edges[a, b]["cost"] for a, b in pairwise(path))
        + sum(graph.nodes[n].get("penalty", 0.0) for n in path)
        for path in listed.nodes
    ]
    ids = tuple(">".join(graph.nodes[n]["place"] for n in path) for path in listed.nodes)
    return Corridors(
        nodes=tuple(listed.nodes),
        ids=ids,
        prior_share=listed.share,
        path_size=listed.path_size,
        length_km=np.array(length),
        cost=np.array(cost),
        uncovered_share=max(0.0, float(area_share.sum() - listed.share.sum())),
        unreachable_areas=unreachable,
    )
