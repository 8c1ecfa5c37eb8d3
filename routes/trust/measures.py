"""Forecasts + what happened -> scores: of each event under each forecast, and what they say together."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_array

from routes.evidence.shares import INTERVAL
from routes.support.geo import great_circle_km
from routes.trust.fields import spots_of_table
from routes.trust.road_cells import cells_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from routes.analysis import World
    from routes.support.arrays import Floats, Ints
    from routes.trust.fields import Field, Land
    from routes.trust.road_cells import Cells


HOT_SHARE = 0.05  # of the network's length, for the Predictive Accuracy Index
HOTTEST_SHARE = 0.01  # likewise
TOP = 5
TOP_CELLS = 20
AT_PLACE_KM = 30.0  # a seizure within this of a crossing or gate counts as made there
_RESAMPLES = 2000
_BINS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 1.0)


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of one forecast, one value an event.

    Parameters
    ----------
    log_density : ndarray of float, shape (events,)
        Log density per km of road.
    hot, hottest : ndarray of float, shape (events,)
        How much of the event lies on the densest `HOT_SHARE` (`HOTTEST_SHARE`) of the roads.
    cell_hit : ndarray of float, shape (events,)
        How much of the event lies in the `TOP_CELLS` likeliest cells of 25 km.
    brier : ndarray of float, shape (events,)
        Sum over regions of squared (forecast - outcome); a region is what lies nearest to one gate, crossing
        or processing area.
    crossing_hit, gate_hit : ndarray of float, shape (events,)
        Whether the event's crossing (gate) is among the `TOP` likeliest; ties count in part; NaN where the
        event is at none.
    forecast, outcome : ndarray of float, shape (events, regions)
    """

    log_density: Floats
    hot: Floats
    hottest: Floats
    cell_hit: Floats
    brier: Floats
    crossing_hit: Floats
    gate_hit: Floats
    forecast: Floats
    outcome: Floats


def joined_scores(parts: list[dict[str, Scores]]) -> dict[str, Scores]:
    """Join the scores of several times of forecast, by forecast."""
    fields = Scores.__dataclass_fields__
    return {
        name: Scores(**{f: np.concatenate([getattr(part[name], f) for part in parts]) for f in fields})
        for name in parts[0]
    }


@dataclass(frozen=True, slots=True)
class Judge:
    """What every forecast is measured with.

    ``region`` tells of each edge which gate, crossing or processing area it is nearest to.
    """

    land: Land
    region: Ints
    cells: Cells


def judge_of(world: World, land: Land) -> Judge:
    """Make ready to measure forecasts on the roads of a land."""
    measure = land.ground.measure
    areas = spots_of_table(world.network.areas, "place_id")
    spots = [*land.crossings.values(), *land.gates.values(), *areas.values()]
    km = great_circle_km(measure.lon[:, None], measure.lat[:, None], *np.array(spots).T)
    return Judge(land, km.argmin(axis=1), cells_of(measure))


def score(judge: Judge, field: Field, which: Ints) -> Scores:
    """Score a forecast on some of the events of the land."""
    measure, density = judge.land.ground.measure, field.density
    placed = judge.land.placed[which]
    by_cell = judge.cells.mass(density, measure)
    top = top_part(by_cell, np.ones(len(by_cell)), min(TOP_CELLS, len(by_cell)))
    of_region = csr_array(
        (np.ones(len(judge.region)), (np.arange(len(judge.region)), judge.region)),
        shape=(len(judge.region), int(judge.region.max()) + 1),
    )
    mass = np.asarray((density * measure.length_km) @ of_region)
    forecast = np.tile(mass / mass.sum(), (len(which), 1))
    outcome = np.zeros(forecast.shape)
    outcome[np.arange(len(which)), (placed @ of_region).toarray().argmax(axis=1)] = 1
    hot, hottest = (
        np.asarray(placed @ top_part(density, measure.length_km, part * measure.total_km))
        for part in (HOT_SHARE, HOTTEST_SHARE)
    )
    return Scores(
        log_density=np.log(placed @ density),
        hot=hot,
        hottest=hottest,
        cell_hit=np.asarray(placed @ judge.cells.of_edge.T @ top),
        brier=((forecast - outcome) ** 2).sum(axis=1),
        crossing_hit=_hits(judge.land, which, judge.land.crossings, field),
        gate_hit=_hits(judge.land, which, judge.land.gates, field),
        forecast=forecast,
        outcome=outcome,
    )


def top_part(value: Floats, size: Floats, room: float) -> Floats:
    """Which part of each thing is among the highest ones for which there is room.

    Things of equal value are taken in part, so that a flat forecast is hot on exactly its share.

    Examples
    --------
    >>> top_part(np.array([3.0, 1.0, 1.0]), np.array([1.0, 1.0, 1.0]), 2.0).tolist()
    [1.0, 0.5, 0.5]
    """
    order = np.argsort(-value, kind="stable")
    filled = np.cumsum(size[order])
    level = value[order[min(int(np.searchsorted(filled, room)), len(order) - 1)]]
    above, at = value > level * (1 + 1e-12), np.isclose(value, level, rtol=1e-12, atol=0)
    rest = room - size[above].sum()
    return np.asarray(above + (at & ~above) * np.clip(rest / size[at & ~above].sum(), 0, 1))


def _hits(land: Land, which: Ints, places: Mapping[str, tuple[float, float]], field: Field) -> Floats:
    """Whether each event's place is among the likeliest; forecasts by roads are averaged about a place."""
    spots, events = np.array(list(places.values())), land.events
    if field.worth is None:
        worth = np.asarray(land.ground.places([[spot] for spot in places.values()]) @ field.density)
    else:
        worth = np.array([field.worth.get(place, 0.0) for place in places])
    km = great_circle_km(events.lon[which, None], events.lat[which, None], *spots.T)
    hits = np.full(len(which), np.nan)
    for i in np.flatnonzero(km.min(axis=1) <= AT_PLACE_KM):
        own = worth[km[i].argmin()]
        higher, equal = (worth > own * (1 + 1e-9)).sum(), np.isclose(worth, own, rtol=1e-9).sum()
        hits[i] = np.clip((TOP - higher) / equal, 0, 1)
    return hits


METRICS = {
    "log_density_per_km": "log_density",
    f"crossing_hit_rate_top_{TOP}": "crossing_hit",
    f"gate_hit_rate_top_{TOP}": "gate_hit",
    f"cell_hit_rate_top_{TOP_CELLS}": "cell_hit",
    "predictive_accuracy_index": "hot",
    "predictive_accuracy_index_1_percent": "hottest",
    "brier": "brier",
}
_SCALE = {"hot": 1 / HOT_SHARE, "hottest": 1 / HOTTEST_SHARE}


def values_of(scores: Scores, metric: str) -> Floats:
    """One metric of each event, shape (events,); its mean is the score that is told.

    The Predictive Accuracy Index is the share of events on the hottest roads over those roads' share of
    the network's length (Chainey, Tompson & Uhlig 2008).
    """
    field = METRICS[metric]
    return np.asarray(getattr(scores, field) * _SCALE.get(field, 1.0))


def resamples(events: int, seed: int) -> Ints:
    """Which events each bootstrap sample takes, shape (samples, events)."""
    return np.random.default_rng(seed).integers(events, size=(_RESAMPLES, events))


def mean_with_interval(values: Floats, sample: Ints) -> dict[str, Any]:
    """Mean over the events that have a value, with its 90 % bootstrap interval; JSON-ready.

    One event has no interval.

    Examples
    --------
    >>> mean_with_interval(np.array([1.0, np.nan]), resamples(2, 1))
    {'value': 1.0, 'interval_90': None, 'events': 1}
    """
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
    """Forecast against outcome over all events and regions, by bins of the forecast chance."""
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
