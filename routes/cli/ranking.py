"""``routes rank`` and ``routes validate``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from routes.cli.options import (
    TABLE_ROWS,
    AsOfOption,
    ConfigOption,
    Format,
    QuietOption,
    SeedOption,
    SeizuresOption,
    SinceOption,
    SkipOption,
    SubstanceOption,
    UntilOption,
    analysed,
    deliver,
    read_inputs,
    require_known,
    say,
)


def rank(
    seizures: SeizuresOption = None,
    top: Annotated[
        int | None,
        typer.Option(
            min=1, help="How many corridors to list. Default: 15 in a table, else all.", show_default=False
        ),
    ] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    as_of: AsOfOption = None,
    substance: SubstanceOption = None,
    gate: Annotated[
        str | None, typer.Option(help="List only corridors from this gate.", show_default=False)
    ] = None,
    area: Annotated[
        str | None, typer.Option(help="List only corridors into this processing area.", show_default=False)
    ] = None,
    config: ConfigOption = None,
    seed: SeedOption = 1,
    output_format: Annotated[Format, typer.Option("--format", help="What to print.")] = Format.table,
    output: Annotated[
        Path | None, typer.Option(help="Write to this file, not to standard output.", show_default=False)
    ] = None,
    skip_invalid: SkipOption = False,
    quiet: QuietOption = False,
) -> None:
    """Rank the likely precursor inflow corridors.

    The share of a corridor is its posterior share of the inflow; the interval holds it with 90 %
    probability, given the model. Filters choose what is listed, shares stay those of the whole.
    """
    from routes import export
    from routes.ranking import corridors_of

    inputs = read_inputs(seizures, skip_invalid=skip_invalid, quiet=quiet)
    shown = top or (TABLE_ROWS if output_format is Format.table else None)
    roads_for = sys.maxsize if output_format is Format.geojson else 0
    analysis = analysed(inputs, config, since, until, as_of, substance, seed, roads_for)
    ranking = analysis.ranking
    require_known("--gate", gate, [place.id for place in ranking.gates])
    require_known("--area", area, [place.id for place in ranking.processing_areas])
    rows = corridors_of(ranking.corridors, gate, area)
    rows = rows[:shown]
    if output_format is Format.table:
        from routes.tabulate import ranking_table

        text = ranking_table(ranking, rows, colour=output is None and sys.stdout.isatty())
    elif output_format is Format.json:
        text = export.ranking_json(ranking, rows)
    elif output_format is Format.csv:
        text = export.ranking_csv(rows)
    else:
        text = export.ranking_geojson(ranking, rows)
    deliver(text, output, quiet=quiet)


def validate(
    file: Annotated[Path, typer.Argument(help="Seizures CSV file.", show_default=False)],
    quiet: QuietOption = False,
) -> None:
    """Check a seizures file: every fault with its line, column and remedy."""
    from routes.tables import bundled, read_borders, read_seizures

    table = read_seizures(file, borders=read_borders(bundled("borders.geojson")))
    located = int(table["lat"].notna().sum())
    say(
        f"{file}: {len(table)} records of {table['event_id'].nunique()} events, {located} with a place. "
        "No fault found.",
        quiet=quiet,
    )
