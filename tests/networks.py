"""Small networks that tests share, drawn by hand or at random."""

from __future__ import annotations

import networkx as nx
from hypothesis import strategies as st

COUNTRIES = ("AAA", "BBB", "CCC", "DDD")


def add_gate(graph: nx.DiGraph, name: str, country: str, weight: float = 1.0, penalty: float = 0.0) -> None:
    graph.add_node(
        name, kind="gate", place=name, country=country, weight=weight, penalty=penalty, lon=0.0, lat=0.0
    )


def add_area(graph: nx.DiGraph, name: str, country: str, weight: float = 1.0) -> None:
    graph.add_node(
        name,
        kind="processing_area",
        place=name,
        country=country,
        weight=weight,
        penalty=0.0,
        lon=0.0,
        lat=0.0,
    )


def add_crossing(graph: nx.DiGraph, name: str, a: str, b: str, penalty: float = 0.0) -> None:
    for came_from, country in ((a, b), (b, a)):
        graph.add_node(
            f"{name}:{came_from}>{country}",
            kind="crossing",
            place=name,
            country=country,
            came_from=came_from,
            penalty=penalty,
            lon=0.0,
            lat=0.0,
        )


def add_legs(graph: nx.DiGraph, cost: dict[tuple[str, str], float]) -> None:
    """Add every leg between two places of one country whose cost is given, in every direction it has."""
    for (start, end), km in cost.items():
        for a, da in list(graph.nodes(data=True)):
            for b, db in list(graph.nodes(data=True)):
                if da["place"] != start or db["place"] != end or da["kind"] == "processing_area":
                    continue
                leaves = db.get("came_from") if db["kind"] == "crossing" else db["country"]
                if db["kind"] != "gate" and leaves == da["country"]:
                    graph.add_edge(a, b, kind="leg", country=da["country"], cost=km, length_km=km)


@st.composite
def crossing_graphs(draw: st.DrawFn) -> nx.DiGraph:
    """Random crossing graphs of up to four countries, three gates, six crossings and two areas."""
    graph = nx.DiGraph()
    weight = st.floats(0.05, 5)
    km = st.floats(0, 900)
    for i in range(draw(st.integers(1, 3))):
        add_gate(graph, f"gate{i}", draw(st.sampled_from(COUNTRIES)), draw(weight), draw(km))
    for i in range(draw(st.integers(1, 2))):
        add_area(graph, f"area{i}", draw(st.sampled_from(COUNTRIES[:2])), draw(weight))
    for i in range(draw(st.integers(0, 6))):
        pair = draw(st.lists(st.sampled_from(COUNTRIES), min_size=2, max_size=2, unique=True))
        add_crossing(graph, f"x{i}", pair[0], pair[1], draw(km))
    places = sorted({d["place"] for _, d in graph.nodes(data=True)})
    pairs = [(a, b) for a in places for b in places if a != b]
    add_legs(graph, {pair: draw(km) for pair in pairs if draw(st.integers(0, 4))})
    return graph
