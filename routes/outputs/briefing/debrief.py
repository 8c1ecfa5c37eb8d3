"""The debriefing of an operation: seized against reported, heroin equivalents, consistency."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from routes.errors import RoutesError
from routes.outputs.briefing.consistency import findings
from routes.outputs.briefing.conversion import product_kg
from routes.outputs.documents.text_blocks import Block, Paragraph, Points, Section, Table
from routes.outputs.text import capital, clean, count, listed, mass, percent, quantity, shortened
from routes.read import COUNTRY_NAMES

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    import pandas as pd

    from routes.read import Region

_LONGEST_SOURCE = 240


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
    took_part = [COUNTRY_NAMES.get(code, code) for code in clean(first["participants"]).split()]
    text = (
        f"{shortened(first['name'])} ran from {clean(first['from'])} to "
        f"{clean(first['until']) or 'an unknown day'}. "
        f"{count(len(took_part), 'country').replace('countrys', 'countries')} took part: "
        f"{listed(took_part)}. {count(len(records), 'single seizure')} of it can be told one by one; the "
        "rest is known as totals only."
    )
    sources = sorted({shortened(source, _LONGEST_SOURCE) for source in totals["source"]})
    return Section("The operation", (Paragraph(text), Points(tuple(f"Source: {s}" for s in sources))))


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
    text = (
        "Single seizures that are listed, added up, beside the totals that were reported. A total is never "
        "counted as a seizure. Where less is listed than was reported, the difference is not lost: it was "
        "never published seizure by seizure."
    )
    heads = ("Country", "Substance", "Seizures listed", "Listed", "Reported total", "Listed of it")
    return Section(
        "Totals by country and substance", (Paragraph(text), Table(heads, tuple(rows), (2, 3, 4, 5)))
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
    whole = "all countries" if total_kg is not None else "country not reported"
    return (
        COUNTRY_NAMES.get(country, country) or whole,
        shortened(substance),
        str(number),
        mass(kg) if kg else "none",
        said or "none reported",
        percent(kg / total_kg) if total_kg else "",
    )


def _made(records: pd.DataFrame, totals: pd.DataFrame, region: Region) -> Section:
    precursor, product, ratios = region.precursor, region.product, region.conversion
    known = records[records["substance"].str.casefold() == precursor.casefold()]
    amounts = [(f"Listed seizures of {precursor}", float(known["quantity_kg"].sum()))]
    for total in totals.to_dict("records"):
        where = COUNTRY_NAMES.get(total["country"], "all countries")
        if total["substance"].casefold() == precursor.casefold():
            amounts.append((f"Reported total, {where}: {precursor}", total["total_kg"]))
        elif not total["country"]:
            amounts.append(
                (
                    f"Reported total, {where}: {shortened(total['substance'])}, if all were {precursor}",
                    total["total_kg"],
                )
            )
    rows = tuple(
        (what, mass(kg), *(mass(kg / ratio.kg_per_kg) for ratio in ratios)) for what, kg in amounts if kg > 0
    )
    heads = (
        "Precursors",
        "Quantity",
        *(f"{capital(product)} at {ratio.kg_per_kg:g} to 1" for ratio in ratios),
    )
    sources = Points(
        tuple(
            f"{ratio.kg_per_kg:g} kg of {precursor} for a kg of {product}: {ratio.source}."
            for ratio in ratios
        )
    )
    blocks: list[Block] = [
        Paragraph(
            f"{capital(product)} that the {precursor} would have made, by {_which(len(ratios))}. Other "
            "chemicals are not converted: no ratio for them was found."
        ),
        Table(heads, rows, tuple(range(1, len(heads)))),
        sources,
    ]
    blocks += [Paragraph(text) for text in _values(totals, region)]
    return Section(f"{capital(product)} that the precursors would make", tuple(blocks))


def _which(ratios: int) -> str:
    """Say which ratios stand in the table."""
    return {
        1: "the one published ratio",
        2: "the lowest and highest published ratio",
        3: "the lowest and highest published ratio and one between",
    }.get(ratios, f"{ratios} published ratios")


def _values(totals: pd.DataFrame, region: Region) -> list[str]:
    """Value of the product at the price that the source itself implies, for the range of the ratios."""
    found = []
    for total in totals.to_dict("records"):
        value, claimed = total.get("value_claimed_usd"), total.get("product_claimed")
        if not (value and claimed and value > 0 and claimed > 0):
            continue
        unit = clean(total["product_claimed_unit"])
        claimed_kg = claimed * {"g": 0.001, "kg": 1.0, "t": 1000.0}[unit]
        low, high = product_kg(region.conversion, total["total_kg"])
        price = value / claimed_kg
        found.append(
            f"Value: the only figure that was reported is US$ {value:,.0f} for {quantity(claimed, unit)} of "
            f"{region.product}. Taken at its word, that price would put {mass(low)} to {mass(high)} at US$ "
            f"{low * price / 1e9:,.0f} to {high * price / 1e9:,.0f} billion; were tonnes meant, at US$ "
            f"{low * price / 1e9:,.0f} to {high * price / 1e9:,.0f} million. No independent price was found "
            "for the time and place, and none is put in."
        )
    return found


def _consistency(records: pd.DataFrame, totals: pd.DataFrame, region: Region) -> Section:
    found = findings(records, totals, region)
    if not found:
        return Section("Do the figures fit together?", (Paragraph("Every check was passed."),))
    opening = Paragraph(
        f"{count(len(found), 'finding')}. Each comes from a rule that compares the figures with one another. "
        "The figures stay as they were reported; what the ranking uses instead is in the table of seizures."
    )
    return Section("Do the figures fit together?", (opening, Points(tuple(found), numbered=True)))
