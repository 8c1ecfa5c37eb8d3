"""Why no listed corridor passes a gate, a crossing or a processing area that the data list."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import exp, prod
from typing import TYPE_CHECKING, Any

import networkx as nx

from routes.support.messages import message

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from routes.analysis import Analysis

_START = ""  # a node before all gates
_NO_ROAD = message("no road of the network reaches it.")
_NO_WAY = message("no way leads from a gate through it to a processing area.")
_TWICE = message("the cheapest way by it, {way}, enters {country} twice, which no corridor does.")
_DEAR = message(
    "the cheapest way by it, {way}, costs {more} km-equivalents more than the cheapest into {area}: with the "
    "weights of gates and crossings, odds of {one} to {other}. Corridors are listed until they hold {held} % "
    "of the prior."
)
_SHUT = message(
    "the cheapest way by it, {way}, costs {more} km-equivalents more than the cheapest into {area}, {shut} "
    "of them because it is shut: with the weights of gates and crossings, odds of {one} to {other}. "
    "Corridors are listed until they hold {held} % of the prior."
)
NOT_MODELLED = message("it is not in the network: no road that is modelled leads over it.")


@dataclass(frozen=True, slots=True)
class Unused:
    """Why no listed corridor passes a place, to be said in any language.

    Parameters
    ----------
    template : str
        The sentence in English, with names in braces.
    figures : dict of str to str
        Numbers in it, as English writes them.
    places : dict of str to str
        Places in it, by their ids; those of a way are parted by ``>``.
    country : str
        Code of the country in it.
    """

    template: str
    figures: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    country: str = ""

    def __str__(self) -> str:
        """Say it in English, by ids.

        Examples
        --------
        >>> str(Unused("{way} enters {country} twice.", {}, {"way": "a>b"}, "IRN"))
        'a > b enters IRN twice.'
        """
        places = {name: place.replace(">", " > ") for name, place in self.places.items()}
        return self.template.format(**self.figures, **places, country=self.country)


def listed_places(analysis: Analysis) -> dict[str, str]:
    """Every place of the data and its kind of node, whether a corridor passes it or not."""
    network = analysis.network
    places = {str(name): "crossing" for name in network.crossings["crossing_id"]}
    places |= {str(name): "gate" for name in network.gates["place_id"]}
    return places | {str(name): "processing_area" for name in network.areas["place_id"]}


def why_unused(analysis: Analysis, place: str, scale_km: float) -> Unused:
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
        return Unused(_NO_ROAD)
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
        return Unused(_NO_WAY)
    more, area, way = best
    there_way = way_there[area][1:]
    told = {"way": ">".join(nodes[n]["place"] for n in way)}
    entered = [nodes[a]["country"] for a in way[:-1]]
    if twice := next((a for a in entered if entered.count(a) > 1), None):
        return Unused(_TWICE, places=told, country=twice)
    shut = analysis.untied.penalty_parts.get(place, {}).get("closed", 0.0)
    # The weights of gates and crossings count in the choice as well as the cost does.
    odds = exp(-more / scale_km) * prod(weigh[n] for n in way[:-1]) / prod(weigh[n] for n in there_way[:-1])
    one, other = _odds(odds)
    figures = {
        "more": f"{more:,.0f}",
        "one": one,
        "other": other,
        "held": f"{100 * (1 - analysis.corridors.uncovered_share):.1f}",
    }
    if shut:
        figures["shut"] = f"{shut:,.0f}"
    return Unused(_SHUT if shut else _DEAR, figures, told | {"area": nodes[area]["place"]})


def _odds(value: float) -> tuple[str, str]:
    """Write odds with the smaller side as 1.

    Examples
    --------
    >>> _odds(0.004), _odds(3.0)
    (('1', '250'), ('3', '1'))
    """
    return ("1", f"{1 / max(value, 1e-12):,.0f}") if value < 1 else (f"{value:,.0f}", "1")


def _least(
    graph: nx.DiGraph[str], start: str, cost: Callable[[str, str, dict[str, Any]], float]
) -> tuple[dict[str, float], dict[str, list[str]]]:
    """Least costs from a node to all that it reaches, and the ways."""
    found: Any = nx.single_source_dijkstra(graph, start, weight=cost)  # of all nodes, without a target
    costs: dict[str, float] = found[0]
    ways: dict[str, list[str]] = found[1]
    return costs, ways
