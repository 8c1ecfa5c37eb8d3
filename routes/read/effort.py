"""Logs of inspections: how many goods vehicles were looked into at a place, and in how many were goods."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from routes.kinds import GATE_KINDS, PROCESSING_AREA
from routes.read.blank import without_rows
from routes.read.clock import this_day
from routes.read.columns import Column, WrongValueError, input_error, parse_table
from routes.read.formats import read_rows, shown_name
from routes.read.quoting import show
from routes.read.reading_options import Reading
from routes.read.reference import periods_run_forward
from routes.support.likeness import did_you_mean, find_name, likely_names

if TYPE_CHECKING:
    import os
    from datetime import date

    from routes.errors import Fault
    from routes.read.columns import Table
    from routes.read.rows import RawTable

EFFORT_COLUMNS = (
    Column("place", remedy="Name a crossing, a gate or a processing area."),
    Column("from", "day"),
    Column("until", "day"),
    Column("inspected", "integer", low=1, high=100_000_000, remedy="Leave out days without an inspection."),
    Column("passed", "number", required=False, may_miss=True, low=1, high=1_000_000_000),
    Column("found", "integer", low=0, high=1_000_000, remedy="Write 0 where nothing was found."),
)
_ORDER = [column.name for column in EFFORT_COLUMNS]
_WRITTEN = {"day": "YYYY-MM-DD", "integer": "digits alone", "number": "digits alone"}
_PLAINLY = {
    "day": re.compile(r"\d{4}-\d\d-\d\d"),
    "integer": re.compile(r"\d+(\.0)?"),
    "number": re.compile(r"\d+(\.\d{1,2})?"),
}


@dataclass(frozen=True, slots=True)
class EffortLog:
    """A log as read.

    Parameters
    ----------
    source : str
        As the user named it, without a password.
    rows : DataFrame
        ``place`` (id), ``from``, ``until``, ``inspected``, ``passed`` (NaN where not told), ``found``,
        ``vehicles_a_day``.
    sha256 : str
    """

    source: str
    rows: pd.DataFrame
    sha256: str


def no_effort() -> pd.DataFrame:
    """Make the table of a log without a row."""
    return without_rows((*EFFORT_COLUMNS, Column("vehicles_a_day", "number")))


def read_effort(
    source: str | os.PathLike[str], crossings: pd.DataFrame, places: pd.DataFrame, today: date | None = None
) -> EffortLog:
    """Read a log of inspections strictly (`EFFORT_COLUMNS`).

    Each row: ``inspected`` goods vehicles were looked into at ``place`` from one day until another, both
    included, and in ``found`` of them were goods. ``passed`` are the goods vehicles that passed in that time;
    where it is not told, the vehicles a day of `crossings` and `places` stand for it. A place is named by its
    id or its name; days and numbers may be written as in a list of seizures, if they are exact.

    Parameters
    ----------
    source : str or path-like
        CSV or whatever else `routes.read.formats.read_rows` reads.
    crossings, places : DataFrame
        As from `read_crossings` and `read_places`.
    today : datetime.date, optional
        Days after this one are faults; the current day by default.

    Raises
    ------
    InputError
        With every fault of the file.
    """
    rows = _understood(read_rows(source, Reading(wanted=frozenset(_ORDER))))
    table, faults = parse_table(rows, EFFORT_COLUMNS)
    known = _known_places(crossings, places)
    names = {text: find_name(text, known) for text in set(table.text["place"])}
    place = table.text["place"].map(names)
    days = (table.frame["until"] - table.frame["from"]).dt.days + 1
    counted = place.map(vehicles_a_day(crossings, places)).astype(float)
    vehicles = (table.frame["passed"] / days).where(table.frame["passed"].notna(), counted)
    faults += [
        *_check_places(table, place, known),
        *_check_days(table, today or this_day()),
        *_check_counts(table),
        *_check_vehicles(table, place, vehicles),
        *_check_twice(table, place),
    ]
    if faults:
        raise input_error(faults, _ORDER)
    log = table.frame[_ORDER].assign(place=place, vehicles_a_day=vehicles)
    return EffortLog(shown_name(source), log.reset_index(drop=True), table.raw.sha256)


def _understood(raw: RawTable) -> RawTable:
    """Write days and numbers the one way, where they can mean one thing only."""
    from routes.read.written.dates import day_stands

    cells = {str(name): list(map(str.strip, raw.cells[name])) for name in raw.cells}
    odd = [
        (column, row)
        for column in EFFORT_COLUMNS
        if column.kind in _PLAINLY
        for row, text in enumerate(cells.get(column.name, []))
        if text and not _PLAINLY[column.kind].fullmatch(text)
    ]
    stands = day_stands(cells[column.name][row] for column, row in odd if column.kind == "day")
    faults = list(raw.faults)
    for column, row in odd:
        try:
            cells[column.name][row] = _exactly(raw, column, cells[column.name][row], stands)
        except WrongValueError as error:
            doubt, _, says = str(error).partition(" Say ")  # in a config file, which a log has none of
            remedy = f" Write {_WRITTEN[column.kind]}." if says else ""
            faults.append(raw.fault(int(raw.lines[row]), doubt + remedy, column.name))
    return replace(raw, cells=pd.DataFrame(cells, index=raw.cells.index, dtype=object), faults=tuple(faults))


def _exactly(raw: RawTable, column: Column, text: str, stands: str) -> str:
    """Read a day or a number that is exact; else it stays, and is told of with what is wanted."""
    from routes.read.written.dates import read_date
    from routes.read.written.numbers import read_number

    if column.kind == "day":
        day = read_date(text, stands, from_1904=raw.serials_from_1904)
        return text if day.span or day.unsure else day.text
    number = read_number(text, raw.decimals.get(column.name, raw.decimals.get("", "")))
    return text if number.unsure else number.text


def vehicles_a_day(crossings: pd.DataFrame, places: pd.DataFrame) -> dict[str, float]:
    """Count the goods vehicles that pass gates and crossings a day, as far as a count is published.

    Examples
    --------
    >>> from routes.read import bundled, read_crossings, read_places
    >>> found = vehicles_a_day(read_crossings(bundled("crossings.csv")), read_places(bundled("places.csv")))
    >>> found["islam-qala"] > 100
    True
    """
    gates = counts_of(places, "place_id", "loads_a_day")
    return gates | counts_of(crossings, "crossing_id", "lorries_a_day")


def counts_of(table: pd.DataFrame, key: str, column: str) -> dict[str, float]:
    """Give the counts of a column by id, where there are any."""
    if column not in table:
        return {}
    number = pd.to_numeric(table[column], errors="coerce").to_numpy(float)
    known = np.isfinite(number) & (number > 0)
    return dict(zip(table[key][known].astype(str), number[known].tolist(), strict=True))


def _known_places(crossings: pd.DataFrame, places: pd.DataFrame) -> dict[str, str]:
    """Places that goods pass: id -> name."""
    own = places[places["kind"].isin([*GATE_KINDS, PROCESSING_AREA])]
    known = dict(zip(own["place_id"], own["name"], strict=True))
    return known | dict(zip(crossings["crossing_id"], crossings["name"], strict=True))


def _check_places(table: Table, place: pd.Series[str], known: dict[str, str]) -> list[Fault]:
    def message(row: int) -> str:
        wanted = table.text["place"][row]
        hint = did_you_mean(likely_names(wanted, known), "routes chokepoints lists the crossings.")
        return f"no crossing, gate or processing area {show(wanted)}. {hint}"

    return table.faults(table.filled("place") & place.isna(), "place", message)


def _check_days(table: Table, today: date) -> list[Fault]:
    last = table.frame["until"]
    return [
        *periods_run_forward(table),
        *table.faults(
            last > pd.Timestamp(today),
            "until",
            lambda row: f"wanted a day up to today, {today}, got {last[row]:%Y-%m-%d}. Correct the date.",
        ),
    ]


def _check_counts(table: Table) -> list[Fault]:
    inspected, found, passed = (table.frame[name] for name in ("inspected", "found", "passed"))
    return [
        *table.faults(
            found > inspected,
            "found",
            lambda row: (
                f"wanted at most the {inspected[row]:g} vehicles that were inspected, got {found[row]:g}."
                " It counts vehicles with goods, not goods."
            ),
        ),
        *table.faults(
            passed < inspected,
            "passed",
            lambda row: (
                f"wanted at least the {inspected[row]:g} vehicles that were inspected, got {passed[row]:g}."
                " Are inspected and passed exchanged?"
            ),
        ),
    ]


def _check_vehicles(table: Table, place: pd.Series[str], vehicles: pd.Series[float]) -> list[Fault]:
    unknown = place.notna() & ~table.filled("passed") & vehicles.isna()
    return table.faults(
        unknown,
        "passed",
        lambda row: (
            f"no count of goods vehicles a day is known for {place[row]}. Give how many passed from the first"
            " day until the last."
        ),
    )


def _check_twice(table: Table, place: pd.Series[str]) -> list[Fault]:
    rows = table.text[["from", "until", "inspected", "passed", "found"]].assign(place=place)
    twice = rows.duplicated() & place.notna()
    return table.faults(
        twice, "place", lambda row: f"the row of {place[row]} stands already in the file. Remove one."
    )
