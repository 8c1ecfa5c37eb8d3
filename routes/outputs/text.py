"""How values read in any output: cleaned text, shares, quantities, dates.

Nothing here escapes anything: that is the work of each format's writer.
"""

from __future__ import annotations

import datetime as dt
import math
import re

from routes.outputs.language import (
    Language,
    figures,
    joined,
    message_p,
    month_of,
    spoken,
    table_day,
    tr,
    trp,
)
from routes.support.jsonable import finite

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_TURNED = re.compile("[\u202a-\u202e\u2066-\u2069]")
_MISSING = ("NAType", "NaTType")  # pandas' own, told by name: importing pandas takes half a second
_SMALLEST_SHOWN = 0.001
_ONE_PER_CENT = 0.01
_NOTHING = 1e-9

NO_BREAK, EN_DASH, MINUS = "\N{NO-BREAK SPACE}", "\N{EN DASH}", "\N{MINUS SIGN}"
PLAIN = str.maketrans(
    {
        NO_BREAK: " ",
        "\N{NARROW NO-BREAK SPACE}": " ",
        EN_DASH: "-",
        MINUS: "-",
        "\N{HORIZONTAL ELLIPSIS}": "...",
        "\N{RIGHTWARDS ARROW}": ">",
        "\N{COPYRIGHT SIGN}": "(c)",
        "\N{MULTIPLICATION SIGN}": "x",
    }
)
"""What stands in for signs that a terminal cannot show."""

_LOOSE = re.compile(r"(?<=\d) (?=(?:%|kg|g|t|l|km|km-equivalents|points|TEU)(?![\w-]))")
_DASH = re.compile(r"(?<=\S) - (?=\S)")
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


def percent(fraction: float) -> str:
    """Write a fraction as a percentage with one decimal; what is not nothing never reads as nothing.

    Nothing and all are told apart from what rounds to them; differences under 1e-9 are those of floats. Like
    every number that is written here, it must be finite (`routes.support.jsonable.finite`).

    Examples
    --------
    >>> [plain(percent(value)) for value in (0.1234, 0.0002, 0.0, 0.9999, 1.0)]
    ['12.3 %', '< 0.1 %', '0 %', '> 99.9 %', '100 %']
    """
    return f"{_per_cent(fraction)}{NO_BREAK}%"


def _per_cent(fraction: float) -> str:
    finite(fraction)
    for whole, name in ((0, "0"), (1, "100")):
        if abs(fraction - whole) < _NOTHING:
            return name
    if fraction < 0:
        return f"{MINUS}{_per_cent(-fraction)}"
    if fraction < _SMALLEST_SHOWN:
        return f"<{NO_BREAK}{figures(f'{100 * _SMALLEST_SHOWN:g}')}"
    if 1 - _SMALLEST_SHOWN < fraction < 1:
        return f">{NO_BREAK}{figures(f'{100 - 100 * _SMALLEST_SHOWN:g}')}"
    return figures(f"{100 * fraction:.1f}")


def interval_text(low: float, high: float) -> str:
    """Write the two ends of an interval of fractions, as percentages.

    Examples
    --------
    >>> plain(interval_text(0.08, 0.171)), plain(interval_text(0.0002, 0.02)), plain(interval_text(0.0, 0.0))
    ('8.0-17.1 %', '< 0.1-2.0 %', '0 %')
    """
    ends = _per_cent(low), _per_cent(high)
    return f"{EN_DASH.join(dict.fromkeys(ends))}{NO_BREAK}%"


def probability(chance: float) -> str:
    """Write a probability that was estimated, in whole per cent: never as impossible, never as certain.

    Examples
    --------
    >>> [plain(probability(chance)) for chance in (0.0, 0.004, 0.254, 0.99, 0.998, 1.0)]
    ['< 1 %', '< 1 %', '25 %', '99 %', '> 99 %', '> 99 %']
    """
    if finite(chance) < _ONE_PER_CENT:
        return f"<{NO_BREAK}1{NO_BREAK}%"
    return f">{NO_BREAK}99{NO_BREAK}%" if chance > 1 - _ONE_PER_CENT else f"{100 * chance:.0f}{NO_BREAK}%"


def whole_percent(fraction: float) -> str:
    """Write a fraction as a whole percentage; what is not nothing never reads as nothing, nor as all.

    Examples
    --------
    >>> [plain(whole_percent(value)) for value in (0.0, 0.004, 0.254, 0.996, 1.0)]
    ['0 %', '< 1 %', '25 %', '> 99 %', '100 %']
    """
    return f"{_whole(fraction)}{NO_BREAK}%"


def whole_interval(low: float, high: float) -> str:
    """Write the two ends of an interval of fractions, as whole percentages.

    Examples
    --------
    >>> [plain(whole_interval(*bounds)) for bounds in ((0.152, 0.509), (0.002, 0.02), (0.1, 0.1))]
    ['15-51 %', '< 1-2 %', '10 %']
    """
    return f"{EN_DASH.join(dict.fromkeys((_whole(low), _whole(high))))}{NO_BREAK}%"


def _whole(fraction: float) -> str:
    for whole, name in ((0, "0"), (1, "100")):
        if abs(fraction - whole) < _NOTHING:
            return name
    if fraction < _ONE_PER_CENT:
        return f"<{NO_BREAK}1"
    return f">{NO_BREAK}99" if fraction > 1 - _ONE_PER_CENT else f"{100 * fraction:.0f}"


def learnt(fraction: float) -> str:
    """Write how much of what was unsure the seizures took, in whole per cent; what made it less sure is none.

    Examples
    --------
    >>> [plain(learnt(part)) for part in (0.344, 0.002, -0.05)]
    ['34 %', '0 %', '0 %']
    """
    return f"{100 * max(0.0, finite(fraction)):.0f}{NO_BREAK}%"


def set_percent(fraction: float) -> str:
    """Write a fraction that somebody set, such as a bound or a parameter, with the digits that it has.

    Examples
    --------
    >>> [plain(set_percent(value)) for value in (0.5, 0.125, 0.0005, 1.0)]
    ['50 %', '12.5 %', '0.05 %', '100 %']
    """
    return f"{figures(f'{100 * finite(fraction):.6g}')}{NO_BREAK}%"


def points(change: float, digits: int = 1) -> str:
    """Write a change of a share in percentage points, with its sign.

    Examples
    --------
    >>> [plain(points(change)) for change in (0.0312, -0.0312, 0.00001)]
    ['+3.1', '-3.1', '0.0']
    """
    return signed(100 * change, digits)


def signed(value: float, digits: int) -> str:
    """Write a number with its sign, and nought without.

    Examples
    --------
    >>> plain(signed(0.25, 2)), plain(signed(-0.25, 2)), signed(-0.001, 2)
    ('+0.25', '-0.25', '0.00')
    """
    rounded = round(finite(value), digits)
    return figures(f"{rounded:+,.{digits}f}".replace("-", MINUS) if rounded else f"{0:.{digits}f}")


def points_between(low: float, high: float) -> str:
    """Write the two ends of an interval of a change, in percentage points.

    Examples
    --------
    >>> plain(points_between(-0.01, 0.025))
    '-1.0 to +2.5'
    """
    return tr("{low} to {high}", low=points(low), high=points(high))


def decimal(value: float, digits: int = 0) -> str:
    """Write a number with thousands apart and a true minus sign.

    Examples
    --------
    >>> plain(decimal(12345.6)), plain(decimal(-0.25, 2)), decimal(-0.001)
    ('12,346', '-0.25', '0')
    """
    written = f"{finite(value):,.{digits}f}"
    return figures(written.lstrip("-") if not written.strip("-0.,") else written.replace("-", MINUS))


def between(low: float, high: float, digits: int = 0) -> str:
    """Write the two ends of an interval of numbers; with words where a dash could be taken for a sign.

    Examples
    --------
    >>> plain(between(0.1, 0.25, 2)), plain(between(-0.1, 0.25, 2))
    ('0.10-0.25', '-0.10 to 0.25')
    """
    ends = decimal(low, digits), decimal(high, digits)
    return EN_DASH.join(ends) if low >= 0 else tr("{low} to {high}", low=ends[0], high=ends[1])


def plain(text: str) -> str:
    """Write typographic signs by those of a typewriter, for a terminal that has no others.

    Examples
    --------
    >>> plain("8.0\N{EN DASH}17.1\N{NO-BREAK SPACE}%")
    '8.0-17.1 %'
    """
    return text.translate(PLAIN)


def typeset(text: str) -> str:
    """Keep every number with its unit, and write a dash between names as one.

    Examples
    --------
    >>> typeset("the 90 % interval") == "the 90\N{NO-BREAK SPACE}% interval"
    True
    >>> typeset("Zaranj - Milak") == "Zaranj\N{NO-BREAK SPACE}\N{EN DASH} Milak"
    True
    >>> typeset("12 km-equivalents") == "12\N{NO-BREAK SPACE}km-equivalents"
    True
    >>> typeset("3 tonnes")
    '3 tonnes'
    """
    return _DASH.sub(f"{NO_BREAK}{EN_DASH} ", _LOOSE.sub(NO_BREAK, text))


def quantity(value: object, unit: object) -> str:
    """Write a quantity with its unit, as many digits as it has.

    Examples
    --------
    >>> quantity(14000.0, "kg"), quantity(1.6, "t"), quantity(float("nan"), "t")
    ('14,000 kg', '1.6 t', '')
    """
    amount = number(value)
    if math.isnan(amount):
        return clean(f"{clean(value)} {unit_word(unit)}") if clean(value) else ""
    digits = figures(f"{amount:,.3f}".rstrip("0").rstrip("."))
    return f"{digits} {unit_word(unit)}".strip()


_UNITS = (
    message_p("unit", "kg"),
    message_p("unit", "g"),
    message_p("unit", "t"),
    message_p("unit", "l"),
)


def unit_word(unit: object) -> str:
    """Write a unit of measure as the language does; one that it does not know stays as it is.

    Examples
    --------
    >>> unit_word("kg"), unit_word("barrels"), unit_word(None)
    ('kg', 'barrels', '')
    """
    return trp("unit", clean(unit)) if clean(unit) else ""


def mass(kg: float) -> str:
    """Write kilograms so that the size is seen at once.

    Examples
    --------
    >>> mass(156.0), mass(15_800.0), mass(450_000.0), mass(0.237)
    ('156 kg', '15.8 t', '450 t', '237 g')
    """
    if kg >= 1000:  # noqa: PLR2004 - a tonne
        tonnes = float(f"{kg / 1000:.3g}")
        return f"{figures(f'{tonnes:,g}')} {unit_word('t')}"
    amount, unit = (kg, "kg") if kg >= 1 else (1000 * kg, "g")
    return f"{figures(f'{amount:,.3g}')} {unit_word(unit)}"


def date(value: object, precision: object) -> str:
    """Write a date no more precisely than it is known.

    Examples
    --------
    >>> date("2008-03", "month"), date(dt.date(2010, 3, 1), "month"), date(dt.date(2009, 7, 1), "year")
    ('2008-03', '2010-03', '2009')
    """
    known = clean(precision)
    if spoken() is not Language.en and isinstance(value, str):
        value, known = _day_of(value, known)
    if clean(value) and isinstance(value, dt.date):
        if known == "year":
            return f"{value.year}"
        if known == "month":
            return month_of(value)
        return table_day(value)
    return clean(value)


_ISO_DAY = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")


def _day_of(written: str, precision: str) -> tuple[dt.date | str, str]:
    """Read a date of ISO 8601, of which month or day may be missing, with how precise it is; else leave it.

    Examples
    --------
    >>> _day_of("2010-03", ""), _day_of("spring 2010", "")
    ((datetime.date(2010, 3, 1), 'month'), ('spring 2010', ''))
    """
    found = _ISO_DAY.fullmatch(written.strip())
    if found is None:
        return written, precision
    try:
        day = dt.date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        return written, precision
    return day, precision if found[3] else "month" if found[2] else "year"


def count(amount: int, noun: str) -> str:
    """Count a regular noun in English; what is read in other languages says `routes.outputs.language.trn`.

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
    return joined(words)


def capital(sentence: str) -> str:
    """Begin a sentence with a capital letter, and leave the rest as it is.

    Examples
    --------
    >>> capital("the UNODC says so")
    'The UNODC says so'
    """
    return sentence[:1].upper() + sentence[1:]
