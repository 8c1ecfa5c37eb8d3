"""Country codes (ISO 3166-1 alpha-3, with XKX for Kosovo), and what was meant by a wrong one."""

from __future__ import annotations

import csv
import difflib
from functools import cache

from routes.read.paths import bundled

with bundled("countries.csv").open(encoding="utf-8", newline="") as _file:
    _ROWS = list(csv.DictReader(_file))

_NO_ISO_CODE = {"XKX"}
COUNTRY_NAMES: dict[str, str] = {row["iso3"]: row["name"] for row in _ROWS}
"""Short English name of every country, by code."""
ISO_ALPHA_2: dict[str, str] = {row["iso3"]: row["iso2"] for row in _ROWS if row["iso3"] not in _NO_ISO_CODE}
"""ISO 3166-1 alpha-2 code of every country, by alpha-3 code."""

_MEANT = (
    {row["name"].casefold(): row["iso3"] for row in _ROWS}
    | {row["iso2"].casefold(): row["iso3"] for row in _ROWS}
    | {row["iso3"].casefold(): row["iso3"] for row in _ROWS}
    | {name.casefold(): row["iso3"] for row in _ROWS for name in row["also"].split("; ") if name}
)


def country_label(iso3: str) -> str:
    """Name and code, for messages.

    Examples
    --------
    >>> country_label("IRN")
    'Iran (IRN)'
    """
    return f"{COUNTRY_NAMES.get(iso3, iso3)} ({iso3})"


def country_of(text: str) -> str | None:
    """Give the code of a country named by code or name, in any case; None if it is no such name.

    Examples
    --------
    >>> country_of("afghanistan"), country_of("ir"), country_of("Afganistan")
    ('AFG', 'IRN', None)
    """
    return _MEANT.get(text.strip().casefold())


@cache
def nearest_country(text: str) -> str | None:
    """Give the code that was most likely meant, or None.

    Looks at names, two-letter and three-letter codes; small misspellings are forgiven.

    Examples
    --------
    >>> nearest_country("Afganistan"), nearest_country("IR"), nearest_country("Atlantis")
    ('AFG', 'IRN', None)
    """
    wanted = text.strip().casefold()
    if wanted in _MEANT:
        return _MEANT[wanted]
    close = difflib.get_close_matches(wanted, _MEANT, n=1, cutoff=0.8)
    return _MEANT[close[0]] if close else None
