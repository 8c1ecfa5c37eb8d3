"""Reported quantities in kilograms; densities of substances are those of the region (``region.toml``).

One US gallon is 3.785411784 litres and one pound 0.45359237 kg, both by definition.
"""

from __future__ import annotations

import math
import tomllib
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from routes.read.paths import bundled

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from routes.support.arrays import Floats, Ints

KG_PER_UNIT = {"kg": 1.0, "g": 0.001, "t": 1000.0, "lb": 0.45359237}
"""Units of mass."""

LITRES_PER_UNIT = {"l": 1.0, "ml": 0.001, "gal": 3.785411784}
"""Units of volume; ``gal`` is the US gallon."""

CONTAINERS = ("bags", "barrels", "bottles", "cans", "containers", "drums", "jerrycans", "sacks", "tanks")
"""Counted things, which have no weight of their own."""

KNOWN_UNITS = (*KG_PER_UNIT, *LITRES_PER_UNIT, *CONTAINERS)

_SPELLINGS = {
    "kg": "kgs kilo kilos kilogram kilograms kilogramme kilogrammes kg. кг килограмм килограмма"
    " килограммов кило"
    " کیلوگرم کیلو کیلوگرام",
    "g": "gr gm gms gram grams gramme grammes г гр грамм грамма граммов گرم گرام",
    "t": "ton tons tonne tonnes mt metric_ton metric_tons metric_tonne metric_tonnes т тн тонн тонна"
    " тонны تن",
    "lb": "lbs pound pounds",
    "l": "lt ltr ltrs litre litres liter liters л литр литра литров ليتر لیتر",
    "ml": "millilitre millilitres milliliter milliliters мл миллилитр миллилитров میلی_لیتر میلیلیتر",
    "bags": "bag мешок мешка мешков мешки",
    "barrels": "barrel bbl bbls бочка бочки бочек بشکه",
    "bottles": "bottle бутылка бутылки бутылок بطری",
    "cans": "can tin tins банка банки банок قوطی",
    "containers": "container контейнер контейнера контейнеров کانتینر",
    "drums": "drum",
    "jerrycans": "jerrycan jerry_can jerry_cans canister canisters канистра канистры канистр گالن",
    "sacks": "sack کیسه گونی بوجی",
    "tanks": "tank цистерна цистерны цистерн تانکر مخزن",
}
OTHER_NAMES = {name.replace("_", " "): unit for unit, names in _SPELLINGS.items() for name in names.split()}
"""Common spellings in English, Russian and Persian, in small letters, by the unit that each can only mean."""

DOUBTFUL_NAMES = dict.fromkeys(
    ("gallon", "gallons", "gals", "галлон", "галлона", "галлонов"),
    "Write gal for US gallons (3.785 l), litres for imperial ones (4.546 l), jerrycans for cans of any size.",
) | dict.fromkeys(
    ("short ton", "short tons", "long ton", "long tons"),
    "Write t for metric tonnes; for short or long tons give kilograms.",
)
"""Names that can mean several units, and what to write instead."""


def unit_named(text: str) -> str | None:
    """Give the unit that a folded name can only mean; None where there is none.

    Examples
    --------
    >>> unit_named("kg"), unit_named("литров"), unit_named("gallons")
    ('kg', 'l', None)
    """
    return text if text in KNOWN_UNITS else OTHER_NAMES.get(text)


@cache
def kg_per_litre() -> Mapping[str, float]:
    """Densities of the bundled region, by substance in small letters.

    Examples
    --------
    >>> kg_per_litre()["acetic anhydride"]
    1.08
    """
    found = tomllib.loads(bundled("region.toml").read_text(encoding="utf-8"))["densities"]
    return {str(name): float(density) for name, density in found.items()}


def normalise_quantity(
    quantity: Iterable[float],
    unit: Iterable[str],
    substance: Iterable[str],
    densities: Mapping[str, float] | None = None,
) -> Floats:
    """Turn reported quantities into kilograms.

    Mass units are multiplied out. Volumes are turned into mass with the density of the substance. What
    has no weight of its own (bags, drums), a volume of a substance without a known density, or a missing
    quantity gives NaN: nothing is guessed.

    Parameters
    ----------
    quantity : iterable of float
        As reported; NaN where no figure was reported.
    unit : iterable of str
        One of `KNOWN_UNITS`, or empty.
    substance : iterable of str
        Name as in the file; capitals do not matter.
    densities : mapping of str to float, optional
        Kilograms per litre by substance in small letters. Default: those of the bundled region.

    Returns
    -------
    numpy.ndarray
        Kilograms, NaN where they cannot be had.

    Examples
    --------
    >>> aa = "acetic anhydride"
    >>> normalise_quantity([14, 100, 100, 5], ["t", "l", "l", "drums"], [aa, aa, "paint", aa]).tolist()
    [14000.0, 108.0, nan, nan]
    """
    units, unit_of = _distinct(unit)
    names, name_of = _distinct(substance)
    known = kg_per_litre() if densities is None else densities
    density = _look_up([name.strip().casefold() for name in names], known)[name_of]
    litres = _look_up(units, LITRES_PER_UNIT)[unit_of]
    mass = _look_up(units, KG_PER_UNIT)[unit_of]
    kg_per_unit = np.where(np.isnan(mass), litres * density, mass)
    return np.fromiter(quantity, dtype=np.float64) * kg_per_unit


def _distinct(texts: Iterable[str]) -> tuple[list[str], Ints]:
    """Distinct texts, and which of them each one is."""
    number: dict[str, int] = {}
    # A column gives its texts many times faster as an array than one by one.
    given = np.asarray(texts, object).tolist() if hasattr(texts, "__array__") else texts
    of_each = np.array([number.setdefault(text, len(number)) for text in given], int)
    return list(number), of_each


def _look_up(names: Iterable[str], table: Mapping[str, float]) -> Floats:
    return np.array([table.get(name, math.nan) for name in names], dtype=np.float64)
