"""Which of a source's columns is which of ours, by their names and by what is in them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from routes.errors import InputError
from routes.read.columns import WrongValueError
from routes.read.countries import COUNTRY_NAMES
from routes.read.formats import read_rows, shown_name
from routes.read.reading_options import Reading
from routes.read.suggest.words import ELSEWHERE, column_called, place_kind_named, unit_called
from routes.read.units import unit_named
from routes.read.written.country_names import country_named
from routes.read.written.dates import day_stands, read_date
from routes.read.written.digits import folded
from routes.read.written.numbers import is_absent, read_number
from routes.read.written.substances import substance_named

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from routes.read.rows import RawTable

ENOUGH = 4
"""Columns that a header must have of ours not to be a title."""

_TITLES = 15
_LOOKED_AT = 2_000  # distinct values of a column
_MOSTLY = 0.6
_PRECISION = "city"  # cautious: what is known only to be a point
_NUMBERS = ("quantity_reported", "quantity_kg", "lat", "lon")


@dataclass(slots=True)
class Guess:
    """What was guessed of a source.

    Attributes
    ----------
    raw : RawTable
        As it was read.
    rules : dict of str to (str or dict)
        For each column of ours, its rule as a config file gives it.
    reading : dict
        How to read the source, likewise.
    remarks : dict of str to str
        For columns of ours, what a person should look at.
    """

    raw: RawTable
    rules: dict[str, Any] = field(default_factory=dict)
    reading: dict[str, Any] = field(default_factory=dict)
    remarks: dict[str, str] = field(default_factory=dict)

    def theirs(self, ours: str) -> str:
        """Give their column of one of ours, or empty."""
        rule = self.rules.get(ours, "")
        return str(rule if isinstance(rule, str) else rule.get("column", ""))

    def values(self, ours: str) -> list[str]:
        """Give the distinct values of their column, in order, blanks left out."""
        return distinct(self.raw, self.theirs(ours)) if self.theirs(ours) else []


def guess(source: str | os.PathLike[str], reading: Reading | None = None) -> Guess:
    """Guess how a source is to be read, and which of its columns is which.

    Raises
    ------
    InputError
        If it cannot be read, or no row of it looks like a header.
    """
    raw = _with_header(source, reading or Reading())
    found = Guess(raw, reading={k: v for k, v in raw.taken.items() if k != "kind"})
    for ours, theirs in _by_name(raw).items():
        found.rules[ours] = theirs
    _by_content(found)
    _ids(found, source)
    _values(found)
    _dates(found)
    _decimals(found)
    _constants(found, source)
    return found


def distinct(raw: RawTable, column: str) -> list[str]:
    """List the distinct values of a column, stripped, blanks left out, the first ones only."""
    texts = dict.fromkeys(str(cell).strip() for cell in raw.cells[column])
    return [text for text in texts if text][:_LOOKED_AT]


def _with_header(source: str | os.PathLike[str], reading: Reading) -> RawTable:
    """Read it with the header on the first row that has enough names we know, titles passed over."""
    first: InputError | None = None
    best: tuple[int, RawTable | None] = (0, None)
    rows = [reading.header_row] if reading.header_row else [0, *range(2, _TITLES + 1)]
    for row in rows:
        try:
            raw = read_rows(source, replace(reading, header_row=row))
        except InputError as error:
            first = first or error
            continue
        known = len(_by_name(raw))
        if known > best[0] and len(raw.cells):
            best = (known, raw)
        if known >= ENOUGH:
            break
    if best[1] is not None:
        return best[1]
    if first is not None and len(rows) == 1:
        raise first
    return read_rows(source, reading)


def _by_name(raw: RawTable) -> dict[str, str]:
    """Pair columns by their names; where two have the same, by what is in them."""
    found: dict[str, str] = {}
    for name in map(str, raw.cells):
        ours = column_called(name)
        if ours and (ours not in found or _fits(raw, ours, name) > _fits(raw, ours, found[ours])):
            found[ours] = name
    return {ours: name for ours, name in found.items() if _fits(raw, ours, name) >= 0}


def _fits(raw: RawTable, ours: str, name: str) -> float:
    """Give the share of the values of a column that can be of ours; minus one where too few can."""
    test = _TESTS.get(ours)
    values = [text for text in distinct(raw, name) if not is_absent(text)]
    if test is None or not values:
        return 0.0
    share = sum(map(test, values)) / len(values)
    return share if share >= 1 - _MOSTLY or ours in ("substance", "place_kind", "unit_reported") else -1.0


def _readable(read: Callable[[str], object]) -> Callable[[str], bool]:
    def test(text: str) -> bool:
        try:
            read(text)
        except WrongValueError as error:
            return "can be" in str(error) or "can have" in str(error)
        return True

    return test


_TESTS: dict[str, Callable[[str], bool]] = {
    "date": _readable(lambda text: read_date(text, "first")),
    "country": lambda text: country_named(text) is not None,
    "unit_reported": lambda text: unit_named(folded(text)) is not None,
    "substance": lambda text: substance_named(text) is not None,
    "place_kind": lambda text: bool(place_kind_named(text)),
    "quantity_reported": lambda text: bool(re.search(r"\d", text)) and len(text) < 40,  # noqa: PLR2004 - a cell
    "lat": lambda text: any(sign.isdigit() for sign in text),
    "lon": lambda text: any(sign.isdigit() for sign in text),
}


def _by_content(found: Guess) -> None:
    """Find columns whose names tell nothing and whose values do."""
    used = {found.theirs(ours) for ours in found.rules}
    for ours in ("date", "country", "substance", "unit_reported"):
        if ours in found.rules:
            continue
        for name in map(str, found.raw.cells):
            values = distinct(found.raw, name)
            tellable = name not in used and values and not ELSEWHERE.search(folded(name))
            if tellable and not all(text.isdigit() for text in values) and _share(ours, values) > _MOSTLY:
                found.rules[ours] = name
                found.remarks[ours] = "guessed from what is in the column, not from its name"
                used.add(name)
                break


def _share(ours: str, values: list[str]) -> float:
    return sum(map(_TESTS[ours], values)) / len(values)


def _ids(found: Guess, source: str | os.PathLike[str]) -> None:
    """Give numbers to rows without an id of their own; ids that stand twice are those of events."""
    name = found.theirs("seizure_id")
    stem = re.sub(r"[^\w.-]+", "-", Path(shown_name(source).split("#")[0]).name.split(".")[0]) or "row"
    if name:
        cells = [str(cell).strip() for cell in found.raw.cells[name]]
        if all(cells) and len(set(cells)) == len(cells):
            return
        if all(cells) and "event_id" not in found.rules:
            found.rules["event_id"] = name
            found.remarks["event_id"] = "it stands on several rows: rows of one event count once"
    found.rules["seizure_id"] = {"numbered": f"{stem}-"}


def _values(found: Guess) -> None:
    """Write out what names of countries, substances, units and kinds of places become."""
    readers: dict[str, Callable[[str], str | None]] = {
        "country": lambda text: text if text in COUNTRY_NAMES else country_named(text),
        "substance": lambda text: substance_named(text) or text,
        "unit_reported": lambda text: unit_named(folded(text)),
        "place_kind": place_kind_named,
        "operation": _slug,
    }
    for ours, read in readers.items():
        if not found.theirs(ours):
            continue
        values: dict[str, str] = {}
        unknown = []
        for text in found.values(ours):
            value = "" if is_absent(text) else read(text)
            if value is None or (ours == "place_kind" and not value and not is_absent(text)):
                unknown.append(text)
                value = "" if ours == "place_kind" else None
            if value is not None and value != text:
                values[text] = value
        if values and len(values) < _LOOKED_AT:
            found.rules[ours] = {"column": found.theirs(ours), "values": values}
        if unknown:
            found.remarks[ours] = "not known: " + ", ".join(unknown[:5])


def _slug(text: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", folded(text)))


def _dates(found: Guess) -> None:
    """Fix the order of day and month where the column has slashes or hyphens."""
    texts = found.values("date")
    every = [re.fullmatch(r"\d{1,2}([/-])\d{1,2}\1\d{4}", text) for text in texts]
    shapes = {match[1] for match in every if match}
    if len(shapes) != 1 or not all(every):
        return
    (sign,) = shapes
    stands = day_stands(texts)
    order = f"%m{sign}%d{sign}%Y" if stands == "second" else f"%d{sign}%m{sign}%Y"
    if stands == "both":
        found.remarks["date"] = "some dates have the day first and some the month: correct them"
        return
    if not stands:
        found.remarks["date"] = "no date tells whether the day or the month stands first: look it up"
    found.rules["date"] = {"column": found.theirs("date"), "format": order}


def _decimals(found: Guess) -> None:
    """Tell what stands before decimals, where a number of the source could be read both ways."""
    texts = [
        text
        for ours in _NUMBERS
        if found.theirs(ours)
        for text, typed in zip(
            map(str, found.raw.cells[found.theirs(ours)]), _typed(found.raw, found.theirs(ours)), strict=True
        )
        if not typed
    ]
    if "decimal" in found.reading:
        return
    commas = any(
        re.fullmatch(r"[\d. ']*,(\d{1,2}|\d{4,})|0,\d+|.*\.\d{3},\d+", text.strip()) for text in texts
    )
    both = [text for text in texts if _can_be_two(text.strip())]
    both += [text for text in texts if commas and re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", text.strip())]
    if not both:
        return
    points = any(
        re.fullmatch(r"[\d, ']*\.(\d{1,2}|\d{4,})|0\.\d+|.*,\d{3}\.\d+", text.strip()) for text in texts
    )
    if commas and points:
        found.remarks["quantity_reported"] = (
            f"both points and commas stand before decimals: correct {both[0]!r}"
        )
        return
    found.reading["decimal"] = "," if commas else "."
    if not commas and not points:
        found.remarks["quantity_reported"] = f"{both[0]!r} is taken for thousands: look it up"


def _typed(raw: RawTable, name: str) -> list[bool]:
    return raw.typed[name].tolist() if name in raw.typed else [False] * len(raw.cells)


def _can_be_two(text: str) -> bool:
    try:
        read_number(text)
    except WrongValueError as error:
        return "can be" in str(error)
    return False


def _constants(found: Guess, source: str | os.PathLike[str]) -> None:
    """Give what the source says of no single row."""
    name = found.theirs("quantity_reported")
    if name and "unit_reported" not in found.rules and (unit := unit_named(folded(unit_called(name)))):
        found.rules["unit_reported"] = {"constant": unit}
    placed = found.theirs("lat") or "lat" in found.raw.cells
    if placed and "location_precision" not in found.rules:
        found.rules["location_precision"] = {"constant": _PRECISION}
        found.remarks["location_precision"] = (
            "how precise are the points? exact, crossing, city, district, province"
        )
    for ours in ("country", "place", "quantity_reported", "unit_reported"):
        if ours not in found.rules and ours not in found.raw.cells:
            found.rules[ours] = {"constant": ""}
            found.remarks[ours] = "no column of the file looks like it"
    if "source" not in found.rules:
        found.rules["source"] = {"constant": Path(shown_name(source)).name}
        found.remarks["source"] = "where do the records come from?"
