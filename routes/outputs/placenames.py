"""Names of places in the form of a language; a place of which no form is known keeps its own name."""

from __future__ import annotations

import csv
import re
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from routes.outputs.language import Language, figures, spoken, tr
from routes.read.paths import bundled

if TYPE_CHECKING:
    from collections.abc import Mapping

Value = TypeVar("Value")
NAMES = "names_of_places.csv"


@cache
def forms() -> Mapping[str, Mapping[str, str]]:
    """Forms of every name that are known: id of a place -> language -> name.

    Languages are ISO 639-1 codes, of which there may be more than `Language` has.

    Examples
    --------
    >>> forms()["torkham"]["ru"], sorted(forms()["torkham"])
    ('Торхам', ['fa', 'ru'])
    """
    found: dict[str, dict[str, str]] = {}
    with bundled(NAMES).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["id"], {})[row["language"]] = row["name"]
    return found


def place_name(place: str, own: str) -> str:
    """Name a place in the language that is spoken.

    Parameters
    ----------
    place : str
        Id of a gate, a crossing, a processing area or a town.
    own : str
        Its name in the data, which stays where no other form is known.

    Examples
    --------
    >>> from routes.outputs.language import speaking
    >>> with speaking("ru"):
    ...     place_name("torkham", "Torkham"), place_name("elsewhere", "Elsewhere")
    ('Торхам', 'Elsewhere')
    """
    if spoken() is Language.en:
        return own
    unlisted = _UNLISTED.fullmatch(own)
    if unlisted is None:
        return forms().get(place, {}).get(spoken(), own)
    one, other, lat, lon = unlisted.groups()
    at = {"lat": figures(lat), "lon": figures(lon)}
    return tr(
        "Unlisted road {one} - {other} at {lat} N, {lon} E",
        one=country_name(one),
        other=country_name(other),
        **at,
    )


@cache
def _towns() -> Mapping[str, str]:
    with bundled("places.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"]: row["place_id"] for row in csv.DictReader(file) if row["kind"] == "city"}


def town_name(own: str) -> str:
    """Name a town, of which only its name in the data is known, in the language that is spoken.

    Examples
    --------
    >>> from routes.outputs.language import speaking
    >>> with speaking("ru"):
    ...     town_name("Herat"), town_name("Nowhere")
    ('Герат', 'Nowhere')
    """
    return place_name(_towns().get(own, ""), own)


_UNLISTED = re.compile(r"Unlisted road ([A-Z]{3})-([A-Z]{3}) at ([\d.]+)N ([\d.]+)E")
"""How the network calls a road over the border that is no listed crossing."""


def country_name(code: str, own: str = "") -> str:
    """Name a country in the language that is spoken: as ``names_of_places.csv`` has it, else as CLDR does.

    Parameters
    ----------
    code : str
        ISO 3166-1 alpha-3. One that is none stays as it is.
    own : str
        What it is called in English; by default as in ``countries.csv``.

    Examples
    --------
    >>> from routes.outputs.language import speaking
    >>> country_name("TJK"), country_name("XXX")
    ('Tajikistan', 'XXX')
    >>> with speaking("ru"):
    ...     country_name("TJK")
    'Таджикистан'
    """
    from routes.read import COUNTRY_NAMES, ISO_ALPHA_2

    own = own or COUNTRY_NAMES.get(code, code)
    if spoken() is Language.en or code not in ISO_ALPHA_2:
        return own
    if spoken() in forms().get(code, {}):
        return forms()[code][spoken()]
    from babel import Locale

    return str(Locale(spoken()).territories.get(ISO_ALPHA_2[code], own))


def with_names(value: Value) -> Value:
    """Give every place in a result its name in the language that is spoken.

    Parameters
    ----------
    value : dataclass, tuple or anything else
        Whatever has an ``id`` and a ``name``, at any depth of dataclasses and tuples, is renamed.

    Examples
    --------
    >>> from routes.outputs.language import speaking
    >>> from routes.results import Post
    >>> post = Post(id="torkham", name="Torkham", lon=71.1, lat=34.1, detection=0.5)
    >>> with speaking("ru"):
    ...     with_names((post,))[0].name
    'Торхам'
    """
    return value if spoken() is Language.en else _renamed(value)


def _renamed(value: Any) -> Any:  # noqa: ANN401 - whatever a result is made of
    if isinstance(value, tuple):
        if not value or not is_dataclass(value[0]):
            return value  # coordinates, ids, figures
        made = [_renamed(each) for each in value]
        same = all(new is old for new, old in zip(made, value, strict=True))
        return value if same else tuple(made)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    held = {field.name: getattr(value, field.name) for field in fields(value) if field.init}
    changed = {name: new for name, old in held.items() if (new := _renamed(old)) is not old}
    if "id" in held and "name" in held and (name := place_name(held["id"], held["name"])) != held["name"]:
        changed["name"] = name
    return replace(value, **changed) if changed else value
