"""What the data speak of: countries, what moves, what is made of it and where. No word of it is in code."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from routes.errors import Fault, InputError
from routes.parameters import Parameters
from routes.read.countries import COUNTRY_NAMES
from routes.read.quoting import show
from routes.support.toml import read_toml

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping

    import pandas as pd


@dataclass(frozen=True, slots=True)
class Ratio:
    """Kilograms of precursor for a kilogram of product, and who says so."""

    kg_per_kg: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """What the data speak of.

    Parameters
    ----------
    name, title : str
        Of the region, and of what is written about it.
    goods, precursor, product : str
        What moves; the one of it that is converted; what is made of it. As words in a sentence.
    destination : str
        Country where it is made, ISO 3166-1 alpha-3.
    countries : tuple of str
        The modelled countries, in alphabetical order of their codes.
    background_area_km2 : float
        Where a seizure that no corridor explains may lie.
    status_checked : date
        Up to which the status of crossings was checked.
    conversion : tuple of Ratio
        Published ratios, the lowest first; empty where none is known.
    substances : mapping of str to float
        Chance that a seizure of the substance belongs to the making of the product; ``other`` for the rest.
    densities : mapping of str to float
        Kilograms per litre of substances as they are traded, by name in small letters.
    weights_from : str
        What the weights of gates and processing areas rest on, in a sentence; empty if nothing is said.
    languages : tuple of str
        In which its readers read, the first first; ISO 639-1.

    Examples
    --------
    >>> from routes.read import bundled, read_country_shapes
    >>> region = read_region(bundled("region.toml"), read_country_shapes(bundled("borders.geojson")))
    >>> region.destination, len(region.countries), region.destination_name
    ('AFG', 8, 'Afghanistan')
    """

    name: str
    title: str
    goods: str
    precursor: str
    product: str
    destination: str
    countries: tuple[str, ...]
    background_area_km2: float
    status_checked: date
    conversion: tuple[Ratio, ...]
    substances: Mapping[str, float]
    densities: Mapping[str, float] = field(default_factory=dict)
    weights_from: str = ""
    languages: tuple[str, ...] = ("en",)

    @property
    def destination_name(self) -> str:
        """English short name of the destination."""
        return COUNTRY_NAMES[self.destination]

    def parameters(self, given: Parameters | None = None) -> Parameters:
        """Complete parameters: substances that they do not name, in any case, have the chances of the region.

        Examples
        --------
        >>> from routes.read import bundled, read_country_shapes
        >>> region = read_region(bundled("region.toml"), read_country_shapes(bundled("borders.geojson")))
        >>> parameters = region.parameters(Parameters(substances={"acetic acid": 0.1}))
        >>> parameters.substances["acetic acid"], parameters.substances["acetyl chloride"]
        (0.1, 0.95)
        """
        given = given or Parameters()
        return replace(given, substances={**self.substances, **_folded(given.substances)})


def read_region(path: str | os.PathLike[str], borders: pd.DataFrame) -> Region:
    """Read a region from its TOML file and the countries marked as modelled in the borders.

    Parameters
    ----------
    path : path
        The TOML file.
    borders : DataFrame
        From `routes.read.read_country_shapes`.

    Raises
    ------
    InputError
        With every fault: a key that is missing or unknown, a value that cannot be, no modelled country, a
        destination that is not among them.

    Notes
    -----
    All keys are wanted but ``[[conversion]]``, ``[densities]``, ``weights_from`` and ``languages``.
    """
    file = str(path)
    given = read_toml(Path(file))
    countries = tuple(sorted(borders.loc[borders["modelled"], "iso3"]))
    faults = [Fault(file, message, column=key) for key, message in _faults(given, countries)]
    if faults:
        raise InputError(faults)
    ratios = [Ratio(float(ratio["kg_per_kg"]), ratio["source"]) for ratio in given.pop("conversion", [])]
    typed = {
        "background_area_km2": float(given["background_area_km2"]),
        "densities": _folded(given.get("densities", {})),
        "substances": _folded(given["substances"]),
        "languages": tuple(given.get("languages", ("en",))),
    }
    return Region(
        **given | typed,
        countries=countries,
        conversion=tuple(sorted(ratios, key=lambda ratio: ratio.kg_per_kg)),
    )


def read_densities(path: str | os.PathLike[str]) -> dict[str, float]:
    """Read the densities of a region alone, which seizures need: kg per litre by name in small letters.

    Raises
    ------
    InputError
        If one of them cannot be.

    Examples
    --------
    >>> from routes.read import bundled
    >>> read_densities(bundled("region.toml"))["acetyl chloride"]
    1.1
    """
    file = str(path)
    given = read_toml(Path(file)).get("densities", {})
    faults = [Fault(file, message, column=key) for key, message in _density_faults(given)]
    if faults:
        raise InputError(faults)
    return _folded(given)


def _folded(by_substance: Mapping[str, float]) -> dict[str, float]:
    return {name.strip().casefold(): float(value) for name, value in by_substance.items()}


_TEXTS = ("name", "title", "goods", "precursor", "product", "destination", "weights_from")
_MAY_MISS = {"conversion", "densities", "weights_from", "languages"}
_DENSEST = 25.0  # kg per litre: no element is denser
_KEYS = {field.name for field in fields(Region)} - {"countries"}


def _faults(given: Mapping[str, Any], countries: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Key and message of everything that is wrong."""
    for key in sorted({*given} - _KEYS):
        yield key, f"unknown key. Known: {', '.join(sorted(_KEYS))}."
    for key in sorted(_KEYS - {*given} - _MAY_MISS):
        yield key, "is missing. Give it a value, as the bundled region.toml does."
    for key in _TEXTS:
        if key in given and not _is_text(given[key]):
            yield key, f"wanted a text in one line, got {_shown(given[key])}."
    if not countries:
        yield "destination", "no country of the borders is modelled. Set modelled to true for some of them."
    elif _is_text(given.get("destination")) and given["destination"] not in countries:
        got = _shown(given["destination"])
        yield "destination", f"wanted a modelled country ({', '.join(countries)}), got {got}."
    if "background_area_km2" in given and not _is_positive(given["background_area_km2"]):
        yield "background_area_km2", f"wanted km² above 0, got {_shown(given['background_area_km2'])}."
    day = given.get("status_checked", date.min)
    if not isinstance(day, date) or isinstance(day, datetime):
        yield "status_checked", f"wanted a day such as 2026-01-15, without quotes, got {_shown(day)}."
    yield from _conversion_faults(given.get("conversion", []))
    yield from _substance_faults(given.get("substances", {"other": 1.0}))
    yield from _density_faults(given.get("densities", {}))
    languages = given.get("languages", ["en"])
    if not isinstance(languages, list) or not languages or not all(map(_is_language, languages)):
        yield "languages", f'wanted codes of ISO 639-1 such as ["en", "ru"], got {_shown(languages)}.'


def _conversion_faults(ratios: object) -> Iterator[tuple[str, str]]:
    if not isinstance(ratios, list):
        yield "conversion", f"wanted tables [[conversion]], got {_shown(ratios)}."
        return
    for number, ratio in enumerate(ratios, 1):
        known = isinstance(ratio, dict) and {*ratio} == {"kg_per_kg", "source"}
        if not known or not _is_positive(ratio["kg_per_kg"]) or not _is_text(ratio["source"]):
            yield (
                f"conversion {number}",
                f"wanted kg_per_kg, a number above 0, and its source, a text; got {_shown(ratio)}.",
            )


def _substance_faults(chances: object) -> Iterator[tuple[str, str]]:
    if not isinstance(chances, dict):
        yield "substances", f"wanted a table [substances], got {_shown(chances)}."
        return
    if "other" not in chances:
        yield "substances", "other is missing. Give the chance of substances that are not named."
    for name, chance in chances.items():
        if not _is_positive(chance) or chance > 1:
            yield f"substances.{name}", f"wanted a probability above 0, at most 1, got {_shown(chance)}."


def _density_faults(densities: object) -> Iterator[tuple[str, str]]:
    if not isinstance(densities, dict):
        yield "densities", f"wanted a table [densities], got {_shown(densities)}."
        return
    for name, density in densities.items():
        if not _is_positive(density) or density > _DENSEST:
            yield f"densities.{name}", f"wanted kg per litre, above 0, at most 25, got {_shown(density)}."


def _is_language(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch("[a-z]{2}", value) is not None


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value.isprintable() and bool(value.strip())


def _is_positive(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value) and value > 0


def _shown(value: object) -> str:
    return show(value if isinstance(value, str) else str(value))
