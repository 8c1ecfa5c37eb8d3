"""What the tags of an OpenStreetMap way say of months: shut by snow, open on ice alone; and of fords.

The meaning of the tags is that of the OpenStreetMap wiki (Conditional restrictions, Key:seasonal,
Key:winter_road, Key:ice_road, Key:ford). A month counts as shut if its fifteenth day does. Which months a
season has is an assumption; south of the equator they are the others.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from routes.roads.osm_tags import ACCESS, CLOSED, LIGHTEST_LORRY_T, open_ways

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from routes.support.arrays import Floats, Ints


MONTHS = 12
ALL_YEAR = (1 << MONTHS) - 1
FORD = 1 << MONTHS
"""Beside the twelve bits of months: the road runs through water."""
BY_SEASON = 1 << (MONTHS + 1)
"""The months are those of a season in the north, which the south has half a year later."""

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MID, _LAST = 15, 31
_DAY = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?:\s*(\d{1,2})(?!\d|:))?"
_SPAN = re.compile(rf"{_DAY}(?:\s*-\s*{_DAY})?")
_CLAUSE = re.compile(r"(?:^|;)\s*([a-z_]+)\s*@\s*(\([^)]*\)|[^;(]+)")
_PART_OF_TIME = re.compile(
    r"\d:\d\d|\b(?:mo|tu|we|th|fr|sa|su|ph)\b|sunset|sunrise|dawn|dusk|weight|length|stay"
)
_WEIGHT = re.compile(r"weight\s*>=?\s*(\d+(?:\.\d+)?)")
_SEASONS = {
    "winter": (12, 1, 2),
    "spring": (3, 4, 5),
    "summer": (6, 7, 8),
    "autumn": (9, 10, 11),
    "fall": (9, 10, 11),
    "wet_season": (5, 6, 7, 8, 9, 10),
    "dry_season": (11, 12, 1, 2, 3, 4),
}
_SNOW = (11, 12, 1, 2, 3, 4)  # when a road that is "seasonal" and says no more is taken as shut
_FROST = (12, 1, 2, 3)  # when ice bears


def conditions_of(tags: Mapping[str, str]) -> int:
    """Months in which a way is shut to a lorry, as bits (January the lowest), with `FORD` and `BY_SEASON`.

    Examples
    --------
    >>> months_of(conditions_of({"motor_vehicle:conditional": "no @ (Nov 20 - Apr 20)"}), 38.0)
    [1, 2, 3, 4, 12]
    >>> months_of(conditions_of({"ice_road": "yes"}), 68.0)
    [4, 5, 6, 7, 8, 9, 10, 11]
    >>> conditions_of({"ford": "yes"}) == FORD, conditions_of({"highway": "trunk"})
    (True, 0)
    """
    dated, seasonal = _dated(tags), _seasonal(tags)
    found = dated or seasonal
    if seasonal and not dated:
        found |= BY_SEASON
    return found | (FORD if is_ford(tags) else 0)


def is_ford(tags: Mapping[str, str]) -> bool:
    """Whether a way or node lies in water that a lorry drives through."""
    return tags.get("ford", "no") in ("yes", "seasonal", "tidal", "intermittent")


def shut_by_weight(tags: Mapping[str, str]) -> bool:
    """Whether a condition on weight keeps lorries out all year.

    Examples
    --------
    >>> shut_by_weight({"hgv:conditional": "no @ (weight>3.5)"})
    True
    """
    for key in ACCESS:
        for value, when in _clauses(tags.get(f"{key}:conditional", "")):
            limit = _WEIGHT.fullmatch(when)
            if value in CLOSED and limit and float(limit[1]) < LIGHTEST_LORRY_T:
                return True
    return False


def turned_to_place(conditions: Ints, lat: Floats) -> Ints:
    """Give the months of seasons the half of the year that they have at a latitude; `BY_SEASON` goes.

    Examples
    --------
    >>> snow = conditions_of({"seasonal": "yes"})
    >>> [months_of(int(m), 0.0) for m in turned_to_place(np.array([snow, snow]), np.array([45.0, -45.0]))]
    [[1, 2, 3, 4, 11, 12], [5, 6, 7, 8, 9, 10]]
    """
    months = conditions & ALL_YEAR
    half = MONTHS // 2
    turned = ((months << half) | (months >> half)) & ALL_YEAR
    south = ((conditions & BY_SEASON) != 0) & (lat < 0)
    return np.asarray(np.where(south, turned, months) | (conditions & FORD))


def months_of(conditions: int, lat: float) -> list[int]:
    """List the months of a way at a latitude, 1 for January."""
    here = int(turned_to_place(np.array([conditions]), np.array([lat]))[0])
    return [month for month in range(1, MONTHS + 1) if here >> (month - 1) & 1]


def _bits(months: tuple[int, ...] | list[int]) -> int:
    return sum(1 << (month - 1) for month in set(months))


def _dated(tags: Mapping[str, str]) -> int:
    """Months that a condition shuts, or all but those that one opens; the most special access tag decides."""
    for key in ACCESS:
        said = tags.get(f"{key}:conditional", "")
        shut = opened = 0
        for value, when in _clauses(said):
            months = _months(when)
            if value in CLOSED:
                shut |= months
            else:
                opened |= months
        if opened and not _open_without(tags, key):
            return ALL_YEAR & ~opened
        if shut:
            return shut
    return 0


def _open_without(tags: Mapping[str, str], key: str) -> bool:
    """Whether a way is open were it not for the conditions of a key."""
    plain = {name: value for name, value in tags.items() if name != f"{key}:conditional"}
    return open_ways(plain) != (False, False)


def _clauses(said: str) -> Iterator[tuple[str, str]]:
    """Value and condition of each part of a conditional tag, in small letters."""
    for value, when in _CLAUSE.findall(said.casefold()):
        yield value, when.strip().strip("()").strip()


def _months(when: str) -> int:
    """Months of a condition; none where it is on hours, weekdays or loads."""
    if _PART_OF_TIME.search(when):
        return 0
    found = 0
    for first, from_day, last, until_day in _SPAN.findall(when):
        begin = (_NAMES.index(first), int(from_day or 1))
        end = (_NAMES.index(last or first), int(until_day or _LAST))
        for month in range(MONTHS):
            middle = (month, _MID)
            within = begin <= middle <= end if begin <= end else middle >= begin or middle <= end
            found |= within << month
    if not found and re.search(r"\b(winter|snow)\b", when):
        return _bits(_SEASONS["winter"])
    return found


def _seasonal(tags: Mapping[str, str]) -> int:
    """Months in which a way is not there by its season, in the north."""
    if "yes" in (tags.get("winter_road"), tags.get("ice_road")):
        return ALL_YEAR & ~_bits(_FROST)
    said = tags.get("seasonal", "no")
    if said == "yes":
        return _bits(_SNOW)
    there = [month for season in re.split("[;,]", said) for month in _SEASONS.get(season.strip(), ())]
    return ALL_YEAR & ~_bits(there) if there else 0
