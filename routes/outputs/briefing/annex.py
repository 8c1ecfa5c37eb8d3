"""The annex of a briefing: all corridors, all changes, the seizures with grades and sources, provenance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from routes.outputs.briefing.charts import Bar, interval_chart
from routes.outputs.documents.text_blocks import Figure, Paragraph, Section, Table
from routes.outputs.icd203 import CONFIDENCE_NOTE, LIKELIHOOD_NOTE, cautions, confidence, likelihood
from routes.outputs.text import (
    clean,
    count,
    date,
    decimal,
    interval_text,
    learnt,
    percent,
    quantity,
    shortened,
)
from routes.read import COUNTRY_NAMES

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from routes.outputs.briefing.material import Material
    from routes.results import RankedCorridor

ROWS = 12
SEIZURE_ROWS = 200
_LONGEST_CELL = 240
_HEADS = (
    *("#", "Tier", "Corridor", "Before seizures", "Share", "90 % interval", "In the first ten", "Learnt"),
    "Confidence",
)


def ranking_section(material: Material) -> Section:
    """Rank the corridors with interval and confidence."""
    ranking, names = material.ranking, material.names
    rows = ranking.corridors[:ROWS]
    if not rows:
        return Section("Ranking of corridors", (Paragraph("No corridor was found."),), annex=True)
    table = Table(
        _HEADS,
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
                confidence(row.grounds).level,
            )
            for row in rows
        ),
        figures=(0, 1, 3, 4, 5, 7),
    )
    shown = sum(row.posterior_share for row in rows)
    text = (
        f"The first {len(rows)} of {count(len(ranking.corridors), 'corridor')} hold {percent(shown)} of the "
        f"inflow. Corridors that are not in the ranking at all hold {percent(ranking.uncovered_share)}. "
        "Tier: no corridor in it is known to stand behind its first one (chance under 80 %). Learnt: how "
        "much of what was unsure of the share the seizures took."
    )
    bars = [Bar(f"{r.rank}. {way(r, names)}", r.posterior_share, r.interval_90) for r in rows]
    chart = Figure(
        interval_chart(bars, "Shares of the corridors with their 90 % intervals"),
        "Shares of the corridors. Where two lines overlap widely, the order of the two is not known.",
    )
    return Section(
        "Ranking of corridors", (Paragraph(text), table, chart), begins_page=True, kept=True, annex=True
    )


def words_section(material: Material) -> Section:
    """Say what the words of likelihood and confidence mean, and where to be careful."""
    notes = (*cautions(material.ranking), LIKELIHOOD_NOTE, CONFIDENCE_NOTE)
    return Section("Words and cautions", tuple(map(Paragraph, notes)), annex=True)


def way(row: RankedCorridor, names: Mapping[str, str]) -> str:
    """Name a corridor in words."""
    stops = (row.gate, *row.crossings, row.processing_area)
    return " > ".join(names.get(stop, stop) for stop in stops)


def change_section(material: Material) -> Section | None:
    """Tell every change at crossings since the evidence, with its source; None where nothing changed."""
    changes = material.ranking.changes
    if not changes:
        return None
    rows = tuple(
        (
            shortened(change.name),
            change.was,
            change.now,
            change.since.isoformat() if change.since else "not known",
            change.grade,
            shortened(change.source, _LONGEST_CELL),
        )
        for change in changes
    )
    heads = ("Crossing or gate", "Before", "Now", "Since", "Grade", "Source")
    table = Table(heads, rows, layout="changes")
    return Section("Changes since the evidence", (table,), annex=True)


def seizure_section(material: Material) -> Section:
    """List the records with sources and grades."""
    seizures = material.seizures
    use_of = {use.seizure_id: use.use for use in material.ranking.seizures}
    newest = seizures.sort_values(["date_from", "seizure_id"], ascending=[False, True], kind="stable")
    rows = tuple(
        (
            date(row["date"], row["date_precision"]),
            _place(row),
            shortened(row["substance"], _LONGEST_CELL),
            quantity(row["quantity_reported"], row["unit_reported"]) or "not reported",
            "" if (kg := row["quantity_kg"]) != kg else decimal(kg, 1 if kg < 10 else 0),  # noqa: PLR2004 - NaN is not itself
            use_of.get(row["seizure_id"], "").replace("evidence", "yes"),
            clean(row["source_grade"]),
            shortened(row["source"], _LONGEST_CELL),
            clean(row["quality_flag"]).replace("_", " "),
        )
        for row in newest.head(SEIZURE_ROWS).to_dict("records")
    )
    left = len(seizures) - len(rows)
    text = (
        f"{count(len(seizures), 'record')} of {count(seizures['event_id'].nunique(), 'event')}, newest "
        "first. Evidence: yes, or why a record is none. Grade: reliability of the source A to F, credibility "
        "of the information 1 to 6 (Admiralty code). "
        + (f"{left:,} older records are left out here; `routes export` writes them all." if left else "")
    )
    heads = ("Date", "Place", "Substance", "Reported", "kg", "Evidence", "Grade", "Source", "Doubts")
    table = Table(heads, rows, figures=(4,), layout="seizures")
    return Section("Seizures", (Paragraph(text.strip()), table), annex=True)


def _place(row: Mapping[Hashable, Any]) -> str:
    country = COUNTRY_NAMES.get(clean(row["country"]), clean(row["country"]))
    known = [shortened(row["place"], _LONGEST_CELL), country]
    return ", ".join(word for word in known if word) or "not reported"


def closing_section(material: Material, line: str, mark_line: str) -> Section:
    """Say what made the briefing."""
    hashes = material.ranking.provenance.get("inputs", {})
    files = Table(
        ("Input", "SHA-256"),
        tuple((clean(name), clean(value)) for name, value in hashes.items()),
        layout="hashes",
    )
    return Section("Provenance", (Paragraph(mark_line), Paragraph(line), files), annex=True)
