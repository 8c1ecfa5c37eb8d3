r"""Crossing graph -> corridors and their prior shares.

A corridor is a gate, the crossings in their order and a processing area; it enters no country twice.
Inflow into a processing area chooses among the corridors that end there by path-size logit:

.. math:: P(c \mid a) \propto w_{gate}\, \prod_{k \in c} w_k\, e^{-cost_c / θ}\, PS_c^{β}, \qquad
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

from dataclasses import dataclass
from functools import cache
from itertools import chain, pairwise
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
from scipy.sparse import csr_array, eye_array, vstack

from routes.errors import RoutesError
from routes.network import check_crossing_graph
from routes.network.way_sums import WaySums

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import networkx as nx

    from routes.parameters import RouteChoice
    from routes.support.arrays import Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, weakref_slot=True)
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


_NODES_PASSED: WeakKeyDictionary[Corridors, Passed] = WeakKeyDictionary()
_LEGS_PASSED: WeakKeyDictionary[Corridors, Passed] = WeakKeyDictionary()


def nodes_passed(corridors: Corridors) -> Passed:
    """Nodes of the crossing graph on the corridors, each with an empty second name; found once."""
    if corridors not in _NODES_PASSED:
        _NODES_PASSED[corridors] = _passed([[(node, "") for node in path] for path in corridors.nodes])
    return _NODES_PASSED[corridors]


def places_passed(graph: nx.DiGraph[str], corridors: Corridors) -> Passed:
    """Gates, crossings and processing areas on the corridors."""
    facts, passed = graph.nodes, nodes_passed(corridors)
    number: dict[tuple[str, str], int] = {}
    named = [(facts[node]["kind"], facts[node]["place"]) for node, _ in passed.names]
    row = np.array([number.setdefault(name, len(number)) for name in named], int)
    # A crossing is two nodes, one a direction.
    of_node = csr_array((np.ones(len(row)), (row, np.arange(len(row)))), shape=(len(number), len(row)))
    use = csr_array(of_node @ passed.use)
    use.sort_indices()
    return Passed(tuple(number), use)


def corridors_and_places(graph: nx.DiGraph[str], corridors: Corridors) -> Passed:
    """Every corridor, which only itself passes, and every place on them."""
    places = places_passed(graph, corridors)
    itself = eye_array(len(corridors.ids), format="csr")
    names = tuple(("corridor", name) for name in corridors.ids)
    return Passed((*names, *places.names), csr_array(vstack([itself, places.use], format="csr")))


def legs_passed(corridors: Corridors) -> Passed:
    """Legs on the corridors; found once."""
    if corridors not in _LEGS_PASSED:
        _LEGS_PASSED[corridors] = _passed([list(pairwise(path)) for path in corridors.nodes])
    return _LEGS_PASSED[corridors]


def _passed(members: Sequence[Sequence[tuple[str, str]]]) -> Passed:
    number = {name: i for i, name in enumerate(dict.fromkeys(chain.from_iterable(members)))}
    row = np.array([number[name] for some in members for name in some], int)
    column = np.repeat(np.arange(len(members)), [len(some) for some in members])
    use = csr_array((np.ones(len(row)), (row, column)), shape=(len(number), len(members)))
    return Passed(tuple(number), use)


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
    return corridors_of(graph, choice)


def corridors_of(graph: nx.DiGraph[str], choice: RouteChoice) -> Corridors:
    """Do as `list_corridors` does, of a graph that has been checked: whoever makes one does that."""
    areas = [n for n, d in graph.nodes(data=True) if d["kind"] == "processing_area"]
    search = WaySums(graph, areas, choice.scale_km)
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
    return dict(zip(areas, WaySums(graph, areas, scale_km).total_by_area().tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class _Listed:
    nodes: list[tuple[str, ...]]
    area: Ints
    mass: Floats
    path_size: Floats
    share: Floats


def _take_until_covered(
    search: WaySums, per_mass: Floats, area_share: Floats, choice: RouteChoice
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
    search: WaySums, flows: dict[str, Floats]
) -> Callable[[float, tuple[tuple[str, int, int], ...], int], float]:
    @cache  # a leg is on many corridors
    def length_and_flows(code: str, row: int, leaf: int) -> tuple[float, list[float]]:
        return float(search.country[code].length_km[row, leaf]), flows[code][row, leaf].tolist()

    def size(share: float, legs: tuple[tuple[str, int, int], ...], area: int) -> float:
        on_way = [length_and_flows(*leg) for leg in legs]
        whole = sum([km for km, _ in on_way])
        alone = sum([km * (share / flow[area]) for km, flow in on_way])
        return min(1.0, alone / whole) if whole else 1.0

    return size


def _nodes(search: WaySums, legs: tuple[tuple[str, int, int], ...]) -> tuple[str, ...]:
    code, row, _ = legs[0]
    return (search.country[code].enters[row], *[search.country[code].leaves[leaf] for code, _, leaf in legs])


def _as_corridors(
    graph: nx.DiGraph[str], listed: _Listed, area_share: Floats, unreachable: tuple[str, ...]
) -> Corridors:
    place = {node: facts["place"] for node, facts in graph.nodes(data=True)}
    penalty = {node: facts.get("penalty", 0.0) for node, facts in graph.nodes(data=True)}
    onward = dict(graph.adjacency())
    on_way = [[onward[a][b] for a, b in pairwise(path)] for path in listed.nodes]
    length = [sum([leg["length_km"] for leg in legs]) for legs in on_way]
    cost = [
        sum([leg["cost"] for leg in legs]) + sum([penalty[node] for node in path])
        for legs, path in zip(on_way, listed.nodes, strict=True)
    ]
    ids = tuple(">".join([place[node] for node in path]) for path in listed.nodes)
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
