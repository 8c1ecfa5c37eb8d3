"""How a file is to be read, where its bytes do not tell or tell wrongly: the section ``[reading]``.

A config file fixes what would else be told from the bytes::

    [reading]
    separator = ";"        # or "comma", "semicolon", "tab", "bar"
    encoding = "cp1251"
    decimal = ","
    header_row = 4
    sheet = "2023"
"""

from __future__ import annotations

import codecs
import difflib
from dataclasses import dataclass
from typing import Any

from routes.errors import Fault, InputError
from routes.read.quoting import show
from routes.support.likeness import did_you_mean

SECTION = "reading"
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
"""Separators of cells and their names."""

_BY_NAME = {name: sign for sign, name in SEPARATORS.items()}
_KEYS = ("separator", "encoding", "decimal", "header_row", "sheet")
LAST_HEADER_ROW = 1_000


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read a file; what is empty or 0 is told from the bytes.

    Attributes
    ----------
    separator : str
        Between cells of a text file.
    encoding : str
        Of a text file, by a name that Python knows.
    decimal : str
        A point or a comma: what stands before decimals in text. Cells that are numbers are not touched.
    header_row : int
        The line or row of the header, counted from 1.
    sheet : str
        Of a workbook, or the layer of a spatial file.
    wanted : frozenset of str
        Names that the header should have, which help to tell what separates cells.
    """

    separator: str = ""
    encoding: str = ""
    decimal: str = ""
    header_row: int = 0
    sheet: str = ""
    wanted: frozenset[str] = frozenset()


def reading_of(file: str, given: object) -> Reading:
    """Understand the section of a config file.

    Raises
    ------
    InputError
        With every key that is not known and every value that cannot be used.

    Examples
    --------
    >>> reading_of("a.toml", {"separator": "semicolon", "header_row": 4})
    Reading(separator=';', encoding='', decimal='', header_row=4, sheet='', wanted=frozenset())
    """
    if not isinstance(given, dict):
        raise InputError([Fault(file, f"[{SECTION}] must be a table of values.")])
    faults = [
        Fault(file, message, column=f"{SECTION}.{show(key)[1:-1]}")
        for key, value in given.items()
        if (message := _wrong(key, value))
    ]
    if faults:
        raise InputError(faults)
    separator = str(given.get("separator", ""))
    return Reading(**{**given, "separator": _BY_NAME.get(separator, separator)})


def _wrong(key: str, value: Any) -> str:  # noqa: ANN401, PLR0911 - whatever TOML holds; one way out for each key
    if key not in _KEYS:
        hint = did_you_mean(difflib.get_close_matches(key, _KEYS, 1), f"Known: {', '.join(_KEYS)}.")
        return f"unknown key {show(key)}. {hint}"
    if key == "header_row":
        good = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= LAST_HEADER_ROW
        return "" if good else f"wanted a number from 1 to {LAST_HEADER_ROW}, got {show(str(value))}."
    if not isinstance(value, str) or not value:
        return f"wanted a text, got {show(str(value))}."
    if key == "separator" and value not in (*SEPARATORS, *_BY_NAME):
        return f"wanted one of {', '.join(_BY_NAME)}, got {show(value)}."
    if key == "decimal" and value not in (".", ","):
        return f"wanted '.' or ',', got {show(value)}."
    if key == "encoding" and not _is_text_encoding(value):
        return f"there is no encoding {show(value)}. Such as utf-8, utf-16, cp1251, cp1256, cp1252, koi8-r."
    return ""


def _is_text_encoding(name: str) -> bool:
    try:
        codecs.lookup(name)
        return isinstance(b"a".decode(name, "replace"), str)
    except (LookupError, ValueError, TypeError):
        return False
