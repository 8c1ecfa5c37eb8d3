"""Numbers as people write them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction

from routes.read.columns import WrongValueError
from routes.read.quoting import show
from routes.read.written.digits import folded, plain

_ABSENT = {
    *("-", "--", "---", "–", "—", "?", "n/a", "n.a", "na", "nan", "none", "null", "nil", "unknown"),
    *("not known", "not stated", "not reported", "unspecified", "...", "…"),
    *("н/д", "н.д", "нет данных", "неизвестно", "не указано", "не известно", "нет"),
    *("نامعلوم", "نا معلوم", "ندارد", "نامشخص"),
}
_ABOUT = (
    *("approximately", "approx.", "approx", "about", "circa", "ca.", "ca", "c.", "around", "roughly"),
    *("nearly", "some", "over", "more than", "at least", "almost", "up to", "less than"),
    *("~", "≈", "∼", ">", "<", "≥", "≤"),
    *("около", "примерно", "приблизительно", "порядка", "почти", "более", "свыше", "не менее", "ок.", "до"),
    *("حدود", "حدودا", "تقریبا", "نزدیک به", "بیش از"),
)
_ABOUT_FIRST = re.compile(
    "(?:" + "|".join(map(re.escape, sorted(_ABOUT, key=len, reverse=True))) + r")(?=[\s\d]|$)\s*",
    re.IGNORECASE,
)
_SIGNED = r"[+-]?(?:\d[\d.,' \u2019]*|\.\d+)(?:[eE][+-]?\d{1,3})?"
_RANGE = re.compile(rf"({_SIGNED})\s*(?:-|–|—|\.\.|to|до|تا)\s*({_SIGNED})")
_BETWEEN = re.compile(r"(?:between|from|от|از|بین)\s+", re.IGNORECASE)
_AND = re.compile(r"\s+(?:and|и|و)\s+", re.IGNORECASE)
_FRACTIONS = {"½": "1/2", "¼": "1/4", "¾": "3/4", "⅓": "1/3", "⅔": "2/3", "⅛": "1/8"}
_HALF = re.compile(r"(\d*)\s*([½¼¾⅓⅔⅛])")
_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Number:
    """A number that was read.

    Attributes
    ----------
    text : str
        As a number is written here: digits, a point before decimals.
    unsure : str
        How it is unsure: ``about``, ``range``, or empty.
    """

    text: str
    unsure: str = ""


def is_absent(text: str) -> bool:
    """Whether a text says that nothing is known.

    Examples
    --------
    >>> is_absent("n/a"), is_absent("нет данных"), is_absent("0")
    (True, True, False)
    """
    return len(text) <= _LONGEST and folded(text) in _ABSENT


def read_number(text: str, decimal: str = "") -> Number:
    """Read a number, a range of numbers (its middle), or one that is only about right.

    Parameters
    ----------
    text : str
    decimal : str
        A point or a comma, if it is known what stands before decimals.

    Raises
    ------
    WrongValueError
        If it can mean several numbers, or none; with what to do.

    Examples
    --------
    >>> read_number("1 200,5"), read_number("~5"), read_number("10-12")
    (Number(text='1200.5', unsure=''), Number(text='5', unsure='about'), Number(text='11', unsure='range'))
    >>> read_number("1,200", ","), read_number("1,200", ".")
    (Number(text='1.200', unsure=''), Number(text='1200', unsure=''))
    """
    short = plain(text)[: _LONGEST + 1]
    if len(short) > _LONGEST:
        raise WrongValueError(f"wanted a number, got {show(text)}. {_WORDS}")
    if short.startswith("#"):
        message = f"{show(text)} is an error of a spreadsheet."
        raise WrongValueError(f"{message} Correct its formula, or leave the cell empty.")
    about = _ABOUT_FIRST.match(short)
    bare = short[about.end() :] if about else short
    unsure = "about" if bare != short else ""
    between = _BETWEEN.match(bare)
    if between:
        bare = _AND.sub("-", bare[between.end() :])
    found = _RANGE.fullmatch(bare)
    if found and not _PLAIN.fullmatch(bare):
        return _middle(text, found[1], found[2], decimal)
    if bare.endswith(("+", "?")):
        bare, unsure = bare[:-1].rstrip(), "about"
    return Number(_number(text, bare, decimal), unsure)


_WORDS = "Write digits alone, with a point before decimals; words belong into quality_note."


def _middle(text: str, first: str, last: str, decimal: str) -> Number:
    low, high = float(_number(text, first.strip(), decimal)), float(_number(text, last.strip(), decimal))
    if not low < high:
        raise WrongValueError(f"wanted a number or a range that rises, got {show(text)}. Write one number.")
    middle = (low + high) / 2
    return Number(f"{middle:.10g}" if math.isfinite(middle) else "inf", "range")


def _number(text: str, bare: str, decimal: str) -> str:
    half = _HALF.fullmatch(bare)
    if half:
        return f"{float(int(half[1] or 0) + Fraction(_FRACTIONS[half[2]])):.10g}"
    compact = bare.replace("\u2019", "'")
    if _PLAIN.fullmatch(compact) and (decimal != "," or "." not in compact):
        return compact
    sign = compact[0] if compact[:1] in ("+", "-") else ""
    body = compact.removeprefix(sign)
    if not re.fullmatch(r"[\d.,' ]*\d", body) or not body[0].isdigit():
        raise WrongValueError(f"wanted a number, got {show(text)}. {_WORDS}")
    return sign + _ungrouped(text, body, decimal)


def _ungrouped(text: str, body: str, decimal: str) -> str:
    """Take the signs that part thousands away, and put a point before decimals."""
    sign = decimal or _decimal_sign(text, body)
    whole, _, part = body.partition(sign) if sign in body else (body, "", "")
    groups = re.split(r"[.,' ]", whole)
    parters = {x for x in whole if not x.isdigit()}
    even = all(len(group) == 3 for group in groups[1:]) and 1 <= len(groups[0]) <= 3  # noqa: PLR2004 - thousands
    if (len(groups) > 1 and not even) or len(parters) > 1 or (part and not part.isdigit()):
        stated = f", with {show(sign)} before decimals" if decimal else ""
        message = f"wanted a number{stated}, got {show(text)}. Its thousands are not parted by threes."
        raise WrongValueError(f"{message} Correct it, or say decimal in [reading] of a config file.")
    return "".join(groups) + (f".{part}" if part else "")


def _decimal_sign(text: str, body: str) -> str:
    """Tell which sign stands before decimals: the last of two kinds, or one that cannot part thousands."""
    points, commas = body.count("."), body.count(",")
    if points and commas:
        return "." if body.rfind(".") > body.rfind(",") else ","
    one = "," if commas == 1 else "." if points == 1 else ""
    if one == "," and " " not in body and "'" not in body:
        before, _, after = body.partition(",")
        if len(after) == 3 and 1 <= len(before) <= 3 and before != "0":  # noqa: PLR2004 - thousands
            message = f"{show(text)} can be {before}{after} or {float(f'{before}.{after}'):g}."
            remedy = 'Say decimal = "." or decimal = "," in [reading] of a config file, or write it without.'
            raise WrongValueError(f"{message} {remedy}")
    return one or ("." if commas else ",")
