"""Which crossings, shut together, lengthen the cheapest way from a gate into a processing area most."""

from __future__ import annotations

from math import inf, isfinite
from typing import TYPE_CHECKING

import networkx as nx

from routes.errors import RoutesError
from routes.planning.interdiction import most_vital_edges
from routes.planning.outcomes import Vital

if TYPE_CHECKING:
    from routes.analysis import Analysis
    from routes.parameters import Parameters

    Node = tuple[str, str]


def vital_crossings(
    analysis: Analysis,
    parameters: Parameters,
    gate: str,
    area: str,
    budget: int,
    *,
    to_trade: bool = False,
    time_limit: float | None = 60.0,
) -> Vital:
    """Choose up to `budget` crossings to shut so that the cheapest way becomes as dear as it can.

    They are closed `to_trade`, at ``crossing_penalties.closed``, or nothing passes them. The limit is in
    seconds.

    Raises
    ------
    RoutesError
        If there is no way from the gate into the area.
    """
    graph: nx.DiGraph[Node] = nx.DiGraph()
    closed = parameters.crossing_penalties.closed
    parts = analysis.untied.penalty_parts
    source = analysis.untied.graph
    for node, data in source.nodes(data=True):
        place = data["place"]
        if data["kind"] == "crossing":
            now = parts.get(place, {})
            more = closed - now.get("closed", 0.0) - now.get("restricted", 0.0) if to_trade else inf
            graph.add_edge(("in", place), ("out", place), length=data["penalty"], delay=max(more, 0.0))
        elif data["kind"] == "gate":
            graph.add_edge(("gate", node), ("out", place), length=data["penalty"])
    for a, b, leg in source.edges(data=True):
        if leg["kind"] == "leg":
            kind = "area" if source.nodes[b]["kind"] == "processing_area" else "in"
            ends = ("out", source.nodes[a]["place"]), (kind, source.nodes[b]["place"])
            known = graph.get_edge_data(*ends, {"length": inf})["length"]
            graph.add_edge(*ends, length=min(known, leg["cost"]))
    start, end = ("gate", gate), ("area", area)
    if start not in graph or end not in graph or not nx.has_path(graph, start, end):
        raise RoutesError(f"no way leads from {gate} into {area}.")
    found = most_vital_edges(graph, start, end, budget, delay="delay", time_limit=time_limit)
    return Vital(
        gate=gate,
        processing_area=area,
        budget=budget,
        crossings=tuple(sorted(str(edge[0][1]) for edge in found.edges if isinstance(edge[0], tuple))),
        cost_before=found.length_before,
        cost_after=found.length_after if isfinite(found.length_after) else None,
        upper_bound=found.upper_bound if isfinite(found.upper_bound) else None,
        gap=found.gap,
        proven_optimal=found.proven_optimal,
    )
