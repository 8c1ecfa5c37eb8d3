"""``routes changes``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from routes.cli.asked import answer
from routes.cli.deployment import deployment_of, posts_section, spend_of
from routes.cli.endings import endings_of, format_for
from routes.cli.options import (
    ConfigOption,
    EffortOption,
    FormatOption,
    OutputOption,
    Plain,
    QuietOption,
    SeedOption,
    SeizuresOption,
)
from routes.cli.reading import analyses, day_asked, parameters_from, read_inputs
from routes.cli.speech import LanguageOption, answering_in
from routes.cli.targets import check_sources
from routes.read.paths import Source  # noqa: TC001 - typer reads it

if TYPE_CHECKING:
    from routes.analysis import Analysis
    from routes.cli.console import Result
    from routes.parameters import Parameters
    from routes.read.inputs import Inputs

_TEAMS = 3.0


@analyses
def changes(
    source: Source,
    since_data: Annotated[
        str,
        typer.Option(
            help="What was known: a folder of data as it was, or a day such as 2025-10-11, with the seizures "
            "up to it and the crossings as they stood."
        ),
    ],
    to_data: Annotated[
        str | None, typer.Option(help="What is known: a folder or a day. Default: the data at hand.")
    ] = None,
    seizures: SeizuresOption = None,
    effort: EffortOption = None,
    teams: Annotated[
        float | None,
        typer.Option(
            min=0,
            help="For how many teams the best plans are compared. Default: the budget of [posts], else 3.",
        ),
    ] = None,
    require_attention: Annotated[
        bool,
        typer.Option(
            "--require-attention",
            help="Exit with code 1 if the best plan changes or a listed crossing's status did.",
        ),
    ] = False,
    top: Annotated[int, typer.Option(min=1, help="How many shares are listed.")] = 10,
    config: ConfigOption = None,
    seed: SeedOption = 1,
    output_format: Annotated[Plain | None, FormatOption] = None,
    output: OutputOption = None,
    language: LanguageOption = None,
    quiet: QuietOption = False,
) -> None:
    """Tell what new data moved, and whether somebody should look.

    New records, crossings that opened or shut, shares, the best plan, the age of the evidence. The plan is
    the best under the section [posts] of --config. For a job that runs every night: with --require-attention
    the exit code is 1 when there is something to do.
    """
    from routes.outputs.documents.changes_document import changes_json
    from routes.outputs.terminal.changes_tables import changes_blocks
    from routes.planning.alarms import alarms

    output_format = format_for(output, output_format, endings_of(Plain), Plain.table)
    parameters = parameters_from(config, source)
    files = (seizures, effort)
    before, old = _side("--since-data", since_data, source, files, parameters, seed, quiet=quiet)
    after, new = _side("--to-data", to_data, source, files, parameters, seed, quiet=quiet)
    section = posts_section(config)
    posts = deployment_of(section, new, source, after.asked[1], quiet=quiet)
    found = alarms(before, after, (old, new), parameters, spend_of(teams, section, _TEAMS), posts)
    about = (before.ranking.provenance, after.ranking.provenance)
    with answering_in(language, config, output_format):
        if output_format is Plain.json:
            result: Result = changes_json(found, *about)
        else:
            result = changes_blocks(found, *about, top)
        answer(result, output, quiet=quiet)
    if require_attention and found.attention:
        raise typer.Exit(1)


def _side(
    option: str,
    given: str | None,
    source: Source,
    files: tuple[list[str] | None, str | None],
    parameters: Parameters,
    seed: int,
    *,
    quiet: bool,
) -> tuple[Analysis, Inputs]:
    """Analyse the data at hand, those of another folder, or what was known on a day, each with the log."""
    from routes.analysis import analyse
    from routes.question import Question

    question, (seizures, effort) = Question(seed=seed), files
    if given is not None and Path(given).is_dir():
        source, seizures = replace(source, folder=Path(given)), None
        check_sources(source)
        source.own()
    elif given is not None:
        day = day_asked(given, option)
        question = Question(until=day, as_of=day, seed=seed)
    inputs = read_inputs(seizures, source, quiet=quiet, effort=effort)
    return analyse(inputs, parameters, question), inputs
