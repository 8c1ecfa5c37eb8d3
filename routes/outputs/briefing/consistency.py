"""Do the reported figures of an operation fit together? Rules that read the data, with no case built in.

Each rule takes the records and the reported totals of one operation and says in plain words what does not
fit, by how much, and under which reading it would. None of them changes a figure.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from routes.outputs.briefing.conversion import precursor_kg, product_kg
from routes.outputs.language import figures, number_as_set, tr
from routes.outputs.placenames import country_name
from routes.outputs.text import clean, decimal, mass, percent, quantity, shortened
from routes.outputs.vocabulary import data_word
from routes.read import normalise_quantity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from routes.read import Ratio, Region

    Densities = Mapping[str, float]

_LONGEST_WORD, _LONGEST_NOTE = 80, 400
_SLACK = 1.1  # rounding in a press release
UNITS = {"g": 0.001, "kg": 1.0, "t": 1000.0}
"""Kilograms of each."""
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
        record["place"] or country_name(record["country"]) or tr("place not reported"),
        data_word(record["substance"]),
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
            found = tr(
                "A part is larger than the whole. One seizure ({seizure}) is reported as {said}, but the "
                "whole operation as {whole}: the single seizure would be {factor} times all that was seized. "
                "Both cannot be right.",
                seizure=_name(record),
                said=said,
                whole=whole,
                factor=decimal(kg / total["total_kg"]),
            )
            yield f"{found} {fits}".strip()


def _reading_that_fits(record: pd.Series, total_kg: float) -> str:
    number = float(record["quantity_reported"])
    for unit, kg in sorted(UNITS.items(), key=lambda item: -item[1]):
        if unit != record["unit_reported"] and number * kg <= total_kg:
            return tr(
                "Read as {quantity} ({mass}) it would be {share} of the total.",
                quantity=quantity(number, unit),
                mass=mass(number * kg),
                share=percent(number * kg / total_kg),
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
            slipped = tr(
                "A unit has slipped. {seizure}: reported {reported}, used here as {used}, a factor of "
                "{factor}, as between kilograms and tonnes.",
                seizure=_name(record),
                reported=quantity(record["quantity_reported"], record["unit_reported"]),
                used=mass(used),
                factor=decimal(max(said / used, used / said)),
            )
            why = tr("Why: {note}", note=note)
            yield f"{slipped} {why}" if note else slipped


def product_that_does_not_follow(totals: pd.DataFrame, region: Region) -> Iterator[str]:
    """Find claims of the product that the reported precursors would not make, at any published ratio."""
    ratios, product, precursor = region.conversion, data_word(region.product), data_word(region.precursor)
    if not ratios:
        return
    span = _span(ratios)
    for row, claimed, unit in claims(totals):
        total, claimed_kg = float(row["total_kg"]), claimed * UNITS[unit]
        if not total > 0:
            continue
        least, most = product_kg(ratios, total)
        if least / _SLACK <= claimed_kg <= most * _SLACK:
            continue
        low, high = precursor_kg(ratios, claimed_kg)
        found = tr(
            "The {product} does not follow from the precursors. {total} of precursors are said to be enough "
            "for {claimed} of {product}. At {span} kg of {precursor} for a kg of {product}, {total} would "
            "make {least} to {most}, if all of it were {precursor}; {claimed} of {product} need only {low} "
            "to {high}.",
            product=product,
            precursor=precursor,
            total=mass(total),
            claimed=quantity(claimed, unit),
            span=span,
            least=mass(least),
            most=mass(most),
            low=mass(low),
            high=mass(high),
        )
        yield f"{found} {_one_unit(ratios, total, claimed, unit)}".strip()


def _span(ratios: Sequence[Ratio]) -> str:
    low, high = ratios[0].kg_per_kg, ratios[-1].kg_per_kg
    ends = number_as_set(low), number_as_set(high)
    return tr("{low} to {high}", low=ends[0], high=ends[1]) if low < high else ends[0]


def claims(totals: pd.DataFrame) -> Iterator[tuple[pd.Series, float, str]]:
    """Totals with a claim of the product, the claim, and its unit."""
    for _, total in totals.iterrows():
        claimed, unit = total.get("product_claimed", math.nan), clean(total.get("product_claimed_unit", ""))
        if unit in UNITS and claimed > 0:
            yield total, float(claimed), unit


def _one_unit(ratios: Sequence[Ratio], total_kg: float, claimed: float, unit: str) -> str:
    """Say whether the two numbers would fit if both were in one unit."""
    lowest, highest = ratios[0].kg_per_kg, ratios[-1].kg_per_kg
    for name, kg in sorted(UNITS.items(), key=lambda item: -item[1]):
        number = total_kg / kg
        if name != unit and lowest / _SLACK <= number / claimed <= highest * _SLACK:
            return tr(
                "The two numbers fit ({ratio} to 1) only if both are in one unit: {total} with {claimed}, or "
                "{other_total} with {other_claimed}. Which was meant cannot be told from them.",
                ratio=figures(f"{number / claimed:.1f}"),
                total=quantity(number, name),
                claimed=quantity(claimed, name),
                other_total=quantity(number, unit),
                other_claimed=quantity(claimed, unit),
            )
    return ""


def price_of_the_claim(totals: pd.DataFrame, product: str) -> Iterator[str]:
    """Say what price a claimed value means, in each unit that the claimed product may have had."""
    for total, claimed, unit in claims(totals):
        value = total.get("value_claimed_usd", math.nan)
        if not value > 0:
            continue
        per_gram = value / (claimed * UNITS[unit] * 1000)
        other, kg = ("t", 1000.0) if unit != "t" else ("kg", 1.0)
        yield tr(
            "The value settles nothing. US$ {value} for {claimed} of {product} is {price}; for {other} it "
            "would be {other_price}. The claim does not say whose price it takes, that of the importer, the "
            "dealer or the street, so that it cannot decide between the two units.",
            value=figures(f"{value:,.0f}"),
            claimed=quantity(claimed, unit),
            product=data_word(product),
            price=_price(per_gram),
            other=quantity(claimed, other),
            other_price=_price(value / (claimed * kg * 1000)),
        )


def _price(usd_per_gram: float) -> str:
    if usd_per_gram >= 1:
        return tr("US$ {price} a gram", price=figures(f"{usd_per_gram:,.0f}"))
    return tr("US$ {price} a kg", price=figures(f"{1000 * usd_per_gram:,.0f}"))


def more_than_reported(records: pd.DataFrame, totals: pd.DataFrame) -> Iterator[str]:
    """Find countries and substances whose single seizures add up to more than the reported total."""
    by = records.groupby(["country", "substance"])["quantity_kg"].sum()
    for _, total in totals[totals["country"] != ""].iterrows():
        key = (total["country"], total["substance"])
        listed = float(by.get(key, 0.0))
        if listed > _SLACK * float(total["total_kg"]):
            yield tr(
                "More is listed than was reported. {country}, {substance}: single seizures of {listed} "
                "against a reported total of {total}.",
                country=country_name(total["country"]),
                substance=data_word(total["substance"]),
                listed=mass(listed),
                total=mass(float(total["total_kg"])),
            )
    for _, total in _whole(totals).iterrows():
        listed = float(records["quantity_kg"].sum())
        if listed > _SLACK * float(total["total_kg"]):
            yield tr(
                "More is listed than was reported. All single seizures add up to {listed}, the reported "
                "total is {total}.",
                listed=mass(listed),
                total=mass(float(total["total_kg"])),
            )


def outside_its_time(records: pd.DataFrame, totals: pd.DataFrame) -> Iterator[str]:
    """Find seizures that cannot have been made while the operation ran."""
    if totals.empty:
        return
    begin, end = min(totals["from"]), max(totals["until"])
    for _, record in records.iterrows():
        first, last = f"{record['date_from']:%Y-%m-%d}", f"{record['date_until']:%Y-%m-%d}"
        if last < begin or (end and first[: len(end)] > end):
            told = {"seizure": _name(record), "first": begin}
            yield (
                tr(
                    "A seizure lies outside the operation's time. {seizure}: the operation ran from {first} "
                    "to {last}.",
                    last=end,
                    **told,
                )
                if end
                else tr(
                    "A seizure lies outside the operation's time. {seizure}: the operation ran from {first} "
                    "to an unknown day.",
                    **told,
                )
            )
