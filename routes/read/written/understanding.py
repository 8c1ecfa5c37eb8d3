"""Rows some of whose cells are written as people write them -> rows as the specification wants.

What a cell held stays in a column of its own, ``<column>_as_written``; what was done is told in the notes
of the table. A cell that can mean several things is a fault that says how to make it clear. Figures and
dates that are only about right are flagged.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pandas as pd

from routes.read.columns import NUMBER, PRECISION_OF, YEARS, WrongValueError
from routes.read.countries import COUNTRY_NAMES
from routes.read.quoting import show
from routes.read.units import DOUBTFUL_NAMES, KNOWN_UNITS, normalise_quantity, unit_named
from routes.read.written.coordinates import read_pair
from routes.read.written.country_names import country_named
from routes.read.written.dates import day_stands, in_years, read_date
from routes.read.written.digits import DECIMAL_COMMA, folded, plain
from routes.read.written.numbers import Number, is_absent, read_number
from routes.read.written.substances import substance_named

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from routes.errors import Fault
    from routes.read.rows import RawTable

KEPT = "_as_written"
"""Ending of the columns that keep what was written."""

_ISO = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")
_NUMBERS = ("quantity_reported", "quantity_kg")
_AMOUNT = re.compile(r"(.*?[\d½¼¾⅓⅔⅛+?])\s*\(?([^\W\d_][^\d]*?)\)?")
_NO_WORDS = re.compile(r"[\d.,'\s+-]+")
_ONE_POINT = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_EXAMPLES = 2
_DEGREES = 180.0


@dataclass(slots=True)
class _Rows:
    """The rows while they are being understood: cells by column, and what came of them."""

    raw: RawTable
    today: date | None
    cells: dict[str, list[str]]
    kept: dict[str, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    faults: list[Fault] = field(default_factory=list)
    flags: dict[int, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    spans: dict[int, tuple[date, date]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.raw.lines)

    def line(self, row: int) -> int:
        return int(self.raw.lines[row])

    def text(self, name: str, row: int) -> str:
        return self.cells[name][row].strip() if name in self.cells else ""

    def column(self, name: str) -> list[str]:
        return self.cells.get(name, [])

    def put(self, name: str, row: int, value: str) -> None:
        """Give a cell its value, and keep what it held."""
        column = self.cells.setdefault(name, [""] * len(self))
        if column[row] != value:
            if column[row].strip():
                self.kept[name].setdefault(row, column[row].strip())
            column[row] = value

    def fault(self, row: int, name: str, message: str) -> None:
        self.faults.append(self.raw.fault(self.line(row), message, name))

    def typed(self, name: str, row: int) -> bool:
        return name in self.raw.typed and bool(self.raw.typed[name][row])

    def decimal(self, name: str) -> str:
        return self.raw.decimals.get(name, self.raw.decimals.get("", ""))


def understood(raw: RawTable, today: date | None = None) -> RawTable:
    """Read the cells that are not written as the specification wants, where they can mean one thing only.

    Parameters
    ----------
    raw : RawTable
        Rows with our columns.
    today : datetime.date, optional
        Years of the solar calendar end with it; by default the current day.

    Returns
    -------
    RawTable
        With a column ``<column>_as_written`` for each that has such cells, the notes that tell of them, and a
        fault for each cell that can mean several things.
    """
    rows = _Rows(raw, today, {str(name): list(raw.cells[name]) for name in raw.cells})
    _read_countries(rows)
    _read_substances(rows)
    _read_coordinates(rows)
    _read_amounts(rows)
    _read_dates(rows)
    for row, flags in rows.flags.items():
        _flag(rows, row, flags)
    if not (rows.kept or rows.faults or rows.spans or set(rows.cells) - set(map(str, raw.cells))):
        return raw
    notes = tuple(_note(rows, name) for name in rows.kept if name not in ("quality_flag", "quality_note"))
    for name, kept in rows.kept.items():
        if name not in ("quality_flag", "quality_note"):
            column = rows.cells.setdefault(f"{name}{KEPT}", [""] * len(rows))
            for row, text in kept.items():
                column[row] = text
    return replace(
        raw,
        cells=pd.DataFrame(rows.cells, index=raw.cells.index, dtype=object),
        faults=(*raw.faults, *rows.faults),
        notes=(*raw.notes, *notes),
        spans={**raw.spans, **rows.spans},
    )


def _note(rows: _Rows, name: str) -> str:
    kept = rows.kept[name]
    pairs = Counter((text, rows.cells[name][row]) for row, text in kept.items())
    some = [
        f"{show(before)} as {show(after) if after else 'empty'}"
        for (before, after), _ in pairs.most_common(_EXAMPLES)
    ]
    more = ", ..." if len(pairs) > _EXAMPLES else ""
    cells = "cell" if len(kept) == 1 else "cells"
    return f"{name}: {len(kept)} {cells} read as written, {', '.join(some)}{more}; kept in {name}{KEPT}."


def _each(rows: _Rows, name: str, read: Callable[[str], str | None]) -> None:
    """Read each distinct text of a column once; None leaves it as it is."""
    seen: dict[str, str | None] = {}
    for row, cell in enumerate(rows.column(name)):
        text = cell.strip()
        if text and text not in seen:
            seen[text] = read(text)
        value = seen.get(text)
        if value is not None:
            rows.put(name, row, value)


def _read_countries(rows: _Rows) -> None:
    def read(text: str) -> str | None:
        if text in COUNTRY_NAMES:
            return None
        return "" if is_absent(text) else country_named(text)

    _each(rows, "country", read)


def _read_substances(rows: _Rows) -> None:
    def read(text: str) -> str | None:
        name = substance_named(text)
        return None if name == text.casefold() else name

    _each(rows, "substance", read)


def _is_number(text: str, limit: float = math.inf) -> bool:
    return NUMBER.fullmatch(text) is not None and abs(float(text)) <= limit


def _read_coordinates(rows: _Rows) -> None:
    for row, (lat, lon) in enumerate(zip(rows.column("lat"), rows.column("lon"), strict=False)):
        texts = lat.strip(), lon.strip()
        if texts == ("", ""):
            continue
        absent = [not text or is_absent(text) for text in texts]
        if all(absent):
            rows.put("lat", row, "")
            rows.put("lon", row, "")
            continue
        commas = rows.decimal("lat") == "," and not rows.typed("lat", row)
        good = all(_is_number(text, _DEGREES) for text in texts)
        alone = any(absent) and any(_is_number(text, _DEGREES) for text in texts)
        if (good and not (commas and "." in lat + lon)) or alone:
            continue
        _read_position(
            rows, row, *(("" if empty else text) for text, empty in zip(texts, absent, strict=True))
        )


def _read_position(rows: _Rows, row: int, lat: str, lon: str) -> None:
    try:
        pair = read_pair(lat, lon)
    except WrongValueError as error:
        rows.fault(row, "lon" if lon and show(lon) in str(error) else "lat", str(error))
        rows.cells["lat"][row] = rows.cells["lon"][row] = ""  # the two are told of as one
        return
    for name, value in zip(("lat", "lon"), pair, strict=True):
        rows.put(name, row, value)


def _read_amounts(rows: _Rows) -> None:
    """Read quantities, and the units that stand beside them or in their cells."""
    for row, cell in enumerate(rows.column("unit_reported")):
        unit = cell.strip()
        if unit and unit not in KNOWN_UNITS:
            _read_unit(rows, row, unit)
    for name in _NUMBERS:
        commas = rows.decimal(name) == ","
        doubtful = _thousands_in_doubt(rows, name)
        for row, cell in enumerate(rows.column(name)):
            text = cell.strip()
            if row in doubtful:
                rows.fault(row, name, _IN_DOUBT.format(show(text), show(doubtful[row])))
                continue
            plainly = NUMBER.fullmatch(text) is not None
            if text and not (plainly and (not commas or "." not in text or rows.typed(name, row))):
                _read_quantity(rows, name, row, text)


_IN_DOUBT = (
    "{} can have a point before decimals or between thousands: {} in this column has a comma before "
    'decimals. Say decimal = "." or decimal = "," in [reading] of a config file.'
)


def _thousands_in_doubt(rows: _Rows, name: str) -> dict[int, str]:
    """Rows whose text has one point before three digits, where another of the column has a decimal comma."""
    if rows.decimal(name):
        return {}
    texts = {
        row: cell.strip()
        for row, cell in enumerate(rows.column(name))
        if not rows.typed(name, row) and cell.strip()
    }
    comma = next((text for text in texts.values() if DECIMAL_COMMA.fullmatch(plain(text))), "")
    return {row: comma for row, text in texts.items() if comma and _ONE_POINT.fullmatch(text)}


def _read_unit(rows: _Rows, row: int, unit: str) -> None:
    name = folded(unit)
    if known := unit_named(name):
        rows.put("unit_reported", row, known)
    elif is_absent(unit):
        rows.put("unit_reported", row, "")
    elif name in DOUBTFUL_NAMES:
        rows.fault(row, "unit_reported", f"{show(unit)} can mean several units. {DOUBTFUL_NAMES[name]}")


def _read_quantity(rows: _Rows, name: str, row: int, text: str) -> None:
    if is_absent(text):
        rows.put(name, row, "")
        return
    try:
        number, unit = _amount(rows, name, row, text)
    except WrongValueError as error:
        rows.fault(row, name, str(error))
        return
    rows.put(name, row, number.text)
    if unit and name == "quantity_reported":
        rows.put("unit_reported", row, unit)
    if number.unsure:
        reason = "a range, whose middle is taken" if number.unsure == "range" else "no exact figure"
        rows.flags[row].append(("quantity_unclear", f"Written {show(text)}: {reason}."))
        if name == "quantity_reported" and not rows.text("quantity_kg", row):
            _weigh(rows, row, number)


def _amount(rows: _Rows, name: str, row: int, text: str) -> tuple[Number, str]:
    """Part a quantity from its unit, if both stand in its cell."""
    found = None if _NO_WORDS.fullmatch(plain(text)) else _AMOUNT.fullmatch(plain(text))
    if found is None:
        return read_number(text, rows.decimal(name)), ""
    word = folded(found[2])
    if word in DOUBTFUL_NAMES:
        raise WrongValueError(f"the unit of {show(text)} can mean several. {DOUBTFUL_NAMES[word]}")
    unit = unit_named(word)
    if not unit:
        return read_number(text, rows.decimal(name)), ""
    stated = rows.text("unit_reported", row) if name == "quantity_reported" else "kg"
    if stated not in ("", unit):
        message = f"{show(text)} has the unit {unit}, the column of units says {show(stated)}."
        raise WrongValueError(f"{message} Correct one of the two.")
    return read_number(found[1], rows.decimal(name)), unit


def _weigh(rows: _Rows, row: int, number: Number) -> None:
    """Give kilograms to a figure that is about right: what is flagged is not worked out later."""
    unit, substance = rows.text("unit_reported", row), rows.text("substance", row)
    amount = [float(number.text)]
    (weight,) = normalise_quantity(amount, [unit], [substance], rows.raw.densities).tolist()
    if math.isfinite(weight):
        rows.put("quantity_kg", row, f"{weight:.10g}")


def _read_dates(rows: _Rows) -> None:
    texts = [cell.strip() for cell in rows.column("date")]
    odd = {text for text in texts if text and not _is_iso(text)}
    derived = "date_precision" not in rows.cells and "date" in rows.cells
    if derived:
        rows.cells["date_precision"] = [""] * len(rows)
    stands = day_stands(odd) if odd else ""
    for row, text in enumerate(texts):
        if text in odd:
            _read_day(rows, row, text, stands)
        elif text:
            _as_precise_as_stated(rows, row, text)
        if derived:
            rows.cells["date_precision"][row] = PRECISION_OF.get(len(rows.text("date", row)), "")


def _is_iso(text: str) -> bool:
    found = _ISO.fullmatch(text)
    return found is not None and YEARS[0] <= int(found[1]) <= YEARS[1] and "00" not in (found[2], found[3])


def _read_day(rows: _Rows, row: int, text: str, stands: str) -> None:
    try:
        found = read_date(text, stands, rows.today, from_1904=rows.raw.serials_from_1904)
    except WrongValueError as error:
        rows.fault(row, "date", str(error))
        return
    rows.put("date", row, found.text)
    stated = rows.text("date_precision", row)
    if found.span and in_years(found.span):
        rows.spans[rows.line(row)] = found.span
    exact = PRECISION_OF[len(found.text)]
    if stated and (found.span or found.unsure or stated == "year"):
        rows.put("date_precision", row, exact)
    _as_precise_as_stated(rows, row, found.text)
    if found.unsure:
        rows.flags[row].append(("date_unclear", f"Written {show(text)}: no exact date."))


def _as_precise_as_stated(rows: _Rows, row: int, text: str) -> None:
    """Cut off the first of a month or a year that fills up a date which is known to the month or year."""
    stated = rows.text("date_precision", row)
    if stated == "year" and text[4:] in ("-01", "-01-01"):
        rows.put("date", row, text[:4])
    elif stated == "month" and text[7:] == "-01":
        rows.put("date", row, text[:7])


def _flag(rows: _Rows, row: int, flags: list[tuple[str, str]]) -> None:
    given = rows.text("quality_flag", row).split()
    added = [flag for flag, _ in flags if flag not in given]
    notes = [rows.text("quality_note", row), *(note for _, note in flags)]
    rows.put("quality_flag", row, " ".join([*given, *dict.fromkeys(added)]))
    rows.put("quality_note", row, " ".join(filter(None, notes)))
