"""``routes brief``."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from routes.cli.console import say_written
from routes.cli.deployment import asked_posts, spend_of
from routes.cli.endings import endings_of, format_for
from routes.cli.names import one_of
from routes.cli.options import DAY
from routes.cli.planned import planned, played
from routes.cli.reading import Asked, analysed, asks, day_asked, day_of, inputs_of
from routes.cli.speech import LanguageOption, answering_in
from routes.errors import RoutesError
from routes.outputs.handling import Mark, rights

if TYPE_CHECKING:
    import pandas as pd

    from routes.analysis import Analysis
    from routes.outputs.briefing import Briefing, Issue
    from routes.planning.outcomes import Plan, Simulation
    from routes.read.inputs import Inputs
    from routes.read.paths import Source


_TEAMS = 3.0


class BriefFormat(StrEnum):
    """Formats of a briefing."""

    html = "html"
    md = "md"
    pdf = "pdf"


BriefFormatOption = Annotated[
    BriefFormat | None,
    typer.Option(
        "--format", help="html, md, or pdf (an extra package). Default: by the ending of --output, else html."
    ),
]

MarkOption = Annotated[Mark | None, typer.Option("--tlp", help="Handling mark (TLP 2.0). Default: clear.")]


@asks
def brief(
    asked: Asked,
    output_format: BriefFormatOption = None,
    output: Annotated[
        Path | None, typer.Option(help="The file to write. Default: briefing with the format's ending.")
    ] = None,
    annex: Annotated[
        Path | None,
        typer.Option(
            help="Write the annex (ranking, seizures, sources) to this file; else it follows the pages."
        ),
    ] = None,
    office: Annotated[str | None, typer.Option(help="Who issues it.")] = None,
    number: Annotated[str | None, typer.Option(help="Its number.")] = None,
    issued: Annotated[str | None, typer.Option(help="Day of issue, or today. Default: a draft.")] = None,
    cutoff: Annotated[
        datetime | None, typer.Option(formats=DAY, help="Information cut-off. Default: that of the data.")
    ] = None,
    next_review: Annotated[
        datetime | None,
        typer.Option(formats=DAY, help="Day of the next review. Default: 90 days after the day asked."),
    ] = None,
    operation: Annotated[
        str | None,
        typer.Option(
            help="Limit the seizures to this operation and add its debriefing, by its id in operations.csv."
        ),
    ] = None,
    teams: Annotated[
        int | None,
        typer.Option(
            min=0, help="For how many inspection teams to plan. Default: the budget of [posts], else 3."
        ),
    ] = None,
    rotate: Annotated[bool, typer.Option("--rotate", help="Let the teams rotate, with a roster.")] = False,
    weeks: Annotated[int, typer.Option(min=1, help="Weeks of the roster, and of --learning.")] = 12,
    learning: Annotated[
        bool, typer.Option("--learning", help="Add what gets through as traffickers learn the posts.")
    ] = False,
    scenario: Annotated[
        list[str] | None, typer.Option(help="Add [scenario.NAME] of --config; several stand side by side.")
    ] = None,
    top: Annotated[int, typer.Option(min=1, help="How many corridors are drawn on the map.")] = 20,
    tlp: MarkOption = None,
    language: LanguageOption = None,
) -> None:
    """Write a briefing as HTML, PDF or Markdown.

    Page 1 says what to know and do; the pages behind it say why, and what is not known. Office, number, days
    and handling may stand in the section [briefing] of --config; the posts that stand, must and must not be,
    in the section [posts].
    """
    from routes.cli.scenarios_asked import named_moves
    from routes.outputs import briefing as work
    from routes.support.files import check_outputs

    output_format = format_for(output, output_format, endings_of(BriefFormat), BriefFormat.html)
    path = output or Path(f"briefing.{output_format}")
    targets = {"--output": path} | ({"--annex": annex} if annex else {})
    check_outputs(targets, asked.files)
    annex_format = format_for(annex, None, endings_of(BriefFormat), output_format, "--annex")
    if operation is not None:
        operation = one_of("--operation", operation, _totals(asked.source)["operation_id"], "operation")
    issue = _issue(asked, office, number, issued, day_of(cutoff), day_of(next_review), tlp)
    mark = issue.handling or Mark.clear
    inputs = inputs_of(asked)
    totals, name = None, ""
    if operation is not None:
        inputs, totals = _of_operation(inputs, operation, asked.source)
        name = str(totals.iloc[0]["name"])
    analysis = analysed(inputs, asked, top)
    if operation is not None:
        about = {**analysis.ranking.provenance, "operation": operation}
        analysis = replace(analysis, ranking=replace(analysis.ranking, provenance=about))
    section, posts = asked_posts(asked, inputs)
    spend = spend_of(teams, section, _TEAMS)
    plan = planned(analysis, asked, spend, weeks if rotate else 0, posts, priority=True)
    material = work.material_for(
        inputs,
        analysis,
        asked.parameters,
        top=top,
        teams=int(spend),
        plan=plan,
        operation=name,
        issue=issue,
        scenarios=tuple(named_moves(asked, inputs, scenario)[0]) if scenario else (),
        simulation=_simulation(analysis, asked, plan, weeks) if learning else None,
    )
    work.check_issue(issue, material.newest_evidence)
    with answering_in(language, asked.config):
        made = work.briefing(material, mark, totals)
        if annex is not None:
            write_document(annex, work.annex_of(made), annex_format, mark, quiet=asked.quiet)
            made = work.without_annex(made)
        write_document(path, made, output_format, mark, quiet=asked.quiet)


def write_document(path: Path, made: Briefing, output_format: str, mark: Mark, *, quiet: bool) -> None:
    """Write a briefing or a dossier in one of its formats."""
    from routes.outputs.briefing import as_html, as_markdown, as_pdf
    from routes.support.files import write_bytes

    makers = {"html": lambda b: as_html(b).encode(), "md": lambda b: as_markdown(b).encode(), "pdf": as_pdf}
    content = makers[output_format](made)
    write_bytes(path, content, rights=rights(mark))
    say_written(path, f", {mark.label} ({len(content) / 1e6:.1f} MB)", quiet=quiet)


def _issue(
    asked: Asked,
    office: str | None,
    number: str | None,
    issued: str | None,
    cutoff: date | None,
    next_review: date | None,
    tlp: Mark | None,
) -> Issue:
    """Join what the section says and what the options say; an option goes before."""
    from routes.outputs.briefing import Issue, over, read_issue

    day = day_asked(issued, "--issued") if issued is not None else None
    options = Issue(office or "", number or "", day, cutoff, next_review, tlp)
    return over(read_issue(asked.config) if asked.config else Issue(), options)


def _simulation(analysis: Analysis, asked: Asked, plan: Plan | None, weeks: int) -> Simulation:
    from routes.planning.learning import patrol_of

    if plan is None:
        raise RoutesError("--learning: there are no posts to learn of. Give --teams, at least 1.")
    return played(analysis, asked, patrol_of(plan), weeks)


def _totals(source: Source) -> pd.DataFrame:
    from routes.read import read_operations

    path = source.optional("operations.csv")
    if path is None:
        raise RoutesError(f"--operation: {source.folder} has no operations.csv, so no operation is known.")
    return read_operations(path)


def _of_operation(inputs: Inputs, operation: str, source: Source) -> tuple[Inputs, pd.DataFrame]:
    """Keep the seizures of one operation, and find its reported totals."""
    from routes.outputs.briefing import operation_rows

    totals = operation_rows(_totals(source), operation)
    chosen = inputs.seizures[inputs.seizures["operation"] == operation].reset_index(drop=True)
    if chosen.empty:
        raise RoutesError(f"--operation: no seizure in the file belongs to {operation!r}.")
    return replace(inputs, seizures=chosen), totals
