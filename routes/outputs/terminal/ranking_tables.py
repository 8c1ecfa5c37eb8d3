"""Ranking and fact sheet -> tables for a terminal of 80 columns."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from routes.outputs.text import decimal, interval_text, percent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from routes.results import RankedCorridor, Ranking

WIDTH = 80


def ranking_table(ranking: Ranking, rows: Sequence[RankedCorridor], *, colour: bool) -> str:
    """Corridors as a table, and under it what it rests on.

    Parameters
    ----------
    ranking : Ranking
    rows : sequence of RankedCorridor
        The corridors to list.
    colour : bool
        Whether the text may hold terminal codes.

    Returns
    -------
    str
        Lines of at most 80 columns.
    """
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), width=WIDTH, header_style="bold")
    table.add_column("#", justify="right")
    table.add_column("corridor", ratio=1, overflow="fold")
    table.add_column("share", justify="right", no_wrap=True)
    table.add_column("90 %", justify="right", no_wrap=True)
    table.add_column("seizures", justify="right", no_wrap=True)
    table.add_column("km", justify="right", no_wrap=True)
    for row in rows:
        table.add_row(
            str(row.rank),
            row.id.replace(">", " > "),
            percent(row.posterior_share),
            f"{interval_text(*row.interval_90)}",
            str(row.seizures),
            decimal(row.length_km),
        )
    return _print(table, *_notes(ranking, rows), colour=colour)


def _notes(ranking: Ranking, rows: Sequence[RankedCorridor]) -> list[str]:
    provenance = ranking.provenance
    shown = sum(row.posterior_share for row in rows)
    records = len(ranking.seizures)
    used = sum(use.use == "evidence" for use in ranking.seizures)
    period = provenance["period"]
    when = f"for the crossings as of {period['as_of']}, " if period["as_of"] else ""
    listed = (
        f"{len(rows)} of {len(ranking.corridors):,} corridors, {percent(shown)} of the inflow. "
        f"Those not listed at all hold {percent(ranking.uncovered_share)}."
    )
    ranked = (
        f"Ranked {when}by {provenance['events']} located events ({used} of {records} records), "
        f"{period['since']} to {period['until']}. "
        "seizures: events that are likelier under this corridor than under the ranking as a whole."
    )
    silent = (
        f"No published seizure with a place in {', '.join(ranking.silent_countries)}: what passes there "
        "rests on the prior alone."
        if ranking.silent_countries
        else ""
    )
    care = "A seizure shows policing as much as traffic. Shares are estimates of a model; read the intervals."
    return [note for note in (listed, ranked, silent, care) if note]


def plain_table(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    opening: Sequence[str] = (),
    notes: Sequence[str] = (),
) -> str:
    """Table of at most 80 columns with paragraphs before and after it; columns of figures stand right.

    Examples
    --------
    >>> print(plain_table(("what", "km"), [("a road", "12")], notes=["Made up."]))
    what    km
    a road  12
    <BLANKLINE>
    Made up.
    <BLANKLINE>
    """
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for i, head in enumerate(heads):
        figures = all(row[i][:1] in "+-.0123456789" for row in rows if row[i])
        table.add_column(head, justify="right" if i and figures else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(str, row))
    return _print(table if heads else None, *notes, opening=opening, colour=False)


def facts_table(facts: Mapping[str, object]) -> str:
    """Fact sheet: one fact a line, groups apart."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False, width=WIDTH)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(ratio=1)
    for name, value in facts.items():
        if isinstance(value, dict):
            table.add_row(
                name.replace("_", " "), "", ", ".join(f"{k} {_figure(v)}" for k, v in value.items())
            )
        else:
            table.add_row(name.replace("_", " "), _figure(value), "")
    return _print(table, colour=False)


def _figure(value: object) -> str:
    return f"{value:,}" if isinstance(value, int | float) else str(value)


def _print(table: Table | None, *notes: str, colour: bool, opening: Sequence[str] = ()) -> str:
    text = io.StringIO()
    console = Console(file=text, width=WIDTH, force_terminal=colour, highlight=False, markup=False)
    for paragraph in opening:
        console.print(Padding(paragraph, (0, 0, 1, 0)))
    if table is not None:
        console.print(table)
    for note in notes:
        console.print(Padding(note, (1, 0, 0, 0)))
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines()) + "\n"
