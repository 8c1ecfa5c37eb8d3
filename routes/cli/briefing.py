"""``routes brief``."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from routes.cli.console import say_written
from routes.cli.endings import endings_of, format_for
from routes.cli.export import TlpOption  # noqa: TC001 - typer reads it
from routes.cli.names import one_of
from routes.cli.reading import Asked, analysed, asks, inputs_of
from routes.cli.speech import LanguageOption, answering_in
from routes.errors import RoutesError
from routes.outputs.handling import Mark, rights

if TYPE_CHECKING:
    import pandas as pd

    from routes.read.inputs import Inputs
    from routes.read.paths import Source


class BriefFormat(StrEnum):
    """Formats of a briefing."""

    html = "html"
    md = "md"
    pdf = "pdf"


@asks
def brief(
    asked: Asked,
    output_format: Annotated[
        BriefFormat | None,
        typer.Option(
            "--format",
            help="html, md, or pdf (an extra package). Default: by the ending of --output, else html.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            help="The file to write. Default: briefing with the format's ending.", show_default=False
        ),
    ] = None,
    operation: Annotated[
        str | None,
        typer.Option(
            help="Limit the seizures to this operation and add its debriefing, by its id in operations.csv.",
            show_default=False,
        ),
    ] = None,
    teams: Annotated[int, typer.Option(min=0, help="For how many inspection teams to plan.")] = 3,
    top: Annotated[int, typer.Option(min=1, help="How many corridors are drawn on the map.")] = 20,
    tlp: TlpOption = Mark.clear,
    language: LanguageOption = None,
) -> None:
    """Write a briefing as HTML, PDF or Markdown.

    Question, answer, ranking, chokepoints, plan, sources, and what is not known.
    """
    from routes.outputs.briefing import Material, as_html, as_markdown, as_pdf, briefing
    from routes.planning.chokepoints import place_chokepoints
    from routes.planning.plan import plan
    from routes.support.files import check_outputs, write_bytes

    output_format = format_for(output, output_format, endings_of(BriefFormat), BriefFormat.html)
    path = output or Path(f"briefing.{output_format}")
    check_outputs({"--output": path}, asked.files)
    if operation is not None:
        operation = one_of("--operation", operation, _operations(asked.source), "operation")
    inputs = inputs_of(asked)
    totals, name = None, ""
    if operation is not None:
        inputs, totals = _of_operation(inputs, operation, asked.source)
        name = str(totals.iloc[0]["name"])
    analysis = analysed(inputs, asked, top)
    if operation is not None:
        about = {**analysis.ranking.provenance, "operation": operation}
        analysis = replace(analysis, ranking=replace(analysis.ranking, provenance=about))
    material = Material(
        analysis=analysis,
        seizures=inputs.seizures,
        borders=inputs.borders,
        top=top,
        teams=teams,
        operation=name,
        chokepoints=place_chokepoints(analysis),
        plan=plan(analysis, asked.parameters, teams, priority=True) if teams else None,
    )
    makers = {"html": lambda b: as_html(b).encode(), "md": lambda b: as_markdown(b).encode(), "pdf": as_pdf}
    with answering_in(language, asked.config):
        content = makers[output_format](briefing(material, tlp, totals))
    write_bytes(path, content, rights=rights(tlp))
    say_written(path, f", {tlp.label} ({len(content) / 1e6:.1f} MB)", quiet=asked.quiet)


def _operations(source: Source) -> list[str]:
    return [*_totals(source)["operation_id"]]


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
