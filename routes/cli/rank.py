"""``routes rank`` and ``routes config``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from routes.cli.asked import answer
from routes.cli.console import deliver, progress_bar
from routes.cli.endings import endings_of, format_for
from routes.cli.names import AREA, GATE, place_id
from routes.cli.options import TABLE_ROWS, DataOption, Format, FormatOption, OutputOption, QuietOption
from routes.cli.reading import Asked, analysed, asks, inputs_of
from routes.cli.speech import LanguageOption, answering_in
from routes.cli.targets import check_sources, check_targets
from routes.errors import RoutesError
from routes.read.paths import Source

if TYPE_CHECKING:
    from routes.cli.console import Result
    from routes.read.inputs import Inputs
    from routes.results import RankedCorridor, Ranking


@asks
def rank(
    asked: Asked,
    top: Annotated[
        int | None, typer.Option(min=1, help="How many corridors to list. Default: 15 in a table, else all.")
    ] = None,
    gate: Annotated[str | None, typer.Option(help="List only corridors from this gate.")] = None,
    area: Annotated[str | None, typer.Option(help="List only corridors into this processing area.")] = None,
    output_format: Annotated[Format | None, FormatOption] = None,
    output: OutputOption = None,
    sensitivity: Annotated[
        bool, typer.Option("--sensitivity", help="Instead: which assumption moves which corridor most.")
    ] = False,
    records: Annotated[
        bool, typer.Option("--records", help="JSON alone: also what became of every seizure record.")
    ] = False,
    language: LanguageOption = None,
) -> None:
    """Rank the likely precursor inflow corridors.

    The share of a corridor is its posterior share of the inflow; the interval holds it with 90 %
    probability, given the model. Filters choose what is listed, shares stay those of the whole.
    """
    from routes.ranking import corridors_of, limited_to

    output_format = format_for(output, output_format, endings_of(Format), Format.table)
    if records and (sensitivity or output_format is not Format.json):
        raise RoutesError("--records: what became of the records is told with --format json. Leave it out.")
    inputs = inputs_of(asked)
    gate, area = place_id("--gate", gate, inputs, GATE), place_id("--area", area, inputs, AREA)
    if sensitivity:
        with answering_in(language, asked.config, output_format):
            text = _sensitivity(inputs, asked, top or TABLE_ROWS, output_format)
            answer(text, output, quiet=asked.quiet)
        return
    shown = top or (TABLE_ROWS if output_format is Format.table else None)
    roads_for = sys.maxsize if output_format is Format.geojson else 0
    analysis = analysed(inputs, asked, roads_for)
    ranking = limited_to(analysis.ranking, gate, area)
    rows = corridors_of(ranking.corridors, gate, area)
    with answering_in(language, asked.config, output_format):
        answer(_written(ranking, rows[:shown], output_format, records=records), output, quiet=asked.quiet)


def _written(ranking: Ranking, rows: list[RankedCorridor], output_format: Format, *, records: bool) -> Result:
    if output_format is Format.table:
        from routes.outputs.terminal.ranking_tables import ranking_blocks

        return ranking_blocks(ranking, rows)
    from routes.outputs.documents import ranking_document as documents

    if output_format is Format.json:
        return documents.ranking_json(ranking, rows, records=records)
    if output_format is Format.csv:
        return documents.ranking_csv(rows)
    return documents.ranking_geojson(ranking, rows)


def _sensitivity(inputs: Inputs, asked: Asked, top: int, output_format: Format) -> Result:
    from routes.outputs.documents.text_blocks import headed
    from routes.outputs.documents.trust_document import sensitivity_document
    from routes.outputs.schemas import document_text
    from routes.outputs.terminal.trust_tables import sensitivity_blocks
    from routes.trust.sensitivity import sensitivity

    if output_format not in (Format.table, Format.json):
        raise RoutesError(f"--sensitivity prints table or json, not {output_format}.")
    with progress_bar("assumptions changed", quiet=asked.quiet) as show:
        found = sensitivity(inputs, asked.parameters, asked.question, top, show)
    if output_format is Format.json:
        return document_text(sensitivity_document(found))
    return headed(found.provenance, sensitivity_blocks(found))


def config(output: OutputOption = None, data: DataOption = None, quiet: QuietOption = False) -> None:
    """Print every parameter with its reason, for --config."""
    from routes.parameters import config_text
    from routes.read.inputs import region_of

    format_for(output, None, endings_of(["toml"]), "toml")
    source = Source(folder=data)
    check_sources(source)
    check_targets({"output": output}, source)
    region = region_of(source)
    deliver(config_text(region.parameters(), region.product, region.countries[0]), output, quiet=quiet)
