"""The road network as a measure: where along the roads an event lies, and how likely a forecast made it.

Every forecast becomes a density per kilometre of road that integrates to one over the network; an event's
score is the log of that density, averaged over the roads about its place by a normal kernel as wide as the
place is imprecise.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from routes.evidence.exposure import place_passages
from routes.evidence.fit import feature_rates
from routes.evidence.kernels import density_about
from routes.evidence.likelihood import BACKGROUND_SHARE
from routes.evidence.shares import share_draws
from routes.support.geo import great_circle_km

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routes.analysis import ChoiceSet, World
    from routes.evidence.epochs import Epochs
    from routes.evidence.events import Events
    from routes.evidence.exposure import Feature
    from routes.evidence.fit import Posterior
    from routes.network.blocks import Network
    from routes.support.arrays import Floats, Ints, Mask


SMALLEST_SPREAD_KM = 5.0  # a place is never known better than this along a road
MEAN_OF = 200
"""Posterior draws that a forecast is the mean of."""
_TAIL = 1e-4  # of the highest density about a point; what is below counts as nothing
_SHORTEST_KM = 1e-3  # two nodes at one place are joined by an edge without length
_NO_ROAD = 1e-12  # km of road per km² about a point


@dataclass(frozen=True, slots=True)
class RoadMeasure:
    """All roads of the network in one row, without connectors.

    Parameters
    ----------
    network : Network
    first : dict of str to int
        Where the edges of a country begin.
    edges : dict of str to ndarray of int
        Edges of each country's block, in the order they have here.
    length_km : ndarray of float, shape (edges,)
    lon, lat : ndarray of float, shape (edges,)
        Middles of the edges.
    """

    network: Network
    first: dict[str, int]
    edges: dict[str, Ints]
    length_km: Floats
    lon: Floats
    lat: Floats

    @property
    def total_km(self) -> float:
        """Length of all roads."""
        return float(self.length_km.sum())

    def columns(self, feature: Feature) -> tuple[Ints, Mask]:
        """Where the real edges of a road feature stand, and which of its edges are real."""
        real = ~self.network.blocks[feature.country].synthetic[feature.edges]
        place = np.searchsorted(self.edges[feature.country], feature.edges[real])
        return self.first[feature.country] + place, real


def road_measure(network: Network) -> RoadMeasure:
    """Put the roads of all blocks in one row."""
    first: dict[str, int] = {}
    edges: dict[str, Ints] = {}
    length: list[Floats] = []
    lon: list[Floats] = []
    lat: list[Floats] = []
    for country, block in network.blocks.items():
        here = np.flatnonzero(~block.synthetic)
        first[country], edges[country] = sum(map(len, length)), here
        u, v = block.u[here], block.v[here]
        length.append(np.maximum(block.length_km[here], _SHORTEST_KM))
        lon.append((block.lon[u] + block.lon[v]) / 2)
        lat.append((block.lat[u] + block.lat[v]) / 2)
    return RoadMeasure(network, first, edges, *(np.concatenate(x) for x in (length, lon, lat)))


def spread_over_roads(measure: RoadMeasure, lon: Floats, lat: Floats, sigma_km: Floats) -> csr_array:
    """How each point is spread over the roads about it: shape (points, edges), rows sum to one.

    A point with no road within reach lies on the nearest edge.
    """
    sigma = np.maximum(sigma_km, SMALLEST_SPREAD_KM)
    blocks = measure.network.blocks
    parts = [density_about(blocks[c], edges, lon, lat, sigma) for c, edges in measure.edges.items()]
    density = np.hstack(parts)
    density[density < _TAIL * density.max(axis=1, keepdims=True)] = 0
    lost = np.flatnonzero(density.sum(axis=1) < _NO_ROAD)
    for i in lost:
        density[i, great_circle_km(lon[i], lat[i], measure.lon, measure.lat).argmin()] = 1
    return csr_array(density / density.sum(axis=1, keepdims=True))


def place_events(measure: RoadMeasure, events: Events) -> csr_array:
    """How each event is spread over the roads about its place: shape (events, edges)."""
    return spread_over_roads(measure, events.lon, events.lat, events.footprint_km)


@dataclass(frozen=True, slots=True)
class Ground:
    """The roads, and every gate, crossing, city and district spread over them.

    Parameters
    ----------
    measure : RoadMeasure
    number : dict of (lon, lat) to int
        Which row of `spread` a spot has.
    spread : csr_array of float, shape (spots, edges)
        Rows sum to one.
    """

    measure: RoadMeasure
    number: dict[tuple[float, float], int]
    spread: csr_array

    def places(self, places: Sequence[Sequence[tuple[float, float]]]) -> csr_array:
        """Each place spread over the roads, the mean over its spots: shape (places, edges)."""
        pairs = [(i, self.number[spot], 1 / len(place)) for i, place in enumerate(places) for spot in place]
        row, column, value = zip(*pairs, strict=True)
        mean = csr_array((value, (row, column)), shape=(len(places), len(self.number)))
        return csr_array(mean @ self.spread)


def ground_of(world: World) -> Ground:
    """Spread all places of the network over the roads once."""
    network = world.network
    measure = road_measure(network)
    tables = (network.gates, network.areas, network.crossings)
    found = {(float(r["lon"]), float(r["lat"])) for t in tables for r in t[["lon", "lat"]].to_dict("records")}
    for group in (world.sites.districts, world.sites.cities):
        found |= {spot for spots in group.values() for spot in spots}
    every = sorted(found)
    lon, lat = np.array(every).T
    spread = spread_over_roads(measure, lon, lat, np.full(len(every), world.sites.radius_km))
    return Ground(measure, {spot: i for i, spot in enumerate(every)}, spread)


def forecast_density(
    choices: ChoiceSet,
    posterior: Posterior,
    ground: Ground,
    epochs: Epochs | None = None,
    epoch: int = 0,
) -> tuple[Floats, Floats]:
    """Where the corridors say that the next seizure will be: the mean over posterior draws.

    In one draw, the density on an edge is the flow over it times the rate of detection there, over the same
    summed over all roads; what is detected at a gate, a crossing, a city or a district is spread over the
    roads about it.

    Parameters
    ----------
    choices : ChoiceSet
    posterior : Posterior
        Need not be fitted on these corridors.
    ground : Ground
    epochs : Epochs, optional
        Prior shares of the corridors at other times. Default: those of `choices`.
    epoch : int
        Which of them holds.

    Returns
    -------
    ndarray of float, shape (edges,)
        Per km of road; integrates to one less the share of events that no corridor explains, which is
        spread evenly.
    ndarray of float, shape (corridors,)
        Mean share of each corridor.
    """
    measure, features = ground.measure, choices.features
    some = posterior.draws[:MEAN_OF]
    shares = _shares(choices, posterior, some, epochs, epoch)
    kinds = [(feature.country, feature.kind) for feature in features]
    rates = feature_rates(kinds, posterior.effects.names, some)
    amounts = np.array([amount_on_roads(feature, measure) for feature in features])
    detected = (rates * (shares @ amounts.T)).sum(axis=1)
    # All is linear in the flows but for the sum of one draw, so that the mean over draws goes first.
    by_corridor = (rates / detected[:, None]).T @ shares / len(some)
    density = np.zeros(len(measure.length_km))
    for feature, flow in zip(features, by_corridor, strict=True):
        density += on_roads(feature, place_passages(feature) @ flow, ground)
    even = BACKGROUND_SHARE / measure.total_km
    return (1 - BACKGROUND_SHARE) * density + even, shares.mean(axis=0)


def amount_on_roads(feature: Feature, measure: RoadMeasure) -> Floats:
    """Real km of road, or passages, of each corridor in a feature: shape (corridors,)."""
    if feature.kind != "road":
        return np.asarray(feature.passages.sum(axis=0))
    column, real = measure.columns(feature)
    return np.asarray((feature.on_leg[:, real] @ measure.length_km[column]) @ feature.passages)


def on_roads(feature: Feature, passing: Floats, ground: Ground) -> Floats:
    """Lay what passes each place of a feature on the roads, as a density per km: shape (edges,)."""
    measure = ground.measure
    if feature.kind != "road":
        return np.asarray(ground.places(feature.spots).T @ passing) / measure.length_km
    density = np.zeros(len(measure.length_km))
    column, real = measure.columns(feature)
    density[column] = passing[real]
    return density


def _shares(
    choices: ChoiceSet, posterior: Posterior, draws: Floats, epochs: Epochs | None, epoch: int
) -> Floats:
    """Shares of the corridors in each draw, shape (draws, corridors)."""
    corridors, shift = choices.corridors, None
    if epochs is not None:
        corridors = replace(corridors, prior_share=epochs.prior_share[epoch], uncovered_share=0.0)
        shift = epochs.shift[epoch]
    return share_draws(choices.crossing_graph, corridors, posterior.effects, draws, shift=shift).draws
