"""``routes chokepoints`` and ``routes whatif``."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from routes.cli.asked import answer
from routes.cli.endings import endings_of, format_for
from routes.cli.names import AREA, country_code, place_id, place_ids, values_by_id
from routes.cli.options import CHANGES, TABLE_ROWS, Format, FormatOption, OutputOption, Rows
from routes.cli.reading import Asked, analysed, asks, inputs_of
from routes.cli.scenarios_asked import scenarios_side_by_side
from routes.cli.speech import LanguageOption, answering_in
from routes.errors import RoutesError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routes.analysis import Analysis
    from routes.cli.console import Result
    from routes.parameters import Parameters
    from routes.results import Displacement


class Kind(StrEnum):
    """Kinds of chokepoints."""

    crossing = "crossing"
    road = "road"
    gate = "gate"


TopOption = Annotated[int | None, typer.Option(min=1, help="How many rows to list in each table.")]


@asks
def chokepoints(
    asked: Asked,
    kind: Annotated[Kind, typer.Option(help="What to rank.")] = Kind.crossing,
    area: Annotated[
        str | None, typer.Option(help="Only the inflow into this processing area: shares are of it.")
    ] = None,
    country: Annotated[
        str | None, typer.Option(help="Only what lies in this country, by code or name.")
    ] = None,
    cuts: Annotated[
        bool, typer.Option("--cuts", help="Add to the table how many areas a smallest set with it cuts off.")
    ] = False,
    top: TopOption = None,
    output_format: Annotated[Format | None, FormatOption] = None,
    output: OutputOption = None,
    language: LanguageOption = None,
) -> None:
    """Rank crossings, gates or road segments by their inflow.

    Beside the share stands how much hangs on it: what a closure costs, and how long the way round is.
    """
    output_format = format_for(output, output_format, endings_of(Format), Format.table)
    inputs = inputs_of(asked)
    area = place_id("--area", area, inputs, AREA)
    country = country_code("--country", country, inputs.region.countries)
    analysis = analysed(inputs, asked)
    shown = top or (TABLE_ROWS if output_format is Format.table else None)
    listed = _roads if kind is Kind.road else partial(_places, cuts=cuts)
    with answering_in(language, asked.config, output_format):
        found = listed(analysis, asked.parameters, kind, area, country, shown, output_format)
        answer(found, output, quiet=asked.quiet)


def _roads(
    analysis: Analysis,
    parameters: Parameters,
    _: Kind,
    area: str | None,
    country: str | None,
    shown: int | None,
    output_format: Format,
) -> Result:
    from routes.outputs.documents import planning_document as documents
    from routes.outputs.documents.csv_text import rows_csv
    from routes.outputs.documents.text_blocks import headed
    from routes.outputs.terminal.planning_tables import segment_blocks
    from routes.planning.segments import road_segments
    from routes.results import RoadSegment

    every = road_segments(analysis, parameters.route_choice.scale_km, area=area, country=country)
    rows, provenance = every[:shown], analysis.ranking.provenance
    if output_format is Format.table:
        return headed(provenance, segment_blocks(rows, len(every), area))
    if output_format is Format.json:
        return documents.segments_json(rows, area, provenance)
    if output_format is Format.csv:
        return rows_csv(rows, RoadSegment)
    return documents.chokepoints_geojson(rows, area, provenance)


def _places(
    analysis: Analysis,
    _: Parameters,
    kind: Kind,
    area: str | None,
    country: str | None,
    shown: int | None,
    output_format: Format,
    *,
    cuts: bool,
) -> Result:
    from routes.outputs.documents import planning_document as documents
    from routes.outputs.documents.csv_text import rows_csv
    from routes.outputs.documents.text_blocks import headed
    from routes.outputs.terminal.planning_tables import chokepoint_blocks
    from routes.planning.chokepoints import area_cuts, place_chokepoints
    from routes.results import Chokepoint

    gates = {place.id for place in analysis.ranking.gates}
    every = [
        row
        for row in place_chokepoints(analysis, area)
        if (row.place.id in gates) == (kind is Kind.gate) and country in (None, *row.place.countries)
    ]
    rows, provenance = every[:shown], analysis.ranking.provenance
    if output_format is Format.table:
        said = chokepoint_blocks(rows, len(every), kind, area, area_cuts(analysis, area) if cuts else None)
        return headed(provenance, said)
    if output_format is Format.json:
        return documents.chokepoints_json(rows, kind, area, provenance)
    if output_format is Format.csv:
        return rows_csv(rows, Chokepoint)
    return documents.chokepoints_geojson(rows, area, provenance)


@asks
def whatif(
    asked: Asked,
    close: Annotated[
        list[str] | None,
        typer.Option(
            help="Crossing or gate closed to trade, in both directions: goods go round it, at a penalty."
        ),
    ] = None,
    impassable: Annotated[
        list[str] | None, typer.Option(help="Crossing or gate that nothing passes, in both directions.")
    ] = None,
    penalty: Annotated[
        list[str] | None, typer.Option(help="NAME=KM: km-equivalents added to what passing costs now.")
    ] = None,
    watch: Annotated[
        list[str] | None, typer.Option(help="NAME=P: watched, a passage is caught with probability P.")
    ] = None,
    scenario: Annotated[
        list[str] | None, typer.Option(help="[scenario.NAME] of --config; several stand side by side.")
    ] = None,
    top: TopOption = None,
    output_format: Annotated[Rows | None, FormatOption] = None,
    output: OutputOption = None,
    language: LanguageOption = None,
) -> None:
    """Show where the inflow goes when crossings change.

    They may be closed to trade, impassable, dearer or watched.

    Each of --close, --impassable, --penalty and --watch can be given several times.
    """
    from routes.planning import displacement

    output_format = format_for(output, output_format, endings_of(Rows), Rows.table)
    if scenario:
        if close or impassable or penalty or watch:
            raise RoutesError("--scenario: what changes stands in the config. Leave the other changes out.")
        with answering_in(language, asked.config, output_format):
            answer(scenarios_side_by_side(asked, scenario, output_format, top), output, quiet=asked.quiet)
        return
    if not (close or impassable or penalty or watch):
        raise RoutesError(
            "nothing to change. Give --close X, --impassable X, --penalty X=300km or --watch X=0.4."
        )
    dearer, watched = named_values("--penalty", penalty, "km"), named_values("--watch", watch)
    inputs = inputs_of(asked)
    closed, shut = place_ids("--close", close, inputs), place_ids("--impassable", impassable, inputs)
    dearer, watched = values_by_id("--penalty", dearer, inputs), values_by_id("--watch", watched, inputs)
    analysis = analysed(inputs, asked)
    moved = displacement.whatif(
        analysis, asked.parameters, close=closed, impassable=shut, penalty=dearer, watch=watched
    )
    with answering_in(language, asked.config, output_format):
        answer(_moved(moved, analysis, output_format, top), output, quiet=asked.quiet)


def _moved(moved: Displacement, analysis: Analysis, output_format: Rows, top: int | None) -> Result:
    from routes.outputs.documents import planning_document as documents

    if output_format is Rows.table:
        from routes.outputs.documents.text_blocks import headed
        from routes.outputs.terminal.planning_tables import displacement_blocks

        return headed(analysis.ranking.provenance, displacement_blocks(moved, top or CHANGES))
    if output_format is Rows.json:
        return documents.displacement_json(moved, analysis.ranking.provenance, top)
    return documents.displacement_csv(moved, top)


def named_values(option: str, texts: Sequence[str] | None, unit: str = "") -> dict[str, float]:
    """Read NAME=VALUE options; the unit may stand behind the value.

    Raises
    ------
    RoutesError
        If a text is not of that form, or a name comes twice.

    Examples
    --------
    >>> named_values("--penalty", ["torkham=300km"], "km")
    {'torkham': 300.0}
    """
    found: dict[str, float] = {}
    for text in texts or ():
        name, equals, value = text.rpartition("=")
        number = re.fullmatch(rf"\s*([-+]?\d*\.?\d+(?:[eE][-+]?\d+)?)\s*(?:{unit})?\s*", value)
        if not (name.strip() and equals and number):
            raise RoutesError(
                f"{option}: wanted NAME=NUMBER{unit}, as in NAME={_EXAMPLE[option]}, got {text!r}."
            )
        if name.strip() in found:
            raise RoutesError(f"{option}: {name.strip()} is given twice.")
        found[name.strip()] = float(number[1])
        if abs(found[name.strip()]) > _LARGEST:
            raise RoutesError(f"{option}: wanted at most {_LARGEST:,} at {name.strip()}, got {number[1]}.")
    return found


_LARGEST = 1_000_000  # further than any way, dearer than any post
_EXAMPLE = {"--penalty": "300km", "--watch": "0.4", "--cost": "2", "--detect": "0.7", "--traffic": "700"}
