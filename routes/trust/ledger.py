"""The ledger: forecasts sealed before, and scored on what came after.

A sealed forecast is JSON in one form alone (keys in order, no blanks, ASCII) with the SHA-256 of that form,
itself left out. It holds the chance that the next located event lies in each cell of 25 km that a road runs
through, nearest to each gate, crossing or processing area, and in each country, by the forecast and by each
plain one beside it. Over the cell's length of road the first is a density, so that the file alone is enough
to score it, whatever becomes of the roads and the model.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np

from routes.errors import RoutesError
from routes.results import Country, Lat, Lon
from routes.support.described import EXACT, Rule
from routes.support.geo import great_circle_km
from routes.trust.fields import BASELINES, RANKING, STAND, all_fields, spots_of_table
from routes.trust.road_cells import cells_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from routes.analysis import Analysis
    from routes.parameters import Parameters
    from routes.support.arrays import Floats
    from routes.trust.fields import Field, Land


SEAL = "seal"
SCHEMA, MAJOR = "routes/forecast", "1"
_DIGITS = 6  # significant: machines differ in the last ones
_MOST_BYTES = 100_000_000
_OFF = 1e-3  # what rounded chances may miss of one

Chances = Annotated[tuple[Annotated[float, Rule(minimum=0, maximum=1), EXACT], ...], "Of each, in order."]


@dataclass(frozen=True, slots=True)
class CellColumns:
    """Cells of 25 km that a road runs through, column by column."""

    id: Annotated[tuple[str, ...], "Row and column from the equator and Greenwich."]
    lon: Annotated[tuple[Annotated[Lon, EXACT], ...], "Middles: degrees east, WGS 84."]
    lat: Annotated[tuple[Annotated[Lat, EXACT], ...], "Middles: degrees north, WGS 84."]
    country: Annotated[tuple[Country, ...], "In which most of the cell's roads run."]
    road_km: Annotated[tuple[Annotated[float, EXACT], ...], "Length of road in each."]


@dataclass(frozen=True, slots=True)
class PlaceColumns:
    """Gates, crossings and processing areas, column by column."""

    id: Annotated[tuple[str, ...], "Ids."]
    kind: Annotated[
        tuple[Annotated[str, Rule(enum=("crossing", "gate", "processing_area"))], ...], "What each is."
    ]
    lon: Annotated[tuple[Annotated[Lon, EXACT], ...], "Degrees east, WGS 84."]
    lat: Annotated[tuple[Annotated[Lat, EXACT], ...], "Degrees north, WGS 84."]


@dataclass(frozen=True, slots=True)
class ForecastChances:
    """Where the next located event will be, by one forecast; each list sums to one."""

    cells: Annotated[Chances, "Chance of each cell."]
    places: Annotated[Chances, "Chance that it lies nearest to each place."]
    countries: Annotated[Chances, "Chance of each country."]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """A forecast of a day, and the plain ones that it is held against."""

    day: Annotated[str, Rule(format="date"), "It is of events after this day."]
    until: Annotated[str, Rule(format="date"), "Last day of the horizon."]
    events: Annotated[int, Rule(minimum=0), "Located events that it rests on."]
    last_event: Annotated[str | None, Rule(format="date"), "Day of the last of them."]
    footprint_km: Annotated[
        dict[str, float], "Standard deviation of a place about its coordinates, by location precision."
    ]
    countries: Annotated[tuple[Country, ...], "The modelled countries."]
    cells: Annotated[CellColumns, "Cells that a road runs through."]
    places: Annotated[PlaceColumns, "Gates, crossings and processing areas."]
    forecasts: Annotated[
        dict[str, ForecastChances],
        "By name: ranking (the forecast that is scored), where to stand, and the plain ones.",
    ]


def forecast_of(analysis: Analysis, parameters: Parameters, horizon_days: int) -> Forecast:
    """Make the forecast of the day that an analysis is of.

    Parameters
    ----------
    analysis : Analysis
    parameters : Parameters
        Those of the analysis.
    horizon_days : int
        How many days after it the forecast is for.

    Raises
    ------
    RoutesError
        If the analysis is of a period, or rests on an event or an inspection after its day.
    """
    day = _day_of(analysis)
    events = analysis.events
    last = max(events.last_day.tolist(), default=None)
    if last is not None and last > day:
        raise RoutesError(
            f"the forecast is of {day}, but the seizures run to {last}: it would be made with hindsight. "
            f"Give --until {day}, or a later --as-of."
        )
    if len(analysis.effort) and (logged := analysis.effort["until"].max().date()) > day:
        raise RoutesError(
            f"the forecast is of {day}, but the log of inspections runs to {logged}: it would be made with "
            f"hindsight. Give --until {day}, or a later --as-of."
        )
    if horizon_days < 1:
        raise RoutesError(f"--horizon: wanted at least 1 day, got {horizon_days}.")
    parameters = analysis.region.parameters(parameters)
    world, p = analysis.choices.world, parameters.evidence
    land, fields = all_fields(world, analysis.choices, analysis.posterior, events, day, parameters)
    measure, places = land.ground.measure, _places(land, spots_of_table(world.network.areas, "place_id"))
    cells = cells_of(measure)
    region = nearest_places(measure.lon, measure.lat, places)
    countries = tuple(measure.edges)
    of_country = np.repeat(np.arange(len(countries)), [len(measure.edges[c]) for c in countries])

    def chances(field: Field) -> ForecastChances:
        mass = field.density * measure.length_km
        return ForecastChances(
            _rounded(cells.mass(field.density, measure)),
            _rounded(np.bincount(region, mass, len(places.id)).astype(float)),
            _rounded(np.bincount(of_country, mass, len(countries)).astype(float)),
        )

    return Forecast(
        day=day.isoformat(),
        until=(day + timedelta(days=horizon_days)).isoformat(),
        events=len(events.ids),
        last_event=None if last is None else str(last),
        footprint_km={
            name: getattr(p, f"footprint_{name}_km")
            for name in ("exact", "crossing", "city", "district", "province")
        },
        countries=countries,
        cells=CellColumns(
            cells.ids,
            _rounded(cells.lon),
            _rounded(cells.lat),
            cells.country,
            _rounded(np.asarray(cells.of_edge @ measure.length_km)),
        ),
        places=places,
        forecasts={name: chances(field) for name, field in fields.items()},
    )


def _day_of(analysis: Analysis) -> date:
    day = analysis.ranking.provenance["period"]["as_of"]
    if day is None:
        raise RoutesError("a forecast is of a day. Leave out --period.")
    return date.fromisoformat(str(day))


def _places(land: Land, areas: Mapping[str, tuple[float, float]]) -> PlaceColumns:
    kinds = {"crossing": land.crossings, "gate": land.gates, "processing_area": areas}
    rows = [(name, kind, *spot) for kind, spots in kinds.items() for name, spot in spots.items()]
    ids, kind, lon, lat = zip(*rows, strict=True)
    return PlaceColumns(ids, kind, lon, lat)


def nearest_places(lon: Floats, lat: Floats, places: PlaceColumns) -> NDArray[np.intp]:
    """Tell to which place each point is nearest; the first of those in one spot."""
    km = great_circle_km(lon[:, None], lat[:, None], np.array(places.lon), np.array(places.lat))
    return np.asarray(km.argmin(axis=1))


def _rounded(values: Floats) -> tuple[float, ...]:
    return tuple(float(f"{value:.{_DIGITS}g}") for value in values.tolist())


# --- the seal --------------------------------------------------------------------------------------


def canonical(content: Mapping[str, Any]) -> str:
    r"""Write JSON in the one form that is sealed.

    Examples
    --------
    >>> canonical({"b": 0.5, "a": ["Kābul"]})
    '{"a":["K\\u0101bul"],"b":0.5}'
    """
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def seal_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of a forecast, its seal left out."""
    bare = {name: value for name, value in content.items() if name != SEAL}
    return hashlib.sha256(canonical(bare).encode("ascii")).hexdigest()


def sealed(content: Mapping[str, Any]) -> str:
    """Write a forecast with its seal: the whole file.

    Examples
    --------
    >>> text = sealed({"day": "2026-01-01"})
    >>> text == canonical(json.loads(text)) + chr(10)
    True
    """
    return canonical({**content, SEAL: seal_of(content)}) + "\n"


@dataclass(frozen=True, slots=True)
class SealedForecast:
    """A forecast as it was sealed, with its seal and what it was made from."""

    forecast: Forecast
    seal: str
    provenance: dict[str, Any]


def read_forecast(path: Path) -> SealedForecast:
    """Read a sealed forecast.

    Raises
    ------
    RoutesError
        If it cannot be read, is none, or its seal is broken.
    """
    content = _content(path)
    if not str(content.get("schema_version", "")).startswith(f"{MAJOR}."):
        raise RoutesError(
            f"{path}: written in version {content.get('schema_version')!r} of the form, which this version "
            f"of routes does not read. Score it with routes {_version(content)}."
        )
    try:
        forecast = _forecast(content)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RoutesError(f"{path}: its seal is whole, but it is no forecast: {_short(error)}.") from None
    return SealedForecast(forecast, str(content[SEAL]), dict(content.get("provenance", {})))


def _content(path: Path) -> dict[str, Any]:
    """Read the content of a file whose seal is whole."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise RoutesError(f"{path}: larger than any forecast. Is it another file?")
        text = path.read_bytes().decode("ascii")
        content = json.loads(text)
    except OSError as error:
        raise RoutesError(f"{path}: cannot be read: {error.strerror}.") from None
    except (ValueError, RecursionError):
        raise RoutesError(f"{path}: no sealed forecast. Write one with routes forecast --output.") from None
    if not isinstance(content, dict) or content.get("schema") != SCHEMA or SEAL not in content:
        raise RoutesError(f"{path}: no sealed forecast. Write one with routes forecast --output.")
    found = seal_of(content)
    if content[SEAL] != found or text != canonical(content) + "\n":
        raise RoutesError(
            f"{path}: the seal is broken: it says {_short(content[SEAL])}, the content has {found}. The file "
            "was changed after it was sealed; fetch the one that was published."
        )
    return content


def _version(content: Mapping[str, Any]) -> str:
    about = content.get("provenance")
    return str(about.get("package_version", "?")) if isinstance(about, dict) else "?"


def _short(value: object) -> str:
    return str(value)[:80]


def _forecast(content: Mapping[str, Any]) -> Forecast:
    cells, places = content["cells"], content["places"]
    forecast = Forecast(
        day=date.fromisoformat(content["day"]).isoformat(),
        until=date.fromisoformat(content["until"]).isoformat(),
        events=int(content["events"]),
        last_event=content["last_event"],
        footprint_km={name: float(km) for name, km in content["footprint_km"].items()},
        countries=_texts(content["countries"]),
        cells=CellColumns(
            _texts(cells["id"]),
            _numbers(cells["lon"]),
            _numbers(cells["lat"]),
            _texts(cells["country"]),
            _numbers(cells["road_km"]),
        ),
        places=PlaceColumns(
            _texts(places["id"]), _texts(places["kind"]), _numbers(places["lon"]), _numbers(places["lat"])
        ),
        forecasts={
            name: ForecastChances(*(_numbers(of[part]) for part in ("cells", "places", "countries")))
            for name, of in _in_order(content["forecasts"])
        },
    )
    _check_lengths(forecast)
    return forecast


def _in_order(forecasts: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Put the scored forecast first, as it was made; keys of the file are in alphabetical order."""
    if RANKING not in forecasts:
        raise ValueError(f"there is no forecast {RANKING!r}")
    known = [RANKING, STAND, *BASELINES]
    every = [*(name for name in known if name in forecasts), *(forecasts.keys() - set(known))]
    return [(name, forecasts[name]) for name in every]


def _texts(values: list[Any]) -> tuple[str, ...]:
    return tuple(str(value) for value in values)


def _numbers(values: list[Any]) -> tuple[float, ...]:
    found = tuple(float(value) for value in values)
    if not all(map(math.isfinite, found)):
        raise ValueError("a number is not finite")
    return found


def _check_lengths(forecast: Forecast) -> None:
    cells, places = forecast.cells, forecast.places
    if len({len(x) for x in (cells.id, cells.lon, cells.lat, cells.country, cells.road_km)}) > 1:
        raise ValueError("columns of cells differ in length")
    if len({len(x) for x in (places.id, places.kind, places.lon, places.lat)}) > 1:
        raise ValueError("columns of places differ in length")
    for name, of in forecast.forecasts.items():
        for got, wanted in ((of.cells, cells.id), (of.places, places.id), (of.countries, forecast.countries)):
            if len(got) != len(wanted) or min(got, default=0.0) < 0 or abs(sum(got) - 1) > _OFF:
                raise ValueError(f"the chances of {name!r} do not sum to one")
    if min(cells.road_km, default=0.0) <= 0:
        raise ValueError("a cell has no road")
