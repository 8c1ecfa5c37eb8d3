"""``routes patrol``: where to stand."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from routes.cli.asked import answer
from routes.cli.endings import endings_of, format_for
from routes.cli.names import country_code
from routes.cli.options import TABLE_ROWS, Format, FormatOption, OutputOption
from routes.cli.reading import Asked, analysed, asks, inputs_of
from routes.cli.speech import LanguageOption, answering_in

if TYPE_CHECKING:
    from routes.cli.console import Result


class Unit(StrEnum):
    """What a patrol stands in."""

    cell = "cell"
    road = "road"


_MOST = 100  # rows of a file, unless more are asked for


@asks
def patrol(
    asked: Asked,
    kind: Annotated[
        Unit, typer.Option(help="Cells of 25 km, or stretches of road up to 25 km long.")
    ] = Unit.cell,
    country: Annotated[
        str | None, typer.Option(help="Only what lies in this country, by code or name.")
    ] = None,
    top: Annotated[
        int | None, typer.Option(min=1, help=f"How many rows. Default: {_MOST} in a file.")
    ] = None,
    output_format: Annotated[Format | None, FormatOption] = None,
    output: OutputOption = None,
    language: LanguageOption = None,
) -> None:
    """Tell where to stand: cells and stretches of road where the next seizure is likeliest.

    It is the field that routes backtest scores as "where to stand": what the corridors give, spread along the
    roads, with a kernel of past seizures. Where most of the inflow passes is another question: routes
    chokepoints answers it.
    """
    from routes.outputs.documents import patrol_document as documents
    from routes.outputs.documents.csv_text import rows_csv
    from routes.outputs.documents.text_blocks import headed
    from routes.outputs.terminal.patrol_tables import patrol_blocks
    from routes.planning.beats import beat_of, patrol_cells, patrol_stretches
    from routes.results import PatrolCell, PatrolStretch

    output_format = format_for(output, output_format, endings_of(Format), Format.table)
    inputs = inputs_of(asked)
    country = country_code("--country", country, inputs.region.countries)
    analysis = analysed(inputs, asked)
    shown = top or (TABLE_ROWS if output_format is Format.table else _MOST)
    beat, provenance = beat_of(analysis, asked.parameters), analysis.ranking.provenance
    listed = patrol_cells if kind is Unit.cell else patrol_stretches
    rows = listed(beat, country, shown)
    with answering_in(language, asked.config, output_format):
        if output_format is Format.table:
            result: Result = headed(provenance, patrol_blocks(rows))
        elif output_format is Format.json:
            result = documents.patrol_json(rows, provenance)
        elif output_format is Format.csv:
            result = rows_csv(rows, PatrolCell if kind is Unit.cell else PatrolStretch)
        else:
            result = documents.patrol_geojson(rows, provenance)
        answer(result, output, quiet=asked.quiet)
