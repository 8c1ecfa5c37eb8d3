"""How values read on a map: cleaned text, shares, quantities, dates.

Nothing here escapes anything: that is the work of the page, which writes every value as text.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_DATE_FORMATS = {"year": "%Y", "month": "%Y-%m"}
_SMALLEST_SHOWN = 0.001


def clean(value: object) -> str:
    """Turn a cell into printable text; a missing value becomes the empty string.

    Examples
    --------
    >>> clean(float("nan")), clean(None), clean(" Karachi ")
    ('', '', 'Karachi')
    >>> clean("a" + chr(0) + "b")
    'a�b'
    """
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return ""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", str(value)).strip()


def number(value: object) -> float:
    """Read a cell as a finite number, or NaN.

    Examples
    --------
    >>> number("14"), number("many"), number(float("inf"))
    (14.0, nan, nan)
    """
    try:
        result = float(str(value))
    except ValueError:
        return math.nan
    return result if math.isfinite(result) else math.nan


def share(value: float) -> str:
    """Write a fraction as a percentage with one decimal.

    Examples
    --------
    >>> share(0.1234), share(0.0002), share(0.0)
    ('12.3 %', '< 0.1 %', '0 %')
    """
    if value <= 0:
        return "0 %"
    return "< 0.1 %" if value < _SMALLEST_SHOWN else f"{100 * value:.1f} %"


def interval(bounds: tuple[float, float]) -> str:
    """Write the two ends of an interval of shares.

    Examples
    --------
    >>> interval((0.08, 0.171))
    '8.0-17.1 %'
    """
    low, high = bounds
    return f"{100 * low:.1f}-{100 * high:.1f} %"


def quantity(value: object, unit: object) -> str:
    """Write a quantity with its unit, as many digits as it has.

    Examples
    --------
    >>> quantity(14000.0, "kg"), quantity(1.6, "t"), quantity(float("nan"), "t")
    ('14,000 kg', '1.6 t', '')
    """
    amount = number(value)
    if math.isnan(amount):
        return clean(f"{clean(value)} {clean(unit)}") if clean(value) else ""
    digits = f"{amount:,.3f}".rstrip("0").rstrip(".")
    return f"{digits} {clean(unit)}".strip()


def date(value: object, precision: object) -> str:
    """Write a date no more precisely than it is known.

    Examples
    --------
    >>> date("2008-03", "month"), date(dt.date(2010, 3, 1), "month"), date(dt.date(2009, 7, 1), "year")
    ('2008-03', '2010-03', '2009')
    """
    if clean(value) and isinstance(value, dt.date):
        return value.strftime(_DATE_FORMATS.get(clean(precision), "%Y-%m-%d"))
    return clean(value)


def count(amount: int, noun: str) -> str:
    """Count a regular noun.

    Examples
    --------
    >>> count(1, "event"), count(1200, "event")
    ('1 event', '1,200 events')
    """
    return f"{amount:,} {noun}" + ("" if amount == 1 else "s")


def period(provenance: Mapping[str, Any]) -> str:
    """Describe the period of a ranking from its provenance; empty when none is given.

    Examples
    --------
    >>> period({"period": {"since": "2008-01", "until": "2020-12", "as_of": None}})
    'from 2008-01 to 2020-12'
    >>> period({"period": "2008-2020"})
    '2008-2020'
    """
    given = provenance.get("period")
    if not isinstance(given, dict):
        return clean(given)
    words = (("since", "from"), ("until", "to"), ("as_of", "with the crossings as of"))
    return " ".join(f"{word} {clean(given[key])}" for key, word in words if clean(given.get(key)))
