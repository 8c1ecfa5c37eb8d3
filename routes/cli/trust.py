"""``routes backtest``, ``calibrate``, ``explain`` and ``compare``: how far the ranking is to be trusted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from routes.cli.asked import answer
from routes.cli.console import deliver, progress_bar
from routes.cli.endings import endings_of, format_for
from routes.cli.names import target_id
from routes.cli.options import (
    ConfigOption,
    EffortOption,
    FormatOption,
    OutputOption,
    Plain,
    QuietOption,
    Rows,
    SeedOption,
    SeizuresOption,
    SinceOption,
    UntilOption,
)
from routes.cli.reading import Asked, analysed, analyses, asks, inputs_of, parameters_from, read_inputs
from routes.cli.speech import LanguageOption, answering_in
from routes.errors import RoutesError
from routes.read.paths import Source  # noqa: TC001 - typer reads it

if TYPE_CHECKING:
    from collections.abc import Callable

    from pandas import DataFrame

    from routes.analysis import Analysis
    from routes.cli.console import Result
    from routes.evidence.events import Events
    from routes.parameters import Parameters
    from routes.read.inputs import Inputs
    from routes.trust.backtest import Backtest


@analyses
def backtest(
    source: Source,
    seizures: SeizuresOption = None,
    train: Annotated[str | None, typer.Option(help="Fit on this file; needs --test.")] = None,
    test: Annotated[str | None, typer.Option(help="Score on this file; needs --train.")] = None,
    effort: EffortOption = None,
    config: ConfigOption = None,
    seed: SeedOption = 1,
    events: Annotated[
        bool, typer.Option("--events", help="List every event with its score under each forecast.")
    ] = False,
    output_format: Annotated[Rows | None, FormatOption] = None,
    output: OutputOption = None,
    require_skill: Annotated[
        bool,
        typer.Option("--require-skill", help="Exit with code 1 unless the ranking beats every baseline."),
    ] = False,
    language: LanguageOption = None,
    quiet: QuietOption = False,
) -> None:
    """Test the ranking against later seizures.

    Five plain forecasts stand beside it.

    Each year is foretold from the years before it, and then from all others; or one file from another. A
    score is the mean log density per km of road, higher is better. Of a log of inspections, each forecast is
    fitted on the rows that it could know.
    """
    from routes.analysis import build_world
    from routes.read.provenance import provenance_of
    from routes.trust import backtest as work
    from routes.trust.scoring import ground_of

    output_format = format_for(output, output_format, endings_of(Rows), Rows.table)
    if (train is None) != (test is None):
        raise RoutesError("--train and --test go together: one file to fit on, one to score on.")
    parameters = parameters_from(config, source)
    inputs = read_inputs(train or seizures, source, quiet=quiet, effort=effort)
    world, located = build_world(inputs, parameters), _events(inputs, parameters)
    records, left_out = inputs.seizures, None
    if test is not None:
        later = read_inputs(test, source, quiet=quiet)
        records = later.seizures
        found = work.split_backtest(
            world, located, _events(later, parameters), parameters, seed=seed, effort=inputs.effort
        )
    else:
        shared: Any = {"seed": seed, "ground": ground_of(world), "effort": inputs.effort}
        with progress_bar("years foretold", quiet=quiet) as show:
            found = work.rolling_backtest(world, located, parameters, **shared, progress=show)
        if not events:
            left_out = work.left_out_backtest(world, located, parameters, **shared)
    about = provenance_of(inputs, parameters, seed=seed, rests_on=_log_used(inputs, found.logged))
    with answering_in(language, config, output_format):
        result = _backtest_result(found, left_out, records, about, output_format, events=events)
        answer(_with_log_words(result, inputs, found.logged), output, quiet=quiet)
    if require_skill and not work.has_skill(found):
        raise typer.Exit(1)


def _backtest_result(
    found: Backtest,
    left_out: Backtest | None,
    seizures: Any,  # noqa: ANN401 - a DataFrame
    provenance: dict[str, Any],
    output_format: Rows,
    *,
    events: bool,
) -> Result:
    from routes.outputs.documents import trust_document as documents
    from routes.outputs.schemas import document_text
    from routes.outputs.terminal.trust_tables import backtest_blocks, event_score_blocks

    if output_format is Rows.json:
        return document_text(documents.backtest_document(found, left_out, seizures, provenance))
    if output_format is Rows.csv:
        return documents.events_csv(found, seizures) if events else documents.backtest_csv(found)
    return event_score_blocks(found, seizures) if events else backtest_blocks(found, left_out)


def _log_used(inputs: Inputs, rows: tuple[int, ...]) -> dict[str, Any]:
    """Tell the provenance which rows of a log forecasts were fitted on."""
    from routes.evidence.inspections import about_log

    if inputs.effort.empty:
        return {}
    return {"inspections": about_log(inputs.effort_from, inputs.effort.iloc[list(rows)])}


def _with_log_words(result: Result, inputs: Inputs, rows: tuple[int, ...]) -> Result:
    """Say under an answer in words what became of a log."""
    from routes.outputs.documents.text_blocks import paragraphs
    from routes.outputs.terminal.trust_tables import log_known_words

    if isinstance(result, str) or inputs.effort.empty:
        return result
    return (*result, *paragraphs(log_known_words(inputs.effort, rows)))


@analyses
def calibrate(
    source: Source,
    seizures: SeizuresOption = None,
    effort: EffortOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    seed: SeedOption = 1,
    output_format: Annotated[Plain, typer.Option("--format", help="What to print.")] = Plain.table,
    output: Annotated[Path | None, typer.Option(help="Write the chosen settings as a config file.")] = None,
    quiet: QuietOption = False,
) -> None:
    """Choose the main parameters by held-out score.

    They are scale, freedom of evidence, penalties, footprints, traffic, watch and the kernel of past
    seizures. Prints every setting tried with its score. Of a log of inspections, each year is foretold with
    the rows that ended before it. Takes some minutes.
    """
    from routes.analysis import build_world
    from routes.cli.reading import day_of
    from routes.evidence.events import choose_seizures
    from routes.evidence.inspections import in_period
    from routes.outputs.documents.trust_document import calibration_document
    from routes.outputs.schemas import document_text
    from routes.outputs.terminal.trust_tables import calibration_blocks
    from routes.read.provenance import provenance_of
    from routes.trust import calibration as work

    format_for(output, None, endings_of(["toml"]), "toml")
    inputs = read_inputs(seizures, source, quiet=quiet, effort=effort)
    chosen, _ = choose_seizures(inputs.seizures, day_of(since), day_of(until), None)
    logged = in_period(inputs.effort, day_of(since), day_of(until)).reset_index(drop=True)
    limited = replace(inputs, seizures=chosen.reset_index(drop=True), effort=logged)
    parameters = inputs.region.parameters()
    with progress_bar("settings tried", quiet=quiet) as show:
        found = work.calibrate(
            lambda p: build_world(limited, p),
            lambda p: _events(limited, p),
            parameters,
            seed=seed,
            effort=logged,
            progress=lambda done, _settings, _score: show(done, None),
        )
    if output_format is Plain.json:
        about = provenance_of(limited, parameters, seed=seed, rests_on=_log_used(limited, found.logged))
        result: Result = document_text(calibration_document(found, about))
    else:
        result = _with_log_words(calibration_blocks(found), limited, found.logged)
    answer(result)
    if output is not None:
        config_file = work.calibrated_config(parameters, found, inputs.region.product)
        deliver(config_file, output, quiet=quiet)


@asks
def explain(
    asked: Asked,
    target: Annotated[str, typer.Argument(help="Id of a corridor, crossing, gate or processing area.")],
    top: Annotated[int, typer.Option(min=1, help="How many seizures are listed.")] = 10,
    output_format: Annotated[Plain | None, FormatOption] = None,
    output: OutputOption = None,
    language: LanguageOption = None,
) -> None:
    """Say why a corridor or place stands where it does.

    And what would move it: with and without each seizure.
    """
    from routes.outputs.documents.text_blocks import headed
    from routes.outputs.documents.trust_document import explanation_document
    from routes.outputs.schemas import document_text
    from routes.outputs.terminal.explanation_tables import explanation_blocks
    from routes.trust.explanation import explain as explained

    output_format = format_for(output, output_format, endings_of(Plain), Plain.table)
    inputs = inputs_of(asked)
    target = target_id(target, inputs)
    analysis = analysed(inputs, asked)
    found = explained(analysis, target)
    with answering_in(language, asked.config, output_format):
        if output_format is Plain.json:
            result: Result = document_text(
                explanation_document(found, inputs.seizures, top, analysis.ranking.provenance)
            )
        else:
            said = explanation_blocks(found, inputs.seizures, top, inputs.region.product)
            result = headed(analysis.ranking.provenance, said)
        answer(result, output, quiet=asked.quiet)


SideOption = Annotated[
    str, typer.Option(help="A period FROM:UNTIL (YYYY-MM-DD:YYYY-MM-DD), or a file of seizures.")
]


@analyses
def compare(
    source: Source,
    before: SideOption,
    after: SideOption,
    seizures: SeizuresOption = None,
    effort: EffortOption = None,
    top: Annotated[int, typer.Option(min=1, help="How many changes are listed.")] = 12,
    config: ConfigOption = None,
    seed: SeedOption = 1,
    output_format: Annotated[Plain | None, FormatOption] = None,
    output: OutputOption = None,
    language: LanguageOption = None,
    quiet: QuietOption = False,
) -> None:
    """Compare two periods, or two files.

    Which corridors rose and fell, what of it the status of crossings made and what the seizures made, and how
    sure that is. Likelihood is told only of what dealing the seizures out at random would hardly bring about.
    A log of inspections counts with the seizures, each row on the side in whose time its days lie.
    """
    from routes.outputs.documents.trust_document import comparison_document
    from routes.outputs.schemas import document_text
    from routes.outputs.terminal.comparison_tables import comparison_blocks
    from routes.trust.comparison import compare as compared
    from routes.trust.comparison import log_rows

    output_format = format_for(output, output_format, endings_of(Plain), Plain.table)
    parameters = parameters_from(config, source)

    def read(file: str | list[str] | None) -> Inputs:
        return read_inputs(file, source, quiet=quiet, effort=effort)

    sides = [_side(given, seizures, read, parameters, seed) for given in (before, after)]
    (log, before_side), (_, after_side) = sides
    changes, rows = compared(before_side, after_side, parameters), log_rows(log, before_side, after_side)
    made = [side.ranking.provenance for _, side in sides]
    with answering_in(language, config, output_format):
        if output_format is Plain.json:
            result: Result = document_text(comparison_document(changes, rows, *made))
        else:
            result = comparison_blocks(changes, made, top, rows)
        answer(result, output, quiet=quiet)


def _side(
    given: str,
    seizures: list[str] | None,
    read: Callable[[str | list[str] | None], Inputs],
    parameters: Parameters,
    seed: int,
) -> tuple[DataFrame, Analysis]:
    """Analyse a period of one file, or all of another; the whole log of inspections comes beside."""
    from routes.analysis import analyse
    from routes.question import Question
    from routes.read import is_there

    first, colon, last = given.partition(":")
    try:
        period = (date.fromisoformat(first), date.fromisoformat(last)) if colon else None
    except ValueError:
        period = None
    if period is None and not is_there(given):
        raise RoutesError(f"wanted a period such as 2008-01-01:2008-12-31 or a file, got {given!r}.")
    if period is None:
        inputs = read(given)
        return inputs.effort, analyse(_in_its_time(inputs), parameters, Question(seed=seed, period=True))
    if period[0] > period[1]:
        raise RoutesError(f"{given}: the period ends before it begins. Give the earlier day first.")
    if period[1] > (today := datetime.now(tz=UTC).date()):
        raise RoutesError(
            f"{given}: the period ends in the future, of which nothing is known yet: today is {today}. "
            "Choose one that has ended."
        )
    inputs = read(seizures)
    return inputs.effort, analyse(inputs, parameters, Question(*period, seed=seed, period=True))


def _in_its_time(inputs: Inputs) -> Inputs:
    """Keep what of a log lies in the time of the seizures."""
    from routes.evidence.inspections import in_period

    if inputs.effort.empty or inputs.seizures.empty:
        return inputs
    first, last = inputs.seizures["date_from"].min().date(), inputs.seizures["date_until"].max().date()
    return replace(inputs, effort=in_period(inputs.effort, first, last))


def _events(inputs: Inputs, parameters: Parameters) -> Events:
    from routes.evidence.events import locate_events

    return locate_events(inputs.seizures, inputs.region, parameters)[0]
