"""``routes next``: where a campaign of inspections would teach most."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from routes.cli.asked import answer
from routes.cli.endings import endings_of, format_for
from routes.cli.names import AREA, CROSSING, GATE, place_id
from routes.cli.options import FormatOption, OutputOption, Plain
from routes.cli.planning import named_values
from routes.cli.reading import Asked, analysed, asks, inputs_of
from routes.cli.speech import LanguageOption, answering_in
from routes.errors import RoutesError


class ShareResponse(StrEnum):
    """How traffickers answer to posts, by shares."""

    logit = "logit"
    best = "best"
    none = "none"


@asks
def next_(
    asked: Asked,
    inspect: Annotated[
        int, typer.Option(min=1, max=10_000_000, help="Goods vehicles that a campaign looks into.")
    ] = 1000,
    budget: Annotated[int, typer.Option(min=1, max=20, help="Posts of the plan that it shall better.")] = 3,
    response: Annotated[
        ShareResponse, typer.Option(help="How traffickers answer the plan.")
    ] = ShareResponse.logit,
    place: Annotated[
        list[str] | None,
        typer.Option(help="Only campaigns at this crossing, gate or processing area; may be repeated."),
    ] = None,
    traffic: Annotated[
        list[str] | None,
        typer.Option(
            help="Goods vehicles a day at a place: PLACE=N; may be repeated. Default: published counts."
        ),
    ] = None,
    top: Annotated[int, typer.Option(min=1, help="How many campaigns are listed.")] = 8,
    output_format: Annotated[Plain | None, FormatOption] = None,
    output: OutputOption = None,
    language: LanguageOption = None,
) -> None:
    """Say where to look next: what a campaign of inspections would teach.

    In two orders, about the plan for posts and about the ranking; and what finds, or none, would do to the
    plan.
    """
    from routes.outputs.documents.lookout_document import lookout_json
    from routes.outputs.documents.text_blocks import headed
    from routes.outputs.terminal.lookout_tables import lookout_blocks
    from routes.planning.campaigns import where_next
    from routes.trust.unused import NOT_MODELLED, listed_places

    output_format = format_for(output, output_format, endings_of(Plain), Plain.table)
    inputs = inputs_of(asked)
    kinds = (CROSSING, GATE, AREA)
    places = [place_id("--place", name, inputs, *kinds) for name in place or ()]
    counts = named_values("--traffic", traffic)
    given = {place_id("--traffic", name, inputs, *kinds): count for name, count in counts.items()}
    analysis = analysed(inputs, asked)
    if missing := [name for name in (*places, *given) if name not in listed_places(analysis)]:
        raise RoutesError(f"{missing[0]}: {NOT_MODELLED}")
    found = where_next(
        analysis, asked.parameters, inspect, budget, response=response.value, traffic=given, places=places
    )
    about = analysis.ranking.provenance
    with answering_in(language, asked.config, output_format):
        if output_format is Plain.json:
            answer(lookout_json(found, about), output, quiet=asked.quiet)
        else:
            answer(headed(about, lookout_blocks(found, top)), output, quiet=asked.quiet)
