"""Any result as JSON: rounded once, dates as text, nothing that is not finite."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from pathlib import PurePath
from typing import Any, get_args

from routes.errors import RoutesError

DIGITS = 12  # so that a thousand rounded shares still sum to one within 1e-9
_MISSING = ("NAType", "NaTType")  # pandas' own, told by name: importing pandas takes half a second
_INHERITED = -1  # digits of a field whose type names none


def jsonable(value: Any, digits: int | None = DIGITS, where: str = "") -> Any:  # noqa: ANN401 - any value
    """Turn a value into what JSON knows.

    A dataclass becomes an object of its written fields, each rounded as its type says
    (`routes.support.described`). Shapes stay what they are: `json_text` writes them as GeoJSON.

    Parameters
    ----------
    value : dataclass, mapping, sequence, number, text, date, array of numpy, or None
    digits : int, optional
        Decimals of every number whose type names no others; None for all that it has.
    where : str
        Path to the value, for the message.

    Raises
    ------
    RoutesError
        If a number is not finite.
    TypeError
        If a value has no form in JSON.

    Examples
    --------
    >>> jsonable({"share": 0.1 + 0.2, "day": date(2020, 11, 30), "places": ("a", None)})
    {'share': 0.3, 'day': '2020-11-30', 'places': ['a', None]}
    >>> jsonable({"costs": [1.0, float("nan")]})
    Traceback (most recent call last):
    routes.errors.RoutesError: the result costs.1 is not finite (nan): is a parameter out of proportion?
    """
    if value is None or isinstance(value, str | int):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, float):
        return _rounded(float(value), digits, where)
    if isinstance(value, list | tuple):
        return [jsonable(part, digits, f"{where}.{i}") for i, part in enumerate(value)]
    if isinstance(value, Mapping):
        return {str(key): jsonable(part, digits, f"{where}.{key}") for key, part in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return _record(value, digits, where)
    return _other(value, digits, where)


def finite(value: float, what: str = "a result") -> float:
    """Give a number back that may be shown.

    Raises
    ------
    RoutesError
        If it is not finite.

    Examples
    --------
    >>> finite(0.5)
    0.5
    >>> finite(float("inf"), "the cost")
    Traceback (most recent call last):
    routes.errors.RoutesError: the cost is not finite (inf): is a parameter out of proportion?
    """
    if not math.isfinite(value):
        raise RoutesError(f"{what} is not finite ({value}): is a parameter out of proportion?")
    return value


def _rounded(value: float, digits: int | None, where: str) -> float:
    shown = finite(value, f"the result {where.lstrip('.')}")
    return shown if digits is None else round(shown, digits)


def _record(value: Any, digits: int | None, where: str) -> dict[str, Any]:  # noqa: ANN401 - a dataclass
    record: dict[str, Any] = {}
    for name, flat, own in _plan(value.__class__):
        part = jsonable(getattr(value, name), digits if own == _INHERITED else own, f"{where}.{name}")
        if flat:
            record |= part
        else:
            record[name] = part
    return record


@cache
def _plan(record: type) -> tuple[tuple[str, bool, int | None], ...]:
    """Name, whether it is flat, and digits of every field that is written."""
    from routes.support.described import described  # which --help, that writes no record, need not load

    return tuple((field.name, field.flat, _digits(field.hint, field.notes)) for field in described(record))


def _digits(hint: Any, notes: tuple[Any, ...]) -> int | None:  # noqa: ANN401 - a type, as typing writes it
    """Digits that a type names, be it inside a list or beside ``None``."""
    from routes.support.described import Digits, unpacked  # as above

    own = [note.digits for note in notes if isinstance(note, Digits)]
    inner = [_digits(*unpacked(part)) for part in get_args(hint)]
    return own[-1] if own else next((digits for digits in inner if digits != _INHERITED), _INHERITED)


def _other(value: Any, digits: int | None, where: str) -> Any:  # noqa: ANN401 - any value
    if type(value).__name__ in _MISSING:
        return None
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return jsonable(value.value, digits, where)
    if isinstance(value, PurePath):
        return str(value)
    if hasattr(value, "__geo_interface__"):
        return value
    if hasattr(value, "tolist"):  # an array or a number of numpy
        return jsonable(value.tolist(), digits, where)
    raise TypeError(f"{where.lstrip('.') or 'the value'} has no form in JSON: {type(value).__name__}")


def json_text(value: Any, indent: int | None = None) -> str:  # noqa: ANN401 - any value
    r"""Write a value as JSON text with a line break at its end.

    Examples
    --------
    >>> json_text({"length_km": 1.5})
    '{"length_km": 1.5}\n'
    """
    return (
        json.dumps(jsonable(value), ensure_ascii=False, indent=indent, allow_nan=False, default=_shape) + "\n"
    )


def _shape(value: Any) -> Any:  # noqa: ANN401 - a shape
    return value.__geo_interface__
