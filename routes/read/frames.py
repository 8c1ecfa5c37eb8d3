"""What the tables must hold after reading: checked where a Python user hands in a table of his own."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from routes.errors import Fault
from routes.read.columns import Column, WrongValueError, input_error, parse_value
from routes.read.effort import EFFORT_COLUMNS
from routes.read.quoting import show
from routes.read.reference import CROSSING_COLUMNS, PLACE_COLUMNS, STATUS_COLUMNS
from routes.read.seizures import SEIZURE_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

TRUTHS = {("crossings", "official"), ("countries", "modelled")}
"""Table and name of the columns that reading turns into truth values."""

COLUMNS: Mapping[str, Sequence[Column]] = {
    "countries": (Column("iso3", "country", unique=True), Column("name"), Column("modelled")),
    "crossings": CROSSING_COLUMNS,
    "places": PLACE_COLUMNS,
    "status": STATUS_COLUMNS,
    "seizures": (
        *(
            replace(column, required=True) if column.name == "event_id" else column
            for column in SEIZURE_COLUMNS
        ),
        Column("date_from", "day"),
        Column("date_until", "day"),
    ),
    "effort": (*EFFORT_COLUMNS, Column("vehicles_a_day", "number", low=1e-6)),
}
"""Table -> the columns that it has after reading: those of its file, and what reading adds."""

_NUMBERS = {"number", "integer"}


def check_tables(tables: Mapping[str, pd.DataFrame]) -> None:
    """Check tables as the readers of `routes.read` give them.

    A table has every column of `COLUMNS`. Numbers are numbers within their bounds, NaN only where a cell may
    be empty; days are ``datetime64``; all else is text that the column allows, empty where a cell may be,
    never None or NaN; `TRUTHS` are truth values. An id stands once.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        By the names of `COLUMNS`; those that are given are checked.

    Raises
    ------
    InputError
        With every fault: table, row by its label, column, what was wanted, what came.

    Examples
    --------
    >>> from routes.read import bundled, read_crossings
    >>> crossings = read_crossings(bundled("crossings.csv"))
    >>> check_tables({"crossings": crossings})
    >>> check_tables({"crossings": crossings.head(1).assign(lat=120.5, official="yes")})
    Traceback (most recent call last):
    routes.errors.InputError: crossings, official: wanted truth values, got text.
    crossings row 0, lat: wanted a number, -90 to 90, got 120.5.
    """
    faults = [fault for name, table in tables.items() for fault in _table_faults(name, table)]
    if faults:
        raise input_error(faults)


def _table_faults(name: str, table: pd.DataFrame) -> Iterator[Fault]:
    if not isinstance(table, pd.DataFrame):
        yield Fault(name, f"wanted a pandas.DataFrame, got a {type(table).__name__}.")
        return
    for column in COLUMNS[name]:
        if column.name not in table.columns and column.may_miss:
            continue
        if column.name not in table.columns:
            yield Fault(
                name, "the column is missing. Read the table with routes.read, or add it.", column=column.name
            )
        elif (name, column.name) in TRUTHS:
            if not pd.api.types.is_bool_dtype(table[column.name]):
                yield Fault(
                    name, f"wanted truth values, got {_dtype(table[column.name])}.", column=column.name
                )
        else:
            yield from _column_faults(name, column, table[column.name])


def _column_faults(name: str, column: Column, values: pd.Series[Any]) -> Iterator[Fault]:
    if column.kind in _NUMBERS:
        wrong = _wrong_numbers(column, values)
    elif column.kind == "day":
        wrong = _wrong_days(column, values)
    else:
        wrong = _wrong_texts(column, values)
    if isinstance(wrong, str):
        yield Fault(name, wrong, column=column.name)
        return
    for row, message in wrong.items():
        yield _fault(name, column, values, row, message)
    if column.unique and not wrong:
        for row in np.flatnonzero(values.duplicated()).tolist():
            message = f"{show(str(values.iloc[row]))} stands in an earlier row. Give every row its own."
            yield _fault(name, column, values, row, message)


def _fault(name: str, column: Column, values: pd.Series[Any], row: int, message: str) -> Fault:
    return Fault(name, message, row, column.name, place=f"row {values.index[row]}")


def _wrong_numbers(column: Column, values: pd.Series[Any]) -> dict[int, str] | str:
    """Row -> what is wrong with its number; a text where the whole column is no numbers."""
    whole = "whole numbers" if column.kind == "integer" else "numbers"
    if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        return f"wanted {whole}, got {_dtype(values)}."
    number = values.to_numpy(float, na_value=np.nan)
    with np.errstate(invalid="ignore"):
        wrong = (number < column.low) | (number > column.high) | np.isinf(number)
    if column.kind == "integer":
        wrong |= number != np.round(number)
    missing = np.isnan(number)
    wrong = np.where(missing, column.required, wrong)
    bounds = "" if column.low == -inf else f", {column.low:g} to {column.high:g}"
    bounds = f" of at least {column.low:g}" if bounds and column.high == inf else bounds
    noun = "a whole number" if column.kind == "integer" else "a number"
    return {int(row): f"wanted {noun}{bounds}, got {number[row]:g}." for row in np.flatnonzero(wrong)}


def _wrong_days(column: Column, values: pd.Series[Any]) -> dict[int, str] | str:
    if not pd.api.types.is_datetime64_dtype(values):
        return f"wanted days as datetime64 without a time zone, got {_dtype(values)}."
    missing = np.flatnonzero(values.isna()) if column.required else ()
    return {int(row): "wanted a day, got NaT." for row in missing}


def _wrong_texts(column: Column, values: pd.Series[Any]) -> dict[int, str] | str:
    """Row -> what is wrong with its text; each distinct text is looked at once."""
    codes, distinct = pd.factorize(values.to_numpy(object), use_na_sentinel=False)
    messages: dict[int, str] = {}
    for number, text in enumerate(distinct):
        if not isinstance(text, str):
            messages[number] = f"wanted text, empty where nothing is known, got {text!r}."
            continue
        try:
            parse_value(replace(column, guess=False), text)
        except WrongValueError as error:
            messages[number] = str(error) if str(error).endswith((".", "?")) else f"{error}."
    return {int(row): messages[codes[row]] for row in np.flatnonzero(np.isin(codes, list(messages)))}


def _dtype(values: pd.Series[Any]) -> str:
    return "text" if pd.api.types.is_string_dtype(values) else str(values.dtype)
