"""Legs -> the crossing graph: the plain `networkx.DiGraph` that everything else works on.

Nodes are gates, directed crossings and processing areas; arcs are legs. A directed crossing
``torkham:PAK>AFG`` can only be left inside Afghanistan. What an analyst varies (penalties, closures)
are attributes of this graph, so that no what-if touches the roads again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np

from routes.kinds import UNLISTED
from routes.network.contract import check_crossing_graph, directed
from routes.network.legs import BlockLegs, block_legs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from routes.network.blocks import Network
    from routes.parameters import CrossingPenalties


@dataclass(frozen=True, slots=True)
class CrossingGraph:
    """The graph, and where the roads of its legs are.

    ``graph.nodes[n]``: ``kind`` gate, crossing or processing_area; ``place`` the id of the gate, crossing
    or area; ``country`` the country that one is in after it; ``lon``, ``lat``; ``penalty`` in
    km-equivalents (crossings); ``weight`` in the choice. ``graph.edges[a, b]``: ``kind`` leg,
    ``country``, ``length_km``, ``cost`` in km-equivalents.
    """

    graph: nx.DiGraph[str]
    blocks: Mapping[str, BlockLegs]
    unreachable: tuple[tuple[str, str, str], ...]
    penalty_parts: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


def build_crossing_graph(
    network: Network,
    penalty: Mapping[str, float],
    legs: Mapping[str, BlockLegs] | None = None,
    parts: Mapping[str, Mapping[str, float]] | None = None,
    weight: Mapping[str, float] | None = None,
) -> CrossingGraph:
    """Legs of all blocks, joined at the crossings.

    Parameters
    ----------
    network : Network
    penalty : mapping of str to float
        Penalty of each crossing and gate in km-equivalents.
    legs : mapping of str to BlockLegs, optional
        Legs by country, if they are known already.
    parts : mapping, optional
        What the penalties are made of, from `penalty_parts`.
    weight : mapping of str to float, optional
        Weight of crossings in the route choice, from `traffic_weights`. Default: 1.

    Returns
    -------
    CrossingGraph
    """
    blocks = legs or {country: block_legs(block) for country, block in network.blocks.items()}
    graph: nx.DiGraph[str] = nx.DiGraph()
    _add_places(graph, network, penalty, weight or {})
    unreachable: list[tuple[str, str, str]] = []
    for country, part in blocks.items():
        unreachable += _add_legs(graph, country, part)
    check_crossing_graph(graph, network.blocks)
    return CrossingGraph(graph, blocks, tuple(unreachable), parts or {})


def _add_places(
    graph: nx.DiGraph[str], network: Network, penalty: Mapping[str, float], weight: Mapping[str, float]
) -> None:
    for kind, table in (("gate", network.gates), ("processing_area", network.areas)):
        rows = table[["place_id", "country", "lon", "lat", "weight"]].itertuples(index=False, name=None)
        for place, country, lon, lat, own_weight in rows:
            graph.add_node(
                place,
                kind=kind,
                place=place,
                country=country,
                lon=float(lon),
                lat=float(lat),
                weight=float(np.nan_to_num(own_weight)),  # an area may have weights of periods alone
                penalty=penalty.get(place, 0.0),
            )
    facts = network.crossings[["crossing_id", "country_a", "country_b", "lon", "lat"]]
    for crossing, *pair, lon, lat in facts.itertuples(index=False, name=None):
        for a, b in (pair, pair[::-1]):
            graph.add_node(
                directed(crossing, a, b),
                kind="crossing",
                place=crossing,
                country=b,
                came_from=a,
                lon=float(lon),
                lat=float(lat),
                weight=weight.get(crossing, 1.0),
                penalty=penalty[crossing],
            )


def _add_legs(graph: nx.DiGraph[str], country: str, part: BlockLegs) -> list[tuple[str, str, str]]:
    """Add the legs inside one country; returns the pairs between which there is no way."""
    position = {terminal: i for i, terminal in enumerate(part.block.terminals)}
    here = [(name, node) for name, node in graph.nodes(data=True) if node["place"] in position]
    entries = [
        (name, position[node["place"]])
        for name, node in here
        if node["kind"] != "processing_area" and node["country"] == country
    ]
    exits = [
        (name, position[node["place"]])
        for name, node in here
        if node["kind"] == "processing_area" or node.get("came_from") == country
    ]
    unreachable, legs = [], []
    cost, length = part.cost.tolist(), part.length_km.tolist()
    for entry, i in entries:
        for leave, j in exits:
            if i == j:
                continue
            if isfinite(cost[i][j]):
                facts = {"kind": "leg", "country": country, "cost": cost[i][j], "length_km": length[i][j]}
                legs.append((entry, leave, facts))
            else:
                unreachable.append((country, part.block.terminals[i], part.block.terminals[j]))
    graph.add_edges_from(legs)
    return unreachable


def traffic_weights(lorries: Mapping[str, float], exponent: float, usual: float) -> dict[str, float]:
    """Weights of crossings by the lorries that pass them a day; one without a figure has the usual number.

    Examples
    --------
    >>> traffic_weights({"busy": 400.0, "unknown": float("nan")}, 0.5, 100.0)
    {'busy': 2.0, 'unknown': 1.0}
    """
    known = {crossing: number if number > 0 else usual for crossing, number in lorries.items()}
    return {crossing: (number / usual) ** exponent for crossing, number in known.items()}


PENALTY_PARTS = ("kind", UNLISTED, "unofficial", "restricted", "closed")


def penalty_parts(
    kinds: Iterable[tuple[str, str, bool]],
    status: Mapping[str, Mapping[str, float]],
    costs: CrossingPenalties,
) -> dict[str, dict[str, float]]:
    """Tell what the penalty of each crossing and gate is made of.

    Parameters
    ----------
    kinds : iterable of (id, kind, official)
        Seaports and land gates cost nothing of themselves.
    status : mapping
        For each id the share of the period in which it was ``open``, ``restricted``, ``closed``.
    costs : CrossingPenalties

    Returns
    -------
    dict of str to dict of str to float
        Id -> part (one of `PENALTY_PARTS`) -> km-equivalents.

    Examples
    --------
    >>> from routes.parameters import CrossingPenalties
    >>> penalty_parts([("x", "road", True)], {"x": {"open": 0.5, "closed": 0.5}}, CrossingPenalties())
    {'x': {'kind': 100.0, 'closed': 300.0}}
    """
    result = {}
    for place, kind, official in kinds:
        shares = status.get(place, {})
        parts = {
            UNLISTED if kind == UNLISTED else "kind": costs.of_kind(kind),
            "unofficial": costs.unofficial if not official and kind != UNLISTED else 0.0,
            "restricted": shares.get("restricted", 0.0) * costs.restricted,
            "closed": shares.get("closed", 0.0) * costs.closed,
        }
        result[place] = {part: km for part, km in parts.items() if km}
    return result
