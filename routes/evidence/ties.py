"""Seizures as nodes of the crossing graph, tied to what they touch."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_array

from routes.corridors import legs_passed
from routes.evidence.exposure import edges_of_legs, spots_of
from routes.evidence.kernels import density_near, site_density

if TYPE_CHECKING:
    import networkx as nx

    from routes.corridors import Corridors
    from routes.evidence.events import Events
    from routes.evidence.exposure import Sites
    from routes.network import CrossingGraph


_TOUCH = 0.01  # of the highest density possible


def tie_seizures(
    crossing_graph: CrossingGraph, corridors: Corridors, events: Events, sites: Sites
) -> CrossingGraph:
    """Add the events as nodes, tied to the nodes and legs of the listed corridors that they touch.

    A node of kind ``seizure`` gets an edge of kind ``evidence`` to every gate, crossing and processing
    area whose density at its place is above a hundredth of the highest possible (``passage_density``, per
    km²), and to the end of every leg that passes so near (``road_density``, km per km²; ``legs`` names
    where those legs begin). All attributes are plain text and numbers, so that any graph tool reads them.

    Returns
    -------
    CrossingGraph
        A new one; the graph given is not changed.
    """
    graph = crossing_graph.graph.copy()
    for i, event in enumerate(events.ids):
        graph.add_node(
            event,
            kind="seizure",
            place=event,
            country="",
            lon=float(events.lon[i]),
            lat=float(events.lat[i]),
            weight=float(events.weight[i]),
        )
    arcs = legs_passed(corridors).names
    where = (events.lon, events.lat, events.footprint_km)
    for country in sorted({graph.edges[arc]["country"] for arc in arcs}):
        here = [arc for arc in arcs if graph.edges[arc]["country"] == country]
        edges, on_leg = edges_of_legs(crossing_graph, country, here)
        density = csr_array(density_near(crossing_graph.blocks[country].block, edges, *where) @ on_leg.T)
        density.sort_indices()
        found = density.tocoo()
        highest = 1 / (np.sqrt(2 * np.pi) * events.footprint_km)
        strong = found.data > _TOUCH * highest[found.row]
        for i, j, near in zip(found.row[strong], found.col[strong], found.data[strong], strict=True):
            start, end = here[j]
            tie = _tie(graph, events.ids[i], end)
            tie["road_density"] += float(near)
            tie["legs"] = f"{tie['legs']}; {start}" if tie["legs"] else start
    highest = 1 / (2 * np.pi * (events.footprint_km**2 + sites.radius_km**2))
    for node in dict.fromkeys(n for path in corridors.nodes for n in path):
        at_node = site_density(
            [spots_of(graph.nodes[node], node, sites)], *where, sites.radius_km, sites.background_area_km2
        )[:, 0]
        for i in np.flatnonzero(at_node > _TOUCH * highest).tolist():
            _tie(graph, events.ids[i], node)["passage_density"] = float(at_node[i])
    return replace(crossing_graph, graph=graph)


def _tie(graph: nx.DiGraph[str], event: str, node: str) -> dict[str, Any]:
    """Attributes of the evidence edge from an event to a node; made if there is none."""
    if not graph.has_edge(event, node):
        graph.add_edge(event, node, kind="evidence", passage_density=0.0, road_density=0.0, legs="")
    edge: dict[str, Any] = graph.edges[event, node]
    return edge
