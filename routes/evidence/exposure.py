"""Corridors + seizures -> exposure: how strongly a corridor passes through the place of a seizure.

Exposure has a road part, the length of road about the place by a normal kernel as wide as the place is
imprecise, and a node part, the passages through gates, crossings and processing areas near it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, vstack

from routes.corridors import legs_passed, nodes_passed
from routes.evidence.kernels import density_near, site_density, tree_of
from routes.evidence.watch import EVENLY
from routes.network import leg_edges
from routes.support.threads import at_once

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import networkx as nx

    from routes.corridors import Corridors
    from routes.evidence.events import Events
    from routes.evidence.watch import Watch
    from routes.network import CrossingGraph
    from routes.network.blocks import Block
    from routes.support.arrays import Floats, Ints, Mask


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
_AT_ONCE = 2000  # points, so that memory stays bounded
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


@dataclass(frozen=True, kw_only=True)
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

    @cached_property
    def cell(self) -> Ints:
        """Where each entry of `passing` stands in a table (epochs, corridors), row after row."""
        places, corridors = self.passing.shape
        epoch = self.epoch if len(self.epoch) else np.zeros(places, int)
        return np.repeat(epoch, np.diff(self.passing.indptr)) * corridors + self.passing.indices


def corridor_features(crossing_graph: CrossingGraph, corridors: Corridors, sites: Sites) -> list[Feature]:
    """Everything the corridors pass, by country and kind of place."""
    legs = legs_passed(corridors)
    arcs, use = legs.names, legs.use
    graph = crossing_graph.graph
    found = []
    inside = np.array([graph.edges[arc]["country"] for arc in arcs])
    for country in np.unique(inside).tolist():
        here = np.flatnonzero(inside == country)
        edges, on_leg = edges_of_legs(crossing_graph, country, [arcs[i] for i in here])
        passages = csr_array(use[here])
        block = crossing_graph.blocks[country].block
        watched = _times(on_leg, sites.watch.on(block, edges)[on_leg.indices])
        found.append(Feature(country, "road", passages, edges, watched, ()))
        if cities := sites.cities.get(country):
            through = _through_cities(block, edges, cities, sites.radius_km) @ on_leg.T
            closely = sites.watch.at(*np.array(cities, float).T)
            at_city = csr_array(_times(through, np.repeat(closely, np.diff(through.indptr))) @ passages)
            found.append(Feature(country, "city", at_city, edges[:0], _NO_LEGS, tuple([c] for c in cities)))
    for kind in ("gate", "crossing", "area"):
        found += _node_features(graph, corridors, sites, kind)
    return found


def _times(matrix: csr_array, factor: Floats) -> csr_array:
    """Multiply each entry of a sparse matrix, in the order that they are kept in."""
    return csr_array((matrix.data * factor, matrix.indices, matrix.indptr), shape=matrix.shape)


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
    place = place.reshape(-1)
    speaking = _speaking(events.kind)
    of_kind: dict[str, tuple[Ints, Ints, Ints]] = {}
    every: list[tuple[Ints, csr_array]] = []
    totals = []
    for feature in features:
        if feature.kind not in of_kind:
            which = np.flatnonzero(speaking[feature.kind])
            of_kind[feature.kind] = which, *np.unique(place[which], return_inverse=True)
        speaks, asked, row = of_kind[feature.kind]
        lon, lat, sigma = places[asked].T
        if feature.kind == "road":
            measured = _near_legs(crossing_graph.blocks[feature.country].block, feature, lon, lat, sigma)
        else:
            measured = _near_sites(feature.spots, lon, lat, sigma, sites)
        reached = np.flatnonzero(np.diff(measured.indptr)[row])
        every.append((speaks[reached], measured[row[reached]]))
        totals.append(_total(crossing_graph, feature))
    return _joined(features, every, np.array(totals), sites.background_area_km2)


def _speaking(kinds: Sequence[str]) -> dict[str, Mask]:
    """Which events are evidence on each kind of feature."""
    codes, names = pd.factorize(np.array(kinds, object))
    return {
        of: np.array([of in KINDS_OF_PLACE[str(kind)] for kind in names], bool)[codes]
        for of in ("road", *NODE_KINDS)
    }


def _joined(
    features: Sequence[Feature], near: list[tuple[Ints, csr_array]], total: Floats, background_area_km2: float
) -> Exposure:
    """Join what is near the events in each feature in one exposure; `near` is used up, for it may be large.

    Parameters
    ----------
    near : list of (ndarray of int, csr_array)
        Of each feature the events with exposure, and of each of them its places.
    """
    counts = [len(events) for events, _ in near]
    return Exposure(
        features=tuple((feature.country, feature.kind) for feature in features),
        event=np.concatenate([events for events, _ in near]),
        feature=np.repeat(np.arange(len(near)), counts),
        near=_side_by_side(near),
        passing=csr_array(vstack([feature.passages for feature in features], format="csr")),
        total=total,
        background_area_km2=background_area_km2,
    )


def _side_by_side(parts: list[tuple[Ints, csr_array]]) -> csr_array:
    """Put matrices on the diagonal of one, as `scipy.sparse.block_diag`; each goes as it is copied."""
    columns = np.cumsum([0, *(part.shape[1] for _, part in parts)])
    entries = np.cumsum([0, *(part.nnz for _, part in parts)])
    shape = sum(part.shape[0] for _, part in parts), int(columns[-1])
    many = np.int32 if entries[-1] < 2**31 else np.int64
    lengths = np.concatenate([[0], *(np.diff(part.indptr) for _, part in parts)])
    data, indices = np.empty(entries[-1]), np.empty(entries[-1], many)
    for i in range(len(parts) - 1, -1, -1):
        _, part = parts.pop()
        own = slice(entries[i], entries[i + 1])
        data[own], indices[own] = part.data, part.indices + columns[i]
    return csr_array((data, indices, np.cumsum(lengths, dtype=many)), shape=shape)


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
        passed = feature.passages
        return np.asarray(np.bincount(passed.indices, passed.data, passed.shape[1]), float)
    length_km = crossing_graph.blocks[feature.country].block.length_km[feature.edges]
    return np.asarray((feature.on_leg @ length_km) @ feature.passages)


def edges_of_legs(
    crossing_graph: CrossingGraph, country: str, arcs: Sequence[tuple[str, str]]
) -> tuple[Ints, csr_array]:
    """Edges of a country's block that the legs use, and which leg uses which: shape (legs, edges)."""
    part = crossing_graph.blocks[country]
    position = {terminal: i for i, terminal in enumerate(part.block.terminals)}
    nodes = crossing_graph.graph.nodes
    place = {n: position[nodes[n]["place"]] for n in set(chain.from_iterable(arcs))}
    source, target = (np.array([place[n] for n in side]) for side in zip(*arcs, strict=True))
    on_leg = leg_edges(part, source, target)
    used = np.unique(on_leg.indices)
    return used, csr_array(on_leg[:, used])


def _near_legs(block: Block, feature: Feature, lon: Floats, lat: Floats, sigma: Floats) -> csr_array:
    """Kernel-weighted length of each leg about each point, shape (points, legs), in km per km²."""
    per_leg, tree = csr_array(feature.on_leg.T), tree_of(block, feature.edges)

    def measure(start: int) -> csr_array:
        some = slice(start, start + _AT_ONCE)
        near = csr_array(
            density_near(block, feature.edges, lon[some], lat[some], sigma[some], tree) @ per_leg
        )
        near.eliminate_zeros()
        return near

    return _stacked(at_once(measure, range(0, len(lon), _AT_ONCE)), per_leg.shape[1])


def _near_sites(
    spots: Sequence[Sequence[tuple[float, float]]], lon: Floats, lat: Floats, sigma: Floats, sites: Sites
) -> csr_array:
    """Density of each place at each point, as `site_density`."""

    def measure(start: int) -> csr_array:
        some = slice(start, start + _AT_ONCE)
        return csr_array(
            site_density(spots, lon[some], lat[some], sigma[some], sites.radius_km, sites.background_area_km2)
        )

    return _stacked(at_once(measure, range(0, len(lon), _AT_ONCE)), len(spots))


def _stacked(parts: Sequence[csr_array], columns: int) -> csr_array:
    return parts[0] if len(parts) == 1 else csr_array(vstack([csr_array((0, columns)), *parts], format="csr"))


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
        use = passed.use[list(times)]
        passages = _times(use, np.repeat(list(times.values()), np.diff(use.indptr)))
        spots = tuple(spots_of(nodes[node], node, sites) for node, _ in (passed.names[i] for i in times))
        found.append(Feature(country, kind, passages, np.zeros(0, int), _NO_LEGS, spots))
    return found


def spots_of(facts: Mapping[str, Any], node: str, sites: Sites) -> Sequence[tuple[float, float]]:
    """Where a node is, (lon, lat): a processing area with districts is where those are."""
    return sites.districts.get(node) or [(facts["lon"], facts["lat"])]
