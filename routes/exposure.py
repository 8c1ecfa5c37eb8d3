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

    Floats = NDArray[np.float64]
    Ints = NDArray[np.integer[Any]]

NODE_KINDS = ("gate", "crossing", "city", "area")
KINDS_OF_PLACE = {
    "port": ("gate",),
    "crossing": ("crossing",),
    "road": ("road",),
    "city": ("city", "road"),
    "laboratory": ("area",),
    "storage": ("area",),
    "": ("road", *NODE_KINDS),
}
"""What a seizure at a kind of place is evidence on: one in a laboratory speaks for the destination, not for
the road to it."""
BACKGROUND_AREA_KM2 = 6.3e6  # about the area of the eight modelled countries
_NEGLIGIBLE = 1e-3  # of a uniform density
_TOUCH = 0.01  # of the highest density possible


@dataclass(frozen=True, slots=True)
class Sites:
    """Where the districts of processing areas and the cities are, and how far places reach.

    Parameters
    ----------
    districts : mapping of str to sequence of (lon, lat)
        By processing area; its own point if it has no entry.
    cities : mapping of str to sequence of (lon, lat)
        By country.
    radius_km : float
        How far a gate, crossing, city or district reaches, as a standard deviation.
    """

    districts: Mapping[str, Sequence[tuple[float, float]]]
    cities: Mapping[str, Sequence[tuple[float, float]]]
    radius_km: float


@dataclass(frozen=True, slots=True)
class Feature:
    """Where the corridors can be detected, for one country and kind of place.

    Parameters
    ----------
    country, kind : str
        ``kind`` is ``road`` or one of `NODE_KINDS`.
    passages : ndarray or sparse array, shape (places, corridors)
        How often each corridor passes each place. The places of a road feature are edges.
    edges : ndarray of int, shape (places,)
        Edges of the country's block (road features; empty for others).
    spots : tuple of sequences of (lon, lat)
        Where each place is (other features).
    """

    country: str
    kind: str
    passages: Any
    edges: Ints
    spots: tuple[Sequence[tuple[float, float]], ...]


@dataclass(frozen=True, slots=True)
class Exposure:
    """Exposure of places under corridors, by feature.

    Parameters
    ----------
    features : tuple of (country, kind)
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


def corridor_features(crossing_graph: CrossingGraph, corridors: Corridors, sites: Sites) -> list[Feature]:
    """Everything the corridors pass, by country and kind of place."""
    arcs, use = _arc_use(corridors)
    graph = crossing_graph.graph
    found = []
    for country in sorted({graph.edges[arc]["country"] for arc in arcs}):
        here = np.array([i for i, arc in enumerate(arcs) if graph.edges[arc]["country"] == country])
        edges, on_leg = _edges_of_legs(crossing_graph, country, [arcs[i] for i in here])
        passages = csr_array(on_leg.T @ use[here])
        found.append(Feature(country, "road", passages, edges, ()))
        if cities := sites.cities.get(country):
            block = crossing_graph.blocks[country].block
            through = _through_cities(block, edges, cities, sites.radius_km) @ passages
            found.append(Feature(country, "city", through, edges[:0], tuple([city] for city in cities)))
    for kind in ("gate", "crossing", "area"):
        found += _node_features(graph, corridors, sites, kind)
    return found


def _through_cities(
    block: Block, edges: Ints, cities: Sequence[tuple[float, float]], radius: float
) -> Floats:
    """How far each edge runs through each city, 1 for a road through its middle: (cities, edges)."""
    lon, lat = np.array(cities).T
    density = density_about(block, edges, lon, lat, np.full(len(lon), radius))
    return np.asarray(density * np.sqrt(2 * np.pi) * radius)


def measure_exposure(
    crossing_graph: CrossingGraph, features: Sequence[Feature], events: Events, radius_km: float
) -> Exposure:
    """Exposure of every event under every corridor.

    An event counts only where its kind of place lets it be evidence (`KINDS_OF_PLACE`).

    Parameters
    ----------
    crossing_graph : CrossingGraph
    features : sequence of Feature
        From `corridor_features`.
    events : Events
    radius_km : float
        ``node_radius_km`` of the parameters.
    """
    corridors = features[0].passages.shape[1]
    rows: list[tuple[int, int, Floats]] = []
    totals = []
    for number, feature in enumerate(features):
        speaks = np.array([feature.kind in KINDS_OF_PLACE[kind] for kind in events.kind], bool)
        if feature.kind == "road":
            block = crossing_graph.blocks[feature.country].block
            kernel = edge_density(block, feature.edges, events)
            totals.append(block.length_km[feature.edges] @ feature.passages)
        else:
            kernel = site_density(feature.spots, events, radius_km)
            totals.append(np.asarray(feature.passages.sum(axis=0)))
        density = (kernel * speaks[:, None]) @ feature.passages
        rows += [(i, number, density[i]) for i in np.flatnonzero(density.any(axis=1)).tolist()]
    return Exposure(
        tuple((feature.country, feature.kind) for feature in features),
        np.array([i for i, _, _ in rows], int),
        np.array([f for _, f, _ in rows], int),
        np.array([d for _, _, d in rows]).reshape(len(rows), corridors),
        np.array(totals),
    )


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


def _edges_of_legs(
    crossing_graph: CrossingGraph, country: str, arcs: Sequence[tuple[str, str]]
) -> tuple[Ints, csr_array]:
    """Edges of a country's block that the legs use, and which leg uses which: shape (legs, edges)."""
    part = crossing_graph.blocks[country]
    position = {terminal: i for i, terminal in enumerate(part.block.terminals)}
    place = {n: position[crossing_graph.graph.nodes[n]["place"]] for arc in arcs for n in arc}
    source, target = (np.array([place[n] for n in side]) for side in zip(*arcs, strict=True))
    on_leg = leg_edges(part, source, target)
    used = np.unique(on_leg.indices)
    return used, csr_array(on_leg[:, used])


def edge_density(block: Block, edges: Ints, events: Events) -> Floats:
    """Kernel-weighted length of each edge about each event, shape (events, edges), in km per km²."""
    return density_about(block, edges, events.lon, events.lat, events.footprint_km)


def density_about(block: Block, edges: Ints, lon: Floats, lat: Floats, sigma: Floats) -> Floats:
    r"""Kernel-weighted length of each edge about each point, shape (points, edges), in km per km².

    The integral of a normal density of standard deviation σ along a straight edge, in closed form:
    :math:`e^{-d^2/2σ^2} / (\sqrt{2π}σ) [Φ(t_1/σ) - Φ(t_0/σ)]` with the distance *d* from the line and the
    positions :math:`t_0, t_1` of its ends along it; times road length over straight length.
    """
    lon, lat, sigma = lon[:, None], lat[:, None], sigma[:, None]
    u, v = block.u[edges], block.v[edges]
    x_0, y_0 = local_plane_km(block.lon[u], block.lat[u], lon, lat)
    x_1, y_1 = local_plane_km(block.lon[v], block.lat[v], lon, lat)
    # An edge between two nodes at one place is given a millimetre towards the east, so that it has a course.
    x_1 = np.where((x_1 == x_0) & (y_1 == y_0), x_0 + 1e-6, x_1)
    straight = np.hypot(x_1 - x_0, y_1 - y_0)
    along_x, along_y = (x_1 - x_0) / straight, (y_1 - y_0) / straight
    t_0 = x_0 * along_x + y_0 * along_y
    away = x_0 * along_y - y_0 * along_x
    density = np.exp(-0.5 * (away / sigma) ** 2) / (np.sqrt(2 * np.pi) * sigma)
    between = ndtr((t_0 + straight) / sigma) - ndtr(t_0 / sigma)
    return np.asarray(density * between * (block.length_km[edges] / straight))


def _node_features(graph: nx.DiGraph[str], corridors: Corridors, sites: Sites, kind: str) -> list[Feature]:
    """Passages through gates, crossings or processing areas, one feature a country."""
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
        for i, by_corridor in enumerate(places.values()):
            passages[i, list(by_corridor)] = list(by_corridor.values())
        spots = tuple(_spots(nodes[node], node, sites) for node in places)
        found.append(Feature(country, kind, passages, np.zeros(0, int), spots))
    return found


def _spots(facts: Mapping[str, Any], node: str, sites: Sites) -> Sequence[tuple[float, float]]:
    return sites.districts.get(node) or [(facts["lon"], facts["lat"])]


def site_density(spots: Sequence[Sequence[tuple[float, float]]], events: Events, radius_km: float) -> Floats:
    """Density of each place at each event, shape (events, places), per km²; the mean over its spots."""
    density = np.zeros((len(events.ids), len(spots)))
    for i, place in enumerate(spots):
        density[:, i] = np.mean([_point_density(events, *spot, radius_km) for spot in place], axis=0)
    return density


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
    arcs, _ = _arc_use(corridors)
    for country in sorted({graph.edges[arc]["country"] for arc in arcs}):
        here = [arc for arc in arcs if graph.edges[arc]["country"] == country]
        edges, on_leg = _edges_of_legs(crossing_graph, country, here)
        density = edge_density(crossing_graph.blocks[country].block, edges, events) @ on_leg.T
        highest = 1 / (np.sqrt(2 * np.pi) * events.footprint_km)
        for i, j in np.argwhere(density > _TOUCH * highest[:, None]).tolist():
            start, end = here[j]
            tie = _tie(graph, events.ids[i], end)
            tie["road_density"] += float(density[i, j])
            tie["legs"] = f"{tie['legs']}; {start}" if tie["legs"] else start
    highest = 1 / (2 * np.pi * (events.footprint_km**2 + sites.radius_km**2))
    for node in dict.fromkeys(n for path in corridors.nodes for n in path):
        at_node = site_density([_spots(graph.nodes[node], node, sites)], events, sites.radius_km)[:, 0]
        for i in np.flatnonzero(at_node > _TOUCH * highest).tolist():
            _tie(graph, events.ids[i], node)["passage_density"] = float(at_node[i])
    return replace(crossing_graph, graph=graph)


def _tie(graph: nx.DiGraph[str], event: str, node: str) -> dict[str, Any]:
    """Attributes of the evidence edge from an event to a node; made if there is none."""
    if not graph.has_edge(event, node):
        graph.add_edge(event, node, kind="evidence", passage_density=0.0, road_density=0.0, legs="")
    edge: dict[str, Any] = graph.edges[event, node]
    return edge


def _point_density(events: Events, lon: float, lat: float, radius_km: float) -> Floats:
    variance = events.footprint_km**2 + radius_km**2
    km = great_circle_km(events.lon, events.lat, lon, lat)
    density = np.exp(-0.5 * km**2 / variance) / (2 * np.pi * variance)
    return np.where(density > _NEGLIGIBLE / BACKGROUND_AREA_KM2, density, 0.0)
