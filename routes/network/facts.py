"""Facts and faults of the network and its crossing graph."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from routes.network.status import as_day
from routes.results import Weight
from routes.roads.road_file import straight_km
from routes.support.geo import great_circle_km

if TYPE_CHECKING:
    import pandas as pd

    from routes.network import CrossingGraph
    from routes.network.blocks import Network
    from routes.roads.road_file import Roads

_SHORTER_THAN_STRAIGHT_KM = 0.5  # rounding of the road file and of a terminal's position


def network_facts(roads: Roads, network: Network, crossing_graph: CrossingGraph) -> dict[str, Any]:
    """Facts for `routes network info`, JSON-ready."""
    graph = crossing_graph.graph
    kinds = [data["kind"] for _, data in graph.nodes(data=True)]
    return {
        "road_nodes": len(roads.lon),
        "road_edges": len(roads.u),
        "road_km": round(float(roads.length_km.sum())),
        "road_km_over_straight": round(float(roads.length_km.sum() / straight_km(roads).sum()), 3),
        "road_nodes_by_country": {c: len(b.lon) - len(b.terminals) for c, b in network.blocks.items()},
        **network.figures,
        "graph_nodes": len(graph),
        "graph_gates": kinds.count("gate"),
        "graph_directed_crossings": kinds.count("crossing"),
        "graph_processing_areas": kinds.count("processing_area"),
        "graph_legs": graph.number_of_edges(),
        "pairs_without_a_way": len(crossing_graph.unreachable),
        "built_from": roads.about,
    }


def weights_in_the_open(
    places: pd.DataFrame, area_weights: pd.DataFrame, crossings: pd.DataFrame
) -> tuple[Weight, ...]:
    """List every weight of gates, processing areas and crossings, the largest of a kind first.

    A crossing whose goods vehicles nobody has counted is not listed; none of those figures moves the ranking.
    """
    found = []
    names = dict(zip(places["place_id"], places["name"], strict=True))
    timed = set(area_weights["area_id"])
    for row in places[places["weight"].notna()].to_dict("records"):
        if row["place_id"] not in timed:
            kind = "processing area" if row["kind"] == "processing_area" else "gate"
            source = _joined(row["note"], row["source"])
            found.append(Weight(kind, row["place_id"], row["name"], row["weight"], None, None, "", source))
    for row in area_weights.to_dict("records"):
        source = _joined(row["note"], row["source"])
        days = (as_day(row["from"]), as_day(row["until"]))
        place = row["area_id"]
        found.append(
            Weight("processing area", place, names[place], row["weight"], *days, row["grade"], source)
        )
    if "lorries_a_day" in crossings:
        for row in crossings[crossings["lorries_a_day"].notna()].to_dict("records"):
            place, lorries = row["crossing_id"], row["lorries_a_day"]
            found.append(
                Weight("crossing", place, row["name"], lorries, None, None, "", row["lorries_source"])
            )
    order = ("gate", "processing area", "crossing")
    far = date.max
    return tuple(
        sorted(found, key=lambda w: (order.index(w.kind), -(w.until or far).toordinal(), -w.weight, w.id))
    )


def _joined(*texts: str) -> str:
    return " ".join(filter(None, texts))


def network_faults(roads: Roads, network: Network, crossing_graph: CrossingGraph) -> list[str]:
    """Faults for `routes network check`, one line each: what is wrong, where, and what to do."""
    faults = list(network.faults)
    short = np.flatnonzero(roads.length_km < straight_km(roads) - _SHORTER_THAN_STRAIGHT_KM)
    faults += [
        f"road edge at {roads.lat[roads.u[e]]:.3f} N {roads.lon[roads.u[e]]:.3f} E: "
        f"{roads.length_km[e]:.1f} km long, shorter than its straight "
        "line. Check its published distance in highways.csv."
        for e in short
    ]
    graph = crossing_graph.graph
    for a, b, leg in graph.edges(data=True):
        start, end = graph.nodes[a], graph.nodes[b]
        straight = great_circle_km(start["lon"], start["lat"], end["lon"], end["lat"])
        if leg["length_km"] < straight - 2 * _SHORTER_THAN_STRAIGHT_KM:
            faults.append(
                f"leg {a} - {b}: {leg['length_km']:.0f} km long, shorter than its straight line of "
                f"{straight:.0f} km."
            )
    faults += [
        f"processing area {name}: no leg leads to it. Add a road to it in highways.csv."
        for name, data in graph.nodes(data=True)
        if data["kind"] == "processing_area" and not graph.in_degree(name)
    ]
    faults += [
        f"gate {name}: no leg leads away from it. Add a road to it in highways.csv."
        for name, data in graph.nodes(data=True)
        if data["kind"] == "gate" and not graph.out_degree(name)
    ]
    return faults
