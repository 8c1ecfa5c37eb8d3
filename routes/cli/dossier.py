"""``routes dossier``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from routes.cli.briefing import MarkOption, write_document
from routes.cli.console import deliver
from routes.cli.endings import endings_of, format_for
from routes.cli.names import CROSSING, GATE, place_id
from routes.cli.reading import Asked, analysed, asks, inputs_of
from routes.cli.speech import LanguageOption, answering_in
from routes.outputs.handling import Mark, rights


class DossierFormat(StrEnum):
    """Formats of a dossier."""

    html = "html"
    md = "md"
    pdf = "pdf"
    json = "json"


@asks
def dossier(
    asked: Asked,
    crossing: Annotated[str, typer.Argument(help="Crossing or gate, by its id or name.")],
    near: Annotated[
        float, typer.Option(min=1, max=1000, help="Seizures within so many km are listed.")
    ] = 100,
    output_format: Annotated[
        DossierFormat | None,
        typer.Option(
            "--format",
            help="html, md, pdf (an extra package) or json. Default: by the ending of --output, else html.",
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="The file to write. Default: dossier-CROSSING with the ending.")
    ] = None,
    tlp: MarkOption = None,
    language: LanguageOption = None,
) -> None:
    """Write what is known of one CROSSING on one or two pages.

    Where it is, what passes, its status over time, the units and seizures there and how goods were hidden,
    the corridors through it, what a closure or a post would do, and what is not known.
    """
    from routes.outputs.briefing.crossing_pages import dossier_pages
    from routes.outputs.briefing.issue import Issue, over, read_issue
    from routes.outputs.documents.dossier_document import dossier_json
    from routes.planning.dossiers import dossier as gathered
    from routes.read import read_posts
    from routes.support.files import check_outputs

    output_format = format_for(output, output_format, endings_of(DossierFormat), DossierFormat.html)
    issue = over(read_issue(asked.config) if asked.config else Issue(), Issue(handling=tlp))
    mark = issue.handling or Mark.clear
    inputs = inputs_of(asked)
    place = place_id("CROSSING", crossing, inputs, CROSSING, GATE)
    path = output or Path(f"dossier-{place}.{output_format}")
    check_outputs({"--output": path}, asked.files)
    posts = asked.source.optional("posts.csv")
    analysis = analysed(inputs, asked)
    units = None if posts is None else read_posts(posts)
    found = gathered(analysis, inputs, asked.parameters, place, units, near)
    if output_format is DossierFormat.json:
        said = dossier_json(found, analysis.ranking.provenance)
        deliver(said, path, quiet=asked.quiet, rights=rights(mark))
        return
    cities = inputs.places[inputs.places["kind"] == "city"]
    with answering_in(language, asked.config, output_format):
        pages = dossier_pages(found, analysis.ranking, inputs.seizures, inputs.borders, cities, mark, issue)
        write_document(path, pages, output_format, mark, quiet=asked.quiet)
