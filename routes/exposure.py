"""Corridors + seizures -> exposure: how strongly a corridor passes through the place of a seizure.

Exposure has a road part, the length of road about the place by a normal kernel as wide as the place is
imprecise, and a node part, the passages through gates, crossings and processing areas near it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_array
from scipy.special import ndtr

from routes.crossing_graph import leg_edges
from routes.geo import great_circle_km, local_plane_km

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import networkx as nx
    from numpy.typing import NDArray

    from routes.corridors import Corridors
    from routes.crossing_graph import CrossingGraph
    from routes.events import Events
    from routes.network import Block
    from routes.parameters import Evidence

    Floats = NDArray[np.float64]
    Ints = NDArray[np.integer[Any]]
    Districts = Mapping[str, Sequence[tuple[float, float]]]

NODE_KINDS = ("gate", "crossing", "area")
BACKGROUND_AREA_KM2 = 6.3e6  # about the area of the eight modelled countries
_NEGLIGIBLE = 1e-3  # of a uniform density
_TOUCH = 0.01  # of the highest density possible


@dataclass(frozen=True, slots=True)
class Exposure:
    """Exposure of places under corridors, by feature (country and kind of place).

    Parameters
    ----------
    features : tuple of (country, kind)
        ``kind`` is ``road`` or one of `NODE_KINDS`.
    event, feature : ndarray of int, shape (rows,)
        What each row of `density` is about; a pair without exposure has no row.
    density : ndarray of float, shape (rows, corridors)
        km of road (kind road) or passages (other kinds) per km² about the event's place.
    total : ndarray of float, shape (features, corridors)
        km of road, or passages, of the whole corridor.
    """

    features: tuple[tuple[str, str], ...]
    event: Ints
    feature: Ints
    density: Floats
    total: Floats


def measure_exposure(
    crossing_graph: CrossingGraph,
    corridors: Corridors,
    events: Events,
    districts: Districts,
    parameters: Evidence,
) -> Exposure:
    """Exposure of every event under every corridor.

    Parameters
    ----------
    crossing_graph, corridors
        From `routes.crossing_graph` and `routes.corridors`.
    events : Events
    districts : mapping of str to sequence of (lon, lat)
        Where the laboratories of a processing area are; the area's own point if it has no entry.
    parameters : Evidence
        ``node_radius_km``: how far a gate, crossing or district reaches, as a standard deviation.

    Returns
    -------
    Exposure
    """
    arcs, use = _arc_use(corridors)
    graph = crossing_graph.graph
    countries = sorted({graph.edges[arc]["country"] for arc in arcs})
    features: list[tuple[str, str]] = []
    rows: list[tuple[int, int, Floats]] = []
    totals: list[Floats] = []

    def add(country: str, kind: str, density: Floats, total: Floats) -> None:
        rows.extend((int(i), len(features), density[i]) for i in np.flatnonzero(density.any(axis=1)))
        features.append((country, kind))
        totals.append(total)

    for country in countries:
        here = np.array([i for i, arc in enumerate(arcs) if graph.edges[arc]["country"] == country])
        length = np.array([graph.edges[arcs[i]]["length_km"] for i in here])
        density = _leg_density(crossing_graph, country, [arcs[i] for i in here], events)
        add(country, "road", density @ use[here], length @ use[here])
    for kind in NODE_KINDS:
        for country, passages, kernel in _passages(
            graph, corridors, events, districts, parameters.node_radius_km, kind
        ):
            add(country, kind, kernel @ passages, passages.sum(axis=0))
    event = np.array([i for i, _, _ in rows], int)
    feature = np.array([f for _, f, _ in rows], int)
    density = np.array([d for _, _, d in rows]).reshape(len(rows), len(corridors.ids))
    return Exposure(tuple(features), event, feature, density, np.array(totals))


def _arc_use(corridors: Corridors) -> tuple[list[tuple[str, str]], csr_array]:
    """Legs that listed corridors use, and which corridor uses which: shape (legs, corridors)."""
    number: dict[tuple[str, str], int] = {}
    pairs = [
        (number.setdefault(arc, len(number)), c)
        for c, path in enumerate(corridors.nodes)
        for arc in pairwise(path)
    ]
    leg, corridor = np.array(pairs, int).reshape(-1, 2).T
    use = csr_array((np.ones(len(leg)), (leg, corridor)), shape=(len(number), len(corridors.ids)))
    return list(number), use


def _leg_density(
    crossing_graph: CrossingGraph, country: str, arcs: Sequence[tuple[str, str]], events: Events
) -> Floats:
    """Measure km of road per km² about each event along each leg of one country: (events, legs)."""
    part = crossing_graph.blocks[country]
    position = {terminal: i for i, terminal in enumerate(part.block.terminals)}
    place = {n: position[crossing_graph.graph.nodes[n]["place"]] for arc in arcs for n in arc}
    source, target = (np.array([place[n] for n in side]) for side in zip(*arcs, strict=True))
    on_leg = leg_edges(part, source, target)
    used = np.unique(on_leg.indices)
    return edge_density(part.block, used, events) @ on_leg[:, used].T


def edge_density(block: Block, edges: Ints, events: Events) -> Floats:
    r"""Kernel-weighted length of each edge about each event, shape (events, edges), in km per km².

    The integral of a normal density of standard deviation σ along a straight edge, in closed form:
    :math:`e^{-d^2/2σ^2} / (\sqrt{2π}σ) [Φ(t_1/σ) - Φ(t_0/σ)]` with the distance *d* from the line and the
    positions :math:`t_0, t_1` of its ends along it; times road length over straight length.
    """
    lon, lat, sigma = events.lon[:, None], events.lat[:, None], events.footprint_km[:, None]
    u, v = block.u[edges], block.v[edges]
    x_0, y_0 = local_plane_km(block.lon[u], block.lat[u], lon, lat)
    x_1, y_1 = local_plane_km(block.lon[v], block.lat[v], lon, lat)
    straight = np.maximum(np.hypot(x_1 - x_0, y_1 - y_0), 1e-6)
    along_x, along_y = (x_1 - x_0) / straight, (y_1 - y_0) / straight
    t_0 = x_0 * along_x + y_0 * along_y
    away = x_0 * along_y - y_0 * along_x
    density = np.exp(-0.5 * (away / sigma) ** 2) / (np.sqrt(2 * np.pi) * sigma)
    between = ndtr((t_0 + straight) / sigma) - ndtr(t_0 / sigma)
    return np.asarray(density * between * (block.length_km[edges] / straight))


def _passages(
    graph: nx.DiGraph[str],
    corridors: Corridors,
    events: Events,
    districts: Districts,
    radius_km: float,
    kind: str,
) -> list[tuple[str, Floats, Floats]]:
    """For each country: passages (places, corridors) of one kind, and the kernel (events, places)."""
    nodes = graph.nodes
    wanted = {"area": "processing_area"}.get(kind, kind)
    seen: dict[str, dict[str, dict[int, float]]] = {}
    for c, path in enumerate(corridors.nodes):
        for node in path:
            if nodes[node]["kind"] == wanted:
                # A seizure at a crossing is made by one side or the other: half a passage for each.
                sides = {nodes[node]["country"], nodes[node].get("came_from", nodes[node]["country"])}
                for side in sides:
                    seen.setdefault(side, {}).setdefault(node, {})[c] = 1 / len(sides)
    found = []
    for country, places in sorted(seen.items()):
        passages = np.zeros((len(places), len(corridors.ids)))
        kernel = np.zeros((len(events.ids), len(places)))
        for i, (node, by_corridor) in enumerate(places.items()):
            passages[i, list(by_corridor)] = list(by_corridor.values())
            kernel[:, i] = _node_density(nodes[node], node, events, districts, radius_km)
        found.append((country, passages, kernel))
    return found


def tie_seizures(
    crossing_graph: CrossingGraph,
    corridors: Corridors,
    events: Events,
    districts: Districts,
    parameters: Evidence,
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
    arcs, _ = _arc_use(corridors)
    for country in sorted({graph.edges[arc]["country"] for arc in arcs}):
        here = [arc for arc in arcs if graph.edges[arc]["country"] == country]
        density = _leg_density(crossing_graph, country, here, events)
        highest = 1 / (np.sqrt(2 * np.pi) * events.footprint_km)
        for i, j in np.argwhere(density > _TOUCH * highest[:, None]).tolist():
            start, end = here[j]
            tie = _tie(graph, events.ids[i], end)
            tie["road_density"] += float(density[i, j])
            tie["legs"] = f"{tie['legs']}; {start}" if tie["legs"] else start
    highest = 1 / (2 * np.pi * (events.footprint_km**2 + parameters.node_radius_km**2))
    for node in dict.fromkeys(n for path in corridors.nodes for n in path):
        at_node = _node_density(graph.nodes[node], node, events, districts, parameters.node_radius_km)
        for i in np.flatnonzero(at_node > _TOUCH * highest).tolist():
            _tie(graph, events.ids[i], node)["passage_density"] = float(at_node[i])
    return replace(crossing_graph, graph=graph)


def _tie(graph: nx.DiGraph[str], event: str, node: str) -> dict[str, Any]:
    """Attributes of the evidence edge from an event to a node; made if there is none."""
    if not graph.has_edge(event, node):
        graph.add_edge(event, node, kind="evidence", passage_density=0.0, road_density=0.0, legs="")
    edge: dict[str, Any] = graph.edges[event, node]
    return edge


def _node_density(
    facts: Mapping[str, Any], node: str, events: Events, districts: Districts, radius_km: float
) -> Floats:
    """Density of a node at each event, per km²: of a processing area the mean over its districts."""
    spots = districts.get(node) or [(facts["lon"], facts["lat"])]
    return np.asarray(np.mean([_point_density(events, *spot, radius_km) for spot in spots], axis=0))


def _point_density(events: Events, lon: float, lat: float, radius_km: float) -> Floats:
    variance = events.footprint_km**2 + radius_km**2
    km = great_circle_km(events.lon, events.lat, lon, lat)
    density = np.exp(-0.5 * km**2 / variance) / (2 * np.pi * variance)
    return np.where(density > _NEGLIGIBLE / BACKGROUND_AREA_KM2, density, 0.0)
