"""``routes interdict``: where posts should stand, given those that do."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from routes.cli.asked import answer
from routes.cli.deployment import Told, asked_posts, spend_of
from routes.cli.endings import endings_of, format_for
from routes.cli.options import CHANGES, DAY, FormatOption, OutputOption
from routes.cli.planned import rota_of
from routes.cli.planning import TopOption, named_values
from routes.cli.reading import Asked, analysed, asks, day_of, inputs_of
from routes.cli.speech import LanguageOption, answering_in
from routes.errors import RoutesError

if TYPE_CHECKING:
    from routes.analysis import Analysis
    from routes.cli.console import Result
    from routes.planning.outcomes import Plan

_BUDGET = 5.0


class Response(StrEnum):
    """How traffickers answer to posts."""

    logit = "logit"
    best = "best"
    none = "none"
    roads = "roads"


class PlanFormat(StrEnum):
    """Output formats of a plan."""

    table = "table"
    json = "json"
    csv = "csv"
    ics = "ics"


@asks
def interdict(
    asked: Asked,
    budget: Annotated[
        float | None, typer.Option(help="What the posts may cost together: teams, or money. Default: 5.")
    ] = None,
    response: Annotated[
        Response | None,
        typer.Option(
            help="How traffickers answer: by route choice (logit), each knowing all posts (best), not at all "
            "(none), or all alike by the best road (roads). Default: logit, and best with --rotate."
        ),
    ] = None,
    have: Annotated[
        list[str] | None, typer.Option(help="NAME or NAME=P: a post that stands and cannot move. Repeatable.")
    ] = None,
    must: Annotated[
        list[str] | None, typer.Option(help="A post that the budget has to pay for. Repeatable.")
    ] = None,
    never: Annotated[list[str] | None, typer.Option(help="Where no post may stand. Repeatable.")] = None,
    have_published: Annotated[
        bool, typer.Option("--have-published", help="Units that are published as standing on the day, too.")
    ] = False,
    gates: Annotated[
        bool, typer.Option("--gates", help="Posts may stand at seaports and land gates, too.")
    ] = False,
    jurisdiction: Annotated[
        list[str] | None,
        typer.Option(help="Only crossings that this country is a side of, and its gates. Repeatable."),
    ] = None,
    cost: Annotated[
        list[str] | None, typer.Option(help="NAME=COST of a post at one place; else 1. Repeatable.")
    ] = None,
    detect: Annotated[
        list[str] | None, typer.Option(help="NAME=P: what a post there catches. Repeatable.")
    ] = None,
    inspections: Annotated[
        float | None,
        typer.Option(help="Loads that a post opens a day: with the loads that pass, what it catches."),
    ] = None,
    priority: Annotated[
        bool, typer.Option("--priority", help="A nested list for all budgets up to this one.")
    ] = False,
    rotate: Annotated[
        bool, typer.Option("--rotate", help="Let teams rotate: traffickers know how often, not when.")
    ] = False,
    weeks: Annotated[int, typer.Option(min=0, help="Weeks of a roster, drawn with --seed.")] = 0,
    begin: Annotated[
        datetime | None,
        typer.Option(formats=DAY, help="First day of the roster. Default: a Monday after the day."),
    ] = None,
    move_km: Annotated[
        float | None, typer.Option(min=0, help="Longest road between any two posts of a rotating team.")
    ] = None,
    time_limit: Annotated[float, typer.Option(min=0, help="Seconds for all searches together.")] = 60,
    top: TopOption = None,
    output_format: Annotated[PlanFormat | None, FormatOption] = None,
    output: OutputOption = None,
    language: LanguageOption = None,
) -> None:
    """Choose the gates and crossings to watch so that the least gets through.

    The gap to the best possible plan is always told. Ctrl-C or the time limit ends a search early: the best
    plan so far is printed with its gap. A whole deployment may stand in the section [posts] of --config.
    """
    from routes.planning.plan import plan

    output_format = format_for(output, output_format, endings_of(PlanFormat), PlanFormat.table)
    if (weeks or move_km is not None) and not rotate:
        raise RoutesError("--weeks and --move-km are about teams that rotate. Give --rotate, too.")
    if output_format is PlanFormat.ics and not weeks:
        raise RoutesError("--format ics writes a roster. Give --rotate and --weeks N.")
    prices, caught = named_values("--cost", cost), named_values("--detect", detect)
    inputs = inputs_of(asked)
    told = Told(
        have or (), must or (), never or (), jurisdiction or (), prices, caught,
        inspections=inspections, gates=gates, published=have_published,
    )  # fmt: skip
    section, deployment = asked_posts(asked, inputs, told)
    analysis = analysed(inputs, asked)
    found = plan(
        analysis,
        asked.parameters,
        spend_of(budget, section, _BUDGET),
        response=None if response is None else response.value,
        posts=deployment,
        priority=priority,
        rota=rota_of(analysis, asked, weeks, day_of(begin), move_km) if rotate else None,
        time_limit=time_limit,
    )
    with answering_in(language, asked.config, output_format):
        answer(_written(found, analysis, output_format, top), output, quiet=asked.quiet)


def _written(found: Plan, analysis: Analysis, output_format: PlanFormat, top: int | None) -> Result:
    from routes.outputs.documents import plan_document as documents

    provenance = analysis.ranking.provenance
    if output_format is PlanFormat.table:
        from routes.outputs.documents.text_blocks import headed
        from routes.outputs.terminal.plan_tables import plan_blocks

        return headed(provenance, plan_blocks(found, top or CHANGES))
    if output_format is PlanFormat.json:
        return documents.plan_json(found, provenance, top)
    if output_format is PlanFormat.csv:
        return documents.plan_csv(found)
    return documents.roster_calendar(found)
