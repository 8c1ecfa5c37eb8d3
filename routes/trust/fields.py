"""Where the next seizure will be: the scored forecast, where to stand, and five plain forecasts beside them.

Every one is a density per kilometre of road that integrates to one over the network.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_array

from routes.evidence.events import DAYS_A_YEAR
from routes.evidence.likelihood import BACKGROUND_SHARE
from routes.evidence.shares import SHIFTING
from routes.kinds import UNLISTED
from routes.support.geo import great_circle_km
from routes.trust.along_roads import spreading
from routes.trust.scoring import forecast_density, ground_of, on_roads, place_events, spread_over_roads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    from routes.analysis import ChoiceSet, World
    from routes.evidence.epochs import Epochs
    from routes.evidence.events import Events
    from routes.evidence.fit import Posterior
    from routes.parameters import Parameters
    from routes.support.arrays import Floats, Ints
    from routes.trust.scoring import Ground

    Spots = Mapping[str, tuple[float, float]]

RANKING = "ranking"
STAND = "where to stand"
BASELINES = (
    "uniform over roads",
    "cheapest corridors",
    "past frequency",
    "kernel density",
    "network kernel",
)
BANDWIDTHS_KM = (15.0, 40.0, 100.0, 250.0)
ALONG_ROADS_KM = (15.0, 40.0, 100.0)
HALF_LIVES_YEARS = (1.0, 3.0, 10.0, np.inf)
_SMOOTHING = 0.5  # added to the count of every crossing and gate (Jeffreys)


@dataclass(frozen=True, slots=True)
class Field:
    """One forecast.

    Parameters
    ----------
    density : ndarray of float, shape (edges,)
        Per km of road.
    worth : mapping of str to float, optional
        What each crossing and gate is worth by this forecast (the share of the inflow through it, the events
        counted at it); None where it is worth what the density about it is.
    """

    density: Floats
    worth: Mapping[str, float] | None = None


@dataclass(frozen=True)
class Land:
    """The roads as all forecasts see them, and what of the events is the same in all of them.

    Parameters
    ----------
    ground : Ground
        Of `routes.trust.scoring.ground_of`.
    crossings, gates : mapping of str to (lon, lat)
        Listed crossings between modelled countries, and gates.
    events : Events
        All that any forecast is made from or scored on.
    placed : csr_array of float, shape (events, edges)
        How each event is spread over the roads about it; rows sum to one.
    """

    ground: Ground
    crossings: Spots
    gates: Spots
    events: Events
    placed: csr_array
    _kernels: dict[float, csr_array]
    _along: dict[float, Floats]

    @cached_property
    def spread(self) -> Callable[[Floats, float], Floats]:
        """Spread densities along the roads (`routes.trust.along_roads`)."""
        return spreading(self.ground.measure)

    def kernel(self, width_km: float) -> csr_array:
        """Each event as a normal density about it, per km of road: shape (events, edges)."""
        if width_km not in self._kernels:
            e, measure = self.events, self.ground.measure
            spread = spread_over_roads(measure, e.lon, e.lat, np.hypot(e.footprint_km, width_km))
            self._kernels[width_km] = csr_array(spread * (1 / measure.length_km))
        return self._kernels[width_km]

    def along(self, width_km: float) -> Floats:
        """Each event spread along the roads from where it lies, per km of road: shape (edges, events)."""
        if width_km not in self._along:
            placed = self.placed.toarray().T / self.ground.measure.length_km[:, None]
            self._along[width_km] = self.spread(placed, width_km)
        return self._along[width_km]

    @cached_property
    def nearest_place(self) -> Ints:
        """Which crossing or gate each edge is nearest to, the crossings first: shape (edges,)."""
        measure = self.ground.measure
        return _nearest(measure.lon, measure.lat, (*self.crossings.values(), *self.gates.values()))


def land_of(world: World, events: Events, ground: Ground | None = None) -> Land:
    """Roads and events as all forecasts see them."""
    ground, network = ground or ground_of(world), world.network
    listed = network.crossings[network.crossings["kind"] != UNLISTED]
    return Land(
        ground,
        spots_of_table(listed, "crossing_id"),
        spots_of_table(network.gates, "place_id"),
        events,
        place_events(ground.measure, events),
        {},
        {},
    )


def spots_of_table(table: Any, key: str) -> dict[str, tuple[float, float]]:  # noqa: ANN401 - a DataFrame
    """(lon, lat) of the rows of a table of places, by id."""
    return {row[key]: (float(row["lon"]), float(row["lat"])) for row in table.to_dict("records")}


def _nearest(lon: Floats, lat: Floats, spots: tuple[tuple[float, float], ...]) -> Ints:
    found: Ints = great_circle_km(lon[:, None], lat[:, None], *np.array(spots).T).argmin(axis=1)
    return found


def all_fields(
    world: World,
    choices: ChoiceSet,
    posterior: Posterior,
    events: Events,
    day: date,
    parameters: Parameters,
) -> tuple[Land, dict[str, Field]]:
    """Make the scored forecast of a day and those it is held against.

    Parameters
    ----------
    world : World
    choices : ChoiceSet
        Corridors as of the day: those of `routes.analysis.Analysis`.
    posterior : Posterior
        Fitted on the events.
    events : Events
        All that are known on the day.
    day : date
    parameters : Parameters

    Returns
    -------
    Land
        ``land.ground.measure`` has the edges that densities are on: where they lie, and how long they are.
        `routes.trust.road_cells.cells_of` takes it; ``cells.mass(field.density, measure)`` is the chance of
        each cell of 25 km.
    dict of str to Field
        By name: `RANKING` (the scored forecast), `STAND`, and the five of `BASELINES`. Densities are per km
        of road, shape (edges,); times ``measure.length_km`` they sum to one.

    Examples
    --------
    >>> from datetime import date
    >>> from routes.analysis import analyse
    >>> from routes.parameters import Parameters
    >>> from routes.trust.road_cells import cells_of
    >>> a = analyse()
    >>> land, fields = all_fields(a.choices.world, a.choices, a.posterior, a.events, date(2026, 1, 1),
    ...                           Parameters())
    >>> measure = land.ground.measure
    >>> [round(float(field.density @ measure.length_km), 6) for field in fields.values()]
    [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]
    >>> round(float(cells_of(measure).mass(fields[RANKING].density, measure).sum()), 6)
    1.0
    """
    land, every = land_of(world, events), np.arange(len(events.ids))
    return land, dict(fields_from(land, choices, posterior, every, parameters, day))


def fields_from(
    land: Land,
    choices: ChoiceSet,
    posterior: Posterior,
    known: Ints,
    parameters: Parameters,
    day: date,
    epochs: Epochs | None = None,
    epoch: int = 0,
) -> Iterator[tuple[str, Field]]:
    """Make the forecasts that follow from those events of the land that are known: name and field.

    Parameters
    ----------
    known : ndarray of int
        Which events.
    day : date
        Of the forecast; the age of events is counted from it, or up to it.
    epochs, epoch
        As for `routes.trust.scoring.forecast_density`.

    Other parameters are those of `all_fields`.
    """
    model, share = forecast_density(choices, posterior, land.ground, epochs, epoch)
    yield RANKING, Field(scored_density(land, model, known, parameters), shares_through(choices, share))
    yield STAND, Field(stand_density(land, model, known, parameters))
    extra_km = 0.0 if epochs is None else 1000 * epochs.shift[epoch][:, SHIFTING.index("cost")]
    yield from _baselines(land, choices, known, day, choices.corridors.cost + extra_km)


def scored_density(land: Land, model: Floats, known: Ints, parameters: Parameters) -> Floats:
    """Make the scored forecast: what corridors say, with a kernel of past seizures; per km, (edges,)."""
    p = parameters.forecast
    return _mixed(model, mean_kernel(land, known, p.kernel_km), p.kernel_share)


def stand_density(land: Land, model: Floats, known: Ints, parameters: Parameters) -> Floats:
    """Make the field of where to stand: what corridors say, part of it spread along the roads, and a kernel.

    A forecast of a point is as good as its best guess; a post is as good as its neighbourhood. So half of the
    field is spread some way along the roads, and what was found once is given its due.
    """
    p = parameters.forecast
    smooth = land.spread(model, p.stand_along_km) if p.stand_smoothed else model
    field = (1 - p.stand_smoothed) * model + p.stand_smoothed * smooth
    return _mixed(field, mean_kernel(land, known, p.stand_kernel_km), p.stand_kernel_share)


def mean_kernel(land: Land, known: Ints, width_km: float) -> Floats:
    """Kernel density of events, per km of road; even where none is known."""
    measure = land.ground.measure
    if not len(known):
        return np.full(len(measure.length_km), 1 / measure.total_km)
    return np.asarray(land.kernel(width_km)[known].mean(axis=0)).ravel()


def _mixed(one: Floats, other: Floats, share: float) -> Floats:
    return (1 - share) * one + share * other


def shares_through(choices: ChoiceSet, share: Floats) -> dict[str, float]:
    """Share of the inflow through every gate and crossing."""
    through: dict[str, float] = {}
    nodes = choices.crossing_graph.graph.nodes
    for path, s in zip(choices.corridors.nodes, share, strict=True):
        for node in path[:-1]:
            through[nodes[node]["place"]] = through.get(nodes[node]["place"], 0.0) + float(s)
    return through


def _baselines(
    land: Land, choices: ChoiceSet, known: Ints, day: date, cost: Floats
) -> Iterator[tuple[str, Field]]:
    """Make the plain forecasts, with the ranking's small even share; `cost` is that of the corridors."""
    measure = land.ground.measure
    even = np.full(len(measure.length_km), 1 / measure.total_km)
    yield BASELINES[0], Field(even)
    best = _cheapest(choices, cost)
    frequency, count = _past_frequency(land, known)
    for name, density, worth in (
        (BASELINES[1], _roads_of(land.ground, choices, best), shares_through(choices, best)),
        (BASELINES[2], frequency, count),
        # Where nothing is past, nowhere is it nearer than elsewhere.
        (BASELINES[3], _kernel_density(land, known) if len(known) else even, None),
        (BASELINES[4], _late_first(land, known, day) if len(known) else even, None),
    ):
        mass = density @ measure.length_km
        yield name, Field(_mixed(density / mass, even, BACKGROUND_SHARE), worth)


def _cheapest(choices: ChoiceSet, cost: Floats) -> Floats:
    """Share of each listed corridor if all inflow from a gate to an area took the cheapest."""
    graph = choices.crossing_graph.graph
    best: dict[tuple[str, str], int] = {}
    for c, path in enumerate(choices.corridors.nodes):
        key = (path[0], path[-1])
        if key not in best or cost[c] < cost[best[key]]:
            best[key] = c
    share = np.zeros(len(choices.corridors.ids))
    for (gate, area), c in best.items():
        share[c] = graph.nodes[gate]["weight"] * graph.nodes[area]["weight"]
    return np.asarray(share / share.sum())


def _roads_of(ground: Ground, choices: ChoiceSet, share: Floats) -> Floats:
    """Share of the corridors over each edge."""
    density = np.zeros(len(ground.measure.length_km))
    for feature in choices.features:
        if feature.kind == "road":
            density += on_roads(feature, feature.on_leg.sign().T @ (feature.passages @ share), ground)
    return density


def _past_frequency(land: Land, known: Ints) -> tuple[Floats, dict[str, float]]:
    """Past events nearest to each crossing or gate, even over the roads nearest to it; and their count."""
    spots, e = (*land.crossings.values(), *land.gates.values()), land.events
    event = _nearest(e.lon[known], e.lat[known], spots)
    count = np.bincount(event, minlength=len(spots)) + _SMOOTHING
    length = np.bincount(land.nearest_place, land.ground.measure.length_km, len(spots))
    ids = [*land.crossings, *land.gates]
    density = (count / np.maximum(length, 1e-9))[land.nearest_place]
    return density, dict(zip(ids, count.tolist(), strict=True))


def _kernel_density(land: Land, known: Ints) -> Floats:
    """Kernel density of past events, with the bandwidth that foretells each best from the others."""
    best, chosen = -np.inf, BANDWIDTHS_KM[0]
    for width in BANDWIDTHS_KM:
        at_event = (land.placed[known] @ land.kernel(width)[known].T).toarray()
        others = (at_event.sum(axis=1) - np.diag(at_event)) / max(len(known) - 1, 1)
        score = _log_score(land, others)
        if score > best:
            best, chosen = score, width
    return mean_kernel(land, known, chosen)


def _log_score(land: Land, density: Floats) -> float:
    """Mean log density of some events, with the even share of every forecast."""
    even = BACKGROUND_SHARE / land.ground.measure.total_km
    return float(np.log((1 - BACKGROUND_SHARE) * density + even).mean())


def _late_first(land: Land, known: Ints, day: date) -> Floats:
    """Kernel density along the roads, late events counting more.

    Width and half-life are those that foretold each past event best from the ones before it.
    """
    when = land.events.last_day[known]
    age = np.abs((np.datetime64(day) - when) / np.timedelta64(1, "D")) / DAYS_A_YEAR
    before = when[:, None] > when
    gap = np.where(before, (when[:, None] - when) / np.timedelta64(1, "D") / DAYS_A_YEAR, 0.0)
    asked = before.any(axis=1)
    best, chosen = -np.inf, (ALONG_ROADS_KM[-1], np.inf)
    for width in ALONG_ROADS_KM:
        at_event = np.asarray(land.placed[known] @ land.along(width)[:, known])
        for half_life in HALF_LIVES_YEARS:
            weight = np.where(before, 0.5 ** (gap / half_life), 0.0)[asked]
            foretold = (weight * at_event[asked]).sum(axis=1) / np.maximum(weight.sum(axis=1), 1e-300)
            score = _log_score(land, foretold) if asked.any() else -np.inf
            if score > best:
                best, chosen = score, (width, half_life)
    weight = 0.5 ** (age / chosen[1])
    return np.asarray(land.along(chosen[0])[:, known] @ (weight / weight.sum()))
