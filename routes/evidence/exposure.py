"""Corridors + seizures -> exposure: how strongly a corridor passes through the place of a seizure.

Exposure has a road part, the length of road about the place by a normal kernel as wide as the place is
imprecise, and a node part, the passages through gates, crossings and processing areas near it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import erf
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from scipy.sparse import csr_array, vstack

from routes.corridors import legs_passed, nodes_passed
from routes.evidence.watch import EVENLY
from routes.network import leg_edges
from routes.support.geo import KM_PER_DEGREE, great_circle_km, local_plane_km

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import networkx as nx

    from routes.corridors import Corridors
    from routes.evidence.events import Events
    from routes.evidence.watch import Watch
    from routes.network import CrossingGraph
    from routes.network.blocks import Block
    from routes.support.arrays import Floats, Ints


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
_NEGLIGIBLE = 1e-3  # of a uniform density
REACH = 6.0  # standard deviations
_AT_ONCE = 2000  # points, so that memory stays bounded
_FEW = 100_000  # values
_NO_LEGS = csr_array((0, 0))


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
    background_area_km2 : float
        Where an event may lie that no corridor explains (`routes.read.Region`).
    watch : Watch
        How closely roads and cities are watched.
    """

    districts: Mapping[str, Sequence[tuple[float, float]]]
    cities: Mapping[str, Sequence[tuple[float, float]]]
    radius_km: float
    background_area_km2: float
    watch: Watch = EVENLY


@dataclass(frozen=True, slots=True)
class Feature:
    """Where the corridors can be detected, for one country and kind of place.

    Parameters
    ----------
    country, kind : str
        ``kind`` is ``road`` or one of `NODE_KINDS`.
    passages : csr_array of float, shape (places, corridors)
        How often each corridor passes each place. The places of a road feature are legs.
    edges : ndarray of int, shape (edges,)
        Edges of the country's block that the legs run over (road features; empty for others).
    on_leg : csr_array of float, shape (legs, edges)
        How often each leg runs over each edge, times how closely that is watched (road features; empty for
        others).
    spots : tuple of sequences of (lon, lat)
        Where each place is (other features).
    """

    country: str
    kind: str
    passages: csr_array
    edges: Ints
    on_leg: csr_array
    spots: tuple[Sequence[tuple[float, float]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """Exposure of events under corridors, by feature.

    It is kept as a product, for a hundred thousand events touch few legs each but thousands of corridors:
    the density of row *r* under corridor *c* is the sum over places *p* of ``near[r, p] passing[p, c]``.

    Parameters
    ----------
    features : tuple of (country, kind)
    event, feature : ndarray of int, shape (rows,)
        What each row of `near` is about; a pair without exposure has no row.
    near : csr_array of float, shape (rows, places)
        km of the leg (kind road) or passages (other kinds) per km² about the event's place.
    passing : csr_array of float, shape (places, corridors)
        How often each corridor passes each place.
    total : ndarray of float, shape (features, corridors)
        km of road, or passages, of the whole corridor.
    background_area_km2 : float
        Where an event may lie that no corridor explains.
    epoch : ndarray of int, shape (places,)
        Under which of several prior shares a place is passed; empty where there is but one.
    event_epoch : ndarray of int, shape (events,)
        The same of each event; empty likewise.
    """

    features: tuple[tuple[str, str], ...]
    event: Ints
    feature: Ints
    near: csr_array
    passing: csr_array
    total: Floats
    background_area_km2: float
    epoch: Ints = field(default_factory=lambda: np.zeros(0, int))
    event_epoch: Ints = field(default_factory=lambda: np.zeros(0, int))


def corridor_features(crossing_graph: CrossingGraph, corridors: Corridors, sites: Sites) -> list[Feature]:
    """Everything the corridors pass, by country and kind of place."""
    legs = legs_passed(corridors)
    arcs, use = legs.names, legs.use
    graph = crossing_graph.graph
    found = []
    for country in sorted({graph.edges[arc]["country"] for arc in arcs}):
        here = np.array([i for i, arc in enumerate(arcs) if graph.edges[arc]["country"] == country])
        edges, on_leg = edges_of_legs(crossing_graph, country, [arcs[i] for i in here])
        passages = csr_array(use[here])
        block = crossing_graph.blocks[country].block
        watched = csr_array(on_leg * sites.watch.on(block, edges)) if sites.watch.gain else on_leg
        found.append(Feature(country, "road", passages, edges, watched, ()))
        if cities := sites.cities.get(country):
            through = _through_cities(block, edges, cities, sites.radius_km) @ on_leg.T
            closely = sites.watch.at(*np.array(cities, float).T)
            at_city = csr_array((through * closely[:, None]) @ passages)
            found.append(Feature(country, "city", at_city, edges[:0], _NO_LEGS, tuple([c] for c in cities)))
    for kind in ("gate", "crossing", "area"):
        found += _node_features(graph, corridors, sites, kind)
    return found


def place_passages(feature: Feature) -> csr_array:
    """How often each corridor passes each edge (road features) or place, shape (places, corridors)."""
    return csr_array(feature.on_leg.T @ feature.passages) if feature.kind == "road" else feature.passages


def _through_cities(
    block: Block, edges: Ints, cities: Sequence[tuple[float, float]], radius: float
) -> csr_array:
    """How far each edge runs through each city, 1 for a road through its middle: (cities, edges)."""
    lon, lat = np.array(cities).T
    density = density_near(block, edges, lon, lat, np.full(len(lon), radius))
    return csr_array(density * (np.sqrt(2 * np.pi) * radius))


def measure_exposure(
    crossing_graph: CrossingGraph, features: Sequence[Feature], events: Events, sites: Sites
) -> Exposure:
    """Exposure of every event under every corridor.

    An event counts only where its kind of place lets it be evidence (`KINDS_OF_PLACE`).

    Parameters
    ----------
    crossing_graph : CrossingGraph
    features : sequence of Feature
        From `corridor_features`.
    events : Events
    sites : Sites
        How far places reach.
    """
    # Databases name the same towns again and again: each place is measured once.
    places, place = np.unique(
        np.column_stack([events.lon, events.lat, events.footprint_km]), axis=0, return_inverse=True
    )
    every, totals = [], []
    for feature in features:
        speaks = np.array([feature.kind in KINDS_OF_PLACE[kind] for kind in events.kind], bool)
        asked, row = np.unique(place[speaks], return_inverse=True)
        lon, lat, sigma = places[asked].T
        if feature.kind == "road":
            block = crossing_graph.blocks[feature.country].block
            measured = _near_legs(block, feature, lon, lat, sigma)
        else:
            measured = csr_array(site_density(feature.spots, lon, lat, sigma, sites))
        of_event = csr_array((np.ones(len(row)), (np.flatnonzero(speaks), row)), (len(place), len(asked)))
        every.append(csr_array(of_event @ measured))
        totals.append(_total(crossing_graph, feature))
    return join_features(features, every, np.array(totals), sites.background_area_km2)


def join_features(
    features: Sequence[Feature], near: Sequence[csr_array], total: Floats, background_area_km2: float
) -> Exposure:
    """Join what is near the events in each feature, shape (events, its places), in one exposure."""
    rows = [np.flatnonzero(np.diff(part.indptr)) for part in near]
    return Exposure(
        features=tuple((feature.country, feature.kind) for feature in features),
        event=np.concatenate(rows),
        feature=np.repeat(np.arange(len(rows)), [len(row) for row in rows]),
        near=_side_by_side([csr_array(part[row]) for part, row in zip(near, rows, strict=True)]),
        passing=csr_array(vstack([feature.passages for feature in features], format="csr")),
        total=total,
        background_area_km2=background_area_km2,
    )


def _side_by_side(parts: Sequence[csr_array]) -> csr_array:
    """Put matrices on the diagonal of one; as `scipy.sparse.block_diag`, in a third of its memory."""
    starts = np.cumsum([0, *(part.shape[1] for part in parts)])
    many = np.int32 if sum(part.nnz for part in parts) < 2**31 else np.int64
    return csr_array(
        (
            np.concatenate([part.data for part in parts]),
            np.concatenate(
                [(part.indices + at).astype(many) for part, at in zip(parts, starts, strict=False)]
            ),
            np.cumsum(np.concatenate([[0], *(np.diff(part.indptr) for part in parts)]), dtype=many),
        ),
        shape=(sum(part.shape[0] for part in parts), int(starts[-1])),
    )


def gather(group: Ints, weight: Floats, groups: int) -> csr_array:
    """Matrix that adds up weighted rows by group, shape (groups, rows).

    Examples
    --------
    >>> (gather(np.array([1, 0, 1]), np.array([1.0, 2.0, 3.0]), 2) @ np.array([10.0, 1.0, 1.0])).tolist()
    [2.0, 13.0]
    """
    rows = len(group)
    return csr_array((weight, (group, np.arange(rows))), shape=(groups, rows))


def exposure_of(exposure: Exposure, which: Ints) -> Exposure:
    """Exposure of some of the events, which must be in order; they are numbered anew."""
    at = np.searchsorted(which, exposure.event)
    own = np.flatnonzero(which[np.minimum(at, len(which) - 1)] == exposure.event)
    return replace(
        exposure,
        event=at[own],
        feature=exposure.feature[own],
        near=csr_array(exposure.near[own]),
        event_epoch=exposure.event_epoch[which] if len(exposure.event_epoch) else exposure.event_epoch,
    )


def part_by_epoch(exposure: Exposure, of_event: Ints, corridors: Ints | None = None) -> Exposure:
    """Tell apart the passages of a place by the epoch of the events that are near it.

    A place with events of several epochs becomes as many places; one without an event near it goes. If
    `corridors` are given, only they are kept.
    """
    passing, total = exposure.passing, exposure.total
    if corridors is not None:
        passing, total = csr_array(passing[:, corridors]), total[:, corridors]
    near, places = exposure.near, exposure.near.shape[1]
    epoch = of_event[exposure.event] if len(of_event) else np.zeros(0, int)
    cell = np.repeat(epoch.astype(np.int32) * places, np.diff(near.indptr)) + near.indices
    used = np.flatnonzero(np.bincount(cell))
    column = np.zeros(int(cell.max(initial=-1)) + 1, np.int32)
    column[used] = np.arange(len(used))
    return replace(
        exposure,
        near=csr_array((near.data, column[cell], near.indptr), shape=(near.shape[0], len(used))),
        passing=csr_array(passing[used % places]),
        total=total,
        epoch=used // places,
        event_epoch=of_event,
    )


def _total(crossing_graph: CrossingGraph, feature: Feature) -> Floats:
    """Measure the road of each corridor in km, or count its passages."""
    if feature.kind != "road":
        return np.asarray(feature.passages.sum(axis=0))
    length_km = crossing_graph.blocks[feature.country].block.length_km[feature.edges]
    return np.asarray((feature.on_leg @ length_km) @ feature.passages)


def edges_of_legs(
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


def _near_legs(block: Block, feature: Feature, lon: Floats, lat: Floats, sigma: Floats) -> csr_array:
    """Kernel-weighted length of each leg about each point, shape (points, legs), in km per km²."""
    per_leg, tree = csr_array(feature.on_leg.T), _tree_of(block, feature.edges)
    parts = [csr_array((0, per_leg.shape[1]))]
    for start in range(0, len(lon), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        parts.append(density_near(block, feature.edges, lon[some], lat[some], sigma[some], tree) @ per_leg)
    near = csr_array(vstack(parts, format="csr"))
    near.eliminate_zeros()
    return near


def _tree_of(block: Block, edges: Ints) -> shapely.STRtree:
    """Spatial index of straight edges."""
    ends = [np.column_stack([block.lon[n], block.lat[n]]) for n in (block.u[edges], block.v[edges])]
    return shapely.STRtree(shapely.linestrings(np.stack(ends, axis=1)))


def density_near(
    block: Block,
    edges: Ints,
    lon: Floats,
    lat: Floats,
    sigma: Floats,
    tree: shapely.STRtree | None = None,
) -> csr_array:
    """Kernel-weighted length of each edge about each point, as `density_about`, shape (points, edges).

    Edges farther than `REACH` standard deviations count as nothing: the kernel is below 2e-8 of its height.
    `tree` is the spatial index of the edges, if there is one already.
    """
    tree = _tree_of(block, edges) if tree is None else tree
    high = REACH * sigma / KM_PER_DEGREE
    wide = high / np.cos(np.radians(np.minimum(np.abs(lat) + high, 85.0)))
    point, edge = tree.query(shapely.box(lon - wide, lat - high, lon + wide, lat + high))
    u, v = block.u[edges][edge], block.v[edges][edge]
    x_0, y_0 = local_plane_km(block.lon[u], block.lat[u], lon[point], lat[point])
    x_1, y_1 = local_plane_km(block.lon[v], block.lat[v], lon[point], lat[point])
    density = _line_density(x_0, y_0, x_1, y_1, block.length_km[edges][edge], sigma[point])
    return csr_array((density, (point, edge)), shape=(len(lon), len(edges)))


def density_about(block: Block, edges: Ints, lon: Floats, lat: Floats, sigma: Floats) -> Floats:
    """Kernel-weighted length of each edge about each point, shape (points, edges), in km per km²."""
    lon, lat, sigma = lon[:, None], lat[:, None], sigma[:, None]
    u, v = block.u[edges], block.v[edges]
    x_0, y_0 = local_plane_km(block.lon[u], block.lat[u], lon, lat)
    x_1, y_1 = local_plane_km(block.lon[v], block.lat[v], lon, lat)
    return _line_density(x_0, y_0, x_1, y_1, block.length_km[edges], sigma)


def _line_density(
    x_0: Floats, y_0: Floats, x_1: Floats, y_1: Floats, length_km: Floats, sigma: Floats
) -> Floats:
    r"""Integral of a normal density about the origin along a straight line, in closed form.

    :math:`e^{-d^2/2σ^2} / (\sqrt{2π}σ) [Φ(t_1/σ) - Φ(t_0/σ)]` with the distance *d* from the line and the
    positions :math:`t_0, t_1` of its ends along it; times road length over straight length.
    """
    # An edge between two nodes at one place is given a millimetre towards the east, so that it has a course.
    x_1 = np.where((x_1 == x_0) & (y_1 == y_0), x_0 + 1e-6, x_1)
    straight = np.hypot(x_1 - x_0, y_1 - y_0)
    along_x, along_y = (x_1 - x_0) / straight, (y_1 - y_0) / straight
    t_0 = x_0 * along_x + y_0 * along_y
    away = x_0 * along_y - y_0 * along_x
    density = np.exp(-0.5 * (away / sigma) ** 2) / (np.sqrt(2 * np.pi) * sigma)
    between = normal_below((t_0 + straight) / sigma) - normal_below(t_0 / sigma)
    return np.asarray(density * between * (length_km / straight))


def normal_below(x: Floats) -> Floats:
    r"""Chance :math:`Φ(x)` that a standard normal draw lies below.

    Of few values by the standard library: to load `scipy.special` takes longer than they do.

    Examples
    --------
    >>> normal_below(np.array([-1.0, 0.0, 2.0])).round(4).tolist()
    [0.1587, 0.5, 0.9772]
    """
    if x.size > _FEW:
        from scipy.special import ndtr

        return np.asarray(ndtr(x))
    errors = np.fromiter(map(erf, (x * np.sqrt(0.5)).ravel().tolist()), float, x.size)
    return 0.5 + 0.5 * errors.reshape(x.shape)


def _node_features(graph: nx.DiGraph[str], corridors: Corridors, sites: Sites, kind: str) -> list[Feature]:
    """Passages through gates, crossings or processing areas, one feature a country."""
    nodes, passed = graph.nodes, nodes_passed(corridors)
    wanted = {"area": "processing_area"}.get(kind, kind)
    by_country: dict[str, dict[int, float]] = {}
    for i, (node, _) in enumerate(passed.names):
        if (facts := nodes[node])["kind"] == wanted:
            # A seizure at a crossing is made by one side or the other: half a passage for each.
            sides = {facts["country"], facts.get("came_from", facts["country"])}
            for side in sides:
                by_country.setdefault(side, {})[i] = 1 / len(sides)
    found = []
    for country, times in sorted(by_country.items()):
        passages = csr_array(passed.use[list(times)].multiply(np.array(list(times.values()))[:, None]))
        spots = tuple(spots_of(nodes[node], node, sites) for node, _ in (passed.names[i] for i in times))
        found.append(Feature(country, kind, passages, np.zeros(0, int), _NO_LEGS, spots))
    return found


def spots_of(facts: Mapping[str, Any], node: str, sites: Sites) -> Sequence[tuple[float, float]]:
    """Where a node is, (lon, lat): a processing area with districts is where those are."""
    return sites.districts.get(node) or [(facts["lon"], facts["lat"])]


def site_density(
    spots: Sequence[Sequence[tuple[float, float]]], lon: Floats, lat: Floats, sigma: Floats, sites: Sites
) -> Floats:
    """Density of each place at each point, shape (points, places), per km²; the mean over its spots."""
    density = np.zeros((len(lon), len(spots)))
    for i, place in enumerate(spots):
        density[:, i] = np.mean([_point_density(lon, lat, sigma, *spot, sites) for spot in place], axis=0)
    return density


def _point_density(
    lon: Floats, lat: Floats, sigma: Floats, spot_lon: float, spot_lat: float, sites: Sites
) -> Floats:
    variance = sigma**2 + sites.radius_km**2
    km = great_circle_km(lon, lat, spot_lon, spot_lat)
    density = np.exp(-0.5 * km**2 / variance) / (2 * np.pi * variance)
    return np.where(density > _NEGLIGIBLE / sites.background_area_km2, density, 0.0)
