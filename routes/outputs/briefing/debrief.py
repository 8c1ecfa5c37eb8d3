"""The debriefing of an operation: seized against reported, heroin equivalents, consistency."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import TYPE_CHECKING, Any

from routes.errors import RoutesError
from routes.outputs.briefing.consistency import UNITS, claims, findings
from routes.outputs.briefing.conversion import product_kg
from routes.outputs.documents.text_blocks import Block, Paragraph, Points, Section, Table
from routes.outputs.language import Language, figures, long_day, number_as_set, spoken, tr, trn
from routes.outputs.placenames import country_name
from routes.outputs.text import capital, clean, listed, mass, percent, quantity, shortened
from routes.outputs.vocabulary import data_word

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping

    import pandas as pd

    from routes.read import Region

_LONGEST_SOURCE = 240
_BILLION = 1e9
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def operation_rows(operations: pd.DataFrame, operation: str) -> pd.DataFrame:
    """Return the reported totals of one operation.

    Raises
    ------
    RoutesError
        If no operation has that id.
    """
    rows = operations[operations["operation_id"] == operation]
    if rows.empty:
        known = ", ".join(sorted(set(operations["operation_id"])))
        raise RoutesError(f"--operation: no operation {operation!r}. Known: {known}.")
    return rows


def debrief_sections(records: pd.DataFrame, totals: pd.DataFrame, region: Region) -> tuple[Section, ...]:
    """Write the debriefing.

    Parameters
    ----------
    records : DataFrame
        Seizure records of the operation.
    totals : DataFrame
        Its reported totals.
    region : Region
        What is made of what, by which ratios; without a ratio nothing is converted.
    """
    told = totals[totals["total_kg"].notna()]  # of some operations no total was published
    return (
        _operation(records, totals),
        _totals(records, told),
        *([_made(records, told, region)] if region.conversion else []),
        _consistency(records, told, region),
    )


def _operation(records: pd.DataFrame, totals: pd.DataFrame) -> Section:
    first = totals.iloc[0]
    took_part = [country_name(code) for code in clean(first["participants"]).split()]
    told = {"name": shortened(first["name"]), "first": day_of(first["from"])}
    ran = (
        tr("{name} ran from {first} to {last}.", last=day_of(first["until"]), **told)
        if clean(first["until"])
        else tr("{name} ran from {first} to an unknown day.", **told)
    )
    who = trn(
        "{n} country took part: {countries}.",
        "{n} countries took part: {countries}.",
        len(took_part),
        countries=listed(took_part),
    )
    single = trn(
        "{n} single seizure of it can be told by itself; the rest is known as totals only.",
        "{n} single seizures of it can be told one by one; the rest is known as totals only.",
        len(records),
    )
    sources = sorted({shortened(source, _LONGEST_SOURCE) for source in totals["source"]})
    points = Points(tuple(tr("Source: {source}", source=source) for source in sources))
    return Section(tr("The operation"), (Paragraph(f"{ran} {who} {single}"), points))


def day_of(written: object) -> str:
    """Write a day of the data in the form of the language that is spoken; in English as it stands."""
    text = clean(written)
    return text if spoken() is Language.en or not _DAY.fullmatch(text) else long_day(date.fromisoformat(text))


def _totals(records: pd.DataFrame, totals: pd.DataFrame) -> Section:
    sums: dict[tuple[str, str], tuple[float, int]] = {}
    for record in records.to_dict("records"):
        place = str(record["country"]), str(record["substance"])
        kg, number_of = sums.get(place, (0.0, 0))
        sums[place] = kg + (record["quantity_kg"] if record["quantity_kg"] > 0 else 0.0), number_of + 1
    rows = []
    for total in totals.to_dict("records"):
        key = (total["country"], total["substance"])
        here = sums.pop(key, (0.0, 0)) if total["country"] else _all(records)
        rows.append(_total_row(total, here))
    rows += [_row(country, substance, here, None, "") for (country, substance), here in sorted(sums.items())]
    text = tr(
        "Single seizures that are listed, added up, beside the totals that were reported. A total is never "
        "counted as a seizure. Where less is listed than was reported, the difference is not lost: it was "
        "never published seizure by seizure."
    )
    heads = (
        *(tr("Country"), tr("Substance"), tr("Seizures listed"), tr("Listed"), tr("Reported total")),
        tr("Listed of it"),
    )
    return Section(
        tr("Totals by country and substance"), (Paragraph(text), Table(heads, tuple(rows), (2, 3, 4, 5)))
    )


def _all(records: pd.DataFrame) -> tuple[float, int]:
    return float(records["quantity_kg"].sum()), len(records)


def _total_row(total: Mapping[Hashable, Any], here: tuple[float, int]) -> tuple[str, ...]:
    said = quantity(total["reported_total"], total["unit"])
    return _row(str(total["country"]), str(total["substance"]), here, float(str(total["total_kg"])), said)


def _row(
    country: str, substance: str, here: tuple[float, int], total_kg: float | None, said: str
) -> tuple[str, ...]:
    kg, number = here
    whole = tr("all countries") if total_kg is not None else tr("country not reported")
    return (
        country_name(country) or whole,
        shortened(data_word(substance)),
        str(number),
        mass(kg) if kg else tr("none"),
        said or tr("none reported"),
        percent(kg / total_kg) if total_kg else "",
    )


def _made(records: pd.DataFrame, totals: pd.DataFrame, region: Region) -> Section:
    precursor, product, ratios = region.precursor, region.product, region.conversion
    known = records[records["substance"].str.casefold() == precursor.casefold()]
    named, made = data_word(precursor), data_word(product)
    amounts = [(tr("Listed seizures of {substance}", substance=named), float(known["quantity_kg"].sum()))]
    for total in totals.to_dict("records"):
        where = country_name(total["country"]) or tr("all countries")
        if total["substance"].casefold() == precursor.casefold():
            told = tr("Reported total, {where}: {substance}", where=where, substance=named)
            amounts.append((told, total["total_kg"]))
        elif not total["country"]:
            told = tr(
                "Reported total, {where}: {substance}, if all were {precursor}",
                where=where,
                substance=shortened(data_word(total["substance"])),
                precursor=named,
            )
            amounts.append((told, total["total_kg"]))
    rows = tuple(
        (what, mass(kg), *(mass(kg / ratio.kg_per_kg) for ratio in ratios)) for what, kg in amounts if kg > 0
    )
    heads = (
        tr("Precursors"),
        tr("Quantity"),
        *(
            capital(tr("{product} at {ratio} to 1", product=made, ratio=number_as_set(ratio.kg_per_kg)))
            for ratio in ratios
        ),
    )
    sources = Points(
        tuple(
            tr(
                "Of {precursor}, {ratio} kg for a kg of {product}: {source}.",
                ratio=number_as_set(ratio.kg_per_kg),
                precursor=named,
                product=made,
                source=ratio.source,
            )
            for ratio in ratios
        )
    )
    blocks: list[Block] = [
        Paragraph(
            " ".join(
                (
                    capital(
                        tr(
                            "{product} that the {precursor} would have made, by {ratios}.",
                            product=made,
                            precursor=named,
                            ratios=_which(len(ratios)),
                        )
                    ),
                    tr("Other chemicals are not converted: no ratio for them was found."),
                )
            )
        ),
        Table(heads, rows, tuple(range(1, len(heads)))),
        sources,
    ]
    blocks += [Paragraph(text) for text in _values(totals, region)]
    title = tr("{product} that the precursors would make", product=made)
    return Section(capital(title), tuple(blocks))


def _which(ratios: int) -> str:
    """Say which ratios stand in the table."""
    told = {
        1: tr("the one published ratio"),
        2: tr("the lowest and highest published ratio"),
        3: tr("the lowest and highest published ratio and one between"),
    }
    return told[ratios] if ratios in told else trn("{n} published ratio", "{n} published ratios", ratios)


def _values(totals: pd.DataFrame, region: Region) -> Iterator[str]:
    """Value of the product at the price that the source itself implies, for the range of the ratios."""
    for total, claimed, unit in claims(totals):
        value = total.get("value_claimed_usd", math.nan)
        if not value > 0:
            continue
        made = product_kg(region.conversion, total["total_kg"])
        least, most = (kg * value / (claimed * UNITS[unit]) for kg in made)
        told = {
            "value": figures(f"{value:,.0f}"),
            "claimed": quantity(claimed, unit),
            "product": data_word(region.product),
            "low": mass(made[0]),
            "high": mass(made[1]),
        }
        if unit == "kg" and least >= _BILLION:
            yield tr(
                "Value: the only figure that was reported is US$ {value} for {claimed} of {product}. Taken "
                "at its word, that price would put {low} to {high} at US$ {least} to {most} billion; were "
                "tonnes meant, at US$ {least} to {most} million. No independent price was found for the time "
                "and place, and none is put in.",
                least=figures(f"{least / _BILLION:,.0f}"),
                most=figures(f"{most / _BILLION:,.0f}"),
                **told,
            )
        else:
            yield tr(
                "Value: the only figure that was reported is US$ {value} for {claimed} of {product}. At that "
                "price {low} to {high} would be worth US$ {least} to {most}. No independent price was found "
                "for the time and place, and none is put in.",
                least=figures(f"{float(f'{least:.2g}'):,.0f}"),
                most=figures(f"{float(f'{most:.2g}'):,.0f}"),
                **told,
            )


def _consistency(records: pd.DataFrame, totals: pd.DataFrame, region: Region) -> Section:
    found = findings(records, totals, region)
    if not found:
        return Section(tr("Do the figures fit together?"), (Paragraph(tr("Every check was passed.")),))
    opening = Paragraph(
        " ".join(
            (
                trn("{n} finding.", "{n} findings.", len(found)),
                tr(
                    "Each comes from a rule that compares the figures with one another. The figures stay as "
                    "they were reported; what the ranking uses instead is in the table of seizures."
                ),
            )
        )
    )
    return Section(tr("Do the figures fit together?"), (opening, Points(tuple(found), numbered=True)))
