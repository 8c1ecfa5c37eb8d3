"""Facts and faults of the network and its crossing graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from routes.roads.road_file import straight_km
from routes.support.geo import great_circle_km

if TYPE_CHECKING:
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
