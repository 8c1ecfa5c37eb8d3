"""Seizure records: what a file must hold, and what must fit together in a row."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from routes.read.clock import this_day
from routes.read.columns import PRECISION_OF, Column, date_span, input_error, parse_table
from routes.read.countries import country_label
from routes.read.location import TOLERANCE_KM, find_misplaced
from routes.read.quoting import show
from routes.read.units import KNOWN_UNITS, normalise_quantity, unit_named

if TYPE_CHECKING:
    from datetime import date

    from routes.errors import Fault
    from routes.read.columns import Table
    from routes.read.rows import RawTable
    from routes.support.arrays import Floats, Mask

QUALITY_FLAGS = (
    "unit_error",
    "quantity_unclear",
    "substance_unclear",
    "date_unclear",
    "location_unclear",
    "possible_duplicate",
    "possible_overlap",
    "sources_differ",
    "not_precursor_list",
)
"""What can be doubtful about a record; a record may carry several, separated by spaces."""

LOCATION_PRECISIONS = ("exact", "crossing", "city", "district", "province", "country")

PLACE_KINDS = ("port", "crossing", "road", "city", "laboratory", "storage", "airport")
"""What kind of place a seizure was made at; empty where the source does not tell."""

DATE_PRECISIONS = ("year", "month", "day")

SOURCE_GRADES = tuple(f"{reliability}{credibility}" for reliability in "ABCDEF" for credibility in "123456")
"""Admiralty grades: reliability of the source A-F, credibility of the information 1-6."""

SEIZURE_COLUMNS = (
    Column("seizure_id", unique=True, remedy="Give every row its own id."),
    Column("event_id", required=False, may_miss=True),
    Column("date", "date"),
    Column("date_precision", "choice", choices=DATE_PRECISIONS),
    Column("country", "country", required=False),
    Column("place", required=False),
    Column("lat", "number", required=False, low=-90, high=90),
    Column("lon", "number", required=False, low=-180, high=180),
    Column("location_precision", "choice", required=False, choices=LOCATION_PRECISIONS),
    Column("place_kind", "choice", required=False, may_miss=True, choices=PLACE_KINDS),
    Column("substance", remedy="Write 'unidentified' if it is not known."),
    Column("quantity_reported", "number", required=False, low=0),
    Column("unit_reported", required=False),
    Column("quantity_kg", "number", required=False, may_miss=True, low=0),
    Column("direction_note", required=False, may_miss=True),
    Column("operation", "slug", required=False, may_miss=True),
    Column("source", remedy="Say where the record comes from."),
    Column(
        "source_grade",
        "choice",
        required=False,
        may_miss=True,
        choices=SOURCE_GRADES,
    ),
    Column("quality_flag", "flags", required=False, may_miss=True, choices=QUALITY_FLAGS),
    Column("quality_note", required=False, may_miss=True),
)

_NOTHING_FOUND = re.compile(
    r"\bnothing\s+(?:was\s+|has\s+been\s+)?(?:found|seized|detected)|\bno\s+(?:finds?|seizures?)\b"
    r"|\bno\s+\w+(?:\s+\w+)?\s+(?:was|were)\s+(?:found|seized|detected)|ничего\s+не\s+(?:обнаружено|найдено|изъято)",
    re.IGNORECASE,
)
_UNSURE_QUANTITY = r"\b(?:unit_error|quantity_unclear)\b"
_QUANTITY_TOLERANCE = 0.1
_ORDER = [column.name for column in SEIZURE_COLUMNS]


def check_seizures(
    raw: RawTable, *, borders: pd.DataFrame | None = None, today: date | None = None
) -> tuple[pd.DataFrame, list[Fault]]:
    """Check rows of text as seizure records, wherever they were read from.

    Returns
    -------
    valid : pandas.DataFrame
        Records without a fault, as from `read_seizures`.
    faults : list of Fault
        All faults, in file order.
    """
    table, faults = parse_table(_with_countries(raw), SEIZURE_COLUMNS)
    spans = _date_spans(table.frame["date"], raw)
    amount, unit, substance = (
        table.frame[name] for name in ("quantity_reported", "unit_reported", "substance")
    )
    weighed = normalise_quantity(amount, unit, substance, raw.densities)
    unsure = table.text["quality_flag"].str.contains(_UNSURE_QUANTITY).to_numpy(bool)
    faults = [
        *_with_swap_question(table, faults),
        *_check_dates(table, spans, today or this_day()),
        *_check_place(table),
        *_check_zero_zero(table),
        *_check_unit(table),
        *_check_quantity(table, weighed, unsure),
        *_check_found(table),
        *_check_quality(table),
        *(_check_country(table, borders) if borders is not None else []),
    ]
    faults = _with_totals_told_once(table, faults)
    good = ~np.isin(table.lines, [fault.line for fault in faults if fault.line])
    completed = _complete(table, spans, np.where(unsure, np.nan, weighed))
    valid = completed if good.all() else completed[good].reset_index(drop=True)
    return valid, list(input_error(faults, _ORDER).faults)


def _with_countries(raw: RawTable) -> RawTable:
    """Let the column of countries be missing where coordinates can tell them."""
    if "country" in raw.cells or not {"lat", "lon"} <= set(raw.cells):
        return raw
    return replace(raw, cells=raw.cells.assign(country=""))


def _date_spans(dates: pd.Series[str], raw: RawTable) -> pd.DataFrame:
    """First and last day of each date; NaT for dates that are wrong."""
    codes, distinct = pd.factorize(dates.to_numpy(object))
    spans = np.full((len(distinct), 2), np.datetime64("NaT"), dtype="datetime64[s]")
    for number, text in enumerate(distinct.tolist()):
        if text:
            spans[number] = date_span(text)
    of_rows = spans[codes]
    for row in np.flatnonzero(np.isin(raw.lines, list(raw.spans))).tolist():
        of_rows[row] = raw.spans[int(raw.lines[row])]
    return pd.DataFrame(of_rows, columns=pd.Index(["date_from", "date_until"]))


def _complete(table: Table, spans: pd.DataFrame, weighed: Floats) -> pd.DataFrame:
    """Fill what may be missing, and put the columns of the specification first."""
    frame, event, own = table.frame, table.text["event_id"], table.text["seizure_id"]
    extra = [name for name in frame.columns if name not in {*_ORDER, *spans.columns}]
    return frame[[*_ORDER, *extra]].assign(
        event_id=event.where(event != "", own).astype(str),
        quantity_kg=frame["quantity_kg"].fillna(pd.Series(weighed)),
        date_from=spans["date_from"],
        date_until=spans["date_until"],
    )


_TOTALS = {"total", "totals", "grand total", "subtotal", "итого", "всего", "جمع", "جمع کل", "مجموع"}


def _with_totals_told_once(table: Table, faults: list[Fault]) -> list[Fault]:
    """Tell a row that adds up others as such, and not of each cell that it lacks."""
    undated = (table.text["date"] == "").to_numpy()
    if not undated.any():
        return faults
    rows = table.text[undated]
    totals = np.zeros(len(rows), dtype=bool)
    for name in rows:
        totals |= rows[name].str.casefold().str.rstrip(":.").isin(_TOTALS).to_numpy()
    lines = set(table.lines[undated][totals].tolist())
    message = "the row has no date and looks like a total. Remove it, or give it a date."
    told = [table.raw.fault(line, message, "date") for line in sorted(lines)]
    return [*(fault for fault in faults if fault.line not in lines), *told]


def _with_swap_question(table: Table, faults: list[Fault]) -> list[Fault]:
    """Ask whether lat and lon were exchanged where a latitude can only be a longitude."""
    if not any(fault.column == "lat" for fault in faults):
        return faults
    lat = pd.to_numeric(table.text["lat"], errors="coerce").to_numpy()
    lon = pd.to_numeric(table.text["lon"], errors="coerce").to_numpy()
    likely = (np.abs(lat) > 90) & (np.abs(lat) <= 180) & (np.abs(lon) <= 90)  # noqa: PLR2004 - degrees
    lines = set(table.lines[likely].tolist())
    return [
        replace(fault, message=f"{fault.message} Are lat and lon swapped?")
        if fault.column == "lat" and fault.line in lines
        else fault
        for fault in faults
    ]


def _check_dates(table: Table, spans: pd.DataFrame, today: date) -> list[Fault]:
    text, stated = (table.frame[name].to_numpy(object) for name in ("date", "date_precision"))
    found = np.array([PRECISION_OF.get(len(each), "") for each in text], dtype=object)
    differ = (found != stated) & (found != "") & (stated != "")
    future = spans["date_from"] > pd.Timestamp(today)
    return [
        *table.faults(
            differ,
            "date_precision",
            lambda row: (
                f"wanted {found[row]}, as in the date {show(text[row])}, got {show(stated[row])}."
                " Change one of the two."
            ),
        ),
        *table.faults(
            future,
            "date",
            lambda row: f"wanted a day up to today, {today}, got {show(text[row])}. Correct the date.",
        ),
    ]


def _check_place(table: Table) -> list[Fault]:
    unread = _unread(table, "lat", "lon", "geometry")
    has_lat, has_lon = table.filled("lat"), table.filled("lon")
    precision = table.text["location_precision"]
    coordinates = has_lat & has_lon
    point_wanted = precision.isin(LOCATION_PRECISIONS[:-1]) & ~has_lat & ~has_lon & ~unread
    nowhere = (precision == "country") & ~table.filled("country") & ~coordinates
    return [
        *table.faults(
            has_lat & ~has_lon & ~unread, "lon", lambda _: "lat is given without lon. Give both or neither."
        ),
        *table.faults(
            has_lon & ~has_lat & ~unread, "lat", lambda _: "lon is given without lat. Give both or neither."
        ),
        *table.faults(
            coordinates & (precision == ""),
            "location_precision",
            lambda _: (
                f"wanted one of {', '.join(LOCATION_PRECISIONS)} beside coordinates, the cell is empty."
                " Say how precise they are."
            ),
        ),
        *table.faults(
            point_wanted,
            "location_precision",
            lambda row: f"{show(precision[row])} needs lat and lon. Give them, or write 'country'.",
        ),
        *table.faults(
            nowhere,
            "country",
            lambda _: (
                "location_precision is 'country', but no country is given."
                " Name it, or leave location_precision empty."
            ),
        ),
    ]


def _unread(table: Table, *columns: str) -> Mask:
    """Rows that have a fault in one of these cells: what is missing beside it is not told as well."""
    lines = [fault.line for fault in table.raw.faults if fault.line and fault.column in columns]
    return np.isin(table.lines, lines)


def _check_zero_zero(table: Table) -> list[Fault]:
    """Refuse latitude and longitude zero, which programs write where nothing is known."""
    zero = (table.frame["lat"] == 0) & (table.frame["lon"] == 0)
    return table.faults(
        zero,
        "lat",
        lambda _: "lat 0, lon 0 is in the Gulf of Guinea; programs write it for nothing. Leave both empty.",
    )


def _check_unit(table: Table) -> list[Fault]:
    unit = table.text["unit_reported"]
    unknown = (unit != "") & ~unit.isin(KNOWN_UNITS)
    unread = _unread(table, "unit_reported", "quantity_reported")
    unknown &= ~unread
    missing = (unit == "") & table.filled("quantity_reported") & ~unread

    def message(row: int) -> str:
        near = unit_named(unit[row].casefold().rstrip("."))
        guess = f" Did you mean {near}?" if near else ""
        return f"wanted one of {', '.join(KNOWN_UNITS)}, got {show(unit[row])}.{guess}"

    return [
        *table.faults(unknown, "unit_reported", message),
        *table.faults(
            missing,
            "unit_reported",
            lambda _: f"a quantity is given without its unit. Write one of {', '.join(KNOWN_UNITS)}.",
        ),
    ]


def _check_quantity(table: Table, expected: Floats, unsure: Mask) -> list[Fault]:
    """Compare the stated kilograms with the reported quantity, unless the row is flagged."""
    stated = table.frame["quantity_kg"].to_numpy()
    off = (np.abs(stated - expected) > _QUANTITY_TOLERANCE * expected) & ~unsure

    def message(row: int) -> str:
        return (
            f"wanted about {expected[row]:g} kg, which is what was reported, got {stated[row]:g}."
            " Correct it, or flag the row unit_error or quantity_unclear and give the reason."
        )

    return table.faults(off, "quantity_kg", message)


def _check_found(table: Table) -> list[Fault]:
    """Refuse what is no seizure: a quantity of nothing, or words that say that nothing was found."""
    frame, text = table.frame, table.text
    nothing = (frame["quantity_reported"] == 0) | (frame["quantity_kg"] == 0)
    column = np.where(frame["quantity_reported"] == 0, "quantity_reported", "quantity_kg")
    told = (frame["quantity_reported"].isna() & frame["quantity_kg"].isna()).to_numpy(copy=True)
    for row in np.flatnonzero(told):  # the few rows without a quantity
        said = (text[name][row] for name in ("substance", "direction_note", "quality_note"))
        told[row] = any(map(_NOTHING_FOUND.search, said))
    words = "Inspections without a find are not seizures. Leave the row out; --effort takes logs of them."
    return [
        *(
            fault
            for name in ("quantity_reported", "quantity_kg")
            for fault in table.faults(
                nothing & (column == name), name, lambda _: f"a quantity of 0 was not seized. {words}"
            )
        ),
        *table.faults(told, "quantity_reported", lambda _: f"the row says that nothing was found. {words}"),
    ]


def _check_quality(table: Table) -> list[Fault]:
    return table.faults(
        table.filled("quality_flag") & ~table.filled("quality_note"),
        "quality_note",
        lambda row: f"the row is flagged {show(table.text['quality_flag'][row])} without a reason. Give it.",
    )


def _check_country(table: Table, borders: pd.DataFrame) -> list[Fault]:
    frame = table.frame
    zero = (frame["lat"] == 0) & (frame["lon"] == 0)
    points = frame[["country", "lon", "lat"]]
    misplaced = find_misplaced(points[~zero] if zero.any() else points, borders)
    if misplaced.empty:
        return []
    drawn = set(borders["iso3"])
    messages = [_misplaced_message(row, drawn) for row in misplaced.itertuples()]
    told = dict(zip(misplaced.index, messages, strict=True))
    return table.faults(table.frame.index.isin(misplaced.index), "lat", told.__getitem__)


def _misplaced_message(row: Any, drawn: set[str]) -> str:  # noqa: ANN401 - a named tuple of find_misplaced
    place = f"lies in {country_label(row.lies_in)}" if row.lies_in else "lies in no mapped country"
    away = "away" if row.country in drawn else "from its border"
    remedy = "Are lat and lon swapped?" if row.swapped else "Correct the country or the coordinates."
    return (
        f"wanted a point in {country_label(row.country)} or within {TOLERANCE_KM:g} km of it,"
        f" got lat {row.lat:g}, lon {row.lon:g}, which {place}, {row.distance_km:,.0f} km {away}. {remedy}"
    )
