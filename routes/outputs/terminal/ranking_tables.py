"""Ranking and fact sheet as blocks for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routes.outputs.documents.text_blocks import figures, headed, paragraphs, table_of, words
from routes.outputs.handling import change_lines
from routes.outputs.icd203 import cautions, only_prior
from routes.outputs.language import Language, message, spoken, tr, trn
from routes.outputs.placenames import country_name, with_names
from routes.outputs.text import decimal, interval_text, learnt, percent

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from routes.outputs.documents.text_blocks import Block, Column, Table
    from routes.results import RankedCorridor, Ranking, Weight

_TWO_LINES = 150  # signs
CARE = message(
    "A seizure shows policing as much as traffic. Shares are estimates of a model; read the intervals."
)


def ranking_blocks(ranking: Ranking, rows: Sequence[RankedCorridor]) -> tuple[Block, ...]:
    """Corridors as a table, and under it what it rests on.

    Parameters
    ----------
    ranking : Ranking
    rows : sequence of RankedCorridor
        The corridors to list.
    """
    ranking = with_names(ranking)
    places = (*ranking.gates, *ranking.crossings, *ranking.processing_areas)
    names = {place.id: place.name or place.id for place in places}
    first, last = known_by(
        tr("corridor"),
        (way(row.id) for row in rows),
        (named_way(row.id, names) for row in rows),
        tr("by name"),
    )
    table = table_of(
        figures("#", (row.rank for row in rows)),
        figures(tr("tier"), (row.tier for row in rows)),
        first,
        figures(tr("prior"), (percent(row.prior_share) for row in rows)),
        figures(tr("share"), (percent(row.posterior_share) for row in rows)),
        figures("90 %", (interval_text(*row.interval_90) for row in rows)),
        figures(tr("learnt"), (learnt(row.grounds.learnt) for row in rows)),
        figures(tr("km"), (decimal(row.length_km) for row in rows), spare=True),
        last,
    )
    said: tuple[Block, ...] = (*paragraphs(only_prior(ranking)), table, *paragraphs(*_notes(ranking, rows)))
    return headed(ranking.provenance, said)


def known_by(
    head: str, ids: Iterable[str], names: Iterable[str], head_of_names: str
) -> tuple[Column, Column]:
    """Make a column of ids, which commands take, and a spare one of names; in other languages names first.

    Examples
    --------
    >>> first, last = known_by("crossing", ["torkham"], ["Torkham"], "name")
    >>> first.cells, last.cells, last.spare
    (('torkham',), ('Torkham',), True)
    """
    if spoken() is Language.en:
        return words(head, ids), words(head_of_names, names, spare=True)
    return words(head, names), words(tr("id"), ids, spare=True)


def way(corridor: str) -> str:
    """Write the id of a corridor so that lines may break in it.

    Examples
    --------
    >>> way("karachi>torkham>nangarhar")
    'karachi > torkham > nangarhar'
    """
    return corridor.replace(">", " > ")


def named_way(corridor: str, names: Mapping[str, str]) -> str:
    """Write a corridor by the names of its places."""
    return " > ".join(names.get(place, place) for place in corridor.split(">"))


def _notes(ranking: Ranking, rows: Sequence[RankedCorridor]) -> list[str]:
    provenance = ranking.provenance
    shown = sum(row.posterior_share for row in rows)
    records = len(ranking.seizures)
    used = sum(use.use == "evidence" for use in ranking.seizures)
    listed = trn(
        "{shown} of {n} corridor, {share} of the inflow. Those not listed at all hold {rest}.",
        "{shown} of {n} corridors, {share} of the inflow. Those not listed at all hold {rest}.",
        len(ranking.corridors),
        shown=decimal(len(rows)),
        share=percent(shown),
        rest=percent(ranking.uncovered_share),
    )
    ranked = trn(
        "Ranked by {n} located event ({used} of {records} records).",
        "Ranked by {n} located events ({used} of {records} records).",
        provenance["events"],
        used=used,
        records=records,
    )
    reading = tr(
        "tier: no corridor in it is known to stand behind its first one (chance under 80 %). prior: share "
        "without the seizures. learnt: how much of what was unsure of the share they took."
    )
    countries = ranking.silent_countries
    silent = tr(
        "No published seizure with a place in {countries}: what passes there rests on the prior alone.",
        countries=", ".join(countries if spoken() is Language.en else map(country_name, countries)),
    )
    told = [listed, _changed(ranking), ranked, reading, *cautions(ranking)]
    return [*told, silent if countries else "", tr(CARE)]


def _changed(ranking: Ranking) -> str:
    """Tell in two lines what has changed at crossings since the evidence, the rest by how many they are."""
    every, told = ranking.changes, ""
    for left in range(len(every)):
        changes = "; ".join(change_lines(every[: len(every) - left]))
        told = tr("Since the evidence: {changes}.", changes=changes)
        if left:
            told = trn(
                "Since the evidence: {changes}; {n} more change.",
                "Since the evidence: {changes}; {n} more changes.",
                left,
                changes=changes,
            )
        if len(told) <= _TWO_LINES:
            break
    return told


def weights_table(weights: Sequence[Weight]) -> tuple[Block, ...]:
    """Every weight, for what time it holds, and who says so."""
    opening = (
        "Weights: of gates and processing areas relative to the others of the kind; of crossings the goods "
        "vehicles a day that are known, by which they are weighed (traffic_exponent)."
    )
    table = table_of(
        words("what", (weight.kind for weight in weights)),
        words("id", (weight.id for weight in weights)),
        figures("weight", (f"{weight.weight:g}" for weight in weights)),
        words("for", (_span(weight) for weight in weights)),
        words("source", (" ".join(filter(None, (weight.grade, weight.source))) for weight in weights)),
    )
    return (*paragraphs(opening), table)


def _span(weight: Weight) -> str:
    """Days that a weight holds for.

    Examples
    --------
    >>> from datetime import date
    >>> from routes.results import Weight
    >>> _span(Weight("gate", "x", "X", 1.0, None, date(2011, 12, 31), "", ""))
    'until 2011-12-31'
    """
    parts = (f"from {weight.first}" if weight.first else "", f"until {weight.until}" if weight.until else "")
    return " ".join(filter(None, parts))


def facts_table(facts: Mapping[str, object]) -> Table:
    """Fact sheet: one fact a line, groups apart."""
    groups = {name: value for name, value in facts.items() if isinstance(value, dict)}
    return table_of(
        words("", (name.replace("_", " ") for name in facts)),
        figures("", ("" if name in groups else _figure(value) for name, value in facts.items())),
        words(
            "", (", ".join(f"{k} {_figure(v)}" for k, v in groups.get(name, {}).items()) for name in facts)
        ),
    )


def _figure(value: object) -> str:
    return f"{value:,}" if isinstance(value, int | float) else str(value)
