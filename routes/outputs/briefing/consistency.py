"""Do the reported figures of an operation fit together? Rules that read the data, with no case built in.

Each rule takes the records and the reported totals of one operation and says in plain words what does not
fit, by how much, and under which reading it would. None of them changes a figure.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from routes.outputs.briefing.conversion import precursor_kg, product_kg
from routes.outputs.text import clean, mass, percent, quantity, shortened
from routes.read import normalise_quantity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from routes.read import Ratio, Region

    Densities = Mapping[str, float]

_LONGEST_WORD, _LONGEST_NOTE = 80, 400
_SLACK = 1.1  # rounding in a press release
_UNITS = {"g": 0.001, "kg": 1.0, "t": 1000.0}
_SLIPS = (1000.0, 1e-3, 1e6, 1e-6)  # how far g, kg and t lie apart
_SLIP_TOLERANCE = 0.05


def findings(records: pd.DataFrame, totals: pd.DataFrame, region: Region) -> list[str]:
    """Say what does not fit in an operation's figures.

    Parameters
    ----------
    records : DataFrame
        Its rows of the seizures file.
    totals : DataFrame
        Its rows of ``operations.csv``.
    region : Region
        What is made of what, by which ratios.

    Returns
    -------
    list of str
        One finding each, empty if all fits.
    """
    rules = (
        larger_than_the_whole(records, totals, region.densities),
        slipped_units(records, region.densities),
        product_that_does_not_follow(totals, region),
        price_of_the_claim(totals, region.product),
        more_than_reported(records, totals),
        outside_its_time(records, totals),
    )
    return [finding for rule in rules for finding in rule]


def _whole(totals: pd.DataFrame) -> pd.DataFrame:
    """Totals of all countries together."""
    return totals[(totals["country"] == "") & totals["total_kg"].notna()]


def _as_reported_kg(records: pd.DataFrame, densities: Densities | None) -> pd.Series[float]:
    amount, unit, substance = (records[name] for name in ("quantity_reported", "unit_reported", "substance"))
    kilograms = normalise_quantity(amount, unit, substance, densities)
    return pd.Series(kilograms, index=records.index, dtype=float)


def _name(record: pd.Series) -> str:
    words = (
        record["date"],
        record["place"] or record["country"] or "place not reported",
        record["substance"],
    )
    return ", ".join(shortened(word, _LONGEST_WORD) for word in words)


def larger_than_the_whole(
    records: pd.DataFrame, totals: pd.DataFrame, densities: Densities | None = None
) -> Iterator[str]:
    """Find single seizures that, as reported, exceed the total of the operation they are part of."""
    reported = _as_reported_kg(records, densities)
    for _, total in _whole(totals).iterrows():
        for row in records.index[reported > _SLACK * total["total_kg"]]:
            record, kg = records.loc[row], float(reported[row])
            said = quantity(record["quantity_reported"], record["unit_reported"])
            whole = quantity(total["reported_total"], total["unit"])
            fits = _reading_that_fits(record, float(total["total_kg"]))
            yield (
                f"A part is larger than the whole. One seizure ({_name(record)}) is reported as {said}, but "
                f"the whole operation as {whole}: the single seizure would be {kg / total['total_kg']:,.0f} "
                f"times all that was seized. Both cannot be right.{fits}"
            )


def _reading_that_fits(record: pd.Series, total_kg: float) -> str:
    number = float(record["quantity_reported"])
    for unit, kg in sorted(_UNITS.items(), key=lambda item: -item[1]):
        if unit != record["unit_reported"] and number * kg <= total_kg:
            return (
                f" Read as {quantity(number, unit)} ({mass(number * kg)}) it would be "
                f"{percent(number * kg / total_kg)} of the total."
            )
    return ""


def slipped_units(records: pd.DataFrame, densities: Densities | None = None) -> Iterator[str]:
    """Find records whose reported unit lies a factor of a thousand from the kilograms that are used."""
    reported = _as_reported_kg(records, densities)
    pairs = zip(records.index, records["quantity_kg"].astype(float), reported, strict=True)
    for row, used, said in pairs:
        if not (used > 0 and said > 0):
            continue
        if any(abs(said / used / slip - 1) <= _SLIP_TOLERANCE for slip in _SLIPS):
            record = records.loc[row]
            note = shortened(record["quality_note"], _LONGEST_NOTE)
            yield (
                f"A unit has slipped. {_name(record)}: reported "
                f"{quantity(record['quantity_reported'], record['unit_reported'])}, used here as "
                f"{mass(used)}, a factor of {max(said / used, used / said):,.0f}, as between kilograms and "
                "tonnes." + (f" Why: {note}" if note else "")
            )


def product_that_does_not_follow(totals: pd.DataFrame, region: Region) -> Iterator[str]:
    """Find claims of the product that the reported precursors would not make, at any published ratio."""
    ratios, product, precursor = region.conversion, region.product, region.precursor
    if not ratios:
        return
    span = _span(ratios)
    for total, claimed, unit in _claims(totals):
        claimed_kg = claimed * _UNITS[unit]
        least, most = product_kg(ratios, total)
        if least / _SLACK <= claimed_kg <= most * _SLACK:
            continue
        low, high = precursor_kg(ratios, claimed_kg)
        yield (
            f"The {product} does not follow from the precursors. {mass(total)} of precursors are said to be "
            f"enough for {quantity(claimed, unit)} of {product}. At {span} kg of {precursor} for a kg of "
            f"{product}, {mass(total)} would make {mass(least)} to {mass(most)}, if all of it were "
            f"{precursor}; {quantity(claimed, unit)} of {product} need only {mass(low)} to "
            f"{mass(high)}.{_one_unit(ratios, total, claimed, unit)}"
        )


def _span(ratios: Sequence[Ratio]) -> str:
    low, high = ratios[0].kg_per_kg, ratios[-1].kg_per_kg
    return f"{low:g} to {high:g}" if low < high else f"{low:g}"


def _claims(totals: pd.DataFrame) -> Iterator[tuple[float, float, str]]:
    """Total in kg, claimed product and its unit, where all are given."""
    for _, total in totals.iterrows():
        claimed, unit = total.get("product_claimed", math.nan), clean(total.get("product_claimed_unit", ""))
        if unit in _UNITS and claimed > 0 and total["total_kg"] > 0:
            yield float(total["total_kg"]), float(claimed), unit


def _one_unit(ratios: Sequence[Ratio], total_kg: float, claimed: float, unit: str) -> str:
    """Say whether the two numbers would fit if both were in one unit."""
    lowest, highest = ratios[0].kg_per_kg, ratios[-1].kg_per_kg
    for name, kg in sorted(_UNITS.items(), key=lambda item: -item[1]):
        number = total_kg / kg
        if name != unit and lowest / _SLACK <= number / claimed <= highest * _SLACK:
            return (
                f" The two numbers fit ({number / claimed:.1f} to 1) only if both are in one unit: "
                f"{number:,g} {name} with {claimed:,g} {name}, or {number:,g} {unit} with {claimed:,g} "
                f"{unit}. Which was meant cannot be told from them."
            )
    return ""


def price_of_the_claim(totals: pd.DataFrame, product: str) -> Iterator[str]:
    """Say what price a claimed value means, in each unit that the claimed product may have had."""
    for _, total in totals.iterrows():
        value = total.get("value_claimed_usd", math.nan)
        claimed, unit = total.get("product_claimed", math.nan), clean(total.get("product_claimed_unit", ""))
        if not (value > 0 and claimed > 0 and unit in _UNITS):
            continue
        per_gram = value / (claimed * _UNITS[unit] * 1000)
        other, kg = ("t", 1000.0) if unit != "t" else ("kg", 1.0)
        yield (
            f"The value settles nothing. US$ {value:,.0f} for {quantity(claimed, unit)} of {product} is "
            f"{_price(per_gram)}; for {quantity(claimed, other)} it would be "
            f"{_price(value / (claimed * kg * 1000))}. The claim does not say whose price it takes, that of "
            "the importer, the dealer or the street, so that it cannot decide between the two units."
        )


def _price(usd_per_gram: float) -> str:
    return f"US$ {usd_per_gram:,.0f} a gram" if usd_per_gram >= 1 else f"US$ {1000 * usd_per_gram:,.0f} a kg"


def more_than_reported(records: pd.DataFrame, totals: pd.DataFrame) -> Iterator[str]:
    """Find countries and substances whose single seizures add up to more than the reported total."""
    by = records.groupby(["country", "substance"])["quantity_kg"].sum()
    for _, total in totals[totals["country"] != ""].iterrows():
        key = (total["country"], total["substance"])
        listed = float(by.get(key, 0.0))
        if listed > _SLACK * float(total["total_kg"]):
            yield (
                f"More is listed than was reported. {total['country']}, {total['substance']}: single "
                f"seizures of {mass(listed)} against a reported total of {mass(float(total['total_kg']))}."
            )
    for _, total in _whole(totals).iterrows():
        listed = float(records["quantity_kg"].sum())
        if listed > _SLACK * float(total["total_kg"]):
            yield (
                f"More is listed than was reported. All single seizures add up to {mass(listed)}, the "
                f"reported total is {mass(float(total['total_kg']))}."
            )


def outside_its_time(records: pd.DataFrame, totals: pd.DataFrame) -> Iterator[str]:
    """Find seizures that cannot have been made while the operation ran."""
    if totals.empty:
        return
    begin, end = min(totals["from"]), max(totals["until"])
    for _, record in records.iterrows():
        first, last = f"{record['date_from']:%Y-%m-%d}", f"{record['date_until']:%Y-%m-%d}"
        if last < begin or (end and first[: len(end)] > end):
            yield (
                f"A seizure lies outside the operation's time. {_name(record)}: the operation ran from "
                f"{begin} to {end or 'an unknown day'}."
            )
