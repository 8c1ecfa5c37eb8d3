"""The country of a record that has coordinates and names none: where they lie."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from routes.read.countries import country_label
from routes.read.location import TOLERANCE_KM, CountryShapes
from routes.read.quoting import show

if TYPE_CHECKING:
    from routes.read.rows import RawTable

NOTE = "Country taken from the borders."
"""Stands in ``quality_note`` of each such record."""

_SHOWN = 5


def with_countries(raw: RawTable, borders: pd.DataFrame) -> RawTable:
    """Fill the country of each row that has coordinates and none, from the borders.

    A point outside all countries, but near one alone (at sea, on a bank), is of that one; near several is a
    fault. What is near none keeps no country, and is told: it cannot be evidence in the modelled countries.

    Parameters
    ----------
    raw : RawTable
        Rows with our columns.
    borders : pandas.DataFrame
        As from `routes.read.read_country_shapes`.
    """
    if not {"lat", "lon"} <= set(raw.cells):
        return raw
    countries = raw.stripped("country")
    lat, lon = (pd.to_numeric(raw.cells[name], errors="coerce").to_numpy(float) for name in ("lat", "lon"))
    bare = np.array([not country for country in countries], dtype=bool)
    on_earth = (np.abs(lat) <= 90) & (np.abs(lon) <= 180) & ((lat != 0) | (lon != 0))  # noqa: PLR2004 - degrees
    rows = np.flatnonzero(bare & on_earth)
    if not len(rows):
        return raw
    shapes = CountryShapes(borders)
    found: list[list[str]] = [
        [code] if code else [] for code in shapes.lies_in(lon[rows], lat[rows]).tolist()
    ]
    outside = np.flatnonzero([not codes for codes in found])
    for code in shapes.shapes if len(outside) else ():
        near = shapes.within(code, lon[rows[outside]], lat[rows[outside]])
        for place in outside[near].tolist():
            found[place].append(code)
    return _filled(raw, countries, rows.tolist(), found)


def _filled(raw: RawTable, countries: list[str], rows: list[int], found: list[list[str]]) -> RawTable:
    notes = raw.stripped("quality_note")
    faults = []
    taken, nowhere = [], []
    for row, codes in zip(rows, found, strict=True):
        line = int(raw.lines[row])
        if len(codes) == 1:
            countries[row] = codes[0]
            notes[row] = f"{notes[row]} {NOTE}".strip()
            taken.append(f"{raw.where(line)}: {codes[0]}")
        elif codes:
            listed = " or ".join(map(country_label, codes))
            message = (
                f"the cell is empty, and the point lies within {TOLERANCE_KM:g} km of {listed}. Say which."
            )
            faults.append(raw.fault(line, message, "country"))
        else:
            nowhere.append(raw.where(line))
    told = []
    if taken:
        told.append(
            f"country: {len(taken)} records that name none got the one in which they lie ({_some(taken)});"
            f" {show(NOTE)} stands in their quality_note."
        )
    if nowhere:
        told.append(
            f"country: {len(nowhere)} records name none and lie in none of the map ({_some(nowhere)})."
        )
    cells = raw.cells.assign(
        country=pd.Series(countries, index=raw.cells.index, dtype=object),
        quality_note=pd.Series(notes, index=raw.cells.index, dtype=object),
    )
    return replace(raw, cells=cells, faults=(*raw.faults, *faults), notes=(*raw.notes, *told))


def _some(texts: list[str]) -> str:
    return ", ".join(texts[:_SHOWN]) + (", ..." if len(texts) > _SHOWN else "")
