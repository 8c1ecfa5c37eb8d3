"""``routes simulate-plan`` and ``routes vital``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from routes.cli.asked import answer
from routes.cli.endings import endings_of, format_for
from routes.cli.names import AREA, GATE, place_id
from routes.cli.options import FormatOption, OutputOption, Plain
from routes.cli.planned import LAG, patrol_in
from routes.cli.reading import Asked, analysed, asks, inputs_of
from routes.cli.speech import LanguageOption, answering_in


@asks
def simulate_plan(
    asked: Asked,
    plan: Annotated[Path, typer.Argument(help="A plan, as interdict --format json writes it.")],
    weeks: Annotated[int, typer.Option(min=1, help="How many weeks are played.")] = 26,
    lag: Annotated[
        float, typer.Option(min=1, help="Traffickers learn one part in so many of what a week shows.")
    ] = LAG,
    output_format: Annotated[Plain | None, FormatOption] = None,
    output: OutputOption = None,
    language: LanguageOption = None,
) -> None:
    """Play a plan against traffickers who learn from what is caught.

    Curves of what gets through for no plan, fixed posts and, if the plan has them, posts that rotate.
    """
    from routes.outputs.documents.text_blocks import headed
    from routes.outputs.documents.whatif_document import simulation_json
    from routes.outputs.terminal.whatif_tables import simulation_blocks
    from routes.planning.learning import simulate

    output_format = format_for(output, output_format, endings_of(Plain), Plain.table)
    patrol = patrol_in(plan)
    analysis = analysed(inputs_of(asked), asked)
    found = simulate(analysis, asked.parameters, patrol, weeks, lag, asked.question.seed)
    about = analysis.ranking.provenance
    with answering_in(language, asked.config, output_format):
        if output_format is Plain.json:
            answer(simulation_json(found, about), output, quiet=asked.quiet)
        else:
            answer(headed(about, simulation_blocks(found)), output, quiet=asked.quiet)


@asks
def vital(
    asked: Asked,
    gate: Annotated[str, typer.Argument(help="Gate at which the way begins.")],
    area: Annotated[str, typer.Argument(help="Processing area into which it leads.")],
    budget: Annotated[int, typer.Option(min=0, help="How many crossings may be shut.")] = 2,
    to_trade: Annotated[
        bool, typer.Option("--to-trade", help="Closed to trade, at a penalty; else nothing passes them.")
    ] = False,
    time_limit: Annotated[float, typer.Option(min=0, help="Seconds for the search.")] = 60,
    output_format: Annotated[Plain | None, FormatOption] = None,
    output: OutputOption = None,
    language: LanguageOption = None,
) -> None:
    """Name the crossings that, shut together, lengthen the cheapest way from GATE into AREA most."""
    from routes.outputs.documents.text_blocks import headed
    from routes.outputs.documents.whatif_document import vital_json
    from routes.outputs.terminal.whatif_tables import vital_blocks
    from routes.planning.vital import vital_crossings

    output_format = format_for(output, output_format, endings_of(Plain), Plain.table)
    inputs = inputs_of(asked)
    begin, end = place_id("GATE", gate, inputs, GATE), place_id("AREA", area, inputs, AREA)
    analysis = analysed(inputs, asked)
    found = vital_crossings(
        analysis, asked.parameters, begin, end, budget, to_trade=to_trade, time_limit=time_limit
    )
    about = analysis.ranking.provenance
    with answering_in(language, asked.config, output_format):
        if output_format is Plain.json:
            answer(vital_json(found, about), output, quiet=asked.quiet)
        else:
            answer(headed(about, vital_blocks(found)), output, quiet=asked.quiet)
