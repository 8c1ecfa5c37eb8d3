"""Does the ranking foretell later seizures? Fitted on what came before, scored on what came after.

Four baselines are scored beside it: uniform over roads; the cheapest corridor from each gate to each
processing area alone; past frequency by nearest crossing or gate; kernel density of past seizures along
the roads, its bandwidth chosen on the past.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from routes.analysis import choice_set_for, fit_events
from routes.errors import RoutesError
from routes.evidence.exposure import place_passages
from routes.evidence.likelihood import BACKGROUND_SHARE
from routes.evidence.shares import INTERVAL
from routes.kinds import UNLISTED
from routes.support.geo import great_circle_km
from routes.trust.apart import known_already, one_a_place_and_day
from routes.trust.scoring import (
    exposure_on_roads,
    ground_of,
    place_events,
    predictive_density,
    road_density,
    spread_over_roads,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from routes.analysis import ChoiceSet, World
    from routes.evidence.events import Events
    from routes.parameters import Parameters
    from routes.trust.scoring import Ground, RoadMeasure

    Floats = NDArray[np.float64]
    Ints = NDArray[np.integer[Any]]

RANKING = "ranking"
BASELINES = ("uniform over roads", "cheapest corridors", "past frequency", "kernel density")
BANDWIDTHS_KM = (15.0, 40.0, 100.0, 250.0)
HOT_SHARE = 0.05  # of the network's length, for the Predictive Accuracy Index
TOP = 5
_AT_PLACE_KM = 30.0  # a seizure within this of a crossing or gate counts as made there
_SMOOTHING = 0.5  # added to the count of every crossing and gate (Jeffreys)
_RESAMPLES = 2000
_BINS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 1.0)


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of one forecast, one value an event.

    Parameters
    ----------
    log_density : ndarray of float, shape (events,)
        Log density per km of road.
    hot : ndarray of float, shape (events,)
        How much of the event lies on the densest `HOT_SHARE` of the roads.
    brier : ndarray of float, shape (events,)
        Sum over cells of squared (forecast - outcome); a cell is what lies nearest to one gate, crossing or
        processing area.
    crossing_hit, gate_hit : ndarray of float, shape (events,)
        Whether the event's crossing (gate) is among the `TOP` likeliest; ties count in part; NaN where the
        event is at none.
    forecast, outcome : ndarray of float, shape (events, cells)
    """

    log_density: Floats
    hot: Floats
    brier: Floats
    crossing_hit: Floats
    gate_hit: Floats
    forecast: Floats
    outcome: Floats


@dataclass(frozen=True, slots=True)
class Backtest:
    """Scores of the ranking and the baselines over the same events.

    ``origins`` tells, for each time of forecast, how many events it was fitted on and how many it
    foretold. ``merged`` are events of the same place and day as another, which counts for them; ``dropped``
    those so near to an event fitted on, in place and time, that they may be the same (`routes.trust.apart`).
    """

    events: tuple[str, ...]
    origins: tuple[tuple[str, int, int], ...]
    scores: dict[str, Scores]
    seed: int
    merged: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


def rolling_backtest(
    world: World,
    events: Events,
    parameters: Parameters,
    *,
    seed: int = 1,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Backtest:
    """Forecast the events of each year from those of the years before.

    Parameters
    ----------
    world : World
        From `routes.analysis.build_world`.
    events : Events
    parameters : Parameters
    seed : int
        Of the draws and of the bootstrap.
    progress : callable
        Called with the number of years done and the number of years in all.

    Raises
    ------
    RoutesError
        If the events do not span two years.
    """
    events, merged = one_a_place_and_day(events)
    year = _year_of(events)
    years = [int(y) for y in np.unique(year)[1:]]
    if not years:
        raise RoutesError("a backtest needs located seizures of at least two years.")
    judge, pairs = _judge(world), []
    for y in years:
        train, test = events.take(np.flatnonzero(year < y)), events.take(np.flatnonzero(year == y))
        pairs.append((y, train, test))
    return _all_forecasts(judge, world, pairs, parameters, seed, merged, progress)


def _year_of(events: Events) -> Ints:
    return np.asarray(events.last_day.astype("datetime64[Y]").astype(int) + 1970)


def _all_forecasts(
    judge: _Judge,
    world: World,
    pairs: list[tuple[int, Events, Events]],
    parameters: Parameters,
    seed: int,
    merged: tuple[str, ...],
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Backtest:
    """Forecast each year's events, but for those that the forecast was fitted on under another name."""
    parts, origins = [], []
    names: list[str] = []
    dropped: list[str] = []
    for done, (year, train, every) in enumerate(pairs):
        known = known_already(every, train)
        dropped += [every.ids[i] for i in np.flatnonzero(known)]
        test = every.take(np.flatnonzero(~known))
        if len(test.ids):
            parts.append(_forecast(judge, world, train, test, year, parameters, seed))
            origins.append((f"{year}-01-01", len(train.ids), len(test.ids)))
            names += test.ids
        progress(done + 1, len(pairs))
    if not parts:
        raise RoutesError("every event to foretell is one that the forecast was fitted on.")
    return Backtest(tuple(names), tuple(origins), _joined(parts), seed, merged, tuple(dropped))


def split_backtest(
    world: World, train: Events, test: Events, parameters: Parameters, *, seed: int = 1
) -> Backtest:
    """Forecast one set of events from another, each under the crossings as they stood in its year."""
    if not len(train.ids) or not len(test.ids):
        raise RoutesError("a backtest needs located seizures in both files.")
    (train, _), (test, merged) = one_a_place_and_day(train), one_a_place_and_day(test)
    year = _year_of(test)
    pairs = [(int(y), train, test.take(np.flatnonzero(year == y))) for y in np.unique(year)]
    return _all_forecasts(_judge(world), world, pairs, parameters, seed, merged)


def _joined(parts: list[dict[str, Scores]]) -> dict[str, Scores]:
    fields = Scores.__dataclass_fields__
    return {
        name: Scores(**{f: np.concatenate([getattr(part[name], f) for part in parts]) for f in fields})
        for name in parts[0]
    }


@dataclass(frozen=True, slots=True)
class _Judge:
    """What every forecast is measured with."""

    ground: Ground
    cell: Ints  # of each edge
    crossings: dict[str, tuple[float, float]]
    gates: dict[str, tuple[float, float]]


def _judge(world: World) -> _Judge:
    network, ground = world.network, ground_of(world)
    measure = ground.measure
    listed = network.crossings[network.crossings["kind"] != UNLISTED]
    crossings = _points(listed, "crossing_id")
    gates = _points(network.gates, "place_id")
    spots = [*crossings.values(), *gates.values(), *_points(network.areas, "place_id").values()]
    lon, lat = np.array(spots).T
    cell = great_circle_km(measure.lon[:, None], measure.lat[:, None], lon, lat).argmin(axis=1)
    return _Judge(ground, cell, crossings, gates)


def _points(table: Any, key: str) -> dict[str, tuple[float, float]]:  # noqa: ANN401 - a DataFrame
    return {row[key]: (float(row["lon"]), float(row["lat"])) for row in table.to_dict("records")}


def _forecast(
    judge: _Judge, world: World, train: Events, test: Events, year: int, parameters: Parameters, seed: int
) -> dict[str, Scores]:
    """Scores of the ranking and the baselines, fitted on `train`, on the events of `test`."""
    now = choice_set_for(world, parameters, date(year, 1, 1), date(year, 12, 31))
    posterior = fit_events(now, train, parameters, seed)
    measure = judge.ground.measure
    placed = place_events(measure, test)
    exposure = exposure_on_roads(now, judge.ground, placed)
    predicted = predictive_density(now, posterior, exposure, len(test.ids), measure.total_km)
    density, share = road_density(now, posterior, judge.ground)
    through = _shares_through(now, share)
    scores = {RANKING: _score(judge, test, placed, density, predicted, through)}
    for name, baseline, worth in _baselines(judge, now, train):
        scores[name] = _score(judge, test, placed, baseline, placed @ baseline, worth)
    return scores


def _shares_through(choices: ChoiceSet, share: Floats) -> dict[str, float]:
    through: dict[str, float] = {}
    nodes = choices.crossing_graph.graph.nodes
    for path, s in zip(choices.corridors.nodes, share, strict=True):
        for node in path[:-1]:
            through[nodes[node]["place"]] = through.get(nodes[node]["place"], 0.0) + float(s)
    return through


def _baselines(
    judge: _Judge, choices: ChoiceSet, train: Events
) -> Iterator[tuple[str, Floats, dict[str, float] | None]]:
    """Density per km on every edge, each with the same small even share as the ranking.

    Beside it the worth of crossings and gates, None where it is the density about them.
    """
    measure = judge.ground.measure
    even = np.full(len(measure.length_km), 1 / measure.total_km)
    yield BASELINES[0], even, None
    best = _cheapest(choices)
    frequency, count = _past_frequency(judge, train)
    for name, density, worth in (
        (BASELINES[1], _roads_of(measure, choices, best), _shares_through(choices, best)),
        (BASELINES[2], frequency, count),
        (BASELINES[3], _kernel_density(measure, train), None),
    ):
        mass = density * measure.length_km
        yield name, (1 - BACKGROUND_SHARE) * density / mass.sum() + BACKGROUND_SHARE * even, worth


def _cheapest(choices: ChoiceSet) -> Floats:
    """Share of each listed corridor if all inflow from a gate to an area took the cheapest."""
    graph = choices.crossing_graph.graph
    best: dict[tuple[str, str], int] = {}
    for c, path in enumerate(choices.corridors.nodes):
        key = (path[0], path[-1])
        if key not in best or choices.corridors.cost[c] < choices.corridors.cost[best[key]]:
            best[key] = c
    share = np.zeros(len(choices.corridors.ids))
    for (gate, area), c in best.items():
        share[c] = graph.nodes[gate]["weight"] * graph.nodes[area]["weight"]
    return np.asarray(share / share.sum())


def _roads_of(measure: RoadMeasure, choices: ChoiceSet, share: Floats) -> Floats:
    """Share of the corridors over each edge."""
    density = np.zeros(len(measure.length_km))
    for feature in choices.features:
        if feature.kind == "road":
            column, real = measure.columns(feature)
            density[column] += np.asarray(place_passages(feature) @ share)[real]
    return density


def _past_frequency(judge: _Judge, train: Events) -> tuple[Floats, dict[str, float]]:
    """Past events nearest to each crossing or gate, even over the roads nearest to it; and their count."""
    spots = np.array([*judge.crossings.values(), *judge.gates.values()])
    measure = judge.ground.measure
    near = great_circle_km(measure.lon[:, None], measure.lat[:, None], *spots.T).argmin(axis=1)
    event = great_circle_km(train.lon[:, None], train.lat[:, None], *spots.T).argmin(axis=1)
    count = np.bincount(event, minlength=len(spots)) + _SMOOTHING
    length = np.bincount(near, measure.length_km, len(spots))
    ids = [*judge.crossings, *judge.gates]
    return (count / np.maximum(length, 1e-9))[near], dict(zip(ids, count.tolist(), strict=True))


def _kernel_density(measure: RoadMeasure, train: Events) -> Floats:
    """Kernel density of past events along the roads, with the bandwidth that foretells each from the rest."""
    best, density = -np.inf, np.zeros(len(measure.length_km))
    placed = place_events(measure, train)
    for width in BANDWIDTHS_KM:
        sigma = np.hypot(train.footprint_km, width)
        kernel = spread_over_roads(measure, train.lon, train.lat, sigma) * (1 / measure.length_km)
        at_event = np.asarray((placed @ kernel.T).todense())
        others = (at_event.sum(axis=1) - np.diag(at_event)) / max(len(train.ids) - 1, 1)
        score = np.log((1 - BACKGROUND_SHARE) * others + BACKGROUND_SHARE / measure.total_km).mean()
        if score > best:
            best, density = score, np.asarray(kernel.mean(axis=0)).ravel()
    return density


def _score(
    judge: _Judge,
    test: Events,
    placed: csr_array,
    density: Floats,
    predicted: Floats,
    through: dict[str, float] | None,
) -> Scores:
    measure = judge.ground.measure
    order = np.argsort(-density, kind="stable")
    covered = np.cumsum(measure.length_km[order])
    # Edges of equal density are hot in part, so that a flat forecast is hot on exactly its share.
    level = density[order[np.searchsorted(covered, HOT_SHARE * measure.total_km)]]
    above, at = density > level * (1 + 1e-12), np.isclose(density, level, rtol=1e-12)
    rest = HOT_SHARE * measure.total_km - measure.length_km[above].sum()
    hot = above + at * np.clip(rest / measure.length_km[at].sum(), 0, 1)
    cells = int(judge.cell.max()) + 1
    mass = np.bincount(judge.cell, density * measure.length_km, cells)
    forecast = np.tile(mass / mass.sum(), (len(test.ids), 1))
    in_cell = np.zeros((len(measure.length_km), cells))
    in_cell[np.arange(len(judge.cell)), judge.cell] = 1
    outcome = np.zeros((len(test.ids), cells))
    outcome[np.arange(len(test.ids)), (placed @ in_cell).argmax(axis=1)] = 1
    return Scores(
        log_density=np.log(predicted),
        hot=np.asarray(placed @ hot),
        brier=((forecast - outcome) ** 2).sum(axis=1),
        crossing_hit=_hits(judge, test, judge.crossings, density, through),
        gate_hit=_hits(judge, test, judge.gates, density, through),
        forecast=forecast,
        outcome=outcome,
    )


def _hits(
    judge: _Judge,
    test: Events,
    places: dict[str, tuple[float, float]],
    density: Floats,
    through: dict[str, float] | None,
) -> Floats:
    """Whether each event's place is among the likeliest; forecasts by roads are averaged about a place."""
    spots = np.array(list(places.values()))
    if through is None:
        rows = judge.ground.places([[spot] for spot in places.values()])
        worth = np.asarray(rows @ density)
    else:
        worth = np.array([through.get(place, 0.0) for place in places])
    km = great_circle_km(test.lon[:, None], test.lat[:, None], *spots.T)
    hits = np.full(len(test.ids), np.nan)
    for i in np.flatnonzero(km.min(axis=1) <= _AT_PLACE_KM):
        own = worth[km[i].argmin()]
        higher, equal = (worth > own * (1 + 1e-9)).sum(), np.isclose(worth, own, rtol=1e-9).sum()
        hits[i] = np.clip((TOP - higher) / equal, 0, 1)
    return hits


METRICS = {
    "log_density_per_km": "log_density",
    f"crossing_hit_rate_top_{TOP}": "crossing_hit",
    f"gate_hit_rate_top_{TOP}": "gate_hit",
    "predictive_accuracy_index": "hot",
    "brier": "brier",
}


def summary(found: Backtest) -> dict[str, dict[str, dict[str, Any]]]:
    """Mean of each metric with its 90 % bootstrap interval over events, JSON-ready: model -> metric.

    One event has no interval.

    The Predictive Accuracy Index is the share of events on the hottest roads over those roads' share of
    the network's length (Chainey, Tompson & Uhlig 2008).
    """
    rng = np.random.default_rng(found.seed)
    sample = rng.integers(len(found.events), size=(_RESAMPLES, len(found.events)))
    result: dict[str, dict[str, dict[str, Any]]] = {}
    for name, scores in found.scores.items():
        result[name] = {}
        for metric, field in METRICS.items():
            values = getattr(scores, field) / (HOT_SHARE if field == "hot" else 1)
            result[name][metric] = _mean_with_interval(values, sample)
        if name != RANKING:
            better = found.scores[RANKING].log_density - scores.log_density
            result[name]["ranking_is_better_by"] = _mean_with_interval(better, sample)
    return result


def _mean_with_interval(values: Floats, sample: Ints) -> dict[str, Any]:
    known = ~np.isnan(values)
    if not known.any():
        return {"value": None, "interval_90": None, "events": 0}
    if known.sum() == 1:  # nothing to resample: all samples are the one event
        return {"value": round(float(values[known][0]), 6), "interval_90": None, "events": 1}
    drawn = values[sample]
    counts = (~np.isnan(drawn)).sum(axis=1)
    means = np.nansum(drawn, axis=1)[counts > 0] / counts[counts > 0]
    low, high = np.quantile(means, INTERVAL)
    return {
        "value": round(float(values[known].mean()), 6),
        "interval_90": [round(float(low), 6), round(float(high), 6)],
        "events": int(known.sum()),
    }


def reliability(scores: Scores) -> list[dict[str, Any]]:
    """Forecast against outcome over all events and cells, by bins of the forecast chance."""
    rows = []
    for low, high in pairwise(_BINS):
        here = (scores.forecast >= low) & (scores.forecast < high)
        if here.any():
            rows.append(
                {
                    "from": low,
                    "until": high,
                    "forecasts": int(here.sum()),
                    "mean_forecast": round(float(scores.forecast[here].mean()), 6),
                    "observed": round(float(scores.outcome[here].mean()), 6),
                }
            )
    return rows


def has_skill(found: Backtest) -> bool:
    """Whether the ranking's mean log density is above that of every baseline."""
    ranking = found.scores[RANKING].log_density.mean()
    return all(ranking > found.scores[name].log_density.mean() for name in BASELINES)
