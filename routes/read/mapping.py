"""Foreign layouts: which of a file's columns is which of ours, and what its values mean here.

A config file says it in a table of its own::

    [columns]
    seizure_id = "SEIZURE_ID"
    date = { column = "SEIZURE_DATE", format = "%d/%m/%Y" }
    date_precision = { constant = "day" }
    unit_reported = { column = "DRUG_UNIT", values = { Kilogram = "kg", Gram = "g" } }
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from routes.errors import Fault, InputError
from routes.read.columns import WrongValueError, date_span
from routes.read.headers import header_question
from routes.read.quoting import show
from routes.read.reading_options import Reading, reading_of
from routes.read.seizures import LOCATION_PRECISIONS, SEIZURE_COLUMNS
from routes.read.written.digits import ascii_digits
from routes.support.likeness import did_you_mean
from routes.support.toml import read_toml

if TYPE_CHECKING:
    from pathlib import Path

    from routes.read.rows import RawTable

SECTION = "columns"
_OURS = [column.name for column in SEIZURE_COLUMNS]
_MAY_BE_ABSENT = ("lat", "lon", "location_precision")
_KEYS = ("column", "values", "default", "constant", "numbered", "format", "decimal")


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """Where one of our columns comes from.

    Attributes
    ----------
    name : str
        Our column.
    column : str
        Theirs; empty for a constant or for numbered rows.
    values : dict of str to str
        What their values become; others stay as they are.
    default : str
        What an empty cell becomes.
    constant : str or None
        The same for all rows. For ``location_precision``: for all rows with coordinates.
    numbered : str or None
        This text and the row's number, for files that give their rows no id.
    format : str
        How they write dates, as `datetime.strptime` takes it. Dates written YYYY-MM-DD are taken as well.
    decimal : str
        What stands before decimals in text, a point or a comma; empty if nothing is said. Numbers of a typed
        source are left alone.
    """

    name: str
    column: str = ""
    values: dict[str, str] | None = None
    default: str = ""
    constant: str | None = None
    numbered: str | None = None
    format: str = ""
    decimal: str = ""


@dataclass(frozen=True, slots=True)
class Mapping:
    """The rules of one config file, as it gives them (for the provenance), and how the file is to be read."""

    file: str
    rules: tuple[ColumnRule, ...]
    given: dict[str, Any]
    reading: Reading = field(default_factory=Reading)

    def how_to_read(self) -> Reading:
        """Give it with the names that the header should have."""
        theirs = {rule.column for rule in self.rules if rule.column}
        return replace(self.reading, wanted=frozenset(theirs or _OURS))


def read_mapping(path: Path) -> Mapping | None:
    """Read the tables ``[columns]`` and ``[reading]`` of a config file; None if it has neither.

    Raises
    ------
    InputError
        With every rule that cannot be understood.
    """
    file = str(path)
    content = read_toml(path)
    reading = reading_of(file, content["reading"]) if "reading" in content else Reading()
    given = content.get(SECTION, {})
    if not (SECTION in content or "reading" in content):
        return None
    if not isinstance(given, dict):
        raise InputError([Fault(file, f"[{SECTION}] must be a table of columns.")])
    faults = [fault for name, rule in given.items() for fault in _rule_faults(file, name, rule)]
    if faults:
        raise InputError(faults)
    return Mapping(file, rules_of(given), given, reading)


def rules_of(given: dict[str, Any]) -> tuple[ColumnRule, ...]:
    """Make rules of what a config file gives, once it is known to be right."""
    return tuple(_rule(name, rule) for name, rule in given.items())


def apply_mapping(raw: RawTable, mapping: Mapping) -> RawTable:
    """Give rows our columns.

    Their columns that no rule names are kept; one that has the name of a column made by a rule is kept
    as ``<name>_in_file``. Foreign layouts often have no coordinates: those columns may be absent.

    Raises
    ------
    InputError
        If the file has no such column as a rule names.
    """
    if not mapping.rules:
        return raw
    _require_theirs(raw, mapping)
    called = {rule.name: rule.column for rule in mapping.rules if rule.column not in ("", rule.name)}
    ours = {theirs: name for name, theirs in called.items()}
    faults = [replace(fault, column=ours.get(fault.column or "", fault.column)) for fault in raw.faults]
    raw = replace(raw, called=called)
    made: dict[str, list[str]] = {}
    for rule in mapping.rules:
        made[rule.name], wrong = _made(raw, rule)
        faults += wrong
    _only_with_coordinates(raw, mapping, made)
    used = {rule.column for rule in mapping.rules}
    kept: dict[str, Any] = {
        f"{name}_in_file" if name in made else str(name): raw.cells[name]
        for name in raw.cells
        if name not in used
    }
    bare = {name: "" for name in _MAY_BE_ABSENT if name not in made and name not in kept}
    cells = pd.DataFrame({**made, **kept, **bare}, index=raw.cells.index, dtype=object)
    theirs = {rule.name: rule.column for rule in mapping.rules}
    typed = {
        name: raw.typed[theirs.get(name, name)]
        for name in map(str, cells)
        if theirs.get(name, name) in raw.typed
    }
    decimals = {**raw.decimals, **{rule.name: rule.decimal for rule in mapping.rules if rule.decimal}}
    return replace(raw, cells=cells, faults=tuple(faults), typed=typed, decimals=decimals)


def _rule_faults(file: str, name: str, rule: object) -> list[Fault]:
    where = f"{SECTION}.{name}"
    if name not in _OURS:
        hint = did_you_mean(difflib.get_close_matches(name, _OURS, 1), f"Known: {', '.join(_OURS)}.")
        return [Fault(file, f"there is no column {show(name)} of seizures. {hint}", column=where)]
    if isinstance(rule, str):
        return (
            [] if rule else [Fault(file, "wanted the name of their column, got an empty one.", column=where)]
        )
    if not isinstance(rule, dict):
        message = (
            f"wanted the name of their column, or a table with {', '.join(_KEYS)}, got {show(str(rule))}."
        )
        return [Fault(file, message, column=where)]
    messages = [*_unknown_keys(rule), *_wrong_keys(name, rule)]
    return [Fault(file, message, column=where) for message in messages]


def _unknown_keys(rule: dict[str, Any]) -> list[str]:
    return [f"unknown key {show(key)}. Known: {', '.join(_KEYS)}." for key in rule if key not in _KEYS]


def _wrong_keys(name: str, rule: dict[str, Any]) -> list[str]:
    messages = []
    if len({"column", "constant", "numbered"} & set(rule)) != 1:
        messages.append("wanted one of column, constant and numbered.")
    values = rule.get("values", {})
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        messages.append('wanted values as a table of texts, such as { Kilogram = "kg" }.')
    texts = [key for key in _KEYS if key != "values" and not isinstance(rule.get(key, ""), str)]
    messages += [f"wanted a text for {key}, got {show(str(rule[key]))}." for key in texts]
    if rule.get("decimal", ".") not in (".", ","):
        messages.append("wanted '.' or ',' for decimal.")
    if "format" in rule and (name != "date" or not re.search("%[Yy]", str(rule["format"]))):
        messages.append("format is for the column date, and needs %Y or %y, such as '%d/%m/%Y'.")
    constant = rule.get("constant")
    if name == "location_precision" and constant is not None and constant not in LOCATION_PRECISIONS:
        messages.append(f"wanted one of {', '.join(LOCATION_PRECISIONS)}, got {show(str(constant))}.")
    return messages


def _rule(name: str, rule: str | dict[str, Any]) -> ColumnRule:
    return ColumnRule(name, rule.strip()) if isinstance(rule, str) else ColumnRule(name, **rule)


def _require_theirs(raw: RawTable, mapping: Mapping) -> None:
    present = list(raw.cells.columns)
    missing = [rule for rule in mapping.rules if rule.column and rule.column not in present]
    if missing:
        raise InputError(
            [Fault(mapping.file, _absent(raw, rule), column=f"{SECTION}.{rule.name}") for rule in missing]
        )


def _absent(raw: RawTable, rule: ColumnRule) -> str:
    present = list(raw.cells.columns)
    asked = header_question(raw, {rule.column})
    if asked:
        return f"{raw.file} has no column {show(rule.column)}. {asked}"
    folded = {name.casefold(): name for name in present}
    near = difflib.get_close_matches(rule.column.casefold(), folded, 1, 0.6)
    hint = f"Is it {show(folded[near[0]])}?" if near else f"It has {', '.join(map(show, present[:30]))}."
    return f"{raw.file} has no column {show(rule.column)}. {hint}"


def _made(raw: RawTable, rule: ColumnRule) -> tuple[list[str], list[Fault]]:
    """Cells of one of our columns, each distinct text of theirs understood once."""
    if rule.constant is not None:
        return [rule.constant] * len(raw.cells), []
    if rule.numbered is not None:
        return [f"{rule.numbered}{line}" for line in raw.lines.tolist()], []
    codes, texts = pd.factorize(raw.cells[rule.column].to_numpy())
    made: list[str] = []
    wrong: dict[int, str] = {}
    for code, text in enumerate(texts.tolist()):
        try:
            made.append(_translated(rule, text.strip()))
        except WrongValueError as error:
            made.append("")
            wrong[code] = str(error)
    rows = np.flatnonzero(np.isin(codes, list(wrong)))
    faults = [raw.fault(int(raw.lines[row]), wrong[int(codes[row])], rule.name) for row in rows]
    return [made[code] for code in codes.tolist()], faults


def _translated(rule: ColumnRule, text: str) -> str:
    known = rule.values or {}  # noqa: PD011 - a dict, no table
    text = known.get(text, text)
    if not text:
        return rule.default
    return _iso(rule.format, text) if rule.format else text


def _iso(written: str, text: str) -> str:
    """Write a date as YYYY-MM-DD, YYYY-MM or YYYY, by what the format holds."""
    try:
        day = datetime.strptime(ascii_digits(text), written).date()  # noqa: DTZ007 - a day, in no time zone
    except ValueError:
        try:
            date_span(text)
        except WrongValueError:
            message = f"wanted a date as {show(written)} or YYYY-MM-DD, got {show(text)}. Correct it."
            raise WrongValueError(message) from None
        return text
    if any(part in written for part in ("%d", "%j")):
        return day.isoformat()
    return f"{day:%Y-%m}" if any(part in written for part in ("%m", "%b", "%B")) else f"{day:%Y}"


def _only_with_coordinates(raw: RawTable, mapping: Mapping, made: dict[str, list[str]]) -> None:
    """Take a constant precision away from rows without coordinates: there is nothing it could be of."""
    if not any(rule.name == "location_precision" and rule.constant is not None for rule in mapping.rules):
        return
    lat = made.get("lat") or (raw.cells["lat"].tolist() if "lat" in raw.cells else [""] * len(raw.cells))
    made["location_precision"] = [
        precision if place.strip() else ""
        for precision, place in zip(made["location_precision"], lat, strict=True)
    ]
