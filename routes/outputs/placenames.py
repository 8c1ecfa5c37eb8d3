"""Names of places in the form of a language; a place of which no form is known keeps its own name."""

from __future__ import annotations

import csv
import re
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from routes.outputs.language import Language, figures, message, spoken, tr
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


def called(place: str) -> str:
    """Call a place or a corridor as a table does: by its id in English, which commands take, else by name.

    Examples
    --------
    >>> from routes.outputs.language import speaking
    >>> called("karachi>torkham>nangarhar")
    'karachi > torkham > nangarhar'
    >>> with speaking("ru"):
    ...     called("karachi>torkham>nangarhar")
    'Порт Карачи > Торхам > Провинция Нангархар'
    """
    return " > ".join(place_name(each, _own(each)) for each in place.split(">"))


def _own(place: str) -> str:
    """Give a place without a name of its own the one that the network gives it, in other languages."""
    unlisted = None if spoken() is Language.en else _UNLISTED_ID.fullmatch(place)
    if unlisted is None:
        return place
    one, other, lat, lon = unlisted.groups()
    return f"Unlisted road {one.upper()}-{other.upper()} at {lat}N {lon}E"


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


@cache
def _spots() -> Mapping[str, str]:
    """Id of every gate, crossing and town by its name in the data, and by itself."""
    found: dict[str, str] = {}
    for file, key in (("places.csv", "place_id"), ("crossings.csv", "crossing_id")):
        with bundled(file).open(encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                found |= {row["name"]: row[key], row[key]: row[key]}
    return found


_OFF = re.compile(r"([\d,.]+) km ([NESW]{1,2}) of (.+)")
"""How a point of the roads is called that has no name."""
_WAYS = {
    "N": message("{km} km N of {place}"),
    "NE": message("{km} km NE of {place}"),
    "E": message("{km} km E of {place}"),
    "SE": message("{km} km SE of {place}"),
    "S": message("{km} km S of {place}"),
    "SW": message("{km} km SW of {place}"),
    "W": message("{km} km W of {place}"),
    "NW": message("{km} km NW of {place}"),
}


def spot_name(own: str) -> str:
    """Name a point or a stretch of a road, of which only its name in the data is known.

    Examples
    --------
    >>> from routes.outputs.language import speaking
    >>> with speaking("ru"):
    ...     spot_name("36 km NE of Herat"), spot_name("Herat - Nowhere")
    ('36 км к СВ от пункта Герат', 'Герат - Nowhere')
    """
    if spoken() is Language.en:
        return own
    if own in _spots():
        return place_name(_spots()[own], own)
    if " - " in own:
        return " - ".join(map(spot_name, own.split(" - ")))
    if own.startswith(_ABOUT):
        return tr("about {place}", place=spot_name(own.removeprefix(_ABOUT)))
    off = _OFF.fullmatch(own)
    if off is None:
        return own
    return tr(_WAYS[off[2]], km=figures(off[1]), place=spot_name(off[3]))


_ABOUT = "about "


def country_tag(code: str) -> str:
    """Tell a country in brackets behind a place: its code in English, which commands take, else its name.

    Examples
    --------
    >>> from routes.outputs.language import speaking
    >>> country_tag("AFG")
    'AFG'
    >>> with speaking("ru"):
    ...     country_tag("AFG")
    'Афганистан'
    """
    return code if spoken() is Language.en else country_name(code)


_UNLISTED = re.compile(r"Unlisted road ([A-Z]{3})-([A-Z]{3}) at ([\d.]+)N ([\d.]+)E")
"""How the network calls a road over the border that is no listed crossing."""
_UNLISTED_ID = re.compile(r"unlisted-([a-z]{3})-([a-z]{3})-([\d.]+)-([\d.]+)")


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
