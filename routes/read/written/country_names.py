"""Names of countries in English, Russian and Persian, and their codes, in whatever case."""

from __future__ import annotations

import csv

from routes.read.countries import COUNTRY_NAMES, country_of
from routes.read.paths import bundled
from routes.read.written.digits import folded

with bundled("names_of_countries.csv").open(encoding="utf-8", newline="") as _file:
    _KNOWN = {folded(row["name"]): row["iso3"] for row in csv.DictReader(_file)}


def country_named(text: str) -> str | None:
    """Give the code of a country by one of its names or codes; None for what is not known.

    Examples
    --------
    >>> country_named("Афганистан"), country_named("IR"), country_named("Iran, Islamic Republic of")
    ('AFG', 'IRN', 'IRN')
    >>> country_named("Afganistan")
    """
    if text in COUNTRY_NAMES:
        return text
    name = folded(text)
    return _KNOWN.get(name) or country_of(name)
