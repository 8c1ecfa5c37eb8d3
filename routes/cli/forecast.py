"""``routes forecast`` and ``routes score``: forecasts sealed before, misses shown afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from routes.cli.asked import answer
from routes.cli.console import deliver, say
from routes.cli.endings import endings_of, format_for
from routes.cli.options import (
    ConfigOption,
    FormatOption,
    OutputOption,
    Plain,
    QuietOption,
    SeedOption,
    SeizuresOption,
    SinceOption,
    UntilOption,
)
from routes.cli.reading import (
    Asked,
    analysed,
    analyses,
    asks,
    day_of,
    inputs_of,
    parameters_from,
    read_inputs,
)
from routes.cli.speech import LanguageOption, answering_in
from routes.read.paths import Source  # noqa: TC001 - typer reads it

if TYPE_CHECKING:
    from routes.cli.console import Result


@asks
def forecast(
    asked: Asked,
    horizon: Annotated[
        int, typer.Option(min=1, max=36_500, help="For how many days after its day it is.")
    ] = 365,
    top: Annotated[int, typer.Option(min=1, help="How many rows each table lists.")] = 5,
    output_format: Annotated[Plain | None, FormatOption] = None,
    output: OutputOption = None,
    language: LanguageOption = None,
) -> None:
    """Seal a forecast: where the next event will be, by crossing, gate, area, cell and country.

    It is of events after the day of the answer (--as-of). The plain forecasts that it is held against are
    sealed with it. As JSON it is written in one form alone, with its SHA-256.
    """
    import json

    from routes.outputs.documents.ledger_document import forecast_json
    from routes.trust.ledger import SEAL, forecast_of

    output_format = format_for(output, output_format, endings_of(Plain), Plain.table)
    analysis = analysed(inputs_of(asked), asked)
    found = forecast_of(analysis, asked.parameters, horizon)
    text = forecast_json(found, analysis.ranking.provenance)
    if output_format is Plain.json:
        answer(text, output, quiet=asked.quiet)
        if output is not None:
            say(f"Seal: {json.loads(text)[SEAL]}", quiet=asked.quiet)
        return
    from routes.outputs.documents.text_blocks import headed
    from routes.outputs.terminal.ledger_tables import forecast_blocks

    with answering_in(language, asked.config):
        blocks = forecast_blocks(found, json.loads(text)[SEAL], top)
        answer(headed(analysis.ranking.provenance, blocks), output, quiet=asked.quiet)


@analyses
def score(
    source: Source,
    forecast: Annotated[Path, typer.Argument(help="A sealed forecast, as forecast --output writes it.")],
    seizures: SeizuresOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    config: ConfigOption = None,
    seed: SeedOption = 1,
    check: Annotated[bool, typer.Option("--check", help="Only see whether the seal is whole.")] = False,
    output_format: Annotated[Plain | None, FormatOption] = None,
    output: OutputOption = None,
    language: LanguageOption = None,
    quiet: QuietOption = False,
) -> None:
    """Score a sealed forecast on what came after: every event, the misses first.

    Beside it stand the plain forecasts that were sealed with it. A broken seal is refused, and so is a record
    that may be from before the forecast.
    """
    from routes.evidence.events import choose_seizures
    from routes.read.provenance import provenance_of
    from routes.trust.ledger import read_forecast
    from routes.trust.resolution import resolve

    output_format = format_for(output, output_format, endings_of(Plain), Plain.table)
    parameters = parameters_from(config, source)
    made = read_forecast(forecast)
    if check:
        from routes.outputs.documents.text_blocks import Paragraph

        told = f"{forecast}: of {made.forecast.day}, the seal is whole: {made.seal}"
        deliver((Paragraph(told),), output, quiet=quiet)
        return
    inputs = read_inputs(seizures, source, skip_invalid=False, quiet=quiet)
    chosen, _ = choose_seizures(inputs.seizures, day_of(since), day_of(until), None)
    found = resolve(made.forecast, made.seal, chosen, inputs.region, seed)
    with answering_in(language, config, output_format):
        if output_format is Plain.json:
            from routes.outputs.documents.ledger_document import score_json

            result: Result = score_json(found, provenance_of(inputs, parameters, seed=seed))
        else:
            from routes.outputs.terminal.ledger_tables import score_blocks

            result = score_blocks(found)
        answer(result, output, quiet=quiet)
