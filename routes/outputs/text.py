"""How values read in any output: cleaned text, shares, quantities, dates.

Nothing here escapes anything: that is the work of each format's writer.
"""

from __future__ import annotations

import datetime as dt
import math
import re

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_TURNED = re.compile("[\u202a-\u202e\u2066-\u2069]")
_MISSING = ("NAType", "NaTType")  # pandas' own, told by name: importing pandas takes half a second
_DATE_FORMATS = {"year": "%Y", "month": "%Y-%m"}
_SMALLEST_SHOWN = 0.001
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def clean(value: object) -> str:
    """Turn a cell into printable text; a missing value becomes the empty string.

    Characters that XML forbids become the replacement character.

    Examples
    --------
    >>> clean(float("nan")), clean(None), clean(" Karachi ")
    ('', '', 'Karachi')
    >>> clean("a" + chr(0) + "b")
    'a�b'
    """
    if value is None or type(value).__name__ in _MISSING or (isinstance(value, float) and math.isnan(value)):
        return ""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", str(value)).strip()


def shortened(value: object, longest: int = 120) -> str:
    """Clean a text and cut it to a length that a label can bear.

    Marks that turn the direction of writing are taken out, so that a label cannot turn what stands after it.

    Examples
    --------
    >>> shortened("x" * 200, 5)
    'xxxx…'
    """
    text = _TURNED.sub("", " ".join(clean(value).split()))
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def defused(value: object) -> object:
    """Put an apostrophe before text that a spreadsheet would take for a formula; numbers stay numbers.

    Examples
    --------
    >>> defused("=1+1"), defused("@SUM(A1)"), defused("Karachi")
    ("'=1+1", "'@SUM(A1)", 'Karachi')
    >>> defused(-3.5), defused("-3.5"), defused("-3.5+cmd|' /C calc'!A0")
    (-3.5, '-3.5', "'-3.5+cmd|' /C calc'!A0")
    """
    if not isinstance(value, str) or not value.lstrip(" ").startswith(_FORMULA):
        return value
    return value if is_number(value) else f"'{value}"


_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?")


def is_number(value: str) -> bool:
    """Whether a text is a plain decimal number, which no spreadsheet computes.

    Examples
    --------
    >>> is_number("-12.5e3"), is_number("+93 70 1"), is_number("-")
    (True, False, False)
    """
    return _NUMBER.fullmatch(value) is not None


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


def mass(kg: float) -> str:
    """Write kilograms so that the size is seen at once.

    Examples
    --------
    >>> mass(156.0), mass(15_800.0), mass(450_000.0), mass(0.237)
    ('156 kg', '15.8 t', '450 t', '237 g')
    """
    if kg >= 1000:  # noqa: PLR2004 - a tonne
        return f"{float(f'{kg / 1000:.3g}'):,g} t"
    return f"{kg:,.3g} kg" if kg >= 1 else f"{1000 * kg:,.3g} g"


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


def listed(words: list[str]) -> str:
    """Join words as a sentence does.

    Examples
    --------
    >>> listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])
    ('a', 'a and b', 'a, b and c')
    """
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def percent(share: float, sign: str = " %") -> str:
    """Share of one as per cent, with one decimal.

    Examples
    --------
    >>> percent(0.1234), percent(0.0001)
    ('12.3 %', '0.0 %')
    """
    return f"{100 * share:.1f}{sign}"
