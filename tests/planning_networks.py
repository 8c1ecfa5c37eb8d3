"""Small analyses for the planning tests: a crossing graph, its corridors and made-up posterior draws."""

from __future__ import annotations

from itertools import combinations
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import networkx as nx
import numpy as np
import pandas as pd
from hypothesis import strategies as st
from networks import add_area, add_crossing, add_gate, add_legs

from routes.corridors import list_corridors
from routes.evidence.fit import Effects, posterior_shares
from routes.network import CrossingGraph
from routes.network.blocks import Network
from routes.parameters import RouteChoice
from routes.ranking import rank

if TYPE_CHECKING:
    from routes.analysis import Analysis
    from routes.evidence.fit import Posterior

COUNTRIES = ("AAA", "BBB", "CCC")
DOUBLING = RouteChoice(scale_km=200 / float(np.log(2)))  # 200 km-equivalents more halve the odds


def two_bridges() -> nx.DiGraph:
    """A port and a town with two bridges between them; by the south it is 200 km-equivalents shorter.

    port --300-- north --50--+
      \\                      town
       +--100-- south --50--+
    """
    graph = nx.DiGraph()
    add_gate(graph, "port", "AAA")
    add_crossing(graph, "north", "AAA", "BBB")
    add_crossing(graph, "south", "AAA", "BBB")
    add_area(graph, "town", "BBB")
    add_legs(graph, {("port", "north"): 300.0, ("port", "south"): 100.0})
    add_legs(graph, {("north", "town"): 50.0, ("south", "town"): 50.0})
    return graph


@st.composite
def road_graphs(draw: st.DrawFn) -> nx.DiGraph:
    """Random crossing graphs of up to nine places whose legs are shortest ways on two-way roads."""
    graph = nx.DiGraph()
    for i in range(draw(st.integers(1, 2))):
        add_gate(graph, f"gate{i}", draw(st.sampled_from(COUNTRIES)), draw(st.integers(1, 4)), 0.0)
    for i in range(draw(st.integers(1, 2))):
        add_area(graph, f"area{i}", draw(st.sampled_from(COUNTRIES[:2])), draw(st.integers(1, 3)))
    for i in range(draw(st.integers(1, 5))):
        pair = draw(st.lists(st.sampled_from(COUNTRIES), min_size=2, max_size=2, unique=True))
        add_crossing(graph, f"x{i}", pair[0], pair[1], float(draw(st.integers(0, 200))))
    for country in COUNTRIES:
        _add_country(draw, graph, country)
    return graph


def _add_country(draw: st.DrawFn, graph: nx.DiGraph, country: str) -> None:
    """Legs of one country: shortest ways on random two-way roads between its places."""
    places = sorted(
        {d["place"] for _, d in graph.nodes(data=True) if country in (d["country"], d.get("came_from"))}
    )
    roads = nx.Graph()
    for a, b in combinations(places, 2):
        if draw(st.integers(0, 3)):
            roads.add_edge(a, b, km=float(draw(st.integers(1, 900))))
    for a, reached in nx.all_pairs_dijkstra_path_length(roads, weight="km"):
        for b, km in reached.items():
            if a != b:
                _add_leg(graph, country, a, b, km)


def _add_leg(graph: nx.DiGraph, country: str, start: str, end: str, km: float) -> None:
    for a, da in list(graph.nodes(data=True)):
        for b, db in list(graph.nodes(data=True)):
            leaves = db.get("came_from") if db["kind"] == "crossing" else db["country"]
            if (
                (da["place"], db["place"]) == (start, end)
                and da["kind"] != "processing_area"
                and db["kind"] != "gate"
                and da["country"] == leaves == country
            ):
                graph.add_edge(a, b, kind="leg", country=country, cost=km, length_km=km)


def analysis_of(
    graph: nx.DiGraph,
    choice: RouteChoice = DOUBLING,
    spread: float = 0.0,
    cost_effect: float = 0.0,
    parts: dict[str, dict[str, float]] | None = None,
) -> Analysis:
    """Analysis of a small graph; the draws move each gate and crossing by a normal effect of this spread."""
    crossing_graph = CrossingGraph(graph, {}, (), parts or {})
    corridors = list_corridors(graph, choice)
    short = {"gate": "gate", "crossing": "crossing"}
    names = sorted(
        {f"{short[d['kind']]}:{d['place']}" for _, d in graph.nodes(data=True) if d["kind"] in short}
    )
    draws = np.random.default_rng(5).normal(0, spread, (40, len(names)))
    draws = np.column_stack([draws, np.full(40, cost_effect)])
    names.append("cost")
    effects = Effects(
        names=tuple(names),
        design=np.zeros((len(corridors.ids), len(names))),
        rates=np.zeros((0, 0)),
        mean=np.zeros(0),
        sd=np.zeros(0),
    )
    posterior = cast("Posterior", SimpleNamespace(effects=effects, draws=draws, informed=True))
    network = _network(graph)
    shares = posterior_shares(crossing_graph, corridors, posterior)
    ranking = rank(network, crossing_graph, corridors, shares, {}, {})
    # What the planning modules read of an analysis, and no more.
    found = SimpleNamespace(
        ranking=ranking,
        network=network,
        untied=crossing_graph,
        corridors=corridors,
        shares=shares,
        posterior=posterior,
    )
    return cast("Analysis", found)


def _network(graph: nx.DiGraph) -> Network:
    rows: dict[str, dict[str, dict[str, object]]] = {"gate": {}, "crossing": {}, "processing_area": {}}
    for _, d in graph.nodes(data=True):
        row = {"name": d["place"].title(), "kind": d["kind"], "lon": d["lon"], "lat": d["lat"]}
        if d["kind"] == "crossing":
            a, b = sorted((d["country"], d["came_from"]))
            row |= {"crossing_id": d["place"], "country_a": a, "country_b": b}
        else:
            row |= {"place_id": d["place"], "country": d["country"], "weight": d["weight"]}
        rows[d["kind"]][d["place"]] = row
    tables = {kind: pd.DataFrame(list(some.values())) for kind, some in rows.items()}
    return Network({}, tables["crossing"], tables["gate"], tables["processing_area"], {}, ())
