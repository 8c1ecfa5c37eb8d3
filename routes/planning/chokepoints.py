"""Flows -> chokepoints: which gates and crossings carry most, and how much hangs on each.

A share alone misleads: a crossing may carry much beside another that would do as well. So beside the
share stand what a closure costs (criticality, after Jenelius, Petersen & Mattsson 2006: the rise in
expected least cost over the inflow, with every gate and area keeping its own), how much longer the way
gets (detour factor), whether the crossing is in a smallest set that cuts an area off, and betweenness.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, maximum_flow

from routes.corridors import places_passed
from routes.planning.flows import flows_of, into_area
from routes.planning.least_costs import Ways, ways_of
from routes.ranking import tiers_of
from routes.results import Chokepoint

if TYPE_CHECKING:
    import networkx as nx

    from routes.analysis import Analysis
    from routes.corridors import Passed
    from routes.planning.flows import Flows
    from routes.support.arrays import Floats


_UNCUT = 1 << 20  # capacity of what cannot be cut: more than there are places


def place_chokepoints(analysis: Analysis, area: str | None = None) -> tuple[Chokepoint, ...]:
    """Rank the gates and crossings by the share of the inflow through them.

    Parameters
    ----------
    analysis : Analysis
    area : str, optional
        Look at the inflow into this processing area alone: all figures are of it.

    Returns
    -------
    tuple of Chokepoint
        Those that a listed corridor passes, largest posterior share first. Tiers are among gates, and among
        crossings; the grounds are those of the place's share of the whole inflow.

    Raises
    ------
    RoutesError
        If no listed corridor leads to the area.

    Examples
    --------
    >>> from routes.analysis import analyse
    >>> from routes.read.inputs import load_inputs
    >>> rows = place_chokepoints(analyse(load_inputs()))
    >>> all(a.place.posterior_share >= b.place.posterior_share for a, b in zip(rows, rows[1:]))
    True
    """
    graph = analysis.untied.graph
    flows = into_area(flows_of(analysis), area)
    ways = ways_of(graph)
    passed = places_passed(graph, flows.corridors)
    through = flows.shares.through(passed)
    prior = passed.use @ flows.corridors.prior_share
    if not flows.shares.rest:
        prior = prior / flows.corridors.prior_share.sum()
    low, high = through.interval()
    tier = _tiers(flows, passed)
    demand = pair_shares(flows, ways)
    cuts = area_cuts(analysis, area)
    between = betweenness(ways, area)
    ranking = analysis.ranking
    places = {("gate", place.id): place for place in ranking.gates}
    places |= {("crossing", place.id): place for place in ranking.crossings}
    least = ways.least()
    rows = []
    for i, (kind, name) in enumerate(passed.names):
        if kind == "processing_area":
            continue
        rise, cut_off, detour = None, 0.0, None
        if kind == "crossing":
            users = pair_shares(flows, ways, passed.use[[i]].toarray()[0])
            rise, cut_off, detour = hangs_on(ways, least, demand, users, name)
        place = replace(
            places[kind, name],
            prior_share=float(prior[i]),
            posterior_share=float(through.mean[i]),
            interval_90=(float(low[i]), float(high[i])),
            tier=tier[kind, name],
        )
        cut_areas = tuple(area for area, (_, cut) in cuts.items() if name in cut)
        rows.append(
            Chokepoint(
                place=place,
                criticality=rise,
                cut_off_share=cut_off,
                detour_factor=detour,
                cut_areas=cut_areas,
                betweenness=between[name],
            )
        )
    return tuple(sorted(rows, key=lambda row: (-row.place.posterior_share, row.place.id)))


def _tiers(flows: Flows, passed: Passed) -> dict[tuple[str, str], int]:
    """Tier of each place among those of its kind."""
    found = {}
    for kind in ("gate", "crossing"):
        shares = flows.shares.through(passed.of_kind(kind))
        order, tiers = tiers_of(shares)
        found.update({shares.names[i]: tier for i, tier in zip(order, tiers, strict=True)})
    return found


def pair_shares(flows: Flows, ways: Ways, through: Floats | None = None) -> Floats:
    """Share of the inflow from each gate to each area, shape (gates, areas).

    Parameters
    ----------
    flows : Flows
    ways : Ways
    through : ndarray of float, shape (corridors,), optional
        1 for the corridors that count; all by default.
    """
    ends = ways.cells((path[0], path[-1]) for path in flows.corridors.nodes)
    shares, mean = np.zeros((len(ways.gates), len(ways.areas))), flows.shares.mean
    np.add.at(shares, ends, mean if through is None else mean * through)
    return shares


def hangs_on(
    ways: Ways, before: Floats, demand: Floats, users: Floats, crossing: str
) -> tuple[float, float, float | None]:
    """Tell what closing a crossing costs.

    Parameters
    ----------
    ways : Ways
    before : ndarray of float, shape (gates, areas)
        ``ways.least()``.
    demand, users : ndarray of float, shape (gates, areas)
        Inflow from each gate to each area, and the part of it through the crossing.
    crossing : str

    Returns
    -------
    float
        Criticality: sum of demand times rise in least cost, over the pairs that keep a way.
    float
        Share of the inflow whose gate reaches its area no more.
    float or None
        Detour factor: least cost closed over least cost open, weighted by the users; None without one.
    """
    after = ways.least([crossing])
    asked = (demand > 0) & np.isfinite(before)
    kept = asked & np.isfinite(after)
    rise = float((demand[kept] * (after[kept] - before[kept])).sum())
    open_cost = float((users[kept] * before[kept]).sum())
    detour = float((users[kept] * after[kept]).sum()) / open_cost if open_cost else None
    return max(rise, 0.0), float(demand[asked & ~kept].sum()), detour


def betweenness(ways: Ways, area: str | None = None) -> dict[str, float]:
    """Share of the flow between gates and areas that has a least-cost way through each place.

    The flow between a pair is gate weight times area weight, over the pairs that have a way. Where two
    least-cost ways are equally good, the places on both count.
    """
    wanted = np.array([area in (None, ways.nodes[a]) for a in ways.areas])
    flow = ways.gate_weight[:, None] * (ways.area_weight * wanted) * np.isfinite(ways.least())
    if flow.sum():
        flow = flow / flow.sum()
    on_way = ways.on_least_ways()
    found = dict.fromkeys(ways.places, 0.0)
    for place in found:
        nodes = [n for n, owner in enumerate(ways.places) if owner == place]
        found[place] = float((flow * on_way[:, nodes].any(axis=1)).sum())
    return found


def area_cuts(analysis: Analysis, area: str | None = None) -> dict[str, tuple[int, frozenset[str]]]:
    """`smallest_cuts` of each processing area that any gate reaches, or of one."""
    graph = analysis.untied.graph
    ways = ways_of(graph)
    reached = np.flatnonzero(np.isfinite(ways.least()).any(axis=0))
    names = [ways.nodes[a] for a in ways.areas[reached]]
    return {name: smallest_cuts(graph, name) for name in names if area in (None, name)}


def smallest_cuts(graph: nx.DiGraph[str], area: str) -> tuple[int, frozenset[str]]:
    """Size of the smallest sets of gates and crossings that cut an area off, and all their members.

    Both directions of a crossing are one place. That is exact because roads inside a country run both
    ways: who can come from one side and go back there need not have come. A place is in some smallest set
    if the maximum flow fills it and no residual path leads round it (Picard & Queyranne 1980).

    Examples
    --------
    >>> import networkx as nx
    >>> g = nx.DiGraph()
    >>> g.add_node("port", kind="gate", place="port")
    >>> for gate in ("north", "south"):
    ...     g.add_node(gate + ":A>B", kind="crossing", place=gate)
    ...     g.add_edge("port", gate + ":A>B", kind="leg")
    >>> g.add_node("town", kind="processing_area", place="town")
    >>> for gate in ("north", "south"):
    ...     g.add_edge(gate + ":A>B", "town", kind="leg")
    >>> smallest_cuts(g, "town")
    (1, frozenset({'port'}))
    """
    kind = {d["place"]: d["kind"] for _, d in graph.nodes(data=True) if d["kind"] in ("gate", "crossing")}
    entry = {place: 2 * i for i, place in enumerate(kind)}  # and 2 i + 1 is its exit
    source, sink = 2 * len(entry), 2 * len(entry) + 1
    arcs = {(e, e + 1): 1 for e in entry.values()}
    arcs |= {(source, entry[p]): _UNCUT for p, what in kind.items() if what == "gate"}
    for a, b, leg in graph.edges(data=True):
        if leg["kind"] == "leg":
            end = sink if b == area else entry.get(graph.nodes[b]["place"])
            if end is not None:
                arcs[entry[graph.nodes[a]["place"]] + 1, end] = _UNCUT
    tail, head = np.array(list(arcs)).T
    shape = (sink + 1, sink + 1)
    capacity = csr_array((np.array(list(arcs.values()), np.int32), (tail, head)), shape=shape)
    result = maximum_flow(capacity, source, sink)
    left = coo_array(capacity - result.flow)
    residual = csr_array(((left.data > 0).astype(float), left.coords), shape=shape)
    residual.eliminate_zeros()
    strong = connected_components(residual, directed=True, connection="strong")[1]
    full = {place for place, e in entry.items() if result.flow[e, e + 1] == 1 and strong[e] != strong[e + 1]}
    return int(result.flow_value), frozenset(full)
