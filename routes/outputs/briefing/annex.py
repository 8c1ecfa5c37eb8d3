"""The annex of a briefing: all corridors, all changes, the seizures with grades and sources, provenance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from routes.outputs.charts import Bar, interval_chart
from routes.outputs.documents.text_blocks import Figure, Paragraph, Section, Table
from routes.outputs.handling import status_word
from routes.outputs.icd203 import (
    CONFIDENCE_NOTE,
    LIKELIHOOD_NOTE,
    cautions,
    confidence,
    level_word,
    likelihood,
)
from routes.outputs.language import isolated, message, table_day, tr, trn
from routes.outputs.placenames import country_name
from routes.outputs.text import (
    clean,
    date,
    decimal,
    interval_text,
    learnt,
    percent,
    quantity,
    shortened,
    unit_word,
)
from routes.outputs.vocabulary import data_word, flag_words

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from routes.outputs.briefing.material import Material
    from routes.results import RankedCorridor

ROWS = 12
SEIZURE_ROWS = 200
_LONGEST_CELL = 240
_HEADS = (
    "#",
    message("Tier"),
    message("Corridor"),
    message("Before seizures"),
    message("Share"),
    message("90 % interval"),
    message("In the first ten"),
    message("Learnt"),
    message("Confidence"),
)


def ranking_section(material: Material) -> Section:
    """Rank the corridors with interval and confidence."""
    ranking, names = material.ranking, material.names
    rows = ranking.corridors[:ROWS]
    if not rows:
        return Section(tr("Ranking of corridors"), (Paragraph(tr("No corridor was found.")),), annex=True)
    table = Table(
        tuple(map(tr, _HEADS)),
        tuple(
            (
                str(row.rank),
                str(row.tier),
                way(row, names),
                percent(row.prior_share),
                percent(row.posterior_share),
                interval_text(*row.interval_90),
                likelihood(row.top_10_probability),
                learnt(row.grounds.learnt),
                level_word(confidence(row.grounds).level),
            )
            for row in rows
        ),
        figures=(0, 1, 3, 4, 5, 7),
    )
    shown = sum(row.posterior_share for row in rows)
    text = " ".join(
        (
            trn(
                "The first {shown} of {n} corridor hold {share} of the inflow.",
                "The first {shown} of {n} corridors hold {share} of the inflow.",
                len(ranking.corridors),
                shown=len(rows),
                share=percent(shown),
            ),
            tr(
                "Corridors that are not in the ranking at all hold {rest}.",
                rest=percent(ranking.uncovered_share),
            ),
            tr("Tier: no corridor in it is known to stand behind its first one (chance under 80 %)."),
            tr("Learnt: how much of what was unsure of the share the seizures took."),
        )
    )
    bars = [Bar(f"{r.rank}. {way(r, names)}", r.posterior_share, r.interval_90) for r in rows]
    chart = Figure(
        interval_chart(bars, tr("Shares of the corridors with their 90 % intervals")),
        tr("Shares of the corridors. Where two lines overlap widely, the order of the two is not known."),
    )
    return Section(
        tr("Ranking of corridors"), (Paragraph(text), table, chart), begins_page=True, kept=True, annex=True
    )


def words_section(material: Material) -> Section:
    """Say what the words of likelihood and confidence mean, and where to be careful."""
    notes = (*cautions(material.ranking), tr(LIKELIHOOD_NOTE), tr(CONFIDENCE_NOTE))
    return Section(tr("Words and cautions"), tuple(map(Paragraph, notes)), annex=True)


def way(row: RankedCorridor, names: Mapping[str, str]) -> str:
    """Name a corridor in words."""
    stops = (row.gate, *row.crossings, row.processing_area)
    return " > ".join(isolated(names.get(stop, stop)) for stop in stops)


def change_section(material: Material) -> Section | None:
    """Tell every change at crossings since the evidence, with its source; None where nothing changed."""
    changes = material.ranking.changes
    if not changes:
        return None
    rows = tuple(
        (
            shortened(change.name),
            status_word(change.was),
            status_word(change.now),
            table_day(change.since) if change.since else tr("not known"),
            change.grade,
            shortened(change.source, _LONGEST_CELL),
        )
        for change in changes
    )
    heads = (tr("Crossing or gate"), tr("Before"), tr("Now"), tr("Since"), tr("Grade"), tr("Source"))
    table = Table(heads, rows, layout="changes")
    return Section(tr("Changes since the evidence"), (table,), annex=True)


def seizure_section(material: Material) -> Section:
    """List the records with sources and grades."""
    seizures = material.seizures
    use_of = {use.seizure_id: use.use for use in material.ranking.seizures}
    newest = seizures.sort_values(["date_from", "seizure_id"], ascending=[False, True], kind="stable")
    rows = tuple(
        (
            date(row["date"], row["date_precision"]),
            _place(row),
            shortened(data_word(row["substance"]), _LONGEST_CELL),
            quantity(row["quantity_reported"], row["unit_reported"]) or tr("not reported"),
            "" if (kg := row["quantity_kg"]) != kg else decimal(kg, 1 if kg < 10 else 0),  # noqa: PLR2004 - NaN is not itself
            _used(use_of.get(row["seizure_id"], "")),
            clean(row["source_grade"]),
            shortened(row["source"], _LONGEST_CELL),
            flag_words(row["quality_flag"]),
        )
        for row in newest.head(SEIZURE_ROWS).to_dict("records")
    )
    left = len(seizures) - len(rows)
    text = [
        tr(
            "Records: {records}, events: {events}; newest first. Evidence: yes, or why a record is none. "
            "Grade: reliability of the source A to F, credibility of the information 1 to 6 (Admiralty code)."
            "",
            records=decimal(len(seizures)),
            events=decimal(seizures["event_id"].nunique()),
        )
    ]
    if left:
        text.append(
            trn(
                "{n} older record is left out here; `routes export` writes them all.",
                "{n} older records are left out here; `routes export` writes them all.",
                left,
            )
        )
    heads = (
        *(
            tr("Date"),
            tr("Place"),
            tr("Substance"),
            tr("Reported"),
            unit_word("kg"),
            tr("Evidence"),
            tr("Grade"),
        ),
        *(tr("Source"), tr("Doubts")),
    )
    table = Table(heads, rows, figures=(4,), layout="seizures")
    return Section(tr("Seizures"), (Paragraph(" ".join(text)), table), annex=True)


def _used(use: str) -> str:
    return tr("yes") if use == "evidence" else data_word(use)


def _place(row: Mapping[Hashable, Any]) -> str:
    country = country_name(clean(row["country"]))
    known = [shortened(row["place"], _LONGEST_CELL), country]
    return ", ".join(word for word in known if word) or tr("not reported")


def closing_section(material: Material, line: str, mark_line: str) -> Section:
    """Say what made the briefing."""
    hashes = material.ranking.provenance.get("inputs", {})
    files = Table(
        (tr("Input"), "SHA-256"),
        tuple((clean(name), clean(value)) for name, value in hashes.items()),
        layout="hashes",
    )
    return Section(tr("Provenance"), (Paragraph(mark_line), Paragraph(line), files), annex=True)
