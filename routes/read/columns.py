"""The columns a file must have, and one pass that turns text into values and collects all faults."""

from __future__ import annotations

import difflib
import math
import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from routes.errors import Fault, InputError, without_secrets
from routes.read.countries import COUNTRY_NAMES, nearest_country
from routes.read.csvfile import read_raw
from routes.read.headers import header_question, near_names
from routes.read.quoting import show

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Sequence

    import numpy.typing as npt
    from pandas.api.extensions import ExtensionArray

    from routes.read.rows import RawTable
    from routes.support.arrays import Mask

    Codes = npt.NDArray[np.intp]
    Texts = npt.NDArray[np.object_]
    ArrayLike = ExtensionArray | npt.NDArray[Any]

Kind = Literal["text", "slug", "number", "integer", "day", "date", "country", "choice", "flags"]

FAULTS_SHOWN = 50
"""Faults that the message of an error prints; the error itself holds all of them."""

GUESSES = 100
"""Wrong texts of one column for which it is told what may have been meant."""

YEARS = (1900, 2100)
PRECISION_OF = {4: "year", 7: "month", 10: "day"}
"""By the number of characters of a date."""

NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Column:
    """What one column must hold.

    Parameters
    ----------
    name : str
        Name in the header.
    kind : str
        ``text``; ``slug`` (small letters, digits, hyphens); ``number``; ``integer``; ``day``
        (YYYY-MM-DD, becomes a timestamp); ``date`` (YYYY, YYYY-MM or YYYY-MM-DD, stays text);
        ``country`` (ISO alpha-3); ``choice`` (one of `choices`); ``flags`` (several of `choices`).
    required : bool
        Whether a cell must be filled.
    unique : bool
        Whether no value may stand twice.
    may_miss : bool
        Whether the whole column may be missing; its cells then count as empty.
    choices : tuple of str
        Allowed values.
    low, high : float
        Bounds of a number, both allowed.
    remedy : str
        What to do about a wrong cell, if the message can say more than what was wanted.
    guess : bool
        Whether the message looks for what may have been meant, which is slow.
    """

    name: str
    kind: Kind = "text"
    required: bool = True
    unique: bool = False
    may_miss: bool = False
    choices: tuple[str, ...] = ()
    low: float = -math.inf
    high: float = math.inf
    remedy: str = ""
    guess: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """A file whose cells have been understood one by one.

    Attributes
    ----------
    raw : RawTable
        The file as it came.
    frame : pandas.DataFrame
        Values: float (NaN where empty or wrong), text (empty where missing), timestamps (NaT).
    text : pandas.DataFrame
        The same cells as stripped text, with every column of the specification.
    """

    raw: RawTable
    frame: pd.DataFrame
    text: pd.DataFrame

    @property
    def file(self) -> str:
        """The file as the user named it."""
        return self.raw.file

    @property
    def lines(self) -> npt.NDArray[np.int64]:
        """The line of each row."""
        return self.raw.lines

    def filled(self, column: str) -> pd.Series[bool]:
        """Tell which rows have something in a column, right or wrong."""
        return self.text[column] != ""

    def faults(
        self,
        where: pd.Series[bool] | Mask,
        column: str | None,
        message: Callable[[int], str],
    ) -> list[Fault]:
        """Make one fault for each row of a mask; `message` is called with the row number."""
        rows = np.flatnonzero(np.asarray(where, dtype=bool))
        return [self.raw.fault(int(self.lines[row]), message(int(row)), column) for row in rows]


class WrongValueError(ValueError):
    """A cell that cannot be understood; the message says what was wanted and what came."""


def read_table(
    path: str | os.PathLike[str],
    columns: Sequence[Column],
    checks: Iterable[Callable[[Table], list[Fault]]] = (),
) -> pd.DataFrame:
    """Read a CSV file strictly.

    Parameters
    ----------
    path : path-like
        The file.
    columns : sequence of Column
        What it must hold. Other columns are kept as text.
    checks : iterable of callables
        Checks between cells or rows; each gives the faults it finds.

    Returns
    -------
    pandas.DataFrame
        One row for each row of the file, numbered from 0.

    Raises
    ------
    InputError
        With every fault of the file.
    """
    raw = read_raw(path)
    table, faults = parse_table(raw, columns)
    faults = [*faults, *(fault for check in checks for fault in check(table))]
    if faults:
        raise input_error(faults, [column.name for column in columns])
    return table.frame


def parse_table(raw: RawTable, columns: Sequence[Column]) -> tuple[Table, list[Fault]]:
    """Turn text into values, column by column; wrong cells become NaN, NaT or empty.

    Raises
    ------
    InputError
        If a column is missing.
    """
    _require_columns(raw, columns)
    faults = list(raw.faults)
    told = {(fault.line, fault.column) for fault in raw.faults}
    wanted = {column.name: column for column in columns}
    text: dict[str, Texts] = {}
    frame: dict[str, ArrayLike] = {}
    for name in [*raw.cells.columns, *(name for name in wanted if name not in raw.cells)]:
        codes, texts = _distinct(raw, name)
        text[name] = np.array(texts, dtype=object).take(codes)
        column = wanted.get(name, Column(name, required=False))
        frame[name], wrong = _parse_column(raw, column, codes, texts)
        faults += [fault for fault in wrong if (fault.line, fault.column) not in told]
    # Arrays, for a series brings an index that is compared with those of all others.
    return Table(raw, pd.DataFrame(frame), pd.DataFrame(text, dtype=object)), faults


def input_error(faults: Iterable[Fault], column_order: Sequence[str] = ()) -> InputError:
    """Make one error of all faults, in file order; its message prints the first `FAULTS_SHOWN`."""
    place = {name: number for number, name in enumerate(column_order)}
    ordered = sorted(faults, key=lambda fault: (fault.line or 0, place.get(fault.column or "", -1)))
    error = InputError(ordered)
    rest = ordered[FAULTS_SHOWN:]
    if rest:
        columns = Counter(fault.column or "whole rows" for fault in rest).most_common()
        counted = ", ".join(f"{name} {times:,}" for name, times in columns)
        more = f"{ordered[0].file}: and {len(rest):,} more fault{'s' if len(rest) > 1 else ''}: {counted}."
        error.args = (without_secrets("\n".join([*map(str, ordered[:FAULTS_SHOWN]), more])),)
    return error


def parse_value(column: Column, text: str) -> Any:  # noqa: ANN401 - the kind says which type
    """Understand one cell.

    Raises
    ------
    WrongValueError
        Saying what was wanted, what came, and what to do.

    Examples
    --------
    >>> parse_value(Column("lat", "number", low=-90, high=90), "34.5")
    34.5
    >>> parse_value(Column("lat", "number", low=-90, high=90), "120.5")
    Traceback (most recent call last):
    routes.read.columns.WrongValueError: wanted -90 to 90, got '120.5'
    """
    if text:
        return _PARSERS[column.kind](column, text)
    if column.required:
        raise WrongValueError(f"wanted {_wanted(column)}, the cell is empty")
    return _EMPTY.get(column.kind, "")


def date_span(text: str) -> tuple[date, date]:
    """First and last day that a date of year, month or day precision can mean.

    Raises
    ------
    WrongValueError
        If there is no such date.

    Examples
    --------
    >>> print(*date_span("2008-02"))
    2008-02-01 2008-02-29
    """
    parts = _DATE.fullmatch(text)
    if parts is None:
        raise WrongValueError(f"wanted YYYY, YYYY-MM or YYYY-MM-DD, got {show(text)}")
    year, month, day = (int(part) if part else None for part in parts.groups())
    try:
        first = date(year or 0, month or 1, day or 1)
    except ValueError:
        raise WrongValueError(f"wanted a date of the calendar, got {show(text)}") from None
    if not YEARS[0] <= first.year <= YEARS[1]:
        raise WrongValueError(f"wanted a year from {YEARS[0]} to {YEARS[1]}, got {show(text)}")
    if day:
        return first, first
    months = np.datetime64(first, "M") + (1 if month else 12)
    last: date = (months.astype("datetime64[D]") - 1).item()
    return first, last


def _distinct(raw: RawTable, name: str) -> tuple[Codes, list[str]]:
    """Which of its distinct texts, stripped, each cell of a column is; one empty text where there is none."""
    if name not in raw.cells:
        return np.zeros(len(raw.lines), dtype=np.intp), [""]
    codes, texts = pd.factorize(raw.cells[name].to_numpy())
    return codes, [text.strip() for text in texts.tolist()]


def _parse_column(
    raw: RawTable, column: Column, codes: Codes, texts: list[str]
) -> tuple[ArrayLike, list[Fault]]:
    """Understand each distinct text of a column once."""
    if column.may_miss and column.name not in raw.cells:
        return _typed(column, [_EMPTY.get(column.kind, "")]).take(codes), []
    values, messages = _parse_distinct(column, texts)
    wrong_rows = np.flatnonzero(np.isin(codes, list(messages))) if messages else ()
    faults = [raw.fault(int(raw.lines[row]), messages[codes[row]], column.name) for row in wrong_rows]
    if column.unique:
        faults += _repeated(raw, column, codes, texts)
    return _typed(column, values).take(codes), faults


def _parse_distinct(column: Column, texts: list[str]) -> tuple[list[Any], dict[int, str]]:
    if column.kind == "text" and not (column.required and "" in texts):
        return texts, {}
    values: list[Any] = []
    messages: dict[int, str] = {}
    terse = replace(column, guess=False)
    for number, text in enumerate(texts):
        try:
            values.append(parse_value(column if len(messages) < GUESSES else terse, text))
        except WrongValueError as error:
            values.append(_EMPTY.get(column.kind, ""))
            ending = "" if str(error).endswith(("?", ".")) else "."
            remedy = f" {column.remedy}" if column.remedy and not str(error).endswith("?") else ""
            messages[number] = f"{error}{ending}{remedy}"
    return values, messages


def _typed(column: Column, values: list[Any]) -> ArrayLike:
    if column.kind in ("number", "integer"):
        return np.array(values, dtype=float)
    if column.kind == "day":
        return np.array(values, dtype="datetime64[s]")
    return pd.array(values, dtype="str")


def _repeated(raw: RawTable, column: Column, codes: Codes, texts: list[str]) -> list[Fault]:
    first_line: dict[str, int] = {}
    faults = []
    for code, line in zip(codes.tolist(), raw.lines.tolist(), strict=True):
        value = texts[code]
        first = first_line.setdefault(value, line)
        if value and first != line:
            at = f"{'on' if raw.word == 'line' else 'in'} {raw.where(first)}"
            message = f"{show(value)} stands {at} already. Give every row its own {column.name}."
            faults.append(raw.fault(line, message, column.name))
    return faults


def _require_columns(raw: RawTable, columns: Sequence[Column]) -> None:
    present = list(raw.cells.columns)
    missing = [column.name for column in columns if column.name not in present and not column.may_miss]
    names = {column.name for column in columns}
    spare = [name for name in present if name not in names]
    if missing:
        question = header_question(raw, names)
        near = {} if question else near_names(missing, spare)
        messages = [question] if question else [_missing(near.get(name, "")) for name in missing]
        listed = ", ".join(map(show, present[:30]))
        messages[-1] += f" The header has {listed}."
        faults = [
            Fault(raw.file, text, column=None if question else name)
            for name, text in zip(missing, messages, strict=False)
        ]
        raise InputError([*faults, *raw.faults])


def _missing(near: str) -> str:
    if near:
        return (
            f"the column is missing. Is it the column {show(near)}? Then rename that."
            " Or say so in [columns] of a config file."
        )
    return "the column is missing, and no other has a name near it. Add it to the header."


def _wanted(column: Column) -> str:
    if column.kind in ("number", "integer"):
        noun = "a number" if column.kind == "number" else "a whole number"
        return noun if math.isinf(column.low) else f"{noun}, {_limits(column)}"
    return {
        "day": "a date as YYYY-MM-DD",
        "date": "a date as YYYY, YYYY-MM or YYYY-MM-DD",
        "country": "a country code of three letters (ISO 3166-1)",
        "choice": "one of " + ", ".join(column.choices),
    }.get(column.kind, "text")


def _limits(column: Column) -> str:
    if math.isinf(column.high):
        return "a finite number" if math.isinf(column.low) else f"{column.low:g} or more"
    return f"{column.low:g} to {column.high:g}"


def _number(column: Column, text: str) -> float:
    if not NUMBER.fullmatch(text):
        if "," in text and NUMBER.fullmatch(text.replace(",", "")):
            remedy = "Write it without commas, with a point before decimals."
        elif text.startswith("#"):
            remedy = "It is an error of a spreadsheet. Correct its formula, or leave the cell empty."
        else:
            remedy = "" if column.required else "Leave the cell empty if it is not known."
        raise WrongValueError(f"wanted {_wanted(column)}, got {show(text)}. {remedy}".rstrip())
    value = float(text)
    if not column.low <= value <= column.high or math.isinf(value):
        raise WrongValueError(f"wanted {_limits(column)}, got {show(text)}")
    return value


def _integer(column: Column, text: str) -> float:
    value = _number(column, text)
    if value != int(value):
        raise WrongValueError(f"wanted {_wanted(column)}, got {show(text)}")
    return value


def _day(_: Column, text: str) -> np.datetime64:
    first, _last = date_span(text)
    if len(text) != len("YYYY-MM-DD"):
        raise WrongValueError(f"wanted a date as YYYY-MM-DD, got {show(text)}. Give the day")
    return np.datetime64(first, "s")


def _date(_: Column, text: str) -> str:
    date_span(text)
    return text


def _country(column: Column, text: str) -> str:
    if text in COUNTRY_NAMES:
        return text
    near = nearest_country(text) if column.guess else None
    hint = f"Did you mean {near}, {COUNTRY_NAMES[near]}?" if near else "Codes are ISO 3166-1 alpha-3."
    raise WrongValueError(f"wanted a country code of three letters (ISO 3166-1), got {show(text)}. {hint}")


def _choice(column: Column, text: str) -> str:
    if text in column.choices:
        return text
    near = difflib.get_close_matches(text.casefold(), column.choices, n=1, cutoff=0.7) if column.guess else []
    hint = f" Did you mean {near[0]}?" if near else ""
    raise WrongValueError(f"wanted one of {', '.join(column.choices)}, got {show(text)}.{hint}")


def _flags(column: Column, text: str) -> str:
    for flag in text.split():
        _choice(column, flag)
    return " ".join(text.split())


def _slug(_: Column, text: str) -> str:
    if not _SLUG.fullmatch(text):
        raise WrongValueError(f"wanted small letters and digits joined by hyphens, got {show(text)}")
    return text


def _text(_: Column, text: str) -> str:
    return text


_PARSERS: dict[Kind, Callable[[Column, str], Any]] = {
    "text": _text,
    "slug": _slug,
    "number": _number,
    "integer": _integer,
    "day": _day,
    "date": _date,
    "country": _country,
    "choice": _choice,
    "flags": _flags,
}
_EMPTY: dict[Kind, Any] = {"number": math.nan, "integer": math.nan, "day": np.datetime64("NaT", "s")}
