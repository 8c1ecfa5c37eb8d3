"""Why no listed corridor passes a gate, a crossing or a processing area that the data list."""

from __future__ import annotations

from math import exp, prod
from typing import TYPE_CHECKING, Any

import networkx as nx

if TYPE_CHECKING:
    from collections.abc import Callable

    from routes.analysis import Analysis

_START = ""  # a node before all gates


def listed_places(analysis: Analysis) -> dict[str, str]:
    """Every place of the data and its kind of node, whether a corridor passes it or not."""
    network = analysis.network
    places = {str(name): "crossing" for name in network.crossings["crossing_id"]}
    places |= {str(name): "gate" for name in network.gates["place_id"]}
    return places | {str(name): "processing_area" for name in network.areas["place_id"]}


def why_unused(analysis: Analysis, place: str, scale_km: float) -> str:
    """Say why no listed corridor passes a place.

    Parameters
    ----------
    analysis : Analysis
    place : str
        One of `listed_places`.
    scale_km : float
        Scale of the route choice.
    """
    graph: nx.DiGraph[str] = analysis.untied.graph.copy()
    own = [n for n, data in graph.nodes(data=True) if data["place"] == place]
    if not own:
        return "no road of the network reaches it."
    nodes = graph.nodes
    gates = [n for n, data in graph.nodes(data=True) if data["kind"] == "gate"]
    areas = [n for n, data in graph.nodes(data=True) if data["kind"] == "processing_area"]
    graph.add_node(_START, place=_START, kind="start", penalty=0.0)
    graph.add_edges_from((_START, gate, {"cost": 0.0}) for gate in gates)

    def cost(_: str, end: str, leg: dict[str, Any]) -> float:
        return float(leg["cost"] + nodes[end].get("penalty", 0.0))

    there, way_there = _least(graph, _START, cost)
    best: tuple[float, str, list[str]] | None = None
    weigh = {name: data.get("weight", 1.0) for name, data in graph.nodes(data=True)}
    for node in own:
        onward, way_on = _least(graph, node, cost)
        for area in areas:
            if node in there and area in onward:
                more = there[node] + onward[area] - there[area]
                if best is None or more < best[0]:
                    best = more, area, [*way_there[node][1:], *way_on[area][1:]]
    if best is None:
        return "no way leads from a gate through it to a processing area."
    more, area, way = best
    there_way = way_there[area][1:]
    told = " > ".join(nodes[n]["place"] for n in way)
    entered = [nodes[a]["country"] for a in way[:-1]]
    if twice := next((a for a in entered if entered.count(a) > 1), None):
        return f"the cheapest way by it, {told}, enters {twice} twice, which no corridor does."
    shut = analysis.untied.penalty_parts.get(place, {}).get("closed", 0.0)
    closed = f", {shut:,.0f} of them because it is shut" if shut else ""
    # The weights of gates and crossings count in the choice as well as the cost does.
    odds = exp(-more / scale_km) * prod(weigh[n] for n in way[:-1]) / prod(weigh[n] for n in there_way[:-1])
    return (
        f"the cheapest way by it, {told}, costs {more:,.0f} km-equivalents more than the cheapest into {area}"
        f"{closed}: with the weights of gates and crossings, odds of {_odds(odds)}. Corridors are "
        f"listed until they hold {100 * (1 - analysis.corridors.uncovered_share):.1f} % of the prior."
    )


def _odds(value: float) -> str:
    """Write odds with the smaller side as 1.

    Examples
    --------
    >>> _odds(0.004), _odds(3.0)
    ('1 to 250', '3 to 1')
    """
    return f"1 to {1 / max(value, 1e-12):,.0f}" if value < 1 else f"{value:,.0f} to 1"


def _least(
    graph: nx.DiGraph[str], start: str, cost: Callable[[str, str, dict[str, Any]], float]
) -> tuple[dict[str, float], dict[str, list[str]]]:
    """Least costs from a node to all that it reaches, and the ways."""
    found: Any = nx.single_source_dijkstra(graph, start, weight=cost)  # of all nodes, without a target
    costs: dict[str, float] = found[0]
    ways: dict[str, list[str]] = found[1]
    return costs, ways
