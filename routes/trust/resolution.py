"""A sealed forecast + what came after -> scores: of every event under every forecast, the misses first.

All is reckoned on the cells, places and countries that were sealed. An event is spread over the cells about
its place, by a normal kernel as wide as the place is imprecise and by the length of road in each; its density
is that of its cells, chance over km of road.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from scipy.special import ndtr

from routes.errors import RoutesError
from routes.evidence.events import locate_events
from routes.parameters import Parameters
from routes.results import Chance, Count, Country, Lat, Lon
from routes.support.described import Digits, Rule
from routes.support.geo import great_circle_km, local_plane_km
from routes.trust.apart import one_a_place_and_day
from routes.trust.fields import BASELINES, RANKING
from routes.trust.ledger import nearest_places
from routes.trust.measures import HOT_SHARE, HOTTEST_SHARE, TOP_CELLS, mean_with_interval, resamples, top_part
from routes.trust.road_cells import CELL_KM
from routes.trust.scoring import SMALLEST_SPREAD_KM

if TYPE_CHECKING:
    import pandas as pd

    from routes.evidence.events import Events
    from routes.read import Region
    from routes.support.arrays import Floats
    from routes.trust.ledger import Forecast


_NOWHERE = 1e-12
_LISTED = 5
_HALF = 0.5
_LEAST = 1e-12  # chance

Part = Annotated[float, Rule(minimum=0, maximum=1), Digits(4)]


@dataclass(frozen=True, slots=True)
class EventScore:
    """How likely one forecast made one event."""

    log_density_per_km: Annotated[float, Digits(4), "Log density per km of road; higher is better."]
    in_top_cells: Annotated[Part, f"How much of the event lies in the {TOP_CELLS} likeliest cells."]
    on_hot_roads: Annotated[Part, f"How much lies on the likeliest {HOT_SHARE:.0%} of the roads, by cell."]
    on_hottest_roads: Annotated[Part, f"The same of the likeliest {HOTTEST_SHARE:.0%}."]
    place_chance: Annotated[Chance, "Chance that was given to the place it lies nearest to."]
    place_rank: Annotated[int, Rule(minimum=1), "Rank of that place by its chance."]
    country_chance: Annotated[Chance, "Chance that was given to its country."]
    brier: Annotated[float, Digits(4), "Sum over places of squared (chance - outcome); lower is better."]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedEvent:
    """An event that came after the forecast, and its scores."""

    id: Annotated[str, "Id of the event."]
    day: Annotated[str, Rule(format="date"), "Last day that its date can mean."]
    place: Annotated[str, "Place, as its record names it."]
    country: Country
    lon: Lon
    lat: Lat
    cell: Annotated[str, "Cell that most of it lies in."]
    nearest_place: Annotated[str, "Gate, crossing or processing area that it lies nearest to."]
    missed: Annotated[bool, f"The cell is none of the forecast's {TOP_CELLS} likeliest."]
    scores: Annotated[dict[str, EventScore], "By forecast."]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over events with its 90 % bootstrap interval."""

    value: Annotated[float | None, Digits(4), "Mean; null without events."]
    interval_90: Annotated[
        Annotated[tuple[float, float], Digits(4)] | None, "Bounds; null for fewer than two events."
    ]
    events: Annotated[Count, "How many events it is over."]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What a sealed forecast was worth, by what is known."""

    day: Annotated[str, Rule(format="date"), "Day of the forecast."]
    until: Annotated[str, Rule(format="date"), "Last day of its horizon."]
    seal: Annotated[str, Rule(pattern="^[0-9a-f]{64}$"), "SHA-256 of the forecast."]
    events: Annotated[tuple[ResolvedEvent, ...], "Misses first, then by falling surprise."]
    missed: Annotated[Count, "Events that were missed."]
    means: Annotated[dict[str, dict[str, Estimate]], "By forecast and metric."]
    better_by: Annotated[
        dict[str, dict[str, Estimate]],
        "By how much the forecast's metric lies above each plain forecast's, paired over events.",
    ]
    merged: Annotated[tuple[str, ...], "Events of a place and day that counts already."]
    beyond: Annotated[tuple[str, ...], "Records that may lie beyond the horizon: not scored."]
    not_located: Annotated[dict[str, str], "Other records that are not scored, and why."]


METRICS = (
    "log_density_per_km",
    "in_top_cells",
    "on_hot_roads",
    "on_hottest_roads",
    "brier",
    "country_chance",
)


def resolve(
    forecast: Forecast, seal: str, seizures: pd.DataFrame, region: Region, seed: int = 1
) -> Resolution:
    """Score a forecast on the seizures that came after its day.

    Parameters
    ----------
    forecast : Forecast
    seal : str
    seizures : DataFrame
        From `routes.read`; none may be from before the forecast or from its day.
    region : Region
    seed : int
        Of the bootstrap.

    Raises
    ------
    RoutesError
        If a record may be from before the forecast.
    """
    day, until = date.fromisoformat(forecast.day), date.fromisoformat(forecast.until)
    _refuse_earlier(seizures, day)
    beyond = seizures["date_until"].dt.date > until
    asked = seizures[~beyond]
    events, not_used = locate_events(
        asked, replace(region, countries=forecast.countries), _as_sealed(forecast)
    )
    events, merged = one_a_place_and_day(events)
    located = asked[~asked["seizure_id"].isin(list(not_used))]
    scores = {name: _scores(forecast, name, events, located) for name in forecast.forecasts}
    rows = _rows(forecast, events, located, scores)
    return Resolution(
        day=forecast.day,
        until=forecast.until,
        seal=seal,
        events=tuple(sorted(rows, key=_misses_first)),
        missed=sum(row.missed for row in rows),
        means={name: _means(of, seed) for name, of in scores.items()},
        better_by={
            name: _means({m: scores[RANKING][m] - scores[name][m] for m in METRICS}, seed)
            for name in BASELINES
            if name in scores
        },
        merged=merged,
        beyond=tuple(seizures["seizure_id"][beyond]),
        not_located=not_used,
    )


def _refuse_earlier(seizures: pd.DataFrame, day: date) -> None:
    early = seizures[seizures["date_from"].dt.date <= day]
    if len(early):
        names = ", ".join(early["seizure_id"].head(_LISTED))
        more = f" and {len(early) - _LISTED:,} more" if len(early) > _LISTED else ""
        raise RoutesError(
            f"the forecast is of events after {day}; {len(early):,} of the records may be from before: "
            f"{names}{more}. Leave them out with --since {date.fromordinal(day.toordinal() + 1)}."
        )


def _as_sealed(forecast: Forecast) -> Parameters:
    """Parameters that spread places as they were sealed."""
    known: dict[str, Any] = {f"footprint_{name}_km": km for name, km in forecast.footprint_km.items()}
    default = Parameters()
    return replace(default, evidence=replace(default.evidence, **known))


def spread_over_cells(forecast: Forecast, events: Events) -> Floats:
    """How each event is spread over the cells about its place: shape (events, cells), rows sum to one.

    An event with no cell within reach lies in the nearest.
    """
    cells = forecast.cells
    lon, lat, km = (np.array(column) for column in (cells.lon, cells.lat, cells.road_km))
    sigma = np.maximum(events.footprint_km, SMALLEST_SPREAD_KM)[:, None]
    x, y = local_plane_km(lon, lat, events.lon[:, None], events.lat[:, None])
    half = CELL_KM / 2
    inside = [ndtr((at + half) / sigma) - ndtr((at - half) / sigma) for at in (x, y)]
    part = np.asarray(inside[0] * inside[1] * km)
    for i in np.flatnonzero(part.sum(axis=1) < _NOWHERE):
        part[i, great_circle_km(events.lon[i], events.lat[i], lon, lat).argmin()] = 1.0
    return np.asarray(part / part.sum(axis=1, keepdims=True))


def _scores(forecast: Forecast, name: str, events: Events, seizures: pd.DataFrame) -> dict[str, Floats]:
    """Each metric of each event, shape (events,), and rank and chance of its place."""
    of, cells = forecast.forecasts[name], forecast.cells
    chance, km = np.array(of.cells), np.array(cells.road_km)
    placed, density = spread_over_cells(forecast, events), chance / km
    top = _top_cells(chance)
    by_place = np.array(of.places)
    place = nearest_places(events.lon, events.lat, forecast.places)
    outcome = np.zeros((len(events.ids), len(by_place)))
    outcome[np.arange(len(place)), place] = 1.0
    country = dict(zip(forecast.countries, of.countries, strict=True))
    return {
        "log_density_per_km": np.log(np.maximum(placed @ density, _LEAST)),
        "in_top_cells": placed @ top,
        "on_hot_roads": placed @ top_part(density, km, HOT_SHARE * km.sum()),
        "on_hottest_roads": placed @ top_part(density, km, HOTTEST_SHARE * km.sum()),
        "brier": ((by_place - outcome) ** 2).sum(axis=1),
        "country_chance": np.array([country[c] for c in _facts(events, seizures, "country")], float),
        "place_chance": by_place[place],
        "place_rank": np.array([(by_place > by_place[p] * (1 + 1e-9)).sum() + 1 for p in place], float),
    }


def _top_cells(chance: Floats) -> Floats:
    return top_part(chance, np.ones(len(chance)), min(TOP_CELLS, len(chance)))


def _facts(events: Events, seizures: pd.DataFrame, column: str) -> list[str]:
    """Tell what the first located record of each event says."""
    first = seizures.drop_duplicates("event_id").set_index("event_id")[column]
    return [str(first[event]) for event in events.ids]


def _rows(
    forecast: Forecast, events: Events, seizures: pd.DataFrame, scores: dict[str, dict[str, Floats]]
) -> list[ResolvedEvent]:
    cell = spread_over_cells(forecast, events).argmax(axis=1)
    top = _top_cells(np.array(forecast.forecasts[RANKING].cells))
    place = nearest_places(events.lon, events.lat, forecast.places)
    named, country = _facts(events, seizures, "place"), _facts(events, seizures, "country")
    return [
        ResolvedEvent(
            id=events.ids[i],
            day=str(events.last_day[i]),
            place=named[i],
            country=country[i],
            lon=float(events.lon[i]),
            lat=float(events.lat[i]),
            cell=forecast.cells.id[cell[i]],
            nearest_place=forecast.places.id[place[i]],
            missed=bool(top[cell[i]] < _HALF),
            scores={
                name: EventScore(
                    **{
                        metric: int(values[i]) if metric == "place_rank" else float(values[i])
                        for metric, values in of.items()
                    }  # type: ignore[arg-type]
                )
                for name, of in scores.items()
            },
        )
        for i in range(len(events.ids))
    ]


def _misses_first(row: ResolvedEvent) -> tuple[Any, ...]:
    return (not row.missed, row.scores[RANKING].log_density_per_km, row.day, row.id)


def _means(values: dict[str, Floats], seed: int) -> dict[str, Estimate]:
    events = len(next(iter(values.values())))
    if not events:
        return {metric: Estimate(None, None, 0) for metric in METRICS}
    sample = resamples(events, seed)
    found = {metric: mean_with_interval(values[metric], sample) for metric in METRICS}
    return {
        metric: Estimate(
            of["value"], None if of["interval_90"] is None else tuple(of["interval_90"]), of["events"]
        )
        for metric, of in found.items()
    }
